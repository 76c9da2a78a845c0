"""The satisfaction survey as it is read: may somebody answer, what people said together, and what they wrote."""

from collections import Counter, defaultdict
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
from requests_app.rules.survey import ELEMENTS, ENOUGH, FINISHED, Result, result_of

MONTHS = 12
KEPT, KEPT_S = "satisfaction", 300

# In one pass over a year (index surveys_by_time); its few hundred rows are added up here in three ways.
SUMS = """
SELECT service, zone_id, date_trunc('month', answered_at AT TIME ZONE 'Asia/Jakarta')::date AS month, count(*),
       ARRAY[sum(answers[1]), sum(answers[2]), sum(answers[3]), sum(answers[4]), sum(answers[5]), sum(answers[6]),
             sum(answers[7]), sum(answers[8]), sum(answers[9])]
FROM requests_app_survey WHERE answered_at >= %(since)s AND answered_at <= %(now)s
GROUP BY service, zone_id, month
"""


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


class _Tally:
    """Sums of answers by whatever they are counted for."""

    def __init__(self) -> None:
        self.respondents: Counter[object] = Counter()
        self.sums: dict[object, list[int]] = defaultdict(lambda: [0] * len(ELEMENTS))

    def add(self, key: object, respondents: int, sums: Sequence[int]) -> None:
        """So many more people."""
        self.respondents[key] += respondents
        self.sums[key] = [before + more for before, more in zip(self.sums[key], sums, strict=True)]

    def result(self, key: object) -> Result | None:
        """None while fewer than five people answered."""
        enough = self.respondents[key] >= ENOUGH
        return result_of(self.sums[key], self.respondents[key]) if enough else None


def satisfaction_at(now: datetime) -> Satisfaction:
    """Two queries."""
    months, tally = _months(local_date(now)), _Tally()
    with connection.cursor() as cursor:
        cursor.execute(SUMS, {"since": start_of_day(months[0]), "now": now})
        for service, zone, month, respondents, sums in cursor.fetchall():
            for key in (None, ("service", service), ("zone", zone), ("month", month)):
                tally.add(key, respondents, sums)
    zones = Zone.objects.filter(is_active=True).values_list("pk", "name")
    return Satisfaction(
        since=months[0],
        overall=tally.result(None),
        services={service: tally.result(("service", service.value)) for service in Service},
        zones=[(name, tally.result(("zone", pk))) for pk, name in zones],
        months={month: tally.result(("month", month)) for month in months},
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
