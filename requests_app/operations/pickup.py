"""Until cards are produced in the system: an officer records that the owner has collected the card."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from requests_app.models import Application, Officer
from requests_app.operations.actors import staff
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.keys import lock_key
from requests_app.operations.promises import current_promise, record_evidence
from requests_app.operations.steps import lock, take_step
from requests_app.rules.statuses import StepNotAllowed


@transaction.atomic
def record_collected(*, application_id: int, officer: Officer, now: datetime) -> Application:
    """The card is in its owner's hand; only now is the key free again. Raises StepNotAllowed."""
    application = lock(application_id)
    lock_key(application.service, application.key_hash)
    take_step(application, "collect", now=now, actor=staff(officer))
    record_evidence(current_promise(application), at=now, evidence="told", now=now)
    let_held_go_on(application.service, application.key_hash, now=now)
    return application


def record_many_collected(*, application_ids: Sequence[int], officer: Officer, now: datetime) -> tuple[int, int]:
    """One transaction each, at most 50 at once; how many were recorded, and how many were not approved (any more)."""
    done = 0
    for application_id in application_ids[:50]:
        try:
            record_collected(application_id=application_id, officer=officer, now=now)
        except StepNotAllowed:
            continue
        done += 1
    return done, len(application_ids[:50]) - done
