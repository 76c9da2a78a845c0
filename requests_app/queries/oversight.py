"""What the supervisor's pages read: what the promise is about to miss, has missed, and whether tomorrow will do.

Lists never decrypt: the sealed columns are left out. Supervisors see all zones and services.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Window

from requests_app.models import (
    Application,
    CallTask,
    Decision,
    Event,
    Notice,
    Promise,
    Report,
    SweepState,
)  # fmt: skip
from requests_app.queries.cards import Unfetched, unfetched_everywhere
from requests_app.queries.health import STALE_AFTER
from requests_app.queries.held_invitations import Held, held_invitations
from requests_app.queries.notice_conditions import WATCHED
from requests_app.queries.paging import M, Page, keyset_page
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.messages import ANSWER_PURPOSES
from requests_app.rules.promise import RUNGS
from requests_app.rules.statuses import Status

FIRST = 8
TOLD = (*ANSWER_PURPOSES, "apology", "report_answered")
APPLICATION = ("application__number", "application__name", "application__status", "application__zone__name")
PROMISE = ("round", "started_at", "due_at", "answered_at", "told_at", "outcome", "broken_at", *APPLICATION)
REPORT = ("number", "opened_by", "opened_at", "status", "words_at", "answered_at", "closed_at", "close_reason")


def _first(found: QuerySet[M], *order: str) -> Page[M]:
    """The first few rows and how many there are, in one query."""
    rows = list(found.annotate(total=Window(Count("pk"))).order_by(*order)[:FIRST])
    return Page(rows, total=getattr(rows[0], "total", 0) if rows else 0)


def broken_promises(*, untold_only: bool) -> QuerySet[Promise]:
    """Broken ones with number and owner of their Report; rebutted ones are out of the figures."""
    report = Report.objects.filter(promise=OuterRef("pk"), opened_by="clock")
    found = Promise.objects.filter(outcome="broken", rebutted_at__isnull=True)
    found = found.filter(told_at__isnull=True) if untold_only else found
    return found.select_related("application__zone").only(*PROMISE).annotate(
        report_number=Subquery(report.values("number")[:1]),
        report_status=Subquery(report.values("status")[:1]),
        report_owner=Subquery(report.values("owner__username")[:1]),
    )  # fmt: skip


def broken_page(cursor: str, *, untold_only: bool) -> Page[Promise]:
    """Broken promises: those still untold, the longest broken first; all of them, the newest first."""
    return keyset_page(broken_promises(untold_only=untold_only), "broken_at", cursor, oldest_first=untold_only)


def soon_page(cursor: str, *, now: datetime) -> Page[Promise]:
    """Running promises that are three days old or due by the end of tomorrow, the most urgent first."""
    found = Promise.objects.filter(outcome="open", due_at__gte=now).filter(_is_soon(now))
    return keyset_page(found.select_related("application__zone").only(*PROMISE), "due_at", cursor, oldest_first=True)


def _is_soon(now: datetime) -> Q:
    return Q(started_at__lte=now - RUNGS["three_days"]) | Q(
        due_at__lt=start_of_day(local_date(now) + timedelta(days=2))
    )


def reports(*, open_only: bool) -> QuerySet[Report]:
    """Reports with their owner; words and answers stay sealed."""
    found = Report.objects.exclude(status="closed") if open_only else Report.objects.filter(status="closed")
    return found.select_related("application__zone", "owner").only(
        *REPORT, *APPLICATION, "owner__username", "owner__first_name", "owner__last_name"
    )


def reports_page(cursor: str, *, open_only: bool) -> Page[Report]:
    """Open Reports, the oldest first; closed ones, the newest first."""
    return keyset_page(reports(open_only=open_only), "opened_at", cursor, oldest_first=open_only)


@dataclass(frozen=True)
class Board:
    """The first page: figures, and the first rows of each list."""

    promises: dict[str, int]
    broken: Page[Promise]
    reports: Page[Report]
    calls: Page[CallTask]
    held: int
    invitations: Held
    cards: Unfetched
    stuck: Sequence[Mapping[str, Any]]
    sweeps: Sequence["Sweep"]


def load_board(now: datetime) -> Board:
    """Eleven queries, each over what is open."""
    return Board(
        promises=_promise_figures(now),
        broken=_first(broken_promises(untold_only=True), "broken_at", "pk"),
        reports=_first(reports(open_only=True), "opened_at", "pk"),
        calls=_first(_open_calls(), "opened_at", "pk"),
        held=Application.objects.filter(status=Status.HELD_DUPLICATE).count(),
        invitations=held_invitations(),
        cards=unfetched_everywhere(now=now),
        stuck=_stuck_notices(now),
        sweeps=_sweeps(now),
    )


def _promise_figures(now: datetime) -> dict[str, int]:
    """Of the running promises: undecided, three and four days old, due today and tomorrow, decided but untold."""
    tomorrow = start_of_day(local_date(now) + timedelta(days=1))
    undecided = Q(answered_at__isnull=True)
    three, four = now - RUNGS["three_days"], now - RUNGS["four_days"]
    return Promise.objects.filter(outcome="open").aggregate(
        undecided=Count("pk", filter=undecided),
        three_days=Count("pk", filter=undecided & Q(started_at__lte=three, started_at__gt=four)),
        four_days=Count("pk", filter=undecided & Q(started_at__lte=four)),
        due_today=Count("pk", filter=Q(due_at__gte=now, due_at__lt=tomorrow)),
        due_tomorrow=Count("pk", filter=Q(due_at__gte=tomorrow, due_at__lt=tomorrow + timedelta(days=1))),
        untold=Count("pk", filter=~undecided & Q(told_at__isnull=True)),
    )


def _open_calls() -> QuerySet[CallTask]:
    tasks = CallTask.objects.filter(closed_at__isnull=True).select_related("application__zone")
    return tasks.only("reason", "opened_at", *APPLICATION)


def _stuck_notices(now: datetime) -> Sequence[Mapping[str, Any]]:
    """Held ones, and failed ones of a week, by channel and code."""
    recent = Q(state="held") | Q(state="failed", created_at__gte=now - timedelta(days=7))
    rows = Notice.objects.filter(recent, state__in=["held", "failed"]).values("state", "channel", "error_code")
    counted = rows.annotate(number=Count("pk"), since=Min("created_at"))
    return [dict(row) for row in counted.order_by("-state", "channel", "error_code")]


@dataclass(frozen=True)
class Sweep:
    """When something that runs by itself last ran."""

    name: str
    last_run_at: datetime | None
    trouble: str
    silent: bool


def _sweeps(now: datetime) -> list[Sweep]:
    """Those that show whether workers and beat are alive, and whatever has trouble."""
    known = {state.name: state for state in SweepState.objects.all()}
    others = [n for n, s in known.items() if s.trouble or n in WATCHED]
    names = ["enforce_promises", "deliver_due", *sorted(others)]
    return [_sweep(name, known.get(name), now) for name in dict.fromkeys(names)]


def _sweep(name: str, state: SweepState | None, now: datetime) -> Sweep:
    last = state.last_run_at if state else None
    silent = name in WATCHED and (last is None or abs(now - last) >= STALE_AFTER)
    return Sweep(name, last, state.trouble if state else "", silent)


@dataclass(frozen=True)
class ReportFile:
    """One Report with the application's events that speak of it, its last decision, and how far our answers, the
    apology and the answer to the Report came."""

    report: Report
    events: Sequence[Event]
    decision: Decision | None
    notices: Sequence[Notice]


def load_report(number: str) -> ReportFile | None:
    """A Report by its number; its words and answer are opened here."""
    found = Report.objects.select_related("application__zone", "promise", "owner").defer(
        "application__nik", "application__kk_number", "application__address", "application__answers",
        "application__phone", "application__phone_owner", "application__email",
    )  # fmt: skip
    report = found.filter(number=number).first()
    if report is None:
        return None
    events = Event.objects.filter(application_id=report.application_id, data__report=report.pk)
    notices = Notice.objects.filter(application=report.application_id, purpose__in=TOLD).exclude(state="superseded")
    return ReportFile(
        report,
        list(events.select_related("officer").order_by("pk")),
        last_decision(report.application_id),
        list(notices.defer("params", "recipient").order_by("created_at", "pk")),
    )


def last_decision(application_id: int) -> Decision | None:
    """The standing decision of the current round, sealed columns left out."""
    rows = Decision.objects.filter(application_id=application_id, round=F("application__round"))
    rows = rows.filter(taken_back_at__isnull=True, annulled_at__isnull=True).select_related("officer")
    return rows.defer("note", "details", "annul_reason", "objection").first()
