"""Blanks and cards of the demo set: the office's real proportions, and not one blank that the ledger does not know."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, Sum

from requests_app.demo.blank_past import IN_A_BOX, LEFT, RECEIVED
from requests_app.models import (
    Application,
    BatchBox,
    BlankBox,
    BlankDay,
    BlankHold,
    BlankHolding,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankWait,
    Card,
    CardPickup,
    CardShipment,
    Event,
    Handover,
    Holiday,
    PlannedDelivery,
    PrintBatch,
    StockAlert,
    StockCount,
    StockPhoto,
    Suket,
)  # fmt: skip
from requests_app.models.blank_line import place_in_line
from requests_app.operations.documents import document_store
from requests_app.operations.ledger_check import differences
from requests_app.queries.forecast import load_situation
from requests_app.rules.blank_line import PASSED_ON_AFTER
from requests_app.rules.blanks import Move
from requests_app.rules.dates import local_date
from requests_app.rules.promise import is_working_day
from requests_app.rules.statuses import Status

DAY = timedelta(days=1)


def lines(kind: Move) -> int:
    return BlankMovement.objects.filter(kind=kind).aggregate(total=Sum("on_hand"))["total"] or 0


def test_the_ledger_agrees_with_everything(loaded: datetime) -> None:
    assert differences() == {}


def test_sixteen_thousand_came_and_8020_are_left(loaded: datetime) -> None:
    (receipt,) = BlankReceipt.objects.all()
    assert receipt.quantity == RECEIVED == lines(Move.RECEIPT) == 16_000
    assert receipt.letter_number.endswith("/CONTOH")
    boxes = BlankBox.objects.filter(receipt=receipt)
    assert {box.quantity for box in boxes} == {IN_A_BOX}
    assert boxes.count() == 32
    assert BlankStock.objects.aggregate(total=Sum("on_hand"))["total"] == LEFT == 8_020
    gone = sum(lines(kind) for kind in (Move.PRINT, Move.SPOIL, Move.OUTSIDE, Move.CORRECT, Move.SENT, Move.ARRIVED))
    assert RECEIVED + gone == LEFT
    assert lines(Move.SENT) + lines(Move.ARRIVED) == 0


def test_the_forecast_sees_ninety_days_of_it(loaded: datetime) -> None:
    situation = load_situation(loaded)
    assert (situation.now.on_hand, situation.now.used) == (8_020, 7_980)
    assert len(situation.past) == 90
    assert all(day.available for day in situation.past)
    assert 88 <= sum(day.demand for day in situation.past) / 90 <= 90


def test_blanks_are_used_on_working_days_more_on_mondays(loaded: datetime) -> None:
    holidays = set(Holiday.objects.values_list("date", flat=True))
    used: Counter[int] = Counter()
    for line in BlankMovement.objects.filter(kind=Move.OUTSIDE, stock__zone=None):
        assert line.day is not None
        assert is_working_day(line.day, holidays)
        assert line.day == local_date(line.at) < local_date(loaded)
        used[line.day.weekday()] -= line.on_hand
    assert max(used, key=lambda day: used[day]) == 0
    assert not set(used) & {5, 6}


def test_lines_are_in_the_order_of_time(loaded: datetime) -> None:
    moments = list(BlankMovement.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[-1] <= loaded


def test_every_card_came_from_a_box_that_its_batch_had_drawn_from(loaded: datetime) -> None:
    drawn = Counter({(row.batch_id, row.box_id): row.drawn for row in BatchBox.objects.all()})
    cards = Counter(Card.objects.values_list("batch", "box"))
    assert all(cards[key] <= drawn[key] for key in cards)
    for batch in PrintBatch.objects.prefetch_related("boxes"):
        outcomes = Counter(Card.objects.filter(batch=batch).values_list("outcome", flat=True))
        if batch.state == "closed":
            assert outcomes[""] == 0
            assert sum(row.drawn - (row.returned or 0) for row in batch.boxes.all()) == outcomes.total()
        positions = sorted(Card.objects.filter(batch=batch).values_list("position", flat=True))
        assert positions == list(range(1, len(positions) + 1))
    (open_one,) = PrintBatch.objects.filter(state="open")
    assert Card.objects.filter(batch=open_one, outcome="").exists()
    assert BlankHolding.objects.aggregate(total=Sum("drawn"))["total"] > 0


def test_a_card_can_be_followed_from_its_box_to_its_owner(loaded: datetime) -> None:
    handed = Application.objects.filter(status=Status.HANDED_OVER)
    assert handed.count() > 100
    assert (
        handed.filter(handover__card__application=F("pk"), handover__card__outcome="printed").count() == handed.count()
    )
    for handover in Handover.objects.select_related("card__shipment", "card__batch", "application__pickup"):
        card = handover.card
        assert card.shipment is not None and card.outcome_at is not None and card.arrived_at is not None
        assert (
            card.batch.created_at < card.outcome_at < card.shipment.sent_at <= card.arrived_at < handover.at <= loaded
        )
        assert handover.application.pickup.fetched_at == handover.at
        assert (handover.application.pickup.remind_at, handover.zone) == (None, card.zone)


def test_a_status_fits_its_card(loaded: datetime) -> None:
    cards = Application.objects.filter(service="ktp_el")
    holding = set(BlankHold.objects.values_list("application", flat=True))
    assert set(cards.filter(status=Status.READY_TO_PRINT).values_list("pk", flat=True)) == holding
    assert not cards.filter(status=Status.APPROVED).exists()
    printed = cards.annotate(n=Count("cards", filter=Q(cards__outcome="printed")))
    with_card = {Status.PRINTED, Status.READY_FOR_PICKUP, Status.HANDED_OVER}
    assert not printed.filter(status__in=with_card).exclude(n=1).exists()
    assert not printed.exclude(status__in=with_card).exclude(n=0).exists()
    for status in (Status.READY_TO_PRINT, Status.WAITING_FOR_BLANK, *with_card):
        assert cards.filter(status=status).exists(), status
    ready = CardPickup.objects.filter(ready_at__isnull=False, fetched_at=None)
    assert ready.count() == cards.filter(status=Status.READY_FOR_PICKUP).count()
    assert not ready.exclude(application__status=Status.READY_FOR_PICKUP).exists()


def test_some_cards_were_spoiled_and_took_another_blank(loaded: datetime) -> None:
    spoiled = Card.objects.filter(outcome="spoiled")
    assert spoiled.exists()
    for card in spoiled:
        assert card.reason and card.photo is not None
        assert Card.objects.filter(application=card.application, attempt=card.attempt + 1).exists()
        assert Event.objects.filter(application=card.application, step="blank_replaced").exists()
        assert BlankMovement.objects.filter(application=card.application, kind=Move.RESERVE).count() == 2


def test_cards_go_to_the_zones_and_stay_where_they_are_collected(loaded: datetime) -> None:
    on_the_way = CardShipment.objects.filter(received_at=None)
    assert not Card.objects.filter(shipment__in=on_the_way).exclude(application__status=Status.PRINTED).exists()
    own = Card.objects.filter(batch__stock__zone__code="Z7", shipment__isnull=False)
    assert own.exists()
    assert not own.exclude(shipment__zone__code="Z7", shipment__received_at=F("shipment__sent_at")).exists()
    numbers = list(CardShipment.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers) > 10


def test_who_left_their_card_lying_was_reminded_when_it_was_due(loaded: datetime) -> None:
    waits = [3 * DAY, 14 * DAY, 30 * DAY]
    unfetched = CardPickup.objects.filter(application__status=Status.READY_FOR_PICKUP).select_related("application")
    assert {pickup.reminders for pickup in unfetched} == {0, 1, 2, 3}
    for pickup in unfetched:
        assert pickup.ready_at is not None
        passed = [wait for wait in waits if pickup.ready_at + wait < loaded]
        assert pickup.reminders == len(passed)
        assert pickup.application.notices.filter(purpose="pickup_reminder").count() == len(passed)
        assert pickup.application.notices.filter(purpose="ready_for_pickup").count() == 1


def test_a_zone_that_prints_for_itself_has_run_out_and_its_line_was_told(loaded: datetime) -> None:
    stock = BlankStock.objects.get(zone__code="Z7")
    assert (stock.on_hand, stock.reserved) == (0, 0)
    waiting = Application.objects.filter(status=Status.WAITING_FOR_BLANK)
    assert waiting.count() == BlankWait.objects.count() >= 3
    assert set(waiting.values_list("zone__code", flat=True)) == {"Z7"}
    delivery = PlannedDelivery.objects.get()
    assert local_date(loaded) < delivery.expected_on
    there = delivery.expected_on + PASSED_ON_AFTER
    for wait in BlankWait.objects.select_related("application__zone"):
        assert wait.told_place <= place_in_line(wait.application)
        assert wait.told_week is not None and wait.told_week <= there < wait.told_week + 7 * DAY
        told = wait.application.notices.get(purpose="approved").params["kartu"]
        assert f"urutan Anda {wait.told_place}." in told
    suket = Suket.objects.get()
    assert (suket.application.status, suket.ended_at) == (Status.WAITING_FOR_BLANK, None)


def test_a_count_and_two_transfers_did_not_come_out_even(loaded: datetime) -> None:
    count = StockCount.objects.get()
    assert count.state == "confirmed" and count.counted_by != count.ended_by
    assert sum(line.difference for line in count.lines.all()) == lines(Move.CORRECT) == -3
    alerts = list(StockAlert.objects.order_by("opened_at"))
    assert [(alert.kind, alert.closed_at is None) for alert in alerts] == [("transfer", False), ("transfer", True)]
    assert [alert.facts["arrived"] - alert.facts["sent"] for alert in alerts] == [2, -2]


def test_photos_of_the_stock_can_be_opened(loaded: datetime) -> None:
    assert set(StockPhoto.objects.values_list("kind", flat=True)) == {"letter", "spoiled"}
    for photo in StockPhoto.objects.all():
        assert document_store().read(photo.pk, 0).startswith(b"\xff\xd8")


def test_days_that_are_over_are_reckoned(loaded: datetime) -> None:
    last = BlankDay.objects.order_by("-day")[0]
    assert last.day == local_date(loaded) - DAY
    assert last.on_hand <= LEFT + 40
