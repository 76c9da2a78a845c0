"""What somebody who was registered takes along: the queue number, the receipt, and how the answer comes."""

import uuid
from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from requests_app.models import Draft, Visit, Zone
from requests_app.queries.walk_ins import walk_in_of
from requests_app.receipts.receipt import Receipt, receipt_of
from requests_app.receipts.sheet import receipt_pdf
from requests_app.rules.roles import may
from requests_app.rules.statuses import Status
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, render_desk
from requests_app.zone_desk.walk_in_drafts import held_draft


@require_safe
@desk_page("register_walk_in")
def show(request: StaffRequest, zone: Zone, draft_id: uuid.UUID) -> HttpResponse:
    """The number large, the receipt to print, and what the clerk does next."""
    draft = held_draft(request, zone, draft_id)
    if draft is not None and draft.application is None:
        return redirect("walk_in_register", zone.code, draft.pk)
    visit, receipt = _receipt(draft)
    application = visit.services.select_related("application").get(application=draft.application).application  # type: ignore[union-attr]
    mine = application.zone_id == zone.pk
    context = {
        "draft": draft,
        "application": application,
        "visit": visit,
        "receipt": receipt,
        "may_review": mine and may(request.user.role, "take_next") and application.status == Status.SUBMITTED,
        "is_mine": mine,
    }
    return render_desk(request, zone, "zone_desk/walk_in_receipt.html", context)


@require_safe
@desk_page("register_walk_in")
def download(request: StaffRequest, zone: Zone, draft_id: uuid.UUID) -> HttpResponse:
    """Number and receipt on one small sheet."""
    _visit, receipt = _receipt(held_draft(request, zone, draft_id))
    name = f"bukti-{receipt.number}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return HttpResponse(receipt_pdf(receipt), content_type="application/pdf", headers=headers)


def _receipt(draft: Draft | None) -> tuple[Visit, Receipt]:
    """Raises Http404 for a form that was not sent."""
    visit = walk_in_of(draft.application) if draft is not None and draft.application is not None else None
    if draft is None or visit is None:
        raise Http404
    return visit, replace(receipt_of(draft), queue=visit.number, desk=visit.zone.name)
