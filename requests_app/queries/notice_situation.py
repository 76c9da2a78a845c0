"""What keeps messages from leaving now, and what supervisors have to be told of.

Nothing sealed is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from requests_app.models import CallTask, Circuit, Conversation, Notice, SweepState, WebhookEvent, Zone
from requests_app.queries.notice_conditions import (
    WATCHED,
    WAY_NAMES,
    of_budget,
    of_calls,
    of_circuits,
    of_held,
    of_inbox,
    of_late,
    of_numbers,
    of_posts,
    of_receipts,
    of_silence,
    of_unknown_number,
)
from requests_app.queries.notice_waiting import BudgetNow, Waiting, load_budget, load_waiting
from requests_app.queries.webhook_posts import load_posts
from requests_app.rules.labels import error_words
from requests_app.rules.notice_health import (
    CALLS_WITHIN,
    CONDITION_WORDS,
    INBOX_WITHIN,
    OVERDUE,
    RECEIPTS_WITHIN,
    Condition,
)
from requests_app.rules.webhook_posts import Posts

SILENT_AFTER = timedelta(minutes=3)
TROUBLE_TOLD = timedelta(hours=24)


@dataclass(frozen=True)
class Situation:
    """What supervisors are told of at once, on the page and by message.

    `unreadable`: what was posted and could not be worked on, of any age. `posts`: of each webhook. `overdue`: messages
    that should have left more than a minute ago.
    """

    waiting: Sequence[Waiting]
    circuits: Sequence[Circuit]
    budget: BudgetNow
    calls_due: int
    silent: Sequence[tuple[str, datetime | None]]
    conditions: Sequence[Condition]
    unreadable: int
    posts: Mapping[str, Posts]
    overdue: int

    @property
    def refused(self) -> int:
        """Posts of the last 24 hours whose signature was wrong, at all webhooks."""
        return sum(each.refused for each in self.posts.values())

    @property
    def is_secret_doubtful(self) -> bool:
        """Whether supervisors are told that a webhook refuses everything."""
        return any(condition.kind == "refused" for condition in self.conditions)


def load_situation(now: datetime) -> Situation:
    """Eleven queries, each over what is open, waiting or out of order."""
    rows = Circuit.objects.filter(opened_at__isnull=False).select_related("zone")
    circuits = list(rows.order_by("opened_at", "pk"))
    waiting, budget = load_waiting(now, circuits), load_budget(now)
    soon = Q(promise__outcome="open", promise__due_at__gt=now, promise__due_at__lte=now + CALLS_WITHIN)
    calls_due = CallTask.objects.filter(soon, closed_at=None).count()
    seen = dict(SweepState.objects.filter(name__in=WATCHED).values_list("name", "last_run_at"))
    silent = [(name, seen[name]) for name in WATCHED if name in seen and _is_silent(seen[name], now)]
    stored, posts = _stored(now), load_posts(now)
    conditions = [
        *of_circuits(circuits, now), *of_numbers(_connected()), *of_budget(budget, now), *of_held(waiting),
        *of_late(waiting, now), *of_calls(calls_due), *of_receipts(stored), *of_unknown_number(stored["nowhere"]),
        *of_posts(posts),
        *of_inbox(_unanswered(now)), *of_silence(silent),
    ]  # fmt: skip
    overdue = sum(row.number for row in waiting if row.is_due and row.since <= now - OVERDUE)
    return Situation(waiting, circuits, budget, calls_due, silent, conditions, stored["unreadable"], posts, overdue)


def _is_silent(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= SILENT_AFTER


def _stored(now: datetime) -> Mapping[str, int]:
    """What was posted and nobody has worked on yet, or could not be worked on: lately, and at any time."""
    late = Q(outcome="", received_at__lte=now - RECEIPTS_WITHIN)
    trouble = Q(outcome=WebhookEvent.TROUBLE)
    return WebhookEvent.objects.filter(processed_at=None).aggregate(
        unread=Count("pk", filter=late),
        trouble=Count("pk", filter=trouble & Q(received_at__gt=now - TROUBLE_TOLD)),
        unreadable=Count("pk", filter=trouble),
        nowhere=Count("pk", filter=Q(outcome=WebhookEvent.NO_ZONE)),
    )


def _connected() -> Sequence[Zone]:
    """The zones that send by the API."""
    zones = Zone.objects.filter(is_active=True).exclude(whatsapp_phone_id="").order_by("code")
    return list(zones.only("code", "name", "number_trouble"))


def _unanswered(now: datetime) -> Sequence[str]:
    """Zones with a conversation that ends soon and nobody has answered."""
    ending = Conversation.objects.filter(
        waits_since__isnull=False, window_until__gt=now, window_until__lte=now + INBOX_WITHIN
    )
    return sorted(set(ending.values_list("zone__name", flat=True)))


@dataclass(frozen=True)
class Alert:
    """A warning that was sent to supervisors; `is_over`: what it told of is no more."""

    words: str
    at: datetime
    is_over: bool


def recent_alerts(now: datetime, conditions: Sequence[Condition]) -> list[Alert]:
    """The warnings of the last 24 hours, the newest first, each once however many supervisors got it. One query."""
    rows = Notice.objects.filter(purpose="alert", created_at__gt=now - timedelta(hours=24), created_at__lte=now)
    lasting = {condition.key for condition in conditions}
    found: dict[tuple[str, str, str], datetime] = {}
    for key, at in rows.order_by("-created_at").values_list("dedup_key", "created_at"):
        _, kind, subject, since, *_ = key.split(":")
        found.setdefault((kind, subject, since), at)
    return [
        Alert(_alert_words(kind, subject), at, f"{kind}:{subject}" not in lasting)
        for (kind, subject, _), at in found.items()
    ]


def _alert_words(kind: str, subject: str) -> str:
    """The matter, and what it was about where a kind has several: a channel, a code, both, or a worker."""
    words = CONDITION_WORDS.get(f"{kind}:{subject}") or CONDITION_WORDS.get(kind, kind)
    if kind not in ("circuit", "held", "number", "refused", "silent"):
        return words
    channel, _, code = subject.rpartition(".") if kind == "held" else ("", "", subject)
    about = [WAY_NAMES.get(channel, channel), WAY_NAMES.get(code) or WATCHED.get(code) or error_words(code)]
    return f"{words}: {', '.join(filter(None, about))}"


def backlog_by_way(waiting: Sequence[Waiting]) -> Mapping[tuple[int, str], tuple[int, datetime]]:
    """How many messages should have left and have not, and from when the oldest waits, by zone and channel."""
    found: dict[tuple[int, str], tuple[int, datetime]] = {}
    for row in waiting:
        if row.is_due:
            number, since = found.get((row.zone_id, row.channel), (0, row.since))
            found[row.zone_id, row.channel] = (number + row.number, min(since, row.since))
    return found
