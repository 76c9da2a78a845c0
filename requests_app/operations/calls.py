"""The call list: people whom no channel reached are called, and what came of it is evidence."""

from datetime import datetime

from django.db import transaction

from requests_app.models import Application, CallAttempt, CallTask, Notice, Officer, Promise
from requests_app.operations.actors import staff
from requests_app.operations.promises import record_evidence
from requests_app.operations.steps import NotNow, lock, record_event

TOLD = {"told", "told_in_person"}


def open_call(
    application: Application,
    *,
    reason: str,
    now: datetime,
    notice: Notice | None = None,
    promise: Promise | None = None,
) -> CallTask:
    """Put an application on the call list; one open entry per application, the latest reason stands."""
    task, _ = CallTask.objects.update_or_create(
        application=application,
        closed_at__isnull=True,
        defaults={"reason": reason, "notice": notice, "promise": promise},
        create_defaults={"reason": reason, "notice": notice, "promise": promise, "opened_at": now},
    )
    return task


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
        _record_told(application, now)
    return task


def _record_told(application: Application, now: datetime) -> None:
    """Whoever is on the phone is told everything that was decided and is still untold."""
    for promise in Promise.objects.select_for_update().filter(
        application=application, answered_at__isnull=False, told_at__isnull=True
    ):
        record_evidence(promise, at=now, evidence="told", now=now)


def close_call_if_reached(application: Application, *, now: datetime) -> None:
    """A receipt or the tracking page did it after all: nobody has to call any more."""
    CallTask.objects.filter(application=application, closed_at__isnull=True).update(closed_at=now)
