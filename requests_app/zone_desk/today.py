"""The desk's day."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from requests_app.models import Zone
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, render_desk


@require_safe
@desk_page("desk")
def today(request: StaffRequest, zone: Zone) -> HttpResponse:
    """Who comes, waits and is served today."""
    return render_desk(request, zone, "zone_desk/today.html")
