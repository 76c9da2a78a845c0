"""Zones change in real life: their numbers, hours and desks; one is opened, another hands over and closes down."""

from dataclasses import asdict, astuple, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q, QuerySet, Sum

from requests_app.models import (
    Application,
    BlankStock,
    Card,
    CardLoss,
    CardPickup,
    Event,
    Notice,
    Officer,
    TransferLine,
    Visit,
    Zone,
    ZoneCoverage,
)
from requests_app.operations.actors import staff
from requests_app.operations.blanks import stock_of
from requests_app.operations.invitations import wake_waiting
from requests_app.operations.nudge import nudge_slots
from requests_app.operations.numbers import forget_numbers
from requests_app.operations.office import FieldRefused, note_change
from requests_app.operations.rerouting import end_conversations, reroute_zone
from requests_app.operations.slots import refresh_slots
from requests_app.operations.steps import NotNow, record_events
from requests_app.operations.unreadable import find_its_zone
from requests_app.operations.visits import lock_visit, recall_visit
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import local_date
from requests_app.rules.opening import check_hours, hours_in_words
from requests_app.rules.routes import HAND
from requests_app.rules.statuses import OPEN_STATUSES, Status
from requests_app.rules.visits import COMING, VisitState

HANDED_OVER = sorted(OPEN_STATUSES - {Status.DRAFT, Status.CHECKED_IN})
"""Whoever is at the desk at this moment is served there."""
ONCE = {
    "zone_number_once": ("whatsapp_number", "Nomor ini sudah dipakai {zone}. Satu nomor hanya untuk satu zona."),
    "zone_phone_id_once": ("whatsapp_phone_id", "Phone number ID ini sudah dipakai {zone}. Periksa lagi di Meta."),
}
CODE_TAKEN = ("code", "Kode ini sudah dipakai {zone}. Pilih kode lain.")


@dataclass(frozen=True)
class ZoneFacts:
    """What the admin says of a zone; the number as E.164, hours as rules/opening.py keeps them."""

    code: str
    name: str
    address: str
    latitude: Decimal | None
    longitude: Decimal | None
    weekly_hours: list[dict[str, Any]]
    whatsapp_number: str
    whatsapp_phone_id: str
    services: list[str]
    desks: int
    slot_minutes: int
    slot_capacity: int
    room_capacity: int
    is_example: bool


@dataclass(frozen=True)
class Needs:
    """Why a zone cannot close down: kelurahan that it covers today or later, visits that come, people inside,
    applications, messages that only its desk can send (by hand, from the zone's phone), blanks there or on their way
    there, other zones whose cards are printed there, cards of other zones' people that are to be collected there and
    are not printed yet, and cards that lie there, are looked for there or are on their way there."""

    kelurahan: int
    visits: int
    inside: int
    applications: int
    messages: int
    blanks: int
    printed_for: int
    chosen: int
    cards: int

    def __bool__(self) -> bool:
        return any(astuple(self))


