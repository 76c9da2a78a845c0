"""Messages that wait, when the numbers of zones change: by the API, by hand, or from another official number.

What concerns a visit keeps its zone; only the way changes (by the API, or by hand from that zone's phone).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q, QuerySet

from requests_app.models import Conversation, Notice, Zone
from requests_app.operations.invitations import wake_waiting
from requests_app.operations.notices import nudge_on_commit
from requests_app.operations.number_trouble import TEST
from requests_app.operations.numbers import forget_numbers, official_way, way_from_zone, working_number
from requests_app.rules.messages import CODE_MINUTES, REPLY
from requests_app.rules.routes import HAND

WAITS = ["queued", "retry", "held"]
BATCH = 500


def reroute_zone(zone: Zone, *, now: datetime) -> int:
    """The number of a zone, or its phone id, was changed (`zone` as it is stored now), in the caller's transaction.

    What waits follows, what was held is tried at once. The new number is taken to work until the provider says
    otherwise: whoever waited for it is due for an invitation. How many messages go another way now.
    """
    if zone.number_trouble:
        zone.number_trouble, zone.number_probed_at = "", None
        zone.save(update_fields=["number_trouble", "number_probed_at"])
    forget_numbers()
    transaction.on_commit(forget_numbers, robust=True)
    moved = _reroute(Notice.objects.filter(zone=zone), now)
    held = Notice.objects.filter(zone=zone, state="held").select_for_update(of=("self",), skip_locked=True)
    Notice.objects.filter(pk__in=list(held.values_list("pk", flat=True))).update(next_attempt_at=now)
    if zone.number_works:
        wake_waiting(zone, now=now)
    return moved


def end_conversations(zone: Zone, *, now: datetime) -> int:
    """The zone writes from another number now: the 24 hours of its conversations were those of the old one.

    To Meta nobody has written to the new number, so a free text from it is refused. How many are over.
    """
    return Conversation.objects.filter(zone=zone, window_until__gt=now).update(window_until=now)


def reroute_held(*, now: datetime) -> int:
    """Due messages that were held, perhaps for want of a working number; and, since there is one again, those of any
    official number that were left to people."""
    which = Q(state="held", next_attempt_at__lte=now)
    if working_number() is not None:
        which |= Q(channel=HAND, state="queued", visit=None)
    return _reroute(Notice.objects.filter(which), now)


@transaction.atomic
def _reroute(notices: QuerySet[Notice], now: datetime) -> int:
    """Rows that somebody works on, or has open to send by hand, are left: the next turn finds them."""
    free = notices.filter(
        Q(lease_until=None) | Q(lease_until__lte=now), state__in=WAITS, channel__in=["whatsapp", HAND]
    )
    rows = free.select_for_update(of=("self",), skip_locked=True).select_related("zone").defer("params", "recipient")
    homes = rows.annotate(home=F("application__zone_id")).order_by("priority", "created_at")
    return sum(_go_on(notice, notice.home or notice.zone_id, now) for notice in homes[:BATCH])


def _go_on(notice: Notice, home: int, now: datetime) -> bool:
    zone_id, channel = _way(notice, home)
    if (zone_id, channel) == (notice.zone_id, notice.channel):
        return False
    notice.zone_id, notice.channel = zone_id, channel
    if notice.state != "queued":
        notice.state, notice.error_code, notice.next_attempt_at = "queued", "", now
    notice.lease_owner = notice.lease_until = None
    notice.save(
        update_fields=["zone", "channel", "state", "error_code", "next_attempt_at", "lease_owner", "lease_until"]
    )
    nudge_on_commit(notice)
    return True


def _way(notice: Notice, home: int) -> tuple[int, str]:
    """`home`: the applicant's zone. A reply belongs into the conversation with the number that was written to."""
    if notice.purpose.startswith(REPLY):
        return notice.zone_id, notice.channel
    if notice.visit_id is not None or notice.purpose == TEST:
        return notice.zone_id, way_from_zone(notice.zone)
    return official_way(home, by_hand=notice.purpose not in CODE_MINUTES)
