"""What anybody may read before applying: documents by need, how fast answers come, notices of service, sent messages.

What every visitor reads alike is kept in the process for a while, so that a busy day costs no more than a quiet one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.core.cache import cache
from django.db import connection
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from requests_app.clock import database_now
from requests_app.models import Notice, NoticeAttempt, Requirement, ServiceNotice, ZoneCoverage
from requests_app.rules.catalogue import EVERY_REASON
from requests_app.rules.dates import local_date, start_of_day

WINDOW = timedelta(days=28)
# An answer of the window may belong to an application from before it.
LOOK_BACK = WINDOW + timedelta(days=14)
ENOUGH = 20
PACE, PACE_KEPT_S = "pace", 300
BANNERS, BANNERS_KEPT_S = "service_notices", 10

# What is overdue and still unanswered counts with its waiting so far: a backlog must not flatter the figures.
FIRST_ANSWERS = """
SELECT count(*) FILTER (WHERE counts),
       percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY waited) FILTER (WHERE counts),
       count(*) FILTER (WHERE started_at >= %(today)s)
FROM (
  SELECT started_at, coalesce(answer, %(now)s) - started_at AS waited,
         answer BETWEEN %(since)s AND %(now)s OR (answer IS NULL AND due_at < %(now)s) AS counts
  FROM (
    SELECT started_at, due_at, outcome, coalesce(told_at, answered_at) AS answer FROM requests_app_promise
    WHERE started_at >= %(look_back)s AND started_at <= %(now)s AND round = 1
  ) AS first
  WHERE outcome <> 'void'
) AS judged
"""
# A call whose outcome nobody saw may have reached the person.
MAY_HAVE_LEFT = ("", "unknown", "accepted")


@dataclass(frozen=True)
class Pace:
    """First answers of the last 28 days: how many, and within what time half and nine tenths came.

    The times are None when too few came to say anything. `today` is how many applications came in since 00.00 WIB.
    """

    answers: int
    half: timedelta | None
    most: timedelta | None
    today: int


def first_answers(now: datetime) -> Pace:
    """How fast the office answers, in one query over the last six weeks (index promises_by_start)."""
    moments = {
        "now": now,
        "since": now - WINDOW,
        "look_back": now - LOOK_BACK,
        "today": start_of_day(local_date(now)),
    }
    with connection.cursor() as cursor:
        cursor.execute(FIRST_ANSWERS, moments)
        answers, times, today = cursor.fetchone()
    half, most = times if answers >= ENOUGH else (None, None)
    return Pace(answers, half, most, today)


def pace() -> Pace:
    """The same, up to five minutes old."""
    return cast(Pace, cache.get_or_set(PACE, lambda: first_answers(database_now()), PACE_KEPT_S))


@dataclass(frozen=True)
class Banner:
    """A notice of service as it stands above the pages."""

    text: str
    tone: str
    label: str
    on_start_only: bool


def current_banners(now: datetime) -> Sequence[Banner]:
    """What the office tells everybody at `now`, the newest first."""
    rows = ServiceNotice.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return [Banner(row.text, row.tone, row.get_tone_display(), row.shown_on == "start") for row in rows]


def banners() -> Sequence[Banner]:
    """The same, up to ten seconds old: no page asks the database for it."""
    kept = cache.get_or_set(BANNERS, lambda: current_banners(database_now()), BANNERS_KEPT_S)
    return cast(Sequence[Banner], kept)


def listed_requirements(service: str, reason: str) -> list[Requirement]:
    """The office's list for one service and reason, with what every reason of the service asks, in its order."""
    rows = Requirement.objects.filter(service=service, reason__in=[reason, EVERY_REASON])
    return list(rows.order_by("position", "pk"))


def coverage_of(kelurahan: str, day: date) -> ZoneCoverage | None:
    """The office that serves a kelurahan on a day (WIB), with the kelurahan's name; None for an unknown code."""
    rows = ZoneCoverage.objects.filter(kelurahan_id=kelurahan, valid__contains=day)
    return rows.select_related("zone", "kelurahan__kecamatan").first()


@dataclass(frozen=True)
class SentMessage:
    """What may be told of a message to whoever holds its code: nothing about a person or an application."""

    purpose: str
    channel: str
    zone: str
    number: str
    sent_at: datetime


def message_by_code(code: str) -> SentMessage | None:
    """The message with this code, if it left the building or may have. One query, whether there is one or not."""
    attempts = NoticeAttempt.objects.filter(notice=OuterRef("pk"), outcome__in=MAY_HAVE_LEFT).order_by("attempt")
    left = Coalesce("sent_at", "accepted_at", "delivered_at", Subquery(attempts.values("started_at")[:1]))
    rows = Notice.objects.filter(check_code=code).annotate(left=left)
    row = rows.values_list("purpose", "channel", "zone__name", "zone__whatsapp_number", "left").first()
    return SentMessage(*row) if row and row[-1] is not None else None