class StillNeeded(NotNow):
    """The zone cannot close down yet; `needs` says what holds it."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(
            f"Zona ini masih dibutuhkan: {needs.kelurahan} kelurahan, {needs.visits} kunjungan yang akan datang, "
            f"{needs.inside} orang yang sedang dilayani, {needs.applications} permohonan terbuka, "
            f"{needs.messages} pesan yang harus dikirim, {needs.blanks} blangko, {needs.cards} kartu, "
            f"{needs.chosen} kartu warga zona lain yang akan diambil di sini, "
            f"{needs.printed_for} zona lain yang kartunya dicetak di sini. Selesaikan dahulu."
        )
        self.needs = needs


@transaction.atomic
def save_zone(*, zone: Zone | None, facts: ZoneFacts, officer: Officer, now: datetime) -> Zone:
    """Write a new zone (`zone` is None) or change one; its slots follow.

    Places that are booked stay booked: a smaller capacity throws nobody out, and visits at hours that are gone are
    moved by the clock. Another number, or another way to send, ends the trouble of the old one; another phone id ends
    the 24 hours of its conversations, and what people wrote to that number before is taken up. Raises FieldRefused
    when the code, the number or the phone id is another zone's (the database decides), HoursError for wrong hours.
    """
    row = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk) if zone else Zone()
    sender = (row.whatsapp_number, row.whatsapp_phone_id)
    given = asdict(facts) | {"weekly_hours": check_hours(facts.weekly_hours)}
    changed = [name for name, value in given.items() if not zone or getattr(row, name) != value]
    for name, value in given.items():
        setattr(row, name, value)
    row.hours = hours_in_words(row.weekly_hours)
    _store(row)
    if row.whatsapp_phone_id not in ("", sender[1]):
        find_its_zone()
    if zone and (row.whatsapp_number, row.whatsapp_phone_id) != sender:
        reroute_zone(row, now=now)
    if zone and row.whatsapp_phone_id != sender[1]:
        end_conversations(row, now=now)
    refresh_slots(zone=row, now=now)
    stock_of(row)
    note_change(row, ", ".join(changed), officer=officer, now=now, flag=CHANGE if zone else ADDITION)
    _on_commit()
    return row


def _store(zone: Zone) -> None:
    """Save; what another zone has already is named, also when both were saved at the same moment."""
    try:
        with transaction.atomic():
            zone.save()
    except IntegrityError as problem:
        constraint = getattr(getattr(problem.__cause__, "diag", None), "constraint_name", "") or ""
        field, message = ONCE.get(constraint, CODE_TAKEN if "code" in constraint else ("", ""))
        if not field:
            raise
        other = Zone.objects.filter(**{field: getattr(zone, field)}).exclude(pk=zone.pk).first()
        raise FieldRefused(field, message.format(zone=other.name if other else "zona lain")) from problem


@transaction.atomic
def deactivate_zone(*, zone: Zone, officer: Officer, now: datetime) -> None:
    """A zone closes down: it takes no more visits and is shown nowhere. A second time changes nothing.

    Raises StillNeeded while it covers a kelurahan (today or later), somebody comes or is inside, an application of it
    is open, or its desk still has messages to send: move_kelurahan and hand_over_zone first.
    """
    row = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    if not row.is_active:
        return
    row.is_active = False
    row.save(update_fields=["is_active"])
    refresh_slots(zone=row, now=now)  # closes the slots first, so that nobody takes a place meanwhile
    needs = what_needs(row, now=now)
    if needs:
        raise StillNeeded(needs)
    _let_the_database_judge()
    note_change(row, "is_active: False", officer=officer, now=now)
    _on_commit()


@transaction.atomic
def activate_zone(*, zone: Zone, officer: Officer, now: datetime) -> None:
    """A zone is at work (again): it has slots, and kelurahan can be moved to it."""
    row = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    if row.is_active:
        return
    row.is_active = True
    row.save(update_fields=["is_active"])
    refresh_slots(zone=row, now=now)
    note_change(row, "is_active: True", officer=officer, now=now)
    _on_commit()


def what_needs(zone: Zone, *, now: datetime) -> Needs:
    """What holds a zone. Nine queries."""
    today = local_date(now)
    covers = ZoneCoverage.objects.filter(Q(valid__upper_inf=True) | Q(valid__endswith__gt=today), zone=zone)
    states = Visit.objects.filter(zone=zone, state__in=[*COMING, VisitState.CHECKED_IN]).values_list("state", flat=True)
    inside = sum(state == VisitState.CHECKED_IN for state in states)
    applications = Application.objects.filter(zone=zone, status__in=sorted(OPEN_STATUSES))
    messages = Notice.objects.filter(zone=zone, channel=HAND, state="queued")
    on_their_way = TransferLine.objects.filter(transfer__to_stock__zone=zone, transfer__received_at=None)
    there = BlankStock.objects.filter(zone=zone).aggregate(blanks=Sum("on_hand"))["blanks"] or 0
    others = Zone.objects.filter(printed_at__zone=zone, is_active=True).exclude(pk=zone.pk)
    return Needs(
        kelurahan=covers.values("kelurahan").distinct().count(), visits=len(states) - inside, inside=inside,
        applications=applications.count(), messages=messages.count(),
        blanks=there + (on_their_way.aggregate(sent=Sum("sent"))["sent"] or 0), printed_for=others.count(),
        chosen=_chosen_by_others(zone).count(), cards=_cards_there(zone),
    )  # fmt: skip


def _chosen_by_others(zone: Zone) -> QuerySet[CardPickup]:
    """Whoever belongs to another zone and wants to collect here; what is printed already comes here, as it was sent."""
    not_printed = sorted(OPEN_STATUSES - {Status.PRINTED})
    rows = CardPickup.objects.filter(zone=zone, ready_at=None, application__status__in=not_printed)
    return rows.exclude(application__zone=zone)


def _cards_there(zone: Zone) -> int:
    """Cards that lie at a zone or come to it, were printed there and are not sent yet, or are looked for there."""
    pickups = CardPickup.objects.filter(Q(ready_at__isnull=False) | Q(application__status=Status.PRINTED), zone=zone)
    unsent = Card.objects.filter(batch__stock__zone=zone, shipment=None, outcome=Outcome.PRINTED)
    here = Q(card__zone=zone) | Q(card__batch__stock__zone=zone, card__shipment=None)
    missing = CardLoss.objects.filter(here, ended_at=None)
    found = pickups.filter(fetched_at=None).values_list("pk").union(
        unsent.filter(application__status=Status.PRINTED).order_by().values_list("application"),
        missing.order_by().values_list("card__application"),
    )  # fmt: skip
    return found.count()


@dataclass(frozen=True)
class HandedOver:
    """How many applications another zone has now, how many visits were called off for that, and how many cards of
    other zones' people are to be collected there."""

    applications: int
    visits: int
    chosen: int


