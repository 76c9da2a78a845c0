"""The desk's day: who is served, waits and is expected; the next one is called, and somebody is looked up."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import Zone
from requests_app.operations import desk as at_desk
from requests_app.queries.desk import DAYS_AHEAD, DAYS_BACK, DayAtDesk, Room, day_of, days_with_visits, left_over
from requests_app.rules.dates import format_day_long, local_date
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, own_desk, remember_desk, render_desk


@desk_page("desk")
@require_safe
def today(request: StaffRequest, zone: Zone) -> HttpResponse:
    """One day's lists; today's are kept fresh by a script, which asks for them alone (`lists`)."""
    day, now_day = _chosen_day(request), local_date(request.now)
    found = day_of(zone, day)
    html, tag = _drawn(zone, found, now_day)
    desk = own_desk(request, zone)
    context = {
        "lists": mark_safe(html),  # noqa: S308 (our own template, made just now)
        "tag": tag,
        "day": day,
        "is_today": day == now_day,
        "days": [(d, _day_label(d, now_day), count) for d, count in days_with_visits(zone, now_day)],
        "left_over": left_over(zone, now_day),
        "desks": range(1, zone.desks + 1),
        "own_desk": desk,
        "serving": next((row.visit for row in found.at_desks if row.visit.desk == desk), None),
    }
    return render_desk(request, zone, "zone_desk/today.html", context)


@desk_page("desk")
@require_safe
def lists(request: StaffRequest, zone: Zone) -> HttpResponse:
    """Today's lists alone; 304 while nothing changed."""
    today = local_date(request.now)
    html, tag = _drawn(zone, day_of(zone, today), today)
    if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(html, headers={"ETag": tag})


@desk_page("desk")
@require_POST
def call_next(request: StaffRequest, zone: Zone) -> HttpResponse:
    """The next one to this desk, which is remembered; a desk that still serves somebody goes on with them."""
    number = remember_desk(request, zone, request.POST.get("desk", ""))
    visit = at_desk.call_next(zone=zone, desk=number, now=request.now)
    if visit is None:
        messages.info(request, "Belum ada yang menunggu.")
        return redirect("desk_today", zone.code)
    return redirect("desk_visit", zone.code, visit.pk)


def _drawn(zone: Zone, found: DayAtDesk, today: date) -> tuple[str, str]:
    """The lists as they stand on the page, and their tag."""
    context: dict[str, Any] = {
        "zone": zone,
        "found": found,
        "is_today": found.day == today,
        "room": Room(found.inside, zone.room_capacity),
    }
    html = render_to_string("zone_desk/_lists.html", context)
    return html, f'"{sha256(html.encode()).hexdigest()[:24]}"'


def _chosen_day(request: StaffRequest) -> date:
    """The day asked for, within a week back and four weeks ahead; else today (WIB)."""
    today = local_date(request.now)
    try:
        day = date.fromisoformat(request.GET.get("hari", ""))
    except ValueError:
        return today
    return day if today - timedelta(days=DAYS_BACK) <= day <= today + timedelta(days=DAYS_AHEAD) else today


def _day_label(day: date, today: date) -> str:
    words = {0: "Hari ini", 1: "Besok", -1: "Kemarin"}
    return words.get((day - today).days) or format_day_long(day)
