"""Whether a zone's own number works: what the provider said of it last.

A zone whose number is refused invites nobody (its approvals are told through other ways) until a message of that
number is accepted again; one is tried every ten minutes (operations/number_probes.py). Nothing here is done under the
lock of a notice or an application.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from requests_app.models import Notice, Zone
from requests_app.operations.invitations import wake_waiting
from requests_app.operations.numbers import forget_numbers, zone_numbers
from requests_app.rules.routes import WHATSAPP

NO_NUMBER = "no_number"
"""Held, because its zone has none by which it could leave."""
TEST = "number_test"
# Said of the account that all zones share (authentication, permission, no token), not of one number.
OF_THE_ACCOUNT = frozenset({"0", "3", "10", "190", "not_configured", *map(str, range(200, 300))})
# A test has nothing in it that could be wrong, so these mean that there is no such number.
UNKNOWN_NUMBER = frozenset({"33", "100"})

LOOK_BACK = timedelta(days=1)
"""What was written so long before a refusal may have left after it."""


def note_refused(notice: Notice, kind: str, code: str, *, at: datetime | None = None) -> None:
    """A message was refused because of its sender: the zone's number is in trouble until one is accepted.

    `at`: when the provider refused it, where a receipt says so. What arrived since shows that the trouble is over.
    """
    unknown = notice.purpose == TEST and code in UNKNOWN_NUMBER
    if kind != "account" and not unknown:
        return
    if at is not None and _works_since(at, notice, code):
        return
    zones = Zone.objects.exclude(whatsapp_phone_id="").exclude(number_trouble=code)
    if code not in OF_THE_ACCOUNT:
        zones = zones.filter(pk=notice.zone_id)
    if zones.update(number_trouble=code[:40]):
        forget_numbers()


def note_accepted(notices: Iterable[Notice], *, now: datetime) -> None:
    """Messages were accepted: their numbers work again, and so does the account.

    Unless the same message was accepted before and refused afterwards; then only its arrival says so.
    """
    account_troubled = any(number.trouble in OF_THE_ACCOUNT for number in zone_numbers().values())
    for notice in notices:
        if (account_troubled or notice.zone.number_trouble) and not _failed_before(notice):
            _works_again(Q(pk=notice.zone_id) | Q(number_trouble__in=OF_THE_ACCOUNT), now)


def note_arrived(notice: Notice, *, now: datetime) -> None:
    """A message arrived. Unless it is a test, or was refused before, it may have left before the trouble began."""
    number = zone_numbers().get(notice.zone_id)
    if number is not None and number.trouble and (notice.purpose == TEST or _failed_before(notice)):
        _works_again(Q(pk=notice.zone_id), now)


def _works_since(at: datetime, notice: Notice, code: str) -> bool:
    """Whether something was taken after `at`, and arrived: from this number, or any where the account is meant."""
    arrived = Notice.objects.filter(
        channel=WHATSAPP, created_at__gt=at - LOOK_BACK, accepted_at__gt=at, delivered_at__isnull=False
    )
    return (arrived if code in OF_THE_ACCOUNT else arrived.filter(zone_id=notice.zone_id)).exists()


def _failed_before(notice: Notice) -> bool:
    return notice.attempts.filter(outcome="failed").exists()


def _works_again(which: Q, now: datetime) -> None:
    """The trouble is over: whoever waits for an invitation from these zones is due at once.

    A trouble that begins later has its own ten minutes before it is asked about.
    """
    zones = list(Zone.objects.filter(which).exclude(number_trouble=""))
    if Zone.objects.filter(pk__in=[zone.pk for zone in zones]).update(number_trouble="", number_probed_at=None):
        forget_numbers()
    for zone in zones:
        wake_waiting(zone, now=now)
