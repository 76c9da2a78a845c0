"""One office's page: where it is, when it is open, its official number, and how busy the coming days are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from requests_app import language
from requests_app.citizen.pages.views import fresh
from requests_app.queries.visits import DayLoad
from requests_app.queries.zones import ClosedTime, office_page
from requests_app.rules.dates import to_wib
from requests_app.rules.visits import VISIT_SERVICES

CALM = 0.5
"""Up to this share of its places taken a day is a quiet one."""
WEEK = range(1, 8)


@dataclass(frozen=True)
class BusyDay:
    """A coming day as it is drawn: a bar, a word, and the figures."""

    day: str
    load: DayLoad
    word: str
    tone: str


@require_safe
@fresh
def zone(request: HttpRequest, zone: str) -> HttpResponse:
    """The page of an office at work; 404 for any other code."""
    page = office_page(zone)
    if page is None:
        raise Http404
    here = page.office.zone
    context = {
        "office": page.office,
        "zone": here,
        "hours": hours_by_day(here.weekly_hours),
        "services": [language.say(VISIT_SERVICES[code]) for code in here.services if code in VISIT_SERVICES],
        "closed": [(closed_when(closed), closed.reason) for closed in page.closed],
        "days": [busy_day(load) for load in page.loads],
    }
    return render(request, "citizen/zone.html", context)


def hours_by_day(intervals: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Monday to Sunday, each with its hours or nothing: `Jumat`, `08.00–11.30, 13.30–15.00`."""
    spans: dict[int, list[str]] = {number: [] for number in WEEK}
    for interval in sorted(intervals, key=lambda interval: (interval["day"], interval["from"])):
        spans[interval["day"]].append(language.span(interval["from"], interval["to"]))
    return [(language.weekday(number), ", ".join(spans[number])) for number in WEEK]


def closed_when(closed: ClosedTime) -> str:
    """A day, some days, or from a moment to another."""
    if closed.starts_at is None or closed.ends_at is None:
        return language.long_day(closed.day)
    first, last = to_wib(closed.starts_at), to_wib(closed.ends_at - timedelta(seconds=1))
    one_day = first.date() == last.date()
    if _is_midnight(first) and _is_midnight(to_wib(closed.ends_at)):
        begin, end = language.long_day(first.date()), language.long_day(last.date())
    elif one_day:
        begin, end = language.moment(closed.starts_at), language.time(closed.ends_at)
    else:
        begin, end = language.moment(closed.starts_at), language.moment(closed.ends_at)
    return begin if begin == end else _("{begin} sampai {end}").format(begin=begin, end=end)


def busy_day(load: DayLoad) -> BusyDay:
    """The word beside the bar; a closed day has none."""
    day = language.long_day(load.day)
    if not load.capacity:
        return BusyDay(day, load, "", "")
    if not load.free:
        return BusyDay(day, load, _("penuh"), "bad")
    if load.booked <= CALM * load.capacity:
        return BusyDay(day, load, _("lengang"), "good")
    return BusyDay(day, load, _("cukup ramai"), "warn")


def _is_midnight(at: datetime) -> bool:
    return (at.hour, at.minute) == (0, 0)
