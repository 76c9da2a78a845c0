"""What monitoring asks: is everything there, and how much is owed."""

import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count

from requests_app.clock import database_now
from requests_app.files.store import FileStore
from requests_app.models import Application, CallTask, Notice, Promise, Report, SweepState, WebhookEvent, Zone
from requests_app.queries.forecast import blank_line
from requests_app.queries.kept_figures import kept_month
from requests_app.queries.notice_figures import DAY, Figures, Line, Period, count_states, load_figures
from requests_app.queries.notice_situation import Situation, backlog_by_way, load_situation
from requests_app.rules.notice_health import CONDITION_WORDS
from requests_app.rules.routes import HAND
from requests_app.rules.statuses import Status
from requests_app.vault.keyring import field_keys

STALE_AFTER = timedelta(minutes=3)
BROKER_PATIENCE_S = 0.3


@dataclass(frozen=True)
class Readiness:
    """`parts`: name → "ok" or what is wrong. Broker, worker and beat away only degrade."""

    parts: dict[str, str]

    @property
    def can_serve(self) -> bool:
        return self.parts["database"] == "ok" and self.parts["documents"] == "ok"

    def as_dict(self) -> dict[str, Any]:
        """{"status": ready | degraded | unavailable, "parts": {…}}"""
        fine = all(value == "ok" for value in self.parts.values())
        return {"status": "ready" if fine else "degraded" if self.can_serve else "unavailable", "parts": self.parts}


def readiness() -> Readiness:
    """Look at each part; never raises."""
    database = _database()
    return Readiness(
        {
            "database": database,
            "documents": "ok" if FileStore(Path(settings.DOCUMENTS_ROOT), field_keys()).writable() else "not writable",
            "broker": _broker(),
            **(_workers() if database == "ok" else {"worker": "unknown"}),
        }
    )


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        return "not migrated" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else "ok"
    except DatabaseError:
        return "away"


def _broker() -> str:
    """A connection is enough: a frozen broker accepts one, and is found by the workers' silence."""
    address = urlsplit(settings.REDIS_URL)
    unix = address.scheme.endswith("socket") or address.scheme == "unix"
    family = socket.AF_UNIX if unix else socket.AF_INET
    target: Any = unquote(address.path) if unix else (address.hostname, address.port or 6379)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.settimeout(BROKER_PATIENCE_S)
        try:
            probe.connect(target)
        except OSError:
            return "away"
    return "ok"


def _workers() -> dict[str, str]:
    """Sweeps leave a trace each time they run: a silent one means that beat or its worker is away."""
    now = database_now()
    seen = dict(SweepState.objects.values_list("name", "last_run_at"))

    def fresh(name: str) -> bool:
        last = seen.get(name)
        return last is not None and abs(now - last) < STALE_AFTER

    return {
        "sweep_worker": "ok" if fresh("enforce_promises") else "silent",
        "notice_worker": "ok" if fresh("deliver_due") else "silent",
        "other_notice_worker": "ok" if fresh("deliver_others") else "silent",
    }


