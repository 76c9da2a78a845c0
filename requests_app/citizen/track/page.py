"""The page of one application: its stage for whoever knows the number, everything after the proof."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from requests_app.citizen.apply.receipt import as_pdf, as_picture
from requests_app.citizen.track.access import Access, after_look_up, after_proof
from requests_app.citizen.track.next_step import next_step
from requests_app.citizen.track.pickup import qr_of
from requests_app.citizen.track.send_proof import is_offered
from requests_app.citizen.write_to_us import keep_number_link
from requests_app.operations.followup import record_answer_shown
from requests_app.queries import track
from requests_app.queries.stage import stage
from requests_app.receipts.receipt import receipt_of
from requests_app.rules.routes import WHATSAPP
from requests_app.rules.statuses import OPEN_STATUSES


@require_safe
@after_look_up
def show(request: HttpRequest, access: Access) -> HttpResponse:
    """Stage and dates; after the proof also the answer, the history, the messages, and what can be done."""
    if not access.proven:
        shown = stage(access.application_id, now=access.now)
        by_sending = shown.contact == WHATSAPP and is_offered(request, access)
        context = {"stage": shown, "next": next_step(shown), "now": access.now, "by_sending": by_sending}
        return render(request, "citizen/track/stage.html", context)
    detail = track.detail(access.application_id, now=access.now)
    following = next_step(detail.stage, detail)
    context = {"detail": detail, "stage": detail.stage, "next": following, "now": access.now}
    if detail.pickup is not None and detail.pickup.is_there:
        context["qr"] = qr_of(detail.pickup.code)
    if detail.stage.contact == WHATSAPP and detail.stage.status in OPEN_STATUSES:
        context["keep_number"] = keep_number_link(access.application_id, access.number, access.now)
    response = render(request, "citizen/track/detail.html", context)
    if detail.unseen and _is_looked_at(request):
        record_answer_shown(application_id=access.application_id, now=access.now)
    return response


@require_safe
@after_proof
def receipt(request: HttpRequest, access: Access) -> HttpResponse:
    """The receipt again. The secret of whoever gave no contact is not on it: it was shown once."""
    draft = track.for_receipt(access.application_id)
    return render(request, "citizen/track/receipt.html", {"receipt": receipt_of(draft), "number": access.number})


@require_safe
@after_proof
def receipt_as_pdf(request: HttpRequest, access: Access) -> HttpResponse:
    """The same as a PDF on one small sheet."""
    return as_pdf(receipt_of(track.for_receipt(access.application_id)))


@require_safe
@after_proof
def receipt_as_picture(request: HttpRequest, access: Access) -> HttpResponse:
    """The same as a picture."""
    return as_picture(receipt_of(track.for_receipt(access.application_id)))


def _is_looked_at(request: HttpRequest) -> bool:
    """A person opened the page: no HEAD, and no browser that fetches ahead of a tap."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and not any(word in purpose for word in ("prefetch", "prerender", "preview"))
