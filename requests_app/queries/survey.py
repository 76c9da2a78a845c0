"""The satisfaction survey as it is read: may somebody answer, what people said together, and what they wrote."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.core.cache import cache
from django.db import connection

from requests_app.clock import database_now
from requests_app.models import Application, Survey, Zone
from requests_app.queries.paging import Page, keyset_page
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.survey import ENOUGH, FINISHED, Result, result_of

MONTHS = 12
KEPT, KEPT_S = "satisfaction", 300

# Everything that the page shows, in one pass over a year (index surveys_by_time).
SUMS = """
SELECT service, zone_id, month, GROUPING(service, zone_id, month), count(*),
       ARRAY[sum(answers[1]), sum(answers[2]), sum(answers[3]), sum(answers[4]), sum(answers[5]), sum(answers[6]),
             sum(answers[7]), sum(answers[8]), sum(answers[9])]
FROM (
  SELECT service, zone_id, answers, date_trunc('month', answered_at AT TIME ZONE 'Asia/Jakarta')::date AS month
  FROM requests_app_survey WHERE answered_at >= %(since)s AND answered_at <= %(now)s
) AS answered
GROUP BY GROUPING SETS ((), (service), (zone_id), (month))
"""
OVERALL, BY_SERVICE, BY_ZONE, BY_MONTH = 0b111, 0b011, 0b101, 0b110
"""GROUPING has a bit for each column that a row is not grouped by."""


@dataclass(frozen=True)
class Ask:
    """Whether an application can be judged: its service; `finished`; and when it was, None before."""

    service: Service
    finished: bool
    answered_at: datetime | None


def ask(application_id: int) -> Ask:
    """One query."""
    rows = Application.objects.filter(pk=application_id)
    service, status, answered_at = rows.values_list("service", "status", "survey__answered_at").get()
    return Ask(Service(service), status in FINISHED, answered_at)


@dataclass(frozen=True)
class Satisfaction:
    """What people said from the first of a month (WIB) on; the last of the `months` is still running.

    None stands where fewer than five people answered. `zones` are the active ones by name.
    """

    since: date
    overall: Result | None
    services: Mapping[Service, Result | None]
    zones: Sequence[tuple[str, Result | None]]
    months: Mapping[date, Result | None]


def satisfaction_at(now: datetime) -> Satisfaction:
    """Two queries."""
    months = _months(local_date(now))
    found: dict[tuple[int, object], Result | None] = {}
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {"since": start_of_day(months[0]), "now": now})
        for service, zone, month, grouping, respondents, sums in cursor.fetchall():
            key = {BY_SERVICE: service, BY_ZONE: zone, BY_MONTH: month}.get(grouping)
            found[grouping, key] = result_of(sums, respondents) if respondents >= ENOUGH else None
    zones = Zone.objects.filter(is_active=True).values_list("pk", "name")
    return Satisfaction(
        since=months[0],
        overall=found.get((OVERALL, None)),
        services={service: found.get((BY_SERVICE, service.value)) for service in Service},
        zones=[(name, found.get((BY_ZONE, pk))) for pk, name in zones],
        months={month: found.get((BY_MONTH, month)) for month in months},
    )


def satisfaction() -> Satisfaction:
    """The same, up to five minutes old."""
    return cast(Satisfaction, cache.get_or_set(KEPT, lambda: satisfaction_at(database_now()), KEPT_S))


def _months(today: date) -> list[date]:
    """The first days of the last twelve months, this one among them."""
    count = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(count - MONTHS + 1, count + 1)]


def words_page(cursor: str) -> Page[Survey]:
    """What people wrote, the newest first; opened here, and nothing that names an application is read."""
    found = Survey.objects.exclude(words=b"").select_related("zone")
    return keyset_page(found.only("service", "zone__name", "answers", "words", "answered_at"), "answered_at", cursor)
