"""From the approval of a card to its owner's hand: a blank or a place in the line, a print run, the way to the zone,
reminders, the handover; as the clock, the print room and the desk would have written it.
"""

from datetime import datetime, timedelta
from typing import Any

from requests_app.demo.clockwork import TICK, Clockwork
from requests_app.demo.press import Batch, Run
from requests_app.models import BlankStock, Card, CardPickup, Handover, Notice, Officer, Suket
from requests_app.operations.pickup_words import USUALLY_BRING, hours_of, office_in_words
from requests_app.operations.pickups import pickup_hash
from requests_app.operations.sukets import MORNING
from requests_app.operations.unfetched import how_long
from requests_app.rules.blanks import REMIND_UNFETCHED, Outcome
from requests_app.rules.dates import format_day, format_moment, local_date, start_of_day
from requests_app.rules.numbers import new_pickup_code
from requests_app.rules.pickups import old_card_choices
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status
from requests_app.rules.sukets import REMIND_BEFORE, months_later, new_suket_code, number_of

QUEUED_AFTER = TAKE_BACK + timedelta(seconds=1)
PLACE_IN_LINE = "{urutan}"
"""Stands in messages until all lives are played: only then is it known who else waited."""
PRINTING = (8, 80)
"""Minutes from the beginning of a run."""
AGAIN_AFTER = timedelta(minutes=9)
SPOILED, STILL_TO_PRINT = 0.04, 0.6
REASONS = ("print", "print", "chip", "jam", "damaged")


