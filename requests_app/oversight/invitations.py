"""Invitations that wait: nobody is invited from another zone's number, so what waits stands here in plain sight."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from requests_app.oversight.pages import render_oversight
from requests_app.queries.held_invitations import waiting_page, waits_by_zone
from requests_app.rules.visits import SCHEDULE_WITHIN
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_safe
@staff_page("oversee")
def waiting_invitations(request: StaffRequest) -> HttpResponse:
    """Zone by zone how many wait and why; below it who, the longest waiting first, of all zones or of one."""
    zones = waits_by_zone(request.now)
    code = request.GET.get("zona", "")
    chosen = next((row.zone for row in zones if row.zone.code.casefold() == code.casefold()), None)
    context = {
        "zones": zones,
        "chosen": chosen,
        "page": waiting_page(request.GET.get("dari", ""), zone=chosen.code if chosen else ""),
        "total": sum(row.total for row in zones),
        "late": sum(row.late for row in zones),
        "within": SCHEDULE_WITHIN,
    }
    return render_oversight(request, "oversight/invitations.html", context)
