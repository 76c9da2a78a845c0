"""The owner's suket, after the proof: the sheet to keep, and renewing it from the sofa."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from requests_app import language
from requests_app.citizen.track.access import Access, after_proof, page_of
from requests_app.operations.actors import CITIZEN
from requests_app.operations.steps import NotNow
from requests_app.operations.sukets import renew_suket
from requests_app.picture_response import sheet_response
from requests_app.queries.sukets import suket_facts
from requests_app.receipts.suket import suket_pdf


@require_safe
@after_proof
def download(request: HttpRequest, access: Access) -> HttpResponse:
    """The sheet, made now; without a suket back to the page, which says why."""
    facts = suket_facts(access.application_id)
    return sheet_response(suket_pdf(facts), f"suket-{access.number}.pdf") if facts else page_of(access)


@require_POST
@after_proof
def renew(request: HttpRequest, access: Access) -> HttpResponse:
    """A new one in place of the one that is nearly or already over."""
    try:
        done = renew_suket(application_id=access.application_id, actor=CITIZEN, now=access.now)
    except NotNow as refusal:
        messages.error(request, _(str(refusal)))
    else:
        day = language.day(done.expires_on)
        messages.success(
            request, _("Surat keterangan {number} berlaku sampai {day}.").format(number=done.number, day=day)
        )
    return page_of(access)
