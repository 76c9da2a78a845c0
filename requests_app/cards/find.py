"""Somebody is here for a card: by the code of their message, or without it by number, NIK or the card's own slip."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from requests_app.cards.pages import not_now, place_page, render_place
from requests_app.models import Application
from requests_app.operations.access import log_access
from requests_app.operations.handovers import find_by_code, why_not
from requests_app.queries.cards import Place, application_of, card_of, handover_of, is_nik
from requests_app.staff.request import StaffRequest

BY_CODE, SLIPS = "cards_by_code", "cards_slips"
"""In the session: ids of applications that were opened by their owner's code, or by their card's own code."""
KEPT = 20


class FindForm(forms.Form):
    """What was scanned or typed."""

    code = forms.CharField(
        label="Kode ambil, nomor permohonan, atau NIK",
        max_length=300,
        error_messages={"required": "Pindai kode QR warga, atau ketik kode, nomor permohonan, atau NIK."},
    )


@place_page
@require_POST
def find(request: StaffRequest, place: Place) -> HttpResponse:
    """To the handover of this card; why it is none here says nothing of the person."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return render_place(request, place, "cards/unknown.html", {"form": form}, status=422)
    typed = form.cleaned_data["code"]
    application = _found(request, typed)
    if application is None:
        return render_place(request, place, "cards/unknown.html", {"form": FindForm(), "unknown": True}, status=404)
    given = handover_of(application)
    if given is not None and given.zone == place.zone:
        return redirect("cards_handed", place.code, application.number)
    reason = why_not(application, place.zone)
    if reason:
        return not_now(request, place, reason)
    return redirect("cards_hand_over", place.code, application.number)


def _found(request: StaffRequest, typed: str) -> Application | None:
    """The application that was meant. Raises TooMany."""
    if is_nik(typed):
        log_access(officer=request.user, action="search_nik", now=request.now)
    card = card_of(typed)
    if card is not None:
        _remember(request, SLIPS, card.application_id)
        return card.application
    application = application_of(typed)
    if application is not None:
        return application
    pickup = find_by_code(code=typed, officer=request.user, now=request.now)
    if pickup is None:
        return None
    _remember(request, BY_CODE, pickup.application_id)
    return pickup.application


def _remember(request: StaffRequest, kind: str, application_id: int) -> None:
    others = [pk for pk in request.session.get(kind, []) if pk != application_id]
    request.session[kind] = [*others, application_id][-KEPT:]


def opened_by(request: StaffRequest, kind: str, application: Application) -> bool:
    """Whether this session came to the application by such a code."""
    return application.pk in request.session.get(kind, [])
