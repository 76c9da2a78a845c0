"""The promise of each round: opened, answered, told, void. Breaking is the clock's work (operations/clock.py)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet
from psycopg2.extras import execute_values

from requests_app.models import Application, Holiday, Notice, Promise, PromisePolicy, Report
from requests_app.operations.actors import CLOCK
from requests_app.operations.notices import UNSENT
from requests_app.operations.steps import record_event, record_events
from requests_app.rules.messages import ANSWER_PURPOSES
from requests_app.rules.promise import RUNGS, Policy, due_at
from requests_app.rules.routes import GRADES

DELIVERED = """
UPDATE requests_app_promise AS p
SET told_at = v.told_at, evidence = 'delivered', outcome = v.outcome, next_rung_at = v.next_rung_at
FROM (VALUES %s) AS v (id, told_at, outcome, next_rung_at) WHERE p.id = v.id
"""
GRADE_OF = {"shown": "opened", "told": "called"}
"""What evidence of the promise says of its answer's notices; a receipt grades its own notice."""


def due_moment(now: datetime) -> tuple[str, datetime]:
    """The policy in force and the due moment of a promise that starts now."""
    rows = PromisePolicy.objects.filter(valid_from__lte=now).order_by("-valid_from")
    return due_under(rows.values_list("kind", flat=True).first(), now)


def due_under(kind: str | None, now: datetime) -> tuple[str, datetime]:
    """The due moment of a promise that starts now under this policy; none in force means calendar days."""
    policy = Policy(kind or Policy.CALENDAR)
    holidays = set(Holiday.objects.values_list("date", flat=True)) if policy is Policy.WORKING_DAYS else set()
    return policy.value, due_at(now, policy=policy, holidays=holidays)


def open_promise(application: Application, *, now: datetime, policy: str, due: datetime) -> Promise:
    """Write the promise of the application's current round; its due moment never changes afterwards."""
    promise = unsaved_promise(application, now=now, policy=policy, due=due)
    promise.save(force_insert=True)
    return promise


def unsaved_promise(
    application: Application, *, now: datetime, policy: str, due: datetime, key: int | None = None
) -> Promise:
    """The same, not stored yet; `key` when its id was drawn before."""
    return Promise(
        pk=key,
        application=application,
        round=application.round,
        policy=policy,
        started_at=now,
        due_at=due,
        next_rung_at=now + min(RUNGS.values()),
    )


def start_round(application: Application, *, now: datetime) -> Promise:
    """The next round of a locked application: a new promise; the caller saves round and due_at with its step."""
    policy, due = due_moment(now)
    application.round += 1
    application.due_at = due
    application.save(update_fields=["round", "due_at"])
    return open_promise(application, now=now, policy=policy, due=due)


def current_promise(application: Application) -> Promise:
    """The promise of the current round, locked."""
    return Promise.objects.select_for_update().get(application=application, round=application.round)


def record_evidence(promise: Promise, *, at: datetime, evidence: str, now: datetime) -> None:
    """The answer reached the person at `at`, as whoever saw it arrive stamped it.

    `promise` is locked. Timely evidence keeps an open promise, and rebuts a broken one: it leaves the figures, the
    Report that the clock opened is closed, nothing is recalled. Later evidence is noted; the clock decides. Copies of
    the answer on further channels that have not left are not sent any more, nor is the apology for what was kept.
    """
    answers = Notice.objects.filter(promise=promise, purpose__in=ANSWER_PURPOSES)
    if evidence in GRADE_OF:
        raise_grade(answers.exclude(state="superseded"), GRADE_OF[evidence])
    if not _learn(promise, at=at, evidence=evidence):
        return
    _stop(answers.filter(fallback_of__isnull=False))
    if at <= promise.due_at and promise.outcome == "broken" and promise.rebutted_at is None:
        promise.rebutted_at = now
        _close_rebutted_report(promise, now=now)
        _stop(answers.filter(purpose="late_answer"))
    promise.save(update_fields=["told_at", "evidence", "outcome", "next_rung_at", "rebutted_at"])
    record_event(promise.application, "told", now=now, actor=CLOCK, data={"round": promise.round, "how": evidence})


def _stop(notices: QuerySet[Notice]) -> None:
    unsent = notices.filter(state__in=UNSENT)
    unsent.update(state="superseded", next_attempt_at=None, lease_owner=None, lease_until=None)


def _learn(promise: Promise, *, at: datetime, evidence: str) -> bool:
    """Whether this is news: earlier than what was known, of a promise that still counts."""
    if promise.outcome == "void" or (promise.told_at is not None and promise.told_at <= at):
        return False
    promise.told_at, promise.evidence = at, evidence
    if at <= promise.due_at and promise.outcome == "open":
        promise.outcome = "kept"
        promise.next_rung_at = None
    return True


def record_deliveries(arrived: Iterable[tuple[Promise, datetime]], *, now: datetime) -> None:
    """The same of many answers at once, delivered at their moments. The promises are locked, and none is broken."""
    told = [promise for promise, at in arrived if _learn(promise, at=at, evidence="delivered")]
    rows = [(promise.pk, promise.told_at, promise.outcome, promise.next_rung_at) for promise in set(told)]
    if rows:
        with connection.cursor() as cursor:
            execute_values(cursor, DELIVERED, rows, template="(%s, %s, %s, %s::timestamptz)")
        news = [(promise.application, {"round": promise.round, "how": "delivered"}) for promise in told]
        record_events(news, "told", now=now, actor=CLOCK)


def raise_grade(notices: QuerySet[Notice], grade: str) -> int:
    """This much is known of the notices' arrival, unless more was known before. How many learnt it."""
    return notices.filter(evidence__in=GRADES[: GRADES.index(grade)]).update(evidence=grade)


def _close_rebutted_report(promise: Promise, *, now: datetime) -> None:
    Report.objects.filter(promise=promise, opened_by="clock").exclude(status="closed").update(
        status="closed", closed_at=now, close_reason="rebutted"
    )


def void_if_early(application: Application, *, now: datetime) -> None:
    """Withdrawn before the due moment: the promise leaves the figures. Afterwards it breaks like any other."""
    promise = current_promise(application)
    if promise.outcome == "open" and now <= promise.due_at:
        promise.outcome, promise.next_rung_at, promise.publish_at = "void", None, None
        promise.save(update_fields=["outcome", "next_rung_at", "publish_at"])
