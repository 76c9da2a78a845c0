"""A KTP-el and the family card that it follows: one leads to the other, and nothing is asked twice."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.citizen.apply.limits import count_start
from requests_app.citizen.apply.steps import check_of, first_open
from requests_app.citizen.apply.summary import RETURN
from requests_app.citizen.apply.visit import Visit, open_visit, sent_draft
from requests_app.citizen.limited import too_many
from requests_app.operations.documents import DocumentRefused, copy_documents
from requests_app.operations.drafts import save_answers, start_draft
from requests_app.operations.limits import TooMany
from requests_app.operations.submission import DraftGone
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.linked import card_answers, changes_on_the_card, family_answers

STAYS = frozenset({"KTP_LAMA", "F_1_07"})
"""What the family card's photos cannot stand in for: the old KTP-el, and the power of attorney, which has its own."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def family_first(request: HttpRequest) -> HttpResponse:
    """Why the family card comes first; POST begins its form with what the KTP-el's already knows."""
    card = open_visit(request, Service.KTP_EL)
    if request.method != "POST":
        return render(request, "citizen/apply/family_first.html", {"service": Service.KTP_EL})
    return _go_on(open_visit(request, Service.KK), family_answers(card.answers))


@never_cache
@require_POST
def card_too(request: HttpRequest) -> HttpResponse:
    """From the receipt of a changed family card: the KTP-el that follows it, with answers and photos of there."""
    visit = open_visit(request, Service.KTP_EL)
    sent = sent_draft(request, Service.KK, visit.now)
    family = sent.application if sent else None
    if family is None or not leads_to_a_card(family.reason, family.answers):
        return redirect("apply_receipt", Service.KK)
    answer = _go_on(visit, card_answers(family.answers) | {"depends_on": family.pk})
    if visit.answers.get("depends_on") == family.pk:
        with suppress(DocumentRefused, DraftGone):
            _copy_photos(visit, family.pk)
        return redirect(_straight_on(visit))
    return answer


def leads_to_a_card(reason: str, answers: Mapping[str, Any]) -> bool:
    """Whether something changes that a KTP-el shows too."""
    return reason == Reason.PERUBAHAN_ELEMEN_DATA and bool(changes_on_the_card(answers))


def _go_on(visit: Visit, answers: Mapping[str, Any]) -> HttpResponse:
    """To the first open page of a draft with these answers; another draft of the service is never mixed with them."""
    if visit.draft is not None and not _is_about(visit.draft.answers, answers):
        text = gettext("Anda punya draf lain untuk layanan ini. Kirim atau hapus draf itu dulu, lalu coba lagi.")
        messages.warning(visit.request, text)
        return redirect("apply", visit.service)
    try:
        _take_over(visit, answers)
    except TooMany as refusal:
        return too_many(visit.request, refusal, now=visit.now)
    except DraftGone:
        return redirect("apply", visit.service)
    return redirect(_straight_on(visit))


def _straight_on(visit: Visit) -> str:
    """The first page that asks something, and from there to the check page."""
    missing = first_open(visit)
    return missing.address + RETURN if missing else check_of(visit.service).address


def _is_about(draft: Mapping[str, Any], answers: Mapping[str, Any]) -> bool:
    return all(draft.get(key) in (None, answers.get(key)) for key in ("reason", "nik"))


def _take_over(visit: Visit, answers: Mapping[str, Any]) -> None:
    if visit.draft is None:
        count_start(visit.request, visit.now)
        visit.keep(start_draft(service=visit.service, now=visit.now, answers=answers))
    else:
        visit.keep(save_answers(draft_id=visit.draft.pk, answers=answers, replaces=answers, now=visit.now))


def _copy_photos(visit: Visit, family_id: int) -> None:
    """The proof of the change is a proof of each changed element; the power of attorney stays what it is."""
    assert visit.draft is not None
    needed = {requirement.document_code for requirement in visit.needed_files()}
    codes = {"BUKTI_PERUBAHAN": needed - STAYS, "F_1_07": needed & {"F_1_07"}}
    copy_documents(application_id=family_id, draft_id=visit.draft.pk, codes=codes, now=visit.now)
    visit.forget()
