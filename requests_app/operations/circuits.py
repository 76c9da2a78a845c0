"""Ways that are out of order: after some failures in a row nothing is tried there but one probe a minute.

One person whom the provider refuses again and again, by a code of its own, says nothing of the way.

A number that answers again has all that waited for it due at once, so an outage ends within a minute of its end.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from requests_app.channels.base import OutcomeKind
from requests_app.models import Circuit, Notice
from requests_app.rules.routes import EMAIL, PHONE_CHANNELS, SMS, WHATSAPP

OPENS_AFTER = 5
PROBE_EVERY = timedelta(minutes=1)
UNPROBED_FOR = timedelta(minutes=15)
"""Longer than a probe without an outcome waits for its receipt before it may be one again."""
# "Slower, please" is no outage: throughput, pair rate, call limits. Nor is a mailbox that is full or asks to try again.
TOO_FAST = frozenset({"130429", "131056", "4", "80007", "http_429", "smtp_450", "smtp_451", "smtp_452"})
# Nobody was called.
NOT_CALLED = frozenset({"not_configured", "invalid_recipient"})
SAYS_NOTHING = TOO_FAST | NOT_CALLED
"""Codes that neither count as a failure of the way nor as an answer of it."""

Way = tuple[str, int | None]


def way_of(notice: Notice) -> Way:
    """A zone's number, or a channel that all zones share."""
    return notice.channel, notice.zone_id if notice.channel == WHATSAPP else None


def open_circuits(channels: Iterable[str]) -> dict[Way, Circuit]:
    """The ways of these channels that are out of order."""
    rows = Circuit.objects.filter(channel__in=list(channels), opened_at__isnull=False)
    return {(row.channel, row.zone_id): row for row in rows}


def blocked_channels() -> set[str]:
    """Mail and SMS as far as nothing leaves by them now: out of order, or refused for everyone so that it is held."""
    broken = {channel for channel, _ in open_circuits((EMAIL, SMS))}
    held = Notice.objects.filter(state="held", channel__in=(EMAIL, SMS))
    return broken | set(held.values_list("channel", flat=True).distinct())


def take_probe(circuit: Circuit, *, now: datetime) -> bool:
    """Whether the one probe of this minute is the caller's to make."""
    mine = Circuit.objects.filter(pk=circuit.pk, opened_at__isnull=False, next_probe_at__lte=now)
    return bool(mine.update(next_probe_at=now + PROBE_EVERY))


def give_back_probe(circuit: Circuit) -> None:
    """The probe was not made, as what there was may not leave now: it is still due."""
    Circuit.objects.filter(pk=circuit.pk, opened_at__isnull=False).update(next_probe_at=circuit.next_probe_at)


def leave_unprobed(circuit: Circuit, *, now: datetime) -> None:
    """There was nothing to probe with. After a quarter of an hour of that nobody can say that the way is out of order.

    It is tried again like any other; one more failure in the row opens the circuit at once.
    """
    give_back_probe(circuit)
    if circuit.next_probe_at is not None and circuit.next_probe_at <= now - UNPROBED_FOR:
        unknown = {"opened_at": None, "next_probe_at": None, "failures": OPENS_AFTER - 1}
        Circuit.objects.filter(pk=circuit.pk, opened_at__isnull=False).update(**unknown)


def is_outage(kind: OutcomeKind, code: str) -> bool:
    """Whether an outcome says that the way itself is out of order, and nothing of the person or the message."""
    return kind in ("retry", "unknown") and code not in TOO_FAST


def note_outcomes(outcomes: Iterable[tuple[Way, OutcomeKind, str]], *, now: datetime) -> None:
    """Count failures in a row, way by way; any other answer of the provider ends the row and closes the circuit."""
    ways: dict[Way, list[tuple[OutcomeKind, str]]] = {}
    for way, kind, code in outcomes:
        if code not in SAYS_NOTHING:
            ways.setdefault(way, []).append((kind, code))
    fails = any(is_outage(kind, code) for seen in ways.values() for kind, code in seen)
    # Nearly always nothing fails and nothing has failed: then there is nothing to write, nor to lock.
    if fails or (ways and Circuit.objects.filter(failures__gt=0).exists()):
        _note(ways, now)


@transaction.atomic
def _note(ways: dict[Way, list[tuple[OutcomeKind, str]]], now: datetime) -> None:
    rows = Circuit.objects.select_for_update().filter(channel__in={channel for channel, _ in ways}).order_by("pk")
    known = {(row.channel, row.zone_id): row for row in rows}
    for way, seen in ways.items():
        _count(known.get(way) or Circuit(channel=way[0], zone_id=way[1]), seen, now)


def _count(circuit: Circuit, seen: Iterable[tuple[OutcomeKind, str]], now: datetime) -> None:
    before = (circuit.failures, circuit.opened_at)
    for kind, code in seen:
        if is_outage(kind, code):
            circuit.failures, circuit.last_error = min(circuit.failures + 1, 1000), code[:40]
        else:
            circuit.failures = 0
    if circuit.failures >= OPENS_AFTER and circuit.opened_at is None and not _is_of_one_person(circuit):
        circuit.opened_at, circuit.next_probe_at = now, now + PROBE_EVERY
    closes = circuit.failures == 0 and circuit.opened_at is not None
    if closes:
        circuit.opened_at = circuit.next_probe_at = None
    if before != (circuit.failures, circuit.opened_at):
        circuit.save()
    if closes:
        _wake(circuit, now)


def _is_of_one_person(circuit: Circuit) -> bool:
    """Whether the provider itself refused (its codes are numbers), and one person's messages only: it may be them.

    Silence is an outage for whomever it is: then the one who waits is to be the probe of each minute.
    """
    if not circuit.last_error.isdigit():
        return False
    failed = _by_way(circuit).filter(state__in=["retry", "unconfirmed"])
    person = "recipient_hash" if circuit.channel in PHONE_CHANNELS else "application"
    return len(failed.values_list(person).distinct()[:2]) == 1


def _wake(circuit: Circuit, now: datetime) -> None:
    _by_way(circuit).filter(state="retry", next_attempt_at__gt=now).update(next_attempt_at=now)


def _by_way(circuit: Circuit) -> QuerySet[Notice]:
    found = Notice.objects.filter(channel=circuit.channel)
    return found if circuit.zone_id is None else found.filter(zone=circuit.zone_id)