@transaction.atomic
def hand_over_zone(*, from_zone: Zone, to_zone: Zone, officer: Officer, now: datetime) -> HandedOver:
    """Another zone takes over all open applications of a zone, with the promises that they have.

    Coming visits are called off: each person is told once, and invited anew from the new zone's number by the clock.
    Who wanted to collect a card there, of whatever zone, collects it at the new one, unless it is printed already.
    Whoever is at the desk at this moment is served there. Raises NotNow for the same zone or one that is not at work.
    """
    both = Zone.objects.select_for_update(no_key=True).filter(pk__in=[from_zone.pk, to_zone.pk]).order_by("pk")
    zones = {zone.pk: zone for zone in both}
    if from_zone.pk == to_zone.pk or not zones[to_zone.pk].is_active:
        raise NotNow("Pilih zona lain yang aktif untuk mengambil alih.")
    mine = Application.objects.filter(zone=from_zone, status__in=HANDED_OVER).order_by("pk")
    others = Application.objects.filter(pk__in=_chosen_by_others(from_zone).values("pk"))
    list((mine | others).order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    visits = _call_off(zones[from_zone.pk], zones[to_zone.pk], officer, now)
    moved = _move_applications(mine.values_list("pk", "status", "round"), from_zone, to_zone, officer, now)
    chosen = _move_chosen(from_zone, to_zone, officer, now)
    wake_waiting(to_zone, now=now)
    done = f"{moved} applications, {visits} visits, {chosen} cards to be collected"
    note_change(from_zone, f"handed over to {to_zone.code}: {done}", officer=officer, now=now)
    return HandedOver(moved, visits, chosen)


def _call_off(from_zone: Zone, to_zone: Zone, officer: Officer, now: datetime) -> int:
    why = f"{from_zone.name} tidak lagi melayani; permohonan Anda dilanjutkan {to_zone.name}"
    coming = list(Visit.objects.filter(zone=from_zone, state__in=COMING).order_by("pk").values_list("pk", flat=True))
    called_off = 0
    for visit_id in coming:
        visit, _ = lock_visit(visit_id)
        if visit.state in COMING:
            recall_visit(visit, now=now, actor=staff(officer), sebab=why)
            called_off += 1
    return called_off


def _move_applications(rows: Any, from_zone: Zone, to_zone: Zone, officer: Officer, now: datetime) -> int:
    """Hundreds at once: three statements, one history row each. Cards that are not printed yet go to the new zone."""
    events = [
        Event(
            application_id=pk, at=now, step="zone_changed", from_status=status, to_status=status, round=round_,
            actor_kind="officer", officer=officer, data={"from": from_zone.pk, "to": to_zone.pk},
        )
        for pk, status, round_ in rows
    ]  # fmt: skip
    Event.objects.bulk_create(events, batch_size=500)
    moved = Application.objects.filter(pk__in=[event.application_id for event in events])
    not_there_yet = CardPickup.objects.filter(application__in=moved, zone=from_zone, ready_at=None)
    not_there_yet.exclude(application__status=Status.PRINTED).update(zone=to_zone)
    return moved.update(zone=to_zone, version=F("version") + 1)


def _move_chosen(from_zone: Zone, to_zone: Zone, officer: Officer, now: datetime) -> int:
    """Whose own zone is another one reads the new office on the tracking page, and in the message when it is ready."""
    rows = list(_chosen_by_others(from_zone).select_related("application"))
    data = {"from": from_zone.pk, "to": to_zone.pk}
    news = [(row.application, data) for row in rows]
    record_events(news, "pickup_place_moved", now=now, actor=staff(officer))
    return CardPickup.objects.filter(pk__in=[row.pk for row in rows]).update(zone=to_zone)


def _let_the_database_judge() -> None:
    """Its own rule (migration 0004) knows the server's day, not the offset of a demonstration's clock."""
    try:
        connection.check_constraints()
    except IntegrityError as problem:
        raise NotNow("Menurut tanggal server zona ini masih dibutuhkan. Coba lagi besok.") from problem


def _on_commit() -> None:
    transaction.on_commit(forget_numbers, robust=True)
    transaction.on_commit(nudge_slots, robust=True)
