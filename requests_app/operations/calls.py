"""The call list: people whom no channel reached are called, and what came of it is evidence."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from requests_app.models import Application, CallAttempt, CallTask, Notice, Officer, Promise
from requests_app.operations.actors import staff
from requests_app.operations.promises import raise_grade, record_evidence
from requests_app.operations.routes import route_of
from requests_app.operations.steps import NotNow, lock, record_event
from requests_app.rules.messages import ANSWER_PURPOSES
from requests_app.rules.routes import CALLED_BEFORE_DUE

UNDELIVERED, DUE_SOON = "undelivered", "due_soon"
TOLD = {"told", "told_in_person"}
ARRIVED = ("delivered", "opened", "called")
WITHIN = timedelta(minutes=10)
"""What failed so shortly before the entry was opened may be what it was opened for: the provider stamps it."""


def open_call(
    application: Application,
    *,
    reason: str,
    now: datetime,
    notice: Notice | None = None,
    promise: Promise | None = None,
) -> CallTask:
    """Put an application on the call list; one open entry per application, the latest reason stands.

    An answer that is not too late yet stays what the entry is about until the person knows it, whatever else fails
    meanwhile. The application is locked.
    """
    task = CallTask.objects.select_related("promise").filter(application=application, closed_at=None).first()
    if task is None:
        return CallTask.objects.create(
            application=application, reason=reason, notice=notice, promise=promise, opened_at=now
        )
    if task.promise == promise or not _can_be_kept(task.promise):
        task.reason, task.notice, task.promise = reason, notice, promise
        task.save(update_fields=["reason", "notice", "promise"])
    return task


def _can_be_kept(promise: Promise | None) -> bool:
    return promise is not None and promise.outcome == "open" and promise.told_at is None


@transaction.atomic
def record_call(*, task_id: int, officer: Officer, outcome: str, note: str, now: datetime) -> CallTask:
    """Somebody was called or spoken to. Told (by phone or in person) is evidence, and ends the entry.

    Raises NotNow when the entry is closed.
    """
    application = lock(CallTask.objects.values_list("application_id", flat=True).get(pk=task_id))
    task = CallTask.objects.select_for_update().get(pk=task_id)
    if task.closed_at is not None:
        raise NotNow("Warga ini sudah dihubungi.")
    CallAttempt.objects.create(task=task, officer=officer, at=now, outcome=outcome, note=note.strip())
    record_event(application, "called", now=now, actor=staff(officer), data={"outcome": outcome})
    if outcome in TOLD:
        task.closed_at = now
        task.save(update_fields=["closed_at"])
        heard = [task.notice_id, *(notice.pk for notice in others_to_tell(task))]
        _record_told(application, now)
        raise_grade(Notice.objects.filter(pk__in=filter(None, heard)), "called")
    return task


def others_to_tell(task: CallTask) -> list[Notice]:
    """What the person has to be told besides what the entry is about: other messages that reached them by no channel,
    since shortly before it was opened."""
    last_tries = _failed(task.application, since=task.opened_at - WITHIN).filter(fallbacks=None)
    if task.notice is not None:
        last_tries = last_tries.exclude(pk=task.notice.pk)
        if task.promise_id is not None:
            last_tries = last_tries.exclude(promise=task.promise_id, purpose=task.notice.purpose)
    return _called_about(last_tries.select_related("text"))


def _record_told(application: Application, now: datetime) -> None:
    """Whoever is on the phone is told everything that was decided and is still untold."""
    for promise in Promise.objects.select_for_update().filter(
        application=application, answered_at__isnull=False, told_at__isnull=True
    ):
        record_evidence(promise, at=now, evidence="told", now=now)


def end_call_about(application: Application, notice: Notice, *, now: datetime) -> None:
    """A message that somebody is to be called about has arrived after all.

    The entry ends, unless another answer that is due soon is untold, or another message of the application did not
    arrive either: then it is about that one.
    """
    task = CallTask.objects.filter(application=application, closed_at=None).first()
    if task is None or not (task.notice_id == notice.pk or task.promise_id == notice.promise_id is not None):
        return
    untold = _another_untold(application, now)
    other = None if untold else _another_that_failed(application, notice, since=task.opened_at - WITHIN)
    if untold is not None:
        task.notice, task.promise = answer_of(application, untold), untold
        task.reason = DUE_SOON if untold.outcome == "open" else UNDELIVERED
    elif other is not None:
        task.notice, task.promise = other, other.promise
        task.reason = UNDELIVERED if other.visit_id is None else "invitation_undelivered"
    else:
        task.closed_at = now
    task.save(update_fields=["closed_at", "notice", "promise", "reason"])


def answer_of(application: Application, promise: Promise) -> Notice | None:
    """The notice that carries the answer: what concerns a visit last, as it has no other channel."""
    answers = application.notices.filter(promise=promise, purpose__in=ANSWER_PURPOSES).exclude(state="superseded")
    return answers.order_by(F("visit").asc(nulls_first=True), "created_at").first()


def _another_untold(application: Application, now: datetime) -> Promise | None:
    """An answer that somebody has to be called about, because it is due within the hour or was due."""
    answered = application.promises.filter(answered_at__isnull=False, told_at=None).exclude(outcome="void")
    return answered.filter(due_at__lte=now + CALLED_BEFORE_DUE).order_by("-due_at").first()


def _another_that_failed(application: Application, notice: Notice, *, since: datetime) -> Notice | None:
    rows = _failed(application, since=since).exclude(pk=notice.pk).select_related("promise")
    return next(iter(_called_about(rows)), None)


def _failed(application: Application, *, since: datetime) -> QuerySet[Notice]:
    reached = Q(evidence__in=ARRIVED) | Q(fallbacks__evidence__in=ARRIVED) | Q(promise__told_at__isnull=False)
    return application.notices.filter(state="failed", failed_at__gte=since).exclude(reached)


def _called_about(notices: QuerySet[Notice]) -> list[Notice]:
    """Those for whose loss somebody calls, the most urgent first."""
    return [notice for notice in notices.order_by("priority", "created_at") if route_of(notice.purpose).calls]


def close_call_if_reached(application: Application, *, now: datetime) -> None:
    """A receipt or the tracking page did it after all: nobody has to call any more."""
    CallTask.objects.filter(application=application, closed_at__isnull=True).update(closed_at=now)
