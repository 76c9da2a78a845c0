"""Choosing a slot from the tracking page, after the proof: an approved application that no visit serves."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from requests_app.citizen.invitation.schedule import book
from requests_app.citizen.track.access import Access, after_proof, page_of
from requests_app.queries import track


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def book_page(request: HttpRequest, access: Access) -> HttpResponse:
    """The free slots of its office; a press takes one and leads to the invitation."""
    back = ("track_application", access.number)
    if request.method != "POST" and not track.detail(access.application_id, now=access.now).may_book:
        return page_of(access)
    return book(request, access.application_id, access.now, back=back)
