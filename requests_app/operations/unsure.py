"""Messages of which nobody knows whether they arrived: a second try is made, and no third before more is known.

A call without an outcome may have been taken. Ten minutes without a receipt are reason enough for one further try, and
for no more: where nobody tells of arrivals (mail, a gateway without reports) there is no third. Where somebody does, it
is made once something that was taken later is told to have arrived: then receipts reach us, and there was none to come.
Else the channel has failed after six hours: the next one follows, or somebody calls (decision 0008).
"""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Min
from django.db.models.functions import Coalesce

from requests_app.channels.posts import receipted
from requests_app.models import Notice, NoticeAttempt
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.steps import lock

TRIES = 2
GIVE_UP_AFTER = timedelta(hours=6)
UNSURE = "unsure"
MAYBE_TAKEN = ["", "unknown", "accepted"]
LOOK_BACK = timedelta(days=1)


@dataclass(frozen=True)
class Doubts:
    """Tries of a notice by its present way that may have been taken: how many, the first and the last."""

    tries: int
    first_at: datetime
    last_at: datetime


def doubts_of(notice_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Doubts]:
    """The doubts of those notices that have any. Tries to a contact that was changed since are none. One query."""
    if not notice_ids:
        return {}
    leaves_at = Coalesce("notice__leaves_at", "notice__created_at")
    tries = NoticeAttempt.objects.filter(
        notice__in=notice_ids, outcome__in=MAYBE_TAKEN, channel=F("notice__channel"), started_at__gte=leaves_at
    )
    counted = tries.values("notice_id").annotate(n=Count("pk"), first=Min("started_at"), last=Max("started_at"))
    return {row["notice_id"]: Doubts(row["n"], row["first"], row["last"]) for row in counted}


def may_try_again(notice: Notice, doubts: Doubts) -> bool:
    """Whether another call can be made without a third message to whoever has two already."""
    return doubts.tries < TRIES or (notice.channel in receipted() and _arrived_since(notice, doubts.last_at))


def _arrived_since(notice: Notice, at: datetime) -> bool:
    """Whether we were told that something arrived which was taken after `at`."""
    later = Notice.objects.filter(channel=notice.channel, created_at__gt=at - LOOK_BACK, accepted_at__gt=at)
    return later.filter(delivered_at__isnull=False).exists()


def give_up_unsure(channels: Collection[str], *, now: datetime) -> int:
    """End the waiting of those whose two tries nobody will tell of any more. How many."""
    waiting = Notice.objects.filter(channel__in=channels, state="unconfirmed", attempt__gte=TRIES)
    ways = dict(waiting.values_list("pk", "channel"))
    hopeless = [pk for pk, doubts in doubts_of(ways).items() if _is_hopeless(ways[pk], doubts, now)]
    return sum(_give_up(notice_id, now) for notice_id in hopeless)


def _is_hopeless(channel: str, doubts: Doubts, now: datetime) -> bool:
    if doubts.tries < TRIES:
        return False
    return channel not in receipted() or doubts.first_at <= now - GIVE_UP_AFTER


@transaction.atomic
def _give_up(notice_id: uuid.UUID, now: datetime) -> bool:
    application_id = Notice.objects.values_list("application_id", flat=True).get(pk=notice_id)
    application = lock(application_id) if application_id is not None else None
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice_id)
    if notice.state != "unconfirmed":
        return False
    notice.state, notice.error_code, notice.failed_at, notice.next_attempt_at = "failed", UNSURE, now, None
    notice.save(update_fields=["state", "error_code", "failed_at", "next_attempt_at"])
    if application is not None:
        use_next_channel(application, notice, now=now)
    return True
