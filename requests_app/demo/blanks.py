"""Storing what the set says of blanks and cards, and what those who wait for a blank were told."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from requests_app.demo.blank_past import BlankPast
from requests_app.demo.card_work import PLACE_IN_LINE, CardWork
from requests_app.demo.office import Office
from requests_app.demo.pictures import picture_of
from requests_app.demo.rows import Rows
from requests_app.models import BlankWait, CardShipment, Notice, PrintBatch, StockPhoto
from requests_app.models.blank_line import expected_week
from requests_app.operations.blank_days import close_days
from requests_app.operations.card_words import place_words
from requests_app.rules.blank_line import TELL_AGAIN_AFTER, moved_much
from requests_app.rules.blanks import TELL_WAITING_AT_LEAST
from requests_app.rules.catalogue import Reason
from requests_app.rules.dates import local_date
from requests_app.rules.printing import BATCH_PREFIX, SHIPMENT_PREFIX, number_stem

TOLD_BEFORE = timedelta(minutes=40)


def store_blanks(office: Office) -> None:
    """After all lives were played; the caller holds the transaction."""
    press, rows = office.press, office.rows
    book = BlankPast(office).write()
    batches = [batch.row for batches in press.batches.values() for batch in batches]
    shipments = list(press.shipments.values())
    _number(batches, BATCH_PREFIX)
    _number(shipments, SHIPMENT_PREFIX)
    for row in (*batches, *shipments, *press.cards, *press.late_rows, *book.all_rows()):
        if isinstance(row, StockPhoto):
            _draw(row, rows)
        rows.add(row)
    rows.write()
    _tell_places(office, press.waiting)
    rows.write()
    close_days(now=office.now)


def _number(made: Sequence[PrintBatch] | Sequence[CardShipment], prefix: str) -> None:
    """Running numbers of each day, after those that there are."""
    last: dict[str, int] = {}
    for row in sorted(made, key=_moment):
        stem = number_stem(prefix, local_date(_moment(row)))
        if stem not in last:
            last[stem] = type(row)._default_manager.filter(number__startswith=stem).count()
        last[stem] += 1
        row.number = f"{stem}{last[stem]:02d}"


def _moment(row: PrintBatch | CardShipment) -> datetime:
    return row.sent_at if isinstance(row, CardShipment) else row.created_at


def _draw(photo: StockPhoto, rows: Rows) -> None:
    page = picture_of(photo.kind)
    photo.stored_bytes = len(page)
    rows.add_page(photo.id, page)


# Those who wait.


def _tell_places(office: Office, waiting: Sequence[CardWork]) -> None:
    """What the approval said about the place in the line, and what came later when it had moved much."""
    told: list[Notice] = []
    for life in waiting:
        since = life.waits_since
        assert since is not None
        place = _place(life, [other for other in waiting if _since(other) < since])
        week = expected_week(place, life.application.zone, today=local_date(since))
        for notice in life.untold:
            words = place_words(place, week)
            notice.params = {key: value.replace(PLACE_IN_LINE, words) for key, value in notice.params.items()}
            told.append(notice)
        office.rows.add(_wait(office, life, waiting, place, week))
    Notice.objects.bulk_update(told, ["params"], batch_size=200)


def _wait(office: Office, life: CardWork, waiting: Sequence[CardWork], place: int, week: date | None) -> BlankWait:
    at, now = _since(life), office.now
    place_now = _place(life, waiting)
    week_now = expected_week(place_now, life.application.zone, today=local_date(now))
    has_moved = moved_much(told_place=place, told_week=week, place=place_now, week=week_now)
    since = at
    if has_moved and at + TELL_AGAIN_AFTER < now - TOLD_BEFORE:
        at, place, week = now - TOLD_BEFORE, place_now, week_now
        life.owe("card_waiting", at, dedup=at.isoformat(), params={"kartu": place_words(place, week)})
    return BlankWait(
        application=life.application, since=since, told_at=at, told_place=place, told_week=week,
        next_tell_at=at + TELL_WAITING_AT_LEAST,
    )  # fmt: skip


def _since(life: CardWork) -> datetime:
    assert life.waits_since is not None
    return life.waits_since


def _place(life: CardWork, others: Sequence[CardWork]) -> int:
    """First-time applicants come first, then the oldest, as the usual policy has it."""
    mine = _turn(life)
    return 1 + sum(_turn(other) < mine for other in others)


def _turn(life: CardWork) -> tuple[bool, datetime, datetime, int]:
    application = life.application
    first_time = application.reason == Reason.BARU
    return not first_time, application.first_due_at, application.submitted_at, application.pk
