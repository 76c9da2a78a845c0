"""What the desk reads of cards that wait for their owners: where, how many, since when, and whose a code is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from requests_app.models import Application, Card, CardPickup, CardPolicy, Handover, Officer, Zone
from requests_app.models.blanks import place_name
from requests_app.models.searches import card_looked_for
from requests_app.models.unfetched import is_to_carry, to_carry, unfetched
from requests_app.queries.paging import Page, keyset_page
from requests_app.rules.blanks import REMIND_UNFETCHED, Outcome
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date
from requests_app.rules.nik import NikError, check_nik
from requests_app.rules.numbers import normalise_card_code, normalise_number
from requests_app.rules.roles import Role
from requests_app.rules.statuses import Status
from requests_app.vault.keyring import keyed_hash

HEAD = "kantor"
"""The head office in an address; zones have their codes."""
CARRY = "pindah"
"""The list of what is to be carried to the head office, as it stands in an address."""
SOON = timedelta(days=7)
LONG = REMIND_UNFETCHED[-1]
ROW_FIELDS = (
    "application__number", "application__name", "application__reason", "zone", "day", "part", "ready_at", "reminders",
    "moved_at",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """An office where cards are collected; without a zone it is the head office."""

    zone: Zone | None

    @property
    def code(self) -> str:
        """How its pages are addressed."""
        return self.zone.code if self.zone is not None else HEAD

    @property
    def name(self) -> str:
        """As people call it."""
        return place_name(self.zone)


@dataclass(frozen=True)
class Waiting:
    """What waits at a place: all, those who said that they come today, those longer than 30 days, those that are to
    be carried to the head office, and since when."""

    place: Place
    total: int = 0
    today: int = 0
    long: int = 0
    to_carry: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Unfetched:
    """Cards of the whole city that wait for their owners, and those among them that wait for more than 30 days."""

    total: int
    long: int


def unfetched_everywhere(*, now: datetime) -> Unfetched:
    """For the supervisor's first page; also those that are on their way back."""
    return Unfetched(**unfetched().aggregate(total=Count("pk"), long=Count("pk", filter=Q(ready_at__lte=now - LONG))))


def places_of(officer: Officer) -> list[Place]:
    """The offices whose cards an officer hands out: those of their zones; supervisors, and whoever has none: all.

    A zone that closed down leaves nothing in its place, not even when it was the only one.
    """
    listed = list(officer.zones.order_by("code"))
    if listed and officer.role != Role.SUPERVISOR:
        return [Place(zone) for zone in listed if zone.is_active]
    return [Place(None), *(Place(zone) for zone in Zone.objects.filter(is_active=True).order_by("code"))]


def _lying() -> QuerySet[CardPickup]:
    """Cards that lie where they are collected."""
    return unfetched().filter(carried_since=None)


def counts(places: Sequence[Place], *, policy: CardPolicy, now: datetime) -> list[Waiting]:
    """One line for each place, in the order given."""
    rows = (
        _lying()
        .order_by()
        .values_list("zone")
        .annotate(
            total=Count("pk"),
            today=Count("pk", filter=Q(day=local_date(now))),
            long=Count("pk", filter=Q(ready_at__lte=now - LONG)),
            to_carry=Count("pk", filter=is_to_carry(policy, now)),
            oldest=Min("ready_at"),
        )
    )
    by_zone: dict[int | None, tuple[Any, ...]] = {row[0]: row[1:] for row in rows}
    return [Waiting(place, *by_zone.get(place.zone.pk if place.zone else None, ())) for place in places]


FILTERS = {
    "": "Semua",
    "hari-ini": "Datang hari ini",
    "3": "Lebih dari 3 hari",
    "14": "Lebih dari 14 hari",
    "30": "Lebih dari 30 hari",
    CARRY: "Perlu dibawa ke kantor",
}


def waiting_page(
    place: Place, chosen: str, cursor: str, *, policy: CardPolicy, now: datetime, phones: bool = False
) -> Page[CardPickup]:
    """What waits at a place, the longest waiting first.

    Phones are read only for who calls; nobody is called about a card that is looked for.
    The list of what is to be carried looks a week ahead; `is_due` marks what is to go now.
    """
    found = _lying().filter(_only(chosen, policy, now), zone=place.zone).select_related("application")
    if phones:
        found = found.filter(~card_looked_for())
    if chosen == CARRY:
        found = found.annotate(is_due=Exists(to_carry(policy, at=now).filter(pk=OuterRef("pk"))))
    fields = (*ROW_FIELDS, *(("application__phone", "application__phone_owner") if phones else ()))
    return keyset_page(found.only(*fields), "ready_at", cursor, oldest_first=True)


def _only(chosen: str, policy: CardPolicy, now: datetime) -> Q:
    if chosen == "hari-ini":
        return Q(day=local_date(now))
    if chosen == CARRY:
        return is_to_carry(policy, now + SOON)
    return Q(ready_at__lte=now - timedelta(days=int(chosen))) if chosen else Q()


def application_of(typed: str) -> Application | None:
    """The card application that a number, a card's own code, or its owner's NIK means; the newest of a person."""
    cards = Application.objects.filter(service=Service.KTP_EL)
    number = normalise_number(typed)
    if number is not None:
        return cards.filter(number=number).first()
    card = card_of(typed)
    if card is not None:
        return card.application
    try:
        nik = check_nik(typed)
    except NikError:
        return None
    mine = cards.filter(nik_hash=keyed_hash("nik", nik)).order_by("-submitted_at")
    return mine.filter(status=Status.READY_FOR_PICKUP).first() or mine.first()


def card_of(typed: str) -> Card | None:
    """The print attempt whose own code was scanned from its slip."""
    code = normalise_card_code(typed)
    return Card.objects.filter(code=code).select_related("application").first() if code else None


def is_nik(typed: str) -> bool:
    """Whether somebody is looked for by their NIK, which leaves a row of its own."""
    try:
        check_nik(typed)
    except NikError:
        return False
    return True


def card_application(typed: str) -> Application | None:
    """The card application with this number, with its pickup."""
    number = normalise_number(typed) or ""
    found = Application.objects.filter(service=Service.KTP_EL, number=number)
    return found.select_related("pickup", "zone").first()


def printed_card(application: Application) -> Card:
    """The printed card of an application that waits for its owner."""
    return Card.objects.get(application=application, outcome=Outcome.PRINTED)


def handover_of(application: Application) -> Handover | None:
    """The handover of an application, with who did it."""
    found = Handover.objects.filter(application=application)
    return found.select_related("officer", "zone", "card", "application", "letter").first()