Labels = tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One metric: its name, what it is, the names of its labels, and a value for each combination of them."""

    name: str
    help: str
    values: Mapping[Labels, float]
    labels: Labels = ()


def _one(name: str, help: str, value: float) -> Figure:
    return Figure(name, help, {(): value})


def _by(label: str, name: str, help: str, rows: Iterable[tuple[str, float]]) -> Figure:
    return Figure(name, help, {(key,): value for key, value in rows}, (label,))


def figures(*, now: datetime) -> list[Figure]:
    """All metrics: each query reads a partial index, a day by the time of writing, or the month as it is kept.

    Of those there are 23, and every two minutes some more for the blanks.
    """
    month_ago = now - timedelta(days=30)
    open_statuses = [Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW]
    undecided = Application.objects.filter(status__in=open_statuses).values_list("status").annotate(n=Count("pk"))
    recent = Promise.objects.filter(started_at__gte=month_ago).values_list("outcome").annotate(n=Count("pk"))
    by_hand = Notice.objects.filter(channel=HAND, state="queued", next_attempt_at__lte=now)
    due = Promise.objects.filter(outcome="open", due_at__lt=now)
    reports = Report.objects.exclude(status="closed")
    receipts = WebhookEvent.objects.filter(processed_at=None, outcome="")
    sweeps = [(s.name, (now - s.last_run_at).total_seconds()) for s in SweepState.objects.all() if s.last_run_at]
    return [
        *_blanks(now),
        _by("status", "applications_undecided", "Applications without a decision", undecided),
        _by("outcome", "promises_30d", "Promises begun in 30 days by outcome", recent),
        _one("promises_overdue_unmarked", "Open promises past their due moment", due.count()),
        _one("reports_open", "Reports not closed", reports.count()),
        _one("calls_open", "People to be called", CallTask.objects.filter(closed_at=None).count()),
        *_notices(now),
        _one("notices_by_hand_waiting", "Messages for zones' desks to send by hand", by_hand.count()),
        _one("webhooks_waiting", "Receipts not yet processed", receipts.count()),
        _by("sweep", "sweep_age_seconds", "Seconds since a sweep ran", sweeps),
    ]


WAY = ("zone", "channel")
PERIOD = (*WAY, "period")
POSTS = ("door", "outcome")
ALL = "all"
COUNTS: tuple[tuple[str, str, Callable[[Line], int]], ...] = (
    ("notices_owed", "Notices written in the period", lambda line: line.owed),
    ("notices_sent", "Of these, those that have left", lambda line: line.sent),
    ("notices_delivered", "Of these, those that have arrived", lambda line: line.arrived),
    ("notices_failed", "Of these, those that failed for good", lambda line: line.failed),
)
MEASURES: tuple[tuple[str, str, Callable[[Line], float | None]], ...] = (
    ("notices_within_10s_share", "Share delivered within 10 s of when it might leave", lambda line: line.share_10),
    ("notices_within_60s_share", "Share delivered within 60 s of when it might leave", lambda line: line.share_60),
    ("notices_delivery_p50_seconds", "Median from when it might leave to its receipt", lambda line: line.median_s),
    ("notices_delivery_p95_seconds", "95th percentile of the same", lambda line: line.p95_s),
    ("answers_within_10s_share", "Answers delivered within 10 s of the decision", lambda line: line.share_10_decided),
    ("answers_within_60s_share", "Answers delivered within 60 s of the decision", lambda line: line.share_60_decided),
)


def _notices(now: datetime) -> Iterator[Figure]:
    """How messages did in a day and a month, as the page tells it; of any age what waits."""
    codes = dict(Zone.objects.values_list("pk", "code"))
    situation, month = load_situation(now), kept_month()
    yield from _periods({"24h": load_figures(now, DAY), **({"30d": month[0]} if month else {})}, codes)
    states: dict[Labels, float] = {
        (codes[zone], channel, state): float(n) for zone, channel, state, n in count_states(now)
    }
    yield Figure("notices_24h", "Notices written in 24 hours by state", states, (*WAY, "state"))
    waits = backlog_by_way(situation.waiting)
    seconds: dict[Labels, float] = {}
    backlog: dict[Labels, float] = {}
    for (zone, channel), (number, since) in waits.items():
        seconds[codes[zone], channel], backlog[codes[zone], channel] = (now - since).total_seconds(), number
    yield _one("notice_oldest_seconds", "Age of the oldest notice due", max(seconds.values(), default=0))
    yield Figure("notice_oldest_seconds_by_way", "The same by zone and channel", seconds, WAY)
    yield Figure("notices_backlog", "Notices that might leave and have not, by zone and channel", backlog, WAY)
    yield from _ways(situation, codes)


def _periods(periods: Mapping[str, Figures], codes: Mapping[int, str]) -> Iterator[Figure]:
    """Numbers by zone and channel, to be added up; shares and times, which cannot be, of all zones and channels too."""
    for name, help, count in COUNTS:
        counted: dict[Labels, float] = {
            (codes[zone], channel, period): count(line)
            for period, figures in periods.items()
            for (zone, channel), line in figures.period.ways.items()
        }
        yield Figure(name, help, counted, PERIOD)
    for name, help, measure in MEASURES:
        measured: dict[Labels, float] = {
            (*way, period): value
            for period, figures in periods.items()
            for way, line in _lines(figures.period, codes)
            if (value := measure(line)) is not None
        }
        yield Figure(name, help, measured, PERIOD)
    failures: dict[Labels, float] = {
        (codes[of.zone_id], of.channel, of.code, period): of.number
        for period, figures in periods.items()
        for of in figures.failures
    }
    yield Figure("notice_failures", "Notices that failed for good by code", failures, (*WAY, "code", "period"))


def _lines(period: Period, codes: Mapping[int, str]) -> Iterator[tuple[Labels, Line]]:
    yield (ALL, ALL), period.total
    yield from (((ALL, channel), line) for channel, line in period.channels.items())
    yield from (((codes[zone], ALL), line) for zone, line in period.zones.items())
    yield from (((codes[zone], channel), line) for (zone, channel), line in period.ways.items())


def _ways(situation: Situation, codes: Mapping[int, str]) -> Iterator[Figure]:
    circuits: dict[Labels, float] = {(codes.get(c.zone_id or 0, ALL), c.channel): 1.0 for c in situation.circuits}
    budget = situation.budget
    yield Figure("circuits_open", "Numbers and channels out of order", circuits, WAY)
    yield _one("budget_used", "People who count against the limit of 24 hours", budget.used)
    yield _one("budget_limit", "The limit of 24 hours; 0 for none", budget.limit)
    yield _one("budget_reserve", "How much of it is kept for answers", budget.reserve)
    posts: dict[Labels, float] = {}
    for door, counted in situation.posts.items():
        posts[door, "taken"], posts[door, "refused"] = counted.taken, counted.refused
    yield Figure("webhook_posts_24h", "Posts at our webhooks in 24 hours, refused: wrongly signed", posts, POSTS)
    alerts = [(kind, sum(c.kind == kind for c in situation.conditions)) for kind in CONDITION_WORDS]
    yield _by("kind", "notice_conditions", "What supervisors are warned of now", alerts)


def _blanks(now: datetime) -> list[Figure]:
    """Blanks of the whole city, up to two minutes old; no days of cover while nothing is known or asked for."""
    line = blank_line(now)
    blanks = line.now
    cover: dict[Labels, float] = {} if line.cover_days is None or not blanks.begun else {(): line.cover_days}
    return [
        _one("blanks_on_hand", "Unprinted card blanks", blanks.on_hand),
        _one("blanks_reserved", "Blanks promised to applications", blanks.reserved),
        _one("blanks_free", "Blanks promised to nobody", blanks.free),
        _one("blanks_waiting", "Approved applications that wait for a blank", blanks.waiting),
        Figure("blanks_days_of_cover", "Days that free blanks last at the demand expected", cover),
    ]
