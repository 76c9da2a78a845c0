"""The promise of each round: opened, answered, told, void. Breaking is the clock's work (operations/clock.py)."""

from datetime import datetime

from requests_app.models import Application, Holiday, Promise, PromisePolicy, Report
from requests_app.operations.actors import CLOCK
from requests_app.operations.steps import record_event
from requests_app.rules.promise import RUNGS, Policy, due_at


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
    Report that the clock opened is closed, nothing is recalled. Later evidence is noted; the clock decides.
    """
    if promise.outcome == "void" or (promise.told_at is not None and promise.told_at <= at):
        return
    timely = at <= promise.due_at
    promise.told_at, promise.evidence = at, evidence
    if timely and promise.outcome == "open":
        promise.outcome = "kept"
        promise.next_rung_at = None
    if timely and promise.outcome == "broken" and promise.rebutted_at is None:
        promise.rebutted_at = now
        _close_rebutted_report(promise, now=now)
    promise.save(update_fields=["told_at", "evidence", "outcome", "next_rung_at", "rebutted_at"])
    record_event(promise.application, "told", now=now, actor=CLOCK, data={"round": promise.round, "how": evidence})


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