class CardWork(Clockwork):
    """What becomes of an approved card. `waits`: there is no blank for it. `spoils`: its first card surely.
    `card`: the printed one.
    """

    stock: BlankStock | None = None
    card: Card | None = None
    pickup: CardPickup | None = None
    waits = spoils = False
    waits_since: datetime | None = None
    _queue_at: datetime | None = None
    _is_produced = False

    def ask_for_blank(self, at: datetime, officer: Officer) -> None:
        """At the approval: a blank is promised, or there is none."""
        press = self.office.press
        self.stock = press.stock_of(self.application.zone_id)
        self.waits, self._queue_at = press.is_dry(self.stock, at), at + QUEUED_AFTER
        self.untold: list[Notice] = []
        if self.waits:
            self.waits_since, self.card_words = at, PLACE_IN_LINE
            press.waiting.append(self)
        else:
            press.hold(at, self.stock, self.application, officer)

    def owe(self, purpose: str, at: datetime, **how: Any) -> Notice:
        """Also remembered when it has to name a place in the line."""
        notice = super().owe(purpose, at, **how)
        if any(PLACE_IN_LINE in str(value) for value in notice.params.values()):
            self.untold.append(notice)
        return notice

    @property
    def is_ready(self) -> bool:
        """Whether the card lies where it is collected."""
        return self.application.status == Status.READY_FOR_PICKUP

    # The clock.

    def catch_up(self, at: datetime) -> None:
        """Into the print queue, or into the line, once the decision cannot be taken back; reminders at the end."""
        if self._queue_at is not None and self._queue_at <= at:
            moment, self._queue_at = self._queue_at, None
            self.take("wait_for_blank" if self.waits else "queue_print", moment, "clock")
        super().catch_up(at)
        pickup = self.pickup
        while pickup is not None and pickup.remind_at is not None and pickup.remind_at + TICK <= at:
            self._remind_unfetched(pickup, pickup.remind_at + TICK)

    def _remind_unfetched(self, pickup: CardPickup, at: datetime) -> None:
        assert pickup.ready_at is not None
        pickup.reminders += 1
        coming = [pickup.ready_at + wait for wait in REMIND_UNFETCHED]
        pickup.remind_at = next((moment for moment in coming if moment > at), None)
        self.note("pickup_reminder", at, "clock", data={"reminder": pickup.reminders})
        words = self._where_and_how(pickup) | {"sebab": how_long(pickup, at)}
        self.owe("pickup_reminder", at, dedup=f"{pickup.ready_at.isoformat()}:{pickup.reminders}", params=words)

    # The print room.

    def produce(self) -> None:
        """As far as the print runs have come by now; once."""
        if self._is_produced or self.stock is None or self.waits:
            return
        self._is_produced = True
        run = self.office.press.run_after(self.last_at)
        if run is None:
            return
        self._choose_place(run.starts_at)
        card = self._print(self.stock, run)
        if card is not None:
            self._send(card, self.stock, run)

    def _choose_place(self, at: datetime) -> None:
        code = new_pickup_code()
        self.pickup = CardPickup(
            application=self.application, zone=self.application.zone, code=code, code_hash=pickup_hash(code)
        )
        self.office.rows.add(self.pickup)

    def _print(self, stock: BlankStock, run: Run) -> Card | None:
        """None: it lies in the batch of this morning, and nobody has come to it."""
        press, rng = self.office.press, self.office.rng
        at = run.starts_at + timedelta(minutes=rng.uniform(*PRINTING))
        batch = press.batch(stock, run)
        card = press.add_card(batch, self.application)
        if run.is_open and (at > self.office.now or rng.random() < STILL_TO_PRINT):
            return None
        if not run.is_open and stock == press.head and (self.spoils or rng.random() < SPOILED):
            card, at = self._spoil(batch, card, at), at + AGAIN_AFTER
        press.came_out(card, at, Outcome.PRINTED)
        self.take("print", at, "officer", card.batch.created_by, data={"card": card.pk})
        self.card = card
        return card

    def _spoil(self, batch: Batch, card: Card, at: datetime) -> Card:
        """It takes another blank, which lies spare in the tray."""
        press, printer = self.office.press, card.batch.created_by
        press.came_out(card, at, Outcome.SPOILED, self.office.rng.choice(REASONS))
        press.hold(at, batch.row.stock, self.application, printer)
        self.catch_up(at)
        self.note("blank_replaced", at, "officer", printer)
        return press.add_card(batch, self.application, attempt=card.attempt + 1)

    def _send(self, card: Card, stock: BlankStock, run: Run) -> None:
        zone = self.application.zone
        shipment = self.office.press.shipment(stock, zone, run)
        if shipment is None:
            return
        card.shipment, card.zone = shipment, zone
        if shipment.received_at is not None and shipment.received_by is not None:
            self._make_ready(card, shipment.received_at, shipment.received_by)

    def _make_ready(self, card: Card, at: datetime, officer: Officer) -> None:
        pickup = self.pickup
        assert pickup is not None
        at = max(at, self.last_at)
        event = self.take("ready_for_pickup", at, "officer", officer, data={"card": card.pk})
        card.arrived_at = pickup.ready_at = at
        pickup.remind_at = at + REMIND_UNFETCHED[0]
        self.owe("ready_for_pickup", at, dedup=str(event.pk), params=self._where_and_how(pickup))

    def _where_and_how(self, pickup: CardPickup) -> dict[str, str]:
        bring = str(self.decision.details.get("bring") or USUALLY_BRING) if self.decision else USUALLY_BRING
        return {
            "tempat": office_in_words(pickup.zone), "waktu": f"jam layanan {hours_of(pickup.zone)}",
            "bawa": bring, "kode_ambil": pickup.code,
        }  # fmt: skip

    # The desk.

    def issue_suket(self, at: datetime, officer: Officer) -> None:
        """A temporary certificate while the card waits for its blank."""
        today = local_date(at)
        expires_on = months_later(today, self.office.press.policy.suket_months)
        suket = Suket(
            pk=self.office.keys.of(Suket), application=self.application, code=new_suket_code(), issued_at=at,
            number=number_of(self.office.press.next_suket(today.year), today.year), issued_by=officer,
            expires_on=expires_on, remind_at=start_of_day(expires_on - REMIND_BEFORE) + MORNING,
        )  # fmt: skip
        self.office.rows.add(suket)
        self.catch_up(at)
        self.note("suket_issued", at, "officer", officer, data={"suket": suket.pk})
        words = {"suket": suket.number, "batas": format_day(expires_on)}
        self.owe("suket_issued", at, dedup=str(suket.pk), params=words)

    def hand_over(self, at: datetime, officer: Officer) -> None:
        """Into its owner's hand, against the code."""
        card, pickup = self.card, self.pickup
        assert card is not None
        assert pickup is not None
        name, (old, _) = self.application.name, old_card_choices(self.application.reason)[0]
        data = {"card": card.pk, "by_code": True, "old_card": old}
        self.take("hand_over", at, "officer", officer, data=data)
        pickup.fetched_at, pickup.remind_at = at, None
        self.tell(at, "told")
        self.close_call(at)
        handover = Handover(
            card=card, application=self.application, zone=pickup.zone, at=at, officer=officer, by_code=True,
            old_card=old, signed_by=name, signature="", representative="", representative_nik="",
        )  # fmt: skip
        self.office.press.handed(handover)
        self.owe("card_handed", at, dedup=str(card.pk), params={"penerima": "Anda", "waktu": format_moment(at)})
