"""Which zone's desk: an officer of one zone goes straight to it, others choose."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from requests_app.queries.desk import zones_of
from requests_app.queries.inbox import waiting_count, zones_read_by
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest


@require_safe
@staff_page("desk")
def desk_home(request: StaffRequest) -> HttpResponse:
    """The list of the officer's zones, or straight to the only one."""
    zones = list(zones_of(request.user))
    if len(zones) == 1:
        return redirect("desk_today", zones[0].code)
    waiting = waiting_count(zones_read_by(request.user))
    return render_staff(request, "zone_desk/home.html", {"zones": zones, "waiting": waiting})
