"""The household's answer: it comes, or it cannot come."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.invitation.opening import with_invitation
from requests_app.citizen.invitation.page import invitation_page
from requests_app.operations.actors import CITIZEN
from requests_app.operations.steps import NotNow
from requests_app.operations.visits import cancel_visit, confirm_visit, find_visit
from requests_app.queries.invitations import Invitation, invitation_of
from requests_app.rules.visits import VisitState


@with_invitation
def confirm(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """`Saya datang`; a second press changes nothing and says the same."""
    if request.method == "POST":
        try:
            visit = confirm_visit(visit_id=invitation.visit.pk, now=now, actor=CITIZEN)
        except NotNow:
            return moved_on(request, invitation, now)
        said = _("Terima kasih. Kami menunggu Anda {moment}, nomor antrean {number}.")
        messages.success(request, said.format(moment=language.moment(visit.starts_at), number=visit.number))
    return redirect("invitation", code=invitation.code)


@with_invitation
def cancel(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """`Tidak bisa datang`: asks once more, says what happens then."""
    if request.method != "POST":
        if not invitation.coming or invitation.visit.starts_at <= now:
            return redirect("invitation", code=invitation.code)
        return render(request, "citizen/invitation/cancel.html", {"invitation": invitation, "visit": invitation.visit})
    try:
        cancel_visit(visit_id=invitation.visit.pk, now=now, actor=CITIZEN)
    except NotNow:
        if invitation.visit.state != VisitState.CANCELLED:  # else the button was pressed twice
            return moved_on(request, invitation, now)
    messages.success(request, _("Kunjungan sudah dibatalkan. Tempat Anda kami berikan kepada orang lain."))
    return redirect("invitation", code=invitation.code)


def moved_on(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    """What was asked cannot be done any more (409): the invitation as it stands now says why."""
    visit = find_visit(invitation.code)
    return invitation_page(request, invitation_of(visit) if visit else invitation, now, status=409)
