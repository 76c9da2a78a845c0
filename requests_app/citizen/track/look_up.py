"""Finding an application: by number and proof, and by phone or e-mail when the number was lost."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.citizen.limited import too_many
from requests_app.citizen.track.access import remember_look_up
from requests_app.citizen.track.forms import LookUpForm, LostNumberForm
from requests_app.clock import database_now
from requests_app.operations.guessing import count_guess
from requests_app.operations.limits import Limit, TooMany, count_all_or_refuse
from requests_app.operations.proofs import find_application, send_numbers
from requests_app.rules.numbers import normalise_number
from requests_app.visitor import visitor_address

NO_MATCH = _("Data ini tidak cocok. Periksa nomor permohonan dan angka yang Anda isi.")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and proof; the same answer whether the number is unknown or the proof wrong."""
    if request.method != "POST":
        number = normalise_number(request.GET.get("nomor", "")) or ""
        return render(request, "citizen/track/look_up.html", {"form": LookUpForm(initial={"number": number})})
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return render(request, "citizen/track/look_up.html", {"form": form}, status=422)
    now, typed = database_now(), form.cleaned_data
    try:
        guess = count_guess(address=visitor_address(request), number=typed["number"], now=now)
    except TooMany as refusal:
        return too_many(request, refusal, now=now, template="citizen/track/look_up.html", form=form)
    application_id = find_application(
        number=typed["number"], four_digits=typed["four_digits"], birth_date=typed["birth_date"]
    )
    if application_id is None:
        form.add_error(None, NO_MATCH)
        return render(request, "citizen/track/look_up.html", {"form": form}, status=422)
    guess.was_right()
    remember_look_up(request, application_id, now)
    return redirect("track_application", number=typed["number"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lost_number(request: HttpRequest) -> HttpResponse:
    """The numbers go to the phone or e-mail typed; the next page is the same whether there were any or not."""
    form = LostNumberForm(request.POST or None)
    if request.method != "POST":
        return render(request, "citizen/track/lost.html", {"form": form})
    if not form.is_valid():
        return render(request, "citizen/track/lost.html", {"form": form}, status=422)
    now, to = database_now(), form.cleaned_data["to"]
    limits = [
        Limit("lost_address", visitor_address(request), 5, HOUR),
        Limit("lost_to", to, 3, DAY),
        Limit("lost_all", "all", 300, HOUR),
    ]
    try:
        count_all_or_refuse(limits, now=now)
    except TooMany as refusal:
        return too_many(request, refusal, now=now, template="citizen/track/lost.html", form=form)
    send_numbers(**({"email": to} if "@" in to else {"phone": to}), now=now)
    return redirect("track_lost_sent")


@require_http_methods(["GET", "HEAD"])
def lost_number_sent(request: HttpRequest) -> HttpResponse:
    """What happens next, for everybody alike."""
    return render(request, "citizen/track/lost_sent.html")
