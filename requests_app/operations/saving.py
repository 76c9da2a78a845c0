"""Answers that may not arrive in time: two hours before the due moment every other channel, one hour before a call.

Until then a further channel is used only after one has failed: people are not written to twice because a provider is
slow. Each of both is done once for a promise, as a rung of its ladder; what fails afterwards goes the usual way.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from requests_app.models import Application, Notice, Promise, Rung
from requests_app.operations.calls import DUE_SOON, answer_of, open_call
from requests_app.operations.circuits import blocked_channels
from requests_app.operations.fallback import owe_again
from requests_app.operations.routes import further_channels
from requests_app.operations.steps import lock
from requests_app.rules.routes import CALLED_BEFORE_DUE, SAVED_BEFORE_DUE

SAVING, CALLING = "saving", "calling"
PATIENCE = timedelta(minutes=10)
"""An answer that was given only now has its first channel for itself for so long."""
BATCH = 200


def save_answers(*, now: datetime) -> int:
    """Take the last steps for answers that were given and have not arrived. How many steps were taken.

    Found by the partial index of open promises; of those that are due within two hours, each is looked at once.
    """
    steps = ((SAVING, SAVED_BEFORE_DUE), (CALLING, CALLED_BEFORE_DUE))
    return sum(_take(promise_id, code, now) for code, before in steps for promise_id in _untold(code, before, now))


def _untold(code: str, before: timedelta, now: datetime) -> Iterable[int]:
    done = Rung.objects.filter(promise=OuterRef("pk"), code=code)
    rows = Promise.objects.filter(
        ~Exists(done),
        Q(publish_at__isnull=True),
        outcome="open",
        due_at__gt=now,
        due_at__lte=now + before,
        answered_at__isnull=False,
        told_at__isnull=True,
    )
    return list(rows.order_by("due_at", "id").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _take(promise_id: int, code: str, now: datetime) -> bool:
    application = lock(Promise.objects.values_list("application_id", flat=True).get(pk=promise_id))
    promise = Promise.objects.select_for_update().get(pk=promise_id)
    answer = answer_of(application, promise)
    if promise.outcome != "open" or promise.told_at is not None or answer is None or not _had_its_chance(answer, now):
        return False
    Rung.objects.create(promise=promise, code=code, due_at=promise.due_at, recorded_at=now)
    left = _further(application, promise, answer)
    blocked = blocked_channels()
    reaches_nobody = all(channel in blocked for channel, _ in left)
    if code == SAVING:
        for to in left:
            owe_again(application, answer, to=to, now=now, dedup=f"{SAVING}:{promise.pk}:{to[0]}")
    if code == CALLING or reaches_nobody:
        open_call(application, reason=DUE_SOON, now=now, notice=answer, promise=promise)
    return True


def _had_its_chance(answer: Notice, now: datetime) -> bool:
    return (answer.leaves_at or answer.created_at) + PATIENCE <= now


def _further(application: Application, promise: Promise, answer: Notice) -> list[tuple[str, str]]:
    """Channels that no notice of this answer has used; none for what leaves from its zone's number only."""
    if answer.visit_id is not None:
        return []
    used = application.notices.filter(promise=promise, purpose=answer.purpose).exclude(state="superseded")
    return further_channels(application, answer.purpose, tried=set(used.values_list("channel", flat=True)))
