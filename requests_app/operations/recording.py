"""Biometric recording, done face to face: an officer records that it was done, and the review goes on."""

from datetime import datetime

from django.db import transaction

from requests_app.models import Application, Officer
from requests_app.operations.actors import staff
from requests_app.operations.decisions import reopen
from requests_app.operations.notices import owe_notice
from requests_app.operations.promises import current_promise, record_evidence
from requests_app.operations.steps import lock
from requests_app.operations.visits import drop_from_visit


@transaction.atomic
def record_recording_done(*, application_id: int, officer: Officer, now: datetime) -> Application:
    """The person was recorded: next round, new promise. Having come is evidence that the answer arrived.

    A visit that was still to come is not needed any more.

    Raises StepNotAllowed when the application does not wait for recording.
    """
    application = lock(application_id)
    drop_from_visit(application, now=now, actor=staff(officer))
    old_promise = current_promise(application)
    reopen(application, "recorded", now=now, actor=staff(officer), data={})
    record_evidence(old_promise, at=now, evidence="told", now=now)
    owe_notice(application, "recorded", now=now, dedup=str(application.round))
    return application
