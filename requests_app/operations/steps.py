"""The only code that changes a status: checks the table of allowed steps, saves, and writes the history row."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from requests_app.models import Application, Event
from requests_app.operations.actors import Actor
from requests_app.rules.statuses import Status, check_step


class NotNow(Exception):
    """What was asked cannot be done any more; the message says why and what to do, in Indonesian."""


def lock(application_id: int) -> Application:
    """The application's row, locked until the end of the transaction."""
    return Application.objects.select_for_update(of=("self",)).get(pk=application_id)


def take_step(
    application: Application,
    step: str,
    *,
    now: datetime,
    actor: Actor,
    data: dict[str, Any] | None = None,
    **changes: Any,
) -> Event:
    """Move a locked application along one allowed step, with the other fields that change with it.

    Leaving `in_review` always ends the lease. Raises StepNotAllowed; nothing is written then.
    """
    before = Status(application.status)
    after = check_step(step, before, application.service)
    if before is Status.IN_REVIEW and after is not Status.IN_REVIEW:
        changes = {"lease_officer": None, "lease_until": None, **changes}
    application.status = after.value
    save_changes(application, **changes)
    return record_event(application, step, now=now, actor=actor, before=before.value, data=data)


def save_changes(application: Application, **changes: Any) -> None:
    """Save named fields of a locked application; the version counts every change."""
    for field, value in changes.items():
        setattr(application, field, value)
    application.version += 1
    application.save(update_fields=["status", "version", *changes])


def record_event(
    application: Application,
    step: str,
    *,
    now: datetime,
    actor: Actor,
    before: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Append one history row; `data` holds ids and codes only."""
    event = _event(application, step, now=now, actor=actor, before=before, data=data)
    event.save(force_insert=True)
    return event


def record_events(
    news: Iterable[tuple[Application, dict[str, Any]]], step: str, *, now: datetime, actor: Actor
) -> None:
    """Append a history row for each of several applications whose status stays, with its `data`."""
    Event.objects.bulk_create(
        _event(application, step, now=now, actor=actor, before=None, data=data) for application, data in news
    )


def _event(
    application: Application, step: str, *, now: datetime, actor: Actor, before: str | None, data: dict[str, Any] | None
) -> Event:
    return Event(
        application=application,
        at=now,
        step=step,
        from_status=before if before is not None else application.status,
        to_status=application.status,
        round=application.round,
        actor_kind=actor.kind,
        officer=actor.officer,
        data=data or {},
    )
