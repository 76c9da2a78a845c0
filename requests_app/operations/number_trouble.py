"""Whether a zone's own number works: what the provider said of it last.

A zone whose number is refused invites nobody (its approvals are told through other ways) until a message of that
number is accepted again. Nothing here is done under the lock of a notice or an application.
"""

from datetime import datetime

from django.db.models import Q

from requests_app.models import Notice, Zone
from requests_app.operations.invitations import wake_waiting
from requests_app.operations.numbers import forget_numbers, zone_numbers

NO_NUMBER = "no_number"
"""Held, because its zone has none by which it could leave."""
TEST = "number_test"
# Said of the account that all zones share (authentication, permission, no token), not of one number.
OF_THE_ACCOUNT = frozenset({"0", "3", "10", "190", "not_configured", *map(str, range(200, 300))})
# A test has nothing in it that could be wrong, so these mean that there is no such number.
UNKNOWN_NUMBER = frozenset({"33", "100"})


def note_refused(notice: Notice, kind: str, code: str) -> None:
    """A message was refused because of its sender: the zone's number is in trouble until one is accepted."""
    unknown = notice.purpose == TEST and code in UNKNOWN_NUMBER
    if kind != "account" and not unknown:
        return
    zones = Zone.objects.exclude(whatsapp_phone_id="").exclude(number_trouble=code)
    if code not in OF_THE_ACCOUNT:
        zones = zones.filter(pk=notice.zone_id)
    if zones.update(number_trouble=code[:40]):
        forget_numbers()


def note_accepted(notice: Notice, *, now: datetime) -> None:
    """A message was accepted: its number works again, and so does the account.

    Unless the same message was accepted before and refused afterwards; then only its arrival says so.
    """
    numbers = zone_numbers()
    troubled = notice.zone.number_trouble or any(n.trouble in OF_THE_ACCOUNT for n in numbers.values())
    if troubled and not _failed_before(notice):
        _works_again(Q(pk=notice.zone_id) | Q(number_trouble__in=OF_THE_ACCOUNT), now)


def note_arrived(notice: Notice, *, now: datetime) -> None:
    """A message arrived. Unless it is a test, or was refused before, it may have left before the trouble began."""
    number = zone_numbers().get(notice.zone_id)
    if number is not None and number.trouble and (notice.purpose == TEST or _failed_before(notice)):
        _works_again(Q(pk=notice.zone_id), now)


def _failed_before(notice: Notice) -> bool:
    return notice.attempts.filter(outcome="failed").exists()


def _works_again(which: Q, now: datetime) -> None:
    """The trouble is over: whoever waits for an invitation from these zones is due at once."""
    zones = list(Zone.objects.filter(which).exclude(number_trouble=""))
    if Zone.objects.filter(pk__in=[zone.pk for zone in zones]).update(number_trouble=""):
        forget_numbers()
    for zone in zones:
        wake_waiting(zone, now=now)
