"""The line for blanks on the tracking page: place and week for whoever knows the number, the rest after the proof."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from lxml import html

from requests_app.models import Application, BlankBox, BlankWait, Notice, PlannedDelivery
from requests_app.operations.actors import CLOCK
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import stock_of, write_line
from requests_app.operations.steps import lock, take_step
from requests_app.operations.sukets import issue_suket
from requests_app.queries.stage import live, stage
from requests_app.queries.timeline import PAST
from requests_app.rules.blank_line import monday
from requests_app.rules.blanks import Move
from requests_app.rules.dates import format_day, local_date
from requests_app.rules.statuses import Status, steps_from
from requests_app.templatetags.officer import STEP_WORDS
from tests.citizen.track.conftest import look_up
from tests.factories import APPROVED, OfficerFactory, decided
from tests.operations.blanks import queued_cards, stocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def rows(page):
    """The block of the next step: what, and label → words."""
    block = html.fromstring(page.content).xpath("//section[@aria-labelledby='next']")[0]
    words = {row[0].text_content(): row[1].text_content() for row in block.xpath(".//dl/div")}
    return {"what": block.xpath(".//strong")[0].text_content(), **words}


def promised(now, after, quantity=500):
    PlannedDelivery.objects.create(
        expected_on=local_date(now + after), quantity=quantity, entered_at=now, entered_by=OfficerFactory()
    )


def test_place_and_week_are_public_and_nothing_has_to_be_done(visitor, now):
    _first, second = queued_cards(now, 2)
    promised(now, 21 * DAY)
    page = visitor.get(look_up(visitor, second).url)
    block = rows(page)
    assert block["Urutan Anda"] == "2"
    week = format_day(monday(local_date(now + 21 * DAY)))
    assert f"Perkiraan dicetak: minggu {week}." in block["Kapan"]
    assert f"Terakhir kami kabarkan {format_day(now)}." in block["Kapan"]
    assert block["Tidak perlu"] == "Datang atau mengajukan lagi."
    assert "surat keterangan" in block["Sementara itu"]
    assert block["Biaya"] == "Gratis."
    assert second.name not in page.content.decode()
    assert second.zone.name not in page.content.decode()


def test_that_nobody_knows_the_week_is_said(prove, now):
    (card,) = queued_cards(now, 1)
    block = rows(prove(card).get(f"/lacak/{card.number}/"))
    assert "Kapan kartu dicetak belum dapat kami perkirakan." in block["Kapan"]


def test_a_zone_that_prints_for_itself_is_not_told_the_head_offices_week(visitor, now):
    head = stocked(now - DAY, 9)
    write_line(head, Move.OUTSIDE, now=now - DAY, on_hand=-9, box=BlankBox.objects.get(), day=local_date(now - DAY))
    (card,) = queued_cards(now, 1)
    promised(now, 21 * DAY)
    card.zone.printed_at = stock_of(card.zone)
    card.zone.save(update_fields=["printed_at"])
    block = rows(visitor.get(look_up(visitor, card).url))
    assert (block["Urutan Anda"], block["Kapan"].split(".")[0]) == (
        "1",
        "Kapan kartu dicetak belum dapat kami perkirakan",
    )


def test_an_approval_without_a_blank_shows_the_line_at_once(visitor, now):
    card = decided(now - timedelta(seconds=9), APPROVED)
    assert card.status == "approved"
    page = visitor.get(look_up(visitor, card).url)
    assert rows(page)["Urutan Anda"] == "1"
    assert "Blangko sedang kosong" in page.content.decode()


def test_what_can_still_be_taken_back_tells_nothing_of_the_line(visitor, now):
    card = decided(now, APPROVED)
    assert "Urutan Anda" not in rows(visitor.get(look_up(visitor, card).url))


def test_the_place_is_gone_once_a_blank_is_promised(visitor, now):
    stocked(now, 1)
    (card,) = queued_cards(now, 1)
    block = rows(visitor.get(look_up(visitor, card).url))
    assert block["what"] == "Tunggu. Kartu Anda dalam antrean cetak."
    assert "Urutan Anda" not in block


def test_after_printing_the_message_that_it_is_ready_is_waited_for(visitor, now):
    (card,) = queued_cards(now, 1)
    Application.objects.filter(pk=card.pk).update(status="printed")
    assert rows(visitor.get(look_up(visitor, card).url))["what"] == "Tunggu. Kartu Anda sudah dicetak."


def test_whoever_has_a_suket_is_not_offered_one(prove, now):
    (card,) = queued_cards(now, 1)
    client, address = prove(card), f"/lacak/{card.number}/"
    assert "WhatsApp" in rows(client.get(address))["Sementara itu"]
    issue_suket(application_id=card.pk, officer=OfficerFactory(), now=now)
    assert "Sementara itu" not in rows(client.get(address))


def test_an_open_page_hears_of_the_line_only_when_its_owner_is_told(now):
    first, second = queued_cards(now - 3 * DAY, 2)
    seen = stage(second.pk, now=now)
    assert live(second.number, {second.pk}, now=now).state == seen.state
    with_step = lock(first.pk)
    BlankWait.objects.filter(application=first).delete()
    take_step(with_step, "withdraw", now=now, actor=CLOCK)
    assert stage(second.pk, now=now).line.place == 1
    assert live(second.number, {second.pk}, now=now).state == seen.state
    BlankWait.objects.filter(application=second).update(told_place=30)
    by_day = now.replace(hour=3)
    assert tell_waiting(now=by_day) == 1
    assert live(second.number, {second.pk}, now=now).state != seen.state
    assert live(second.number, {second.pk}, now=now).state == stage(second.pk, now=now).state


def test_a_message_about_the_place_stands_on_the_page(prove, now):
    (card,) = queued_cards(now, 1)
    Notice.objects.filter(application=card).update(state="sent")
    tell_waiting(now=(now + 15 * DAY).replace(hour=3))
    Notice.objects.filter(purpose="card_waiting").update(next_attempt_at=now)
    assert "masih menunggu blangko" in prove(card).get(f"/lacak/{card.number}/").content.decode()


def test_every_step_of_a_card_has_words_for_both_sides():
    card = {Status.APPROVED, Status.WAITING_FOR_BLANK, Status.READY_TO_PRINT, Status.PRINTED, Status.READY_FOR_PICKUP}
    steps = {step.name for status in card for step in steps_from(status, "ktp_el")} | {"blank_replaced"}
    untold = {"take_back"}
    assert steps - untold <= PAST.keys()
    assert steps <= STEP_WORDS.keys()


@pytest.mark.parametrize("proven", [False, True])
def test_the_line_costs_four_queries_more(prove, visitor, now, proven, django_assert_max_num_queries):
    (card,) = queued_cards(now, 1)
    if proven:
        prove(card)
    else:
        look_up(visitor, card)
    address = f"/lacak/{card.number}/"
    visitor.get(address)
    with django_assert_max_num_queries(15 if proven else 11):
        assert visitor.get(address).status_code == 200
