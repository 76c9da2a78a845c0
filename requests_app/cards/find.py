"""Somebody is here for a card: by the code of their message, or without it by number, NIK or the card's own slip."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from requests_app.cards.marks import BY_CODE, BY_SLIP, handover_address, new_mark
from requests_app.cards.pages import not_now, place_page, render_place
from requests_app.models import Application, Card
from requests_app.operations.access import log_access
from requests_app.operations.handovers import find_by_code, why_not
from requests_app.operations.steps import NotNow
from requests_app.queries.cards import Place, application_of, card_of, handover_of, is_nik
from requests_app.rules.blanks import Outcome
from requests_app.rules.printing import LOST
from requests_app.staff.request import StaffRequest

OTHER_WAY = "cari dengan kode ambil, nomor permohonan, atau NIK."
NOT_PRINTED = (
    f"Kartu dengan slip ini tercatat tidak jadi dicetak. Sisihkan dan beri tahu pengawas. Kartu warga: {OTHER_WAY}"
)


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
    application, opened = _found(request, typed)
    if application is None:
        return render_place(request, place, "cards/unknown.html", {"form": FindForm(), "unknown": True}, status=404)
    given = handover_of(application)
    if given is not None and given.zone == place.zone:
        return redirect("cards_handed", place.code, application.number)
    reason = why_not(application, place.zone)
    if reason:
        return not_now(request, place, reason)
    mark = new_mark(request, application, opened) if opened else ""
    return redirect(handover_address("cards_hand_over", place, application, mark))


def _found(request: StaffRequest, typed: str) -> tuple[Application | None, str]:
    """The application that was meant, and by what it was opened. Raises TooMany, NotNow (the slip of no good card)."""
    if is_nik(typed):
        log_access(officer=request.user, action="search_nik", now=request.now)
    card = card_of(typed)
    if card is not None:
        _check_good(card)
        return card.application, BY_SLIP
    application = application_of(typed)
    if application is not None:
        return application, ""
    pickup = find_by_code(code=typed, officer=request.user, now=request.now)
    return (pickup.application, BY_CODE) if pickup is not None else (None, "")


def _check_good(card: Card) -> None:
    """Its owner gets, or got, another one: whoever has this card in hand must not open the handover of that one."""
    if card.outcome == Outcome.SPOILED:
        what = "hilang" if card.reason == LOST else "rusak"
        raise NotNow(
            f"Kartu dengan slip ini sudah dicatat {what}. Sisihkan dan musnahkan. Kartu penggantinya: {OTHER_WAY}"
        )
    if card.outcome == Outcome.DROPPED:
        raise NotNow(NOT_PRINTED)
