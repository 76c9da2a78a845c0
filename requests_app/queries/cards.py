"""What the desk reads of cards that wait for their owners: where, how many, since when, and whose a code is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from requests_app.models import Application, Card, CardPickup, CardPolicy, Handover, Officer, Zone
from requests_app.models.blanks import place_name
from requests_app.queries.paging import Page, keyset_page
from requests_app.rules.blanks import REMIND_UNFETCHED
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date
from requests_app.rules.nik import NikError, check_nik
from requests_app.rules.numbers import normalise_card_code, normalise_number
from requests_app.rules.roles import Role
from requests_app.rules.statuses import Status
from requests_app.vault.keyring import keyed_hash

HEAD = "kantor"
"""The head office in an address; zones have their codes."""
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
    """What waits at a place: all, those who said that they come today, those longer than 30 days, and since when."""

    place: Place
    total: int = 0
    today: int = 0
    long: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Unfetched:
    """Cards of the whole city that wait for their owners, and those among them that wait for more than 30 days."""

    total: int
    long: int


def unfetched_everywhere(*, now: datetime) -> Unfetched:
    """For the supervisor's first page (index cards_unfetched)."""
    return Unfetched(**unfetched().aggregate(total=Count("pk"), long=Count("pk", filter=Q(ready_at__lte=now - LONG))))


def places_of(officer: Officer) -> list[Place]:
    """The offices whose cards an officer hands out: those of their zones; supervisors, and whoever has none: all."""
    listed = list(officer.zones.filter(is_active=True).order_by("code"))
    if listed and officer.role != Role.SUPERVISOR:
        return [Place(zone) for zone in listed]
    return [Place(None), *(Place(zone) for zone in Zone.objects.filter(is_active=True).order_by("code"))]


def unfetched() -> QuerySet[CardPickup]:
    """Cards that lie where they are collected (index cards_unfetched)."""
    return CardPickup.objects.filter(ready_at__isnull=False, fetched_at__isnull=True)


def counts(places: Sequence[Place], *, now: datetime) -> list[Waiting]:
    """One line for each place, in the order given."""
    rows = (
        unfetched()
        .order_by()
        .values_list("zone")
        .annotate(
            total=Count("pk"),
            today=Count("pk", filter=Q(day=local_date(now))),
            long=Count("pk", filter=Q(ready_at__lte=now - LONG)),
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
    "pindah": "Segera pindah",
}


def waiting_page(place: Place, chosen: str, cursor: str, *, now: datetime, phones: bool = False) -> Page[CardPickup]:
    """What waits at a place, the longest waiting first. Phones are read only for who calls."""
    found = unfetched().filter(_only(chosen, now), zone=place.zone).select_related("application")
    fields = (*ROW_FIELDS, *(("application__phone", "application__phone_owner") if phones else ()))
    return keyset_page(found.only(*fields), "ready_at", cursor, oldest_first=True)


def _only(chosen: str, now: datetime) -> Q:
    if chosen == "hari-ini":
        return Q(day=local_date(now))
    if chosen == "pindah":
        after = CardPolicy.current().move_after_days
        goes = Q(zone__isnull=False, ready_at__lte=now + SOON - timedelta(days=after))
        return goes if after else Q(pk__in=[])
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


def handover_of(application: Application) -> Handover | None:
    """The handover of an application, with who did it."""
    found = Handover.objects.filter(application=application)
    return found.select_related("officer", "zone", "card", "application").first()
