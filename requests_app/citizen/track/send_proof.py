"""The proof by sending: a prepared WhatsApp message with a code, sent from the citizen's phone to the zone's number."""

from datetime import timedelta

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.citizen.limited import too_many
from requests_app.citizen.track import access as session
from requests_app.citizen.track.access import SENT_CODES, Access, after_look_up, page_of
from requests_app.citizen.track.live import too_often
from requests_app.citizen.write_to_us import proof_words
from requests_app.clock import database_now
from requests_app.operations.limits import Limit, TooMany, count_all_or_refuse
from requests_app.operations.sent_proofs import OVER, WAITING, code_of, number_for, number_of_zone, start, state_of, use
from requests_app.operations.steps import NotNow
from requests_app.queries.track import find_number
from requests_app.rules.numbers import normalise_number
from requests_app.rules.phone import spaced_phone
from requests_app.visitor import visitor_address
from requests_app.wa_me import chat_link

NOT_YET = _("Pesan Anda belum kami terima. Tunggu sebentar, lalu tekan lagi.")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@require_http_methods(["GET", "HEAD", "POST"])
@after_look_up
def write(request: HttpRequest, access: Access) -> HttpResponse:
    """A press makes a code for this session; the page shows it, ready to be sent, until it is over.

    As long as it counts the page stays, whatever became of the zone's number: its message may be on its way.
    """
    if access.proven:
        return page_of(access)
    if request.method == "POST":
        return _begin(request, access)
    proof_id = session.code_asked_for(request, access.application_id, SENT_CODES)
    over = _state(request, access) == OVER
    number = (number_for if over else number_of_zone)(access.application_id)
    if proof_id is None or not number:
        return page_of(access)
    words = proof_words(code_of(proof_id))
    link = chat_link(number, words)
    context = {
        "number": access.number,
        "over": over,
        "words": words,
        "to": spaced_phone(number),
        "link": link,
        "qr": segno.make(link, error="m").svg_data_uri(scale=4, border=2, light="white"),
    }
    return render(request, "citizen/track/send_proof.html", context)


def _begin(request: HttpRequest, access: Access) -> HttpResponse:
    """A code that still counts is shown again, so that pressing twice makes no second one."""
    if _state(request, access) != OVER:
        return redirect("track_whatsapp", number=access.number)
    address = visitor_address(request)
    # One address gets half of the twenty a day of an application, so that it cannot use up the owner's.
    limits = [
        Limit("sent_code_pair", f"{address} {access.number}", 10, DAY),
        Limit("sent_code_address", address, 60, HOUR),
    ]
    try:
        count_all_or_refuse(limits, now=access.now)
        proof_id, _code = start(application_id=access.application_id, now=access.now)
    except TooMany as refusal:
        return too_many(request, refusal, now=access.now)
    except NotNow as problem:
        messages.warning(request, gettext(str(problem)))
        return page_of(access)
    session.remember_code(request, access.application_id, proof_id, SENT_CODES)
    return redirect("track_whatsapp", number=access.number)


def is_offered(request: HttpRequest, access: Access) -> bool:
    """Whether the phone can be proven by sending: there is a number that works, or this session's code still counts."""
    return bool(number_for(access.application_id)) or _state(request, access) != OVER


def _state(request: HttpRequest, access: Access) -> str:
    proof_id = session.code_asked_for(request, access.application_id, SENT_CODES)
    if proof_id is None:
        return OVER
    return state_of(proof_id=proof_id, application_id=access.application_id, now=access.now)


@require_http_methods(["GET", "HEAD", "POST"])
@after_look_up
def sent(request: HttpRequest, access: Access) -> HttpResponse:
    """The citizen says that the message was sent: once it has arrived, the application is open here."""
    if access.proven:
        return page_of(access)
    proof_id = session.code_asked_for(request, access.application_id, SENT_CODES)
    if request.method != "POST" or proof_id is None:
        return redirect("track_whatsapp", number=access.number)
    if not use(proof_id=proof_id, application_id=access.application_id, now=access.now):
        if _state(request, access) == WAITING:
            messages.warning(request, str(NOT_YET))
        return redirect("track_whatsapp", number=access.number)
    session.remember_proof(request, access.application_id, access.now)
    return session.go_on(request, access.number)


@never_cache
@require_safe
def news(request: HttpRequest, number: str) -> HttpResponse:
    """Asked by a script: what became of this session's code. 403 once the session may not see the application any more.

    Asking is no use of the page: it prolongs nothing.
    """
    now = database_now()
    among = session.seen(request, now)
    application_id = find_number(normalise_number(number) or "", among) if among else None
    proof_id = session.code_asked_for(request, application_id, SENT_CODES) if application_id else None
    if application_id is None or proof_id is None:
        return HttpResponse(status=403)
    if too_often(request, now):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    return JsonResponse({"state": state_of(proof_id=proof_id, application_id=application_id, now=now)})
