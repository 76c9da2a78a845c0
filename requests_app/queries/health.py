"""What monitoring asks: is everything there, and how much is owed."""

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min

from requests_app.clock import database_now
from requests_app.files.store import FileStore
from requests_app.models import Application, CallTask, Notice, Promise, Report, SweepState, WebhookEvent
from requests_app.models.notice import HAND
from requests_app.queries.forecast import blank_line
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
    }


def figures(*, now: datetime) -> list[tuple[str, str, str, dict[str, float]]]:
    """(name, help, label or "", {label value: figure}) for each metric; every query reads a partial index."""
    day_ago, month_ago = now - timedelta(days=1), now - timedelta(days=30)
    open_statuses = [Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW]
    undecided = Application.objects.filter(status__in=open_statuses).values_list("status").annotate(n=Count("pk"))
    recent = Promise.objects.filter(started_at__gte=month_ago).values_list("outcome").annotate(n=Count("pk"))
    notices = Notice.objects.filter(created_at__gte=day_ago).values_list("state").annotate(n=Count("pk"))
    waiting = Notice.objects.filter(state__in=["queued", "retry", "unconfirmed", "sending"])
    by_worker = waiting.exclude(channel=HAND).filter(next_attempt_at__lte=now)
    oldest = by_worker.aggregate(oldest=Min("created_at"))["oldest"]
    by_hand = Notice.objects.filter(channel=HAND, state="queued", next_attempt_at__lte=now)
    due = Promise.objects.filter(outcome="open", due_at__lt=now)
    return [
        *_blanks(now),
        ("applications_undecided", "Applications without a decision", "status", dict(undecided)),
        ("promises_30d", "Promises begun in 30 days by outcome", "outcome", dict(recent)),
        ("promises_overdue_unmarked", "Open promises past their due moment", "", {"": due.count()}),
        ("reports_open", "Reports not closed", "", {"": Report.objects.exclude(status="closed").count()}),
        ("calls_open", "People to be called", "", {"": CallTask.objects.filter(closed_at=None).count()}),
        ("notices_24h", "Notices of 24 hours by state", "state", dict(notices)),
        (
            "notice_oldest_seconds",
            "Age of the oldest notice due",
            "",
            {"": (now - oldest).total_seconds() if oldest else 0},
        ),
        ("notices_by_hand_waiting", "Messages for zones' desks to send by hand", "", {"": by_hand.count()}),
        (
            "webhooks_waiting",
            "Receipts not yet processed",
            "",
            {"": WebhookEvent.objects.filter(processed_at=None).count()},
        ),
        (
            "sweep_age_seconds",
            "Seconds since a sweep ran",
            "sweep",
            {s.name: (now - s.last_run_at).total_seconds() for s in SweepState.objects.all() if s.last_run_at},
        ),
    ]


def _blanks(now: datetime) -> list[tuple[str, str, str, dict[str, float]]]:
    """Blanks of the whole city, up to two minutes old; no days of cover while nothing is known or asked for."""
    line = blank_line(now)
    blanks = line.now
    cover = {} if line.cover_days is None or not blanks.begun else {"": line.cover_days}
    return [
        ("blanks_on_hand", "Unprinted card blanks", "", {"": blanks.on_hand}),
        ("blanks_reserved", "Blanks promised to applications", "", {"": blanks.reserved}),
        ("blanks_free", "Blanks promised to nobody", "", {"": blanks.free}),
        ("blanks_waiting", "Approved applications that wait for a blank", "", {"": blanks.waiting}),
        ("blanks_days_of_cover", "Days that free blanks last at the demand expected", "", cover),
    ]
