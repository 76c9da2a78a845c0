"""The invitation as files to keep: a sheet to print, and an entry for the phone's calendar."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from requests_app.citizen.invitation.calendar import calendar_file
from requests_app.citizen.invitation.opening import with_invitation
from requests_app.citizen.invitation.paper import invitation_pdf
from requests_app.queries.invitations import Invitation


@with_invitation
def as_pdf(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """A sheet with everything that is needed on the way and at the desk."""
    return _file(invitation, lambda: invitation_pdf(invitation), "application/pdf", "pdf")


@with_invitation
def as_calendar(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """An entry with a reminder."""
    return _file(invitation, lambda: calendar_file(invitation, now=now).encode(), "text/calendar; charset=utf-8", "ics")


def _file(invitation: Invitation, made: Callable[[], bytes], content_type: str, ending: str) -> HttpResponse:
    """Only while the household is awaited; afterwards the page says what has become of the visit."""
    if not invitation.coming:
        return redirect("invitation", code=invitation.code)
    name = f"undangan-{invitation.visit.day:%Y-%m-%d}-{invitation.visit.number}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made(), content_type=content_type, headers=headers)
