"""The places at the zones' desks: which slots are free, who has which seat, and when each desk is busy."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from requests_app.models import Slot, Visit, Zone
from requests_app.operations.slots import HORIZON
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.opening import Opening
from requests_app.rules.visits import FIRST_WORKING_DAY, HOLDS_PLACE, WALK_IN_LABEL

Busy = tuple[datetime, datetime]


class Agenda:
    """All slots from `since` on. Lives are played one after the other, so places are given here, not by the base."""

    def __init__(self, zones: Iterable[Zone], since: datetime) -> None:
        self._slots: dict[int, list[Slot]] = {zone.pk: [] for zone in zones}
        self._by_pk: dict[int, Slot] = {}
        for slot in Slot.objects.filter(starts_at__gte=since, zone__in=self._slots, is_open=True):
            self._slots[slot.zone_id].append(slot)
            self._by_pk[slot.pk] = slot
        self._starts = {zone: [slot.starts_at for slot in slots] for zone, slots in self._slots.items()}
        self._opening: dict[int, Opening] = {zone.pk: zone.opening(now=since) for zone in zones}
        self._first_days: dict[tuple[int, date], datetime] = {}
        self._seats: dict[int, set[int]] = defaultdict(set)
        self._walk_ins: dict[tuple[int, date], int] = defaultdict(int)
        self._desks: dict[tuple[int, date, int], list[Busy]] = defaultdict(list)
        self._note_known(since)

    def _note_known(self, since: datetime) -> None:
        """Places that visits have already which are not of this load."""
        visits = Visit.objects.filter(starts_at__gte=since, state__in=HOLDS_PLACE)
        for slot, seat, zone, day, number in visits.values_list("slot", "seat", "zone", "day", "number"):
            if slot is not None and seat is not None:
                self._seats[slot].add(seat)
            else:
                self._walk_ins[zone, day] = max(self._walk_ins[zone, day], int(number.removeprefix(WALK_IN_LABEL)))

    def next_free(self, zone: Zone, at: datetime) -> Slot | None:
        """The slot that an invitation made at `at` proposes."""
        return next(self.free(zone, at), None)

    def free(self, zone: Zone, at: datetime) -> Iterator[Slot]:
        """The free slots that were offered at `at`, earliest first."""
        slots = self._slots[zone.pk]
        last = start_of_day(local_date(at) + timedelta(days=HORIZON + 1))
        for slot in slots[bisect_left(self._starts[zone.pk], self._offered_from(zone, at)) :]:
            if slot.starts_at >= last:
                return
            if self.room(slot):
                yield slot

    def _offered_from(self, zone: Zone, at: datetime) -> datetime:
        key = zone.pk, local_date(at)
        if key not in self._first_days:
            self._first_days[key] = start_of_day(
                self._opening[zone.pk].first_day_offered(local_date(at), FIRST_WORKING_DAY)
            )
        return self._first_days[key]

    def is_open(self, zone: Zone, at: datetime) -> bool:
        """Whether the desks were open at that moment."""
        return any(period.starts_at <= at < period.ends_at for period in self._opening[zone.pk].periods(local_date(at)))

    def of_day(self, zone: Zone, day: date) -> list[Slot]:
        """The slots of one day (WIB) that have a place left, in order."""
        return [slot for slot in self._slots[zone.pk] if slot.day == day and self.room(slot)]

    def room(self, slot: Slot) -> int:
        """Places left."""
        return max(slot.capacity - len(self._seats[slot.pk]), 0)

    def take(self, slot: Slot) -> int:
        """The lowest free seat, taken."""
        taken = self._seats[slot.pk]
        seat = next(seat for seat in range(1, len(taken) + 2) if seat not in taken)
        taken.add(seat)
        return seat

    def give_back(self, slot: Slot, seat: int) -> None:
        """Somebody moved, cancelled, or did not answer."""
        self._seats[slot.pk].discard(seat)

    def walk_in_number(self, zone: Zone, day: date) -> str:
        """The next number of a zone's walk-ins of a day."""
        self._walk_ins[zone.pk, day] += 1
        return f"{WALK_IN_LABEL}{self._walk_ins[zone.pk, day]}"

    def at_desk(self, zone: Zone, ready: datetime, lasts: timedelta) -> tuple[int, datetime]:
        """The desk that is free first for so long, and from when on; it is busy then."""
        day = local_date(ready)
        begin, desk = min((self._gap(zone, day, desk, ready, lasts), desk) for desk in range(1, zone.desks + 1))
        self._desks[zone.pk, day, desk].append((begin, begin + lasts))
        return desk, begin

    def _gap(self, zone: Zone, day: date, desk: int, ready: datetime, lasts: timedelta) -> datetime:
        begin = ready
        for start, end in sorted(self._desks[zone.pk, day, desk]):
            if start < begin + lasts and begin < end:
                begin = end
        return begin
