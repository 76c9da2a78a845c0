"""The page of an invitation. Looking at it changes nothing, so the preview of a link in a message is harmless."""

from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from requests_app.citizen.invitation.opening import with_invitation
from requests_app.citizen.invitation.standing import standing
from requests_app.queries.invitations import Invitation


@with_invitation
def show(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """Where, when, for what, what to bring, and the answer that we wait for."""
    if request.method == "POST":
        return redirect("invitation", code=invitation.code)
    return invitation_page(request, invitation, now)


def invitation_page(request: HttpRequest, invitation: Invitation, now: datetime, *, status: int = 200) -> HttpResponse:
    """The same with another status, when what was asked cannot be done."""
    context = {
        "invitation": invitation,
        "visit": invitation.visit,
        "zone": invitation.visit.zone,
        "standing": standing(invitation, now=now),
        "qr": qr_picture(invitation) if invitation.coming else "",
        "refused": status != 200,
    }
    return render(request, "citizen/invitation/page.html", context, status=status)


def address_of(invitation: Invitation) -> str:
    """Where this invitation is opened: what its QR code holds, and nothing else."""
    return f"{settings.PUBLIC_URL}/undangan/{invitation.code}/"


def qr_picture(invitation: Invitation) -> str:
    """The QR code that the desk scans, as the address of a picture."""
    return segno.make(address_of(invitation), error="m").svg_data_uri(scale=4, border=1)
