"""What the page of messages sent by hand shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from requests_app.models import Notice, NoticeAttempt, Officer, Zone
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.hand import SENT, UNDO, UNDONE, UNREACHABLE

LISTED = 50


@dataclass(frozen=True)
class Day:
    """Today's work of one zone's phone (WIB): `done` of `total` messages."""

    done: int
    waiting: int

    @property
    def total(self) -> int:
        """What was to be sent today, as far as is known now."""
        return self.done + self.waiting


def _of_today(zone: Zone, now: datetime) -> QuerySet[NoticeAttempt]:
    """What was recorded today and stands; index attempts_by_hand."""
    recorded = NoticeAttempt.objects.filter(started_at__gte=start_of_day(local_date(now)), officer__isnull=False)
    return recorded.filter(notice__zone=zone, outcome__in=[SENT, UNREACHABLE])


def day_of(zone: Zone, now: datetime) -> Day:
    """How far today's work is."""
    done = _of_today(zone, now).values("notice").distinct().count()
    return Day(done=done, waiting=Notice.by_hand(zone, now).count())


def sent_today(zone: Zone, now: datetime) -> Sequence[NoticeAttempt]:
    """The latest of today: what, to whose application, by whom, when, from which number. No phone is read."""
    rows = _of_today(zone, now).select_related("notice__application", "officer")
    return list(
        rows.only(
            "started_at", "outcome", "code", "sender", "attempt", "officer__username", "officer__first_name",
            "officer__last_name", "notice__purpose", "notice__application__number", "notice__application__name",
        ).order_by("-started_at", "-pk")[:LISTED]
    )  # fmt: skip


def undoable(zone: Zone, officer: Officer, now: datetime) -> NoticeAttempt | None:
    """What this clerk recorded within the last minute, if nothing was recorded after it by the same clerk."""
    mine = NoticeAttempt.objects.filter(officer=officer, started_at__gt=now - UNDO, notice__zone=zone)
    last = mine.exclude(outcome=UNDONE).select_related("notice__application").order_by("-started_at", "-pk").first()
    return last if last is not None and last.notice.state in ("sent", "failed") else None


def held_for_a_number(zone: Zone) -> int:
    """Messages about visits that wait in plain sight because this zone has no number."""
    return Notice.objects.filter(zone=zone, state="held", error_code="no_number").count()
