"""What every life of the demo set needs to know of the office."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from requests_app.demo.accounts import demo_officers
from requests_app.demo.agenda import Agenda
from requests_app.demo.arrivals import Calendar
from requests_app.demo.people import People
from requests_app.demo.press import Press
from requests_app.demo.rows import Keys, Rows
from requests_app.demo.zones import DESK_ZONE
from requests_app.models import (
    HOLDS_KEY,
    Application,
    DecisionReason,
    Holiday,
    Kelurahan,
    MessageText,
    Officer,
    PromisePolicy,
    ProtocolItem,
    Zone,
    ZoneCoverage,
)  # fmt: skip
from requests_app.models import Requirement as RequirementRow
from requests_app.operations.numbers import official_way
from requests_app.operations.visit_words import originals_in_words, protocol_in_force
from requests_app.rules.catalogue import BRING, UPLOAD, Requirement, applicable
from requests_app.rules.dates import local_date
from requests_app.rules.promise import Policy, due_at
from requests_app.rules.roles import Role

if TYPE_CHECKING:
    from requests_app.demo.trip import Trip


@dataclass
class Office:
    """The moment, the people, and what was read once: texts, reasons, zones by kelurahan, whose number carries what.

    `clerks`: who works at the desk of each zone, by the zone's id. `households`: the latest visit of each family.
    """

    now: datetime
    rng: random.Random
    people: People
    calendar: Calendar
    agenda: Agenda
    officers: Sequence[Officer]
    clerks: Mapping[int, Officer]
    supervisor: Officer
    texts: Mapping[str, MessageText]
    reasons: Mapping[str, DecisionReason]
    requirements: Sequence[Requirement]
    zones: Mapping[str, Zone]
    zones_by_id: Mapping[int, Zone]
    ways: Mapping[int, tuple[int, str]]
    protocol: Sequence[int]
    protocol_words: str
    next_index: int
    keys: Keys
    press: Press
    policy: Policy = Policy.CALENDAR
    rows: Rows = field(default_factory=Rows)
    households: dict[bytes, "Trip"] = field(default_factory=dict)

    def due(self, start: datetime) -> datetime:
        """When an answer is owed for a round that begins at `start`."""
        return due_at(start, policy=self.policy, holidays=self.calendar.holidays)

    def documents_for(self, service: str, answers: Mapping[str, Any]) -> list[str]:
        """The codes of the uploads that these answers ask for."""
        return [r.document_code for r in applicable(self.requirements, answers, service=service) if r.kind == UPLOAD]

    def papers_for(self, service: str, answers: Mapping[str, Any]) -> list[str]:
        """The codes of the originals that the desk wants to see, each once."""
        asked = applicable(self.requirements, answers, service=service)
        return list(dict.fromkeys(r.document_code for r in asked if r.kind in (UPLOAD, BRING)))

    def to_bring(self, service: str, answers: Mapping[str, Any]) -> str:
        """The same in the words of an invitation."""
        asked = applicable(self.requirements, answers, service=service)
        uploaded = sorted({r.document_code for r in asked if r.kind == UPLOAD})
        return originals_in_words(service, uploaded, [r.name for r in asked if r.kind == BRING])

    def zone(self, code: str) -> Zone | None:
        """A zone that covers something today, by its code."""
        return next((zone for zone in self.zones.values() if zone.code == code), None)

    def kelurahan_of(self, zone: Zone) -> list[str]:
        """What a zone covers."""
        return [kelurahan for kelurahan, covering in self.zones.items() if covering is zone]


def open_office(*, now: datetime, back: timedelta, seed: int, next_index: int) -> Office:
    """Read what lives need, slots from `back` before now on. The demo accounts and all slots exist already."""
    rng = random.Random(f"{seed}:{next_index}")  # noqa: S311 - synthetic people, to be repeatable
    zones_by_id = Zone.objects.in_bulk()
    zones = _coverage(local_date(now), zones_by_id)
    own = {zone.pk: zone for zone in zones.values()}
    keys, officers, clerks = Keys(), demo_officers(Role.OFFICER), _clerks(list(own))
    press = Press(
        now=now, keys=keys, holidays=holidays(), zones=own, officers=officers, clerks=clerks,
        own_zone=next((zone for zone in own.values() if zone.code == DESK_ZONE and zone.is_example), None),
    )  # fmt: skip
    policy = PromisePolicy.objects.filter(valid_from__lte=now).order_by("-valid_from").first()
    return Office(
        now=now,
        rng=rng,
        people=_people(rng, now, next_index),
        calendar=Calendar(rng, now, holidays()),
        agenda=Agenda(list(own.values()), now - back),
        officers=officers,
        clerks=clerks,
        supervisor=demo_officers(Role.SUPERVISOR)[0],
        texts={text.purpose: text for text in MessageText.objects.filter(is_current=True)},
        reasons={reason.code: reason for reason in DecisionReason.objects.all()},
        requirements=_requirements(),
        zones=zones,
        zones_by_id=zones_by_id,
        ways={pk: official_way(pk) for pk in own},
        protocol=list(ProtocolItem.objects.filter(in_force=True).values_list("pk", flat=True)),
        protocol_words=protocol_in_force(),
        next_index=next_index,
        keys=keys,
        press=press,
        policy=Policy(policy.kind) if policy else Policy.CALENDAR,
    )


def holidays() -> set[date]:
    """The office's."""
    return set(Holiday.objects.values_list("date", flat=True))


def _coverage(day: date, zones: Mapping[int, Zone]) -> dict[str, Zone]:
    """Which zone each kelurahan has on a day; lives share one object for each zone."""
    coverage = ZoneCoverage.objects.filter(valid__contains=day).order_by("kelurahan")
    return {kelurahan: zones[zone] for kelurahan, zone in coverage.values_list("kelurahan", "zone")}


def _people(rng: random.Random, now: datetime, next_index: int) -> People:
    taken = set(Application.objects.filter(status__in=HOLDS_KEY).values_list("key_hash", flat=True))
    kelurahan = list(Kelurahan.objects.order_by("code").values_list("code", flat=True))
    return People(rng, local_date(now), kelurahan, taken, first_phone=next_index - 1)


def _requirements() -> list[Requirement]:
    names = [column.name for column in fields(Requirement)]
    rows = RequirementRow.objects.order_by("position", "pk").values(*names)
    return [Requirement(**row) for row in rows]


def _clerks(zones: Sequence[int]) -> dict[int, Officer]:
    """Who has the zone listed; somebody who sees all zones where nobody has."""
    clerks = demo_officers(Role.COUNTER)
    listed = {zone.pk: clerk for clerk in clerks for zone in clerk.zones.all()}
    anybody = next((clerk for clerk in clerks if not clerk.zones.all()), clerks[0])
    return {zone: listed.get(zone, anybody) for zone in zones}
