"""The receipt: the number, the promised moment, what happens next; as a page, a PDF, a picture, a message to share."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.citizen.apply.device import is_shared
from requests_app.citizen.apply.linked import leads_to_a_card
from requests_app.citizen.apply.visit import other_drafts, sent_draft, settle
from requests_app.citizen.write_to_us import keep_number_link
from requests_app.clock import database_now
from requests_app.models import Draft
from requests_app.receipts.image import receipt_image
from requests_app.receipts.receipt import Receipt, receipt_of
from requests_app.receipts.sheet import receipt_pdf
from requests_app.rules.catalogue import Service


@never_cache
@require_safe
def show(request: HttpRequest, service: Service) -> HttpResponse:
    """The receipt of what this session sent last, for seven days."""
    now = database_now()
    draft = sent_draft(request, service, now)
    if draft is None:
        return redirect("apply", service)
    settle(request, draft)
    application = draft.application
    assert application is not None
    context = {
        "receipt": receipt_of(draft),
        "until": draft.expires_at,
        "keep": not is_shared(request),
        "other_drafts": other_drafts(request, service),
        "card_too": _offers_a_card(request, draft, now),
        "keep_number": keep_number_link(application.pk, application.number, now),
    }
    return render(request, "citizen/apply/receipt.html", context)


def _offers_a_card(request: HttpRequest, draft: Draft, now: datetime) -> bool:
    """Whether a KTP-el follows from this change of a family card, and this session has not applied for it yet."""
    family = draft.application
    assert family is not None
    if not leads_to_a_card(family.reason, family.answers):
        return False
    card = sent_draft(request, Service.KTP_EL, now)
    return card is None or card.application is None or card.application.depends_on_id != family.pk


@never_cache
@require_safe
def download(request: HttpRequest, service: Service) -> HttpResponse:
    """The same as a PDF on one small sheet."""
    draft = sent_draft(request, service, database_now())
    return as_pdf(receipt_of(draft)) if draft else redirect("apply", service)


@never_cache
@require_safe
def picture(request: HttpRequest, service: Service) -> HttpResponse:
    """The same as a picture, without the secret: pictures are passed on."""
    draft = sent_draft(request, service, database_now())
    return as_picture(receipt_of(draft)) if draft else redirect("apply", service)


def as_pdf(receipt: Receipt) -> HttpResponse:
    """The PDF as a file to keep."""
    return _file(receipt_pdf(receipt), "application/pdf", f"bukti-{receipt.number}.pdf")


def as_picture(receipt: Receipt) -> HttpResponse:
    """The picture as a file to keep."""
    return _file(receipt_image(receipt), "image/png", f"bukti-{receipt.number}.png")


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
