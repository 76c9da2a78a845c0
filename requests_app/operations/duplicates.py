"""The same application twice: an officer sees both and decides which one goes on."""

from datetime import datetime

from django.db import transaction

from requests_app.models import Application, Decision, Officer
from requests_app.operations.actors import staff
from requests_app.operations.decisions import Verdict, answer_decision, end_as_double
from requests_app.operations.keys import key_is_taken, lock_key
from requests_app.operations.steps import NotNow, lock, take_step
from requests_app.rules.statuses import Status


@transaction.atomic
def let_go_on(*, application_id: int, officer: Officer, now: datetime) -> Application:
    """The held one goes on; the open one of the same key, if it still waits, is rejected as double and told so.

    Raises NotNow when the open one is being reviewed or already decided.
    """
    held = lock(application_id)
    if held.status != Status.HELD_DUPLICATE:
        raise NotNow("Permohonan ini tidak lagi ditahan.")
    lock_key(held.service, held.key_hash)
    open_one = _open_one(held)
    if open_one is not None:
        end_as_double(open_one, officer=officer, now=now)
    if key_is_taken(held.service, held.key_hash):
        raise NotNow("Permohonan satunya sedang diperiksa atau sudah diputuskan.")
    take_step(held, "let_go_on", now=now, actor=staff(officer), data={"other": open_one.pk if open_one else None})
    return held


def _open_one(held: Application) -> Application | None:
    """The waiting application of the same key; skipped while somebody works on it."""
    return (
        Application.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(service=held.service, key_hash=held.key_hash, status=Status.SUBMITTED)
        .first()
    )


@transaction.atomic
def reject_double(*, application_id: int, officer: Officer, now: datetime) -> Decision:
    """The held one is rejected as double; the citizen is told, and may object like after any rejection."""
    held = lock(application_id)
    take_step(held, "reject_double", now=now, actor=staff(officer), decided_at=now)
    return answer_decision(held, officer=officer, now=now, verdict=Verdict("rejected", reason_code="ganda"))
