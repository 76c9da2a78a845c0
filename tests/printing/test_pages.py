"""The pages of production: from the queue to a closed batch, with bad input told in words."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from requests_app.models import BlankBox, Card, PrintBatch, Zone
from requests_app.operations.followup import withdraw
from requests_app.operations.pickups import ensure_pickup
from tests.factories import OfficerFactory
from tests.files.samples import photo
from tests.operations.blanks import queued_cards, stocked
from tests.operations.printing import batch_of, cards_of, closed, printed, spoiled
from tests.operations.test_blanks import counters
from tests.printing.conftest import signed_in

pytestmark = pytest.mark.django_db


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("kartu.jpg", photo("jpeg"), content_type="image/jpeg")


def make(printer, **over):
    form = {"lokasi": "kantor", "size": "2", "zone": "", "request_key": str(uuid.uuid4())}
    return printer.post("/cetak/buat/", form | over)


def test_the_start_shows_what_can_be_printed_where_it_is_collected(printer, queue):
    page = printer.get("/cetak/").text
    assert "Cetak, Kantor Dukcapil" in page
    assert queue[0].zone.name in page
    assert 'value="3"' in page, "as many as are ready"


def test_a_batch_is_made_and_the_same_form_leads_to_it_again(printer, queue):
    key = str(uuid.uuid4())
    first = make(printer, request_key=key)
    batch = PrintBatch.objects.get()
    assert first.headers["Location"] == f"/cetak/{batch.number}/"
    assert make(printer, request_key=key).headers["Location"] == f"/cetak/{batch.number}/"
    assert PrintBatch.objects.count() == 1


def test_more_than_are_ready_makes_a_batch_of_those_and_says_so(printer, queue):
    page = printer.get(make(printer, size="50").headers["Location"]).text
    assert "Hanya 3 kartu yang siap dicetak" in page


@pytest.mark.parametrize("size", ["", "0", "-1", "501", "banyak", "9" * 40, "\x00"])
def test_an_absurd_number_comes_back_with_words(printer, queue, size):
    answer = make(printer, size=size)
    assert answer.status_code == 422
    assert "Ada yang perlu dibetulkan" in answer.text
    assert not PrintBatch.objects.exists()


def test_a_box_that_holds_too_few_is_told(printer, now):
    stocked(now, 1, 30)
    queued_cards(now - timedelta(hours=1), 3)
    box = BlankBox.objects.earliest("pk")
    answer = make(printer, size="3", boxes=[str(box.pk)])
    assert answer.status_code == 422
    assert "tinggal 1 untuk 3 kartu" in answer.text
    assert make(printer, boxes=["99999999"]).status_code == 422


def test_nothing_to_print_is_told(printer, stock):
    assert "Tidak ada kartu yang siap dicetak" in printer.get("/cetak/").text
    answer = make(printer)
    assert answer.status_code == 422
    assert "Tidak ada kartu yang siap dicetak dengan pilihan ini" in answer.text


def test_a_scan_records_a_card_and_the_page_says_it_once(printer, batch, cards):
    answer = printer.post(f"/cetak/{batch.number}/hasil/", {"code": cards[0].code.lower()})
    assert answer.status_code == 302
    page = printer.get(answer.headers["Location"]).text
    assert "Kartu 1, Siti C.: tercetak." in page
    assert "1 dari 3 kartu ada hasilnya" in page
    assert "Kartu 1, Siti C.: tercetak." not in printer.get(answer.headers["Location"]).text


def test_the_same_scan_again_says_that_nothing_changed(printer, batch, cards):
    for _ in range(2):
        answer = printer.post(f"/cetak/{batch.number}/hasil/", {"code": cards[0].code})
    assert "sudah tercatat tercetak" in printer.get(answer.headers["Location"]).text


@pytest.mark.parametrize(("code", "status"), [("TIDAKADA", 404), ("", 422), ("<b>", 404), ("\x00", 404)])
def test_an_unknown_code_is_told_where_the_next_one_is_scanned(printer, batch, code, status):
    answer = printer.post(f"/cetak/{batch.number}/hasil/", {"code": code})
    assert answer.status_code == status
    assert 'id="hasil" role="status"' in answer.text
    assert not Card.objects.exclude(outcome="").exists()


def test_a_list_keeps_the_codes_that_were_wrong(printer, batch, cards):
    codes = f"{cards[0].code}\r\nSALAHSEK\n{cards[1].code}"
    answer = printer.post(f"/cetak/{batch.number}/hasil/", {"codes": codes})
    assert answer.status_code == 422
    assert "2 tercatat." in answer.text
    assert ">SALAHSEK</textarea>" in answer.text
    assert Card.objects.filter(outcome="printed").count() == 2


def test_all_the_rest_at_once_and_not_twice(printer, batch, cards):
    address = f"/cetak/{batch.number}/hasil/"
    assert printer.post(address, {"sisa": "2"}).status_code == 409
    page = printer.get(printer.post(address, {"sisa": "3"}).headers["Location"]).text
    assert "3 tercatat." in page
    page = printer.get(printer.post(address, {"sisa": "3"}).headers["Location"]).text
    assert "Tidak ada yang berubah" in page


def test_a_card_that_was_withdrawn_meanwhile_is_to_be_put_aside(printer, batch, cards, now):
    assert "Batalkan kelompok ini" in printer.get(f"/cetak/{batch.number}/").text
    withdraw(application_id=cards[0].application_id, now=now)
    answer = printer.post(f"/cetak/{batch.number}/hasil/", {"code": cards[0].code})
    assert answer.status_code == 409
    assert "Sisihkan kartunya" in answer.text
    assert "Batalkan kelompok ini" not in printer.get(f"/cetak/{batch.number}/").text, "it is counted and closed"


def test_a_spoiled_card_needs_a_reason_and_a_photo(printer, batch, cards):
    answer = printer.post(f"/cetak/{batch.number}/hasil/", {"code": cards[0].code, "rusak": "1"})
    assert answer.headers["Location"] == f"/cetak/kartu/{cards[0].code}/rusak/"
    there = answer.headers["Location"]
    assert printer.get(there).status_code == 200
    missing = printer.post(there, {"reason": "jam"})
    assert missing.status_code == 422
    assert "Ambil atau pilih foto kartunya" in missing.text
    assert re.search(r'value="jam"[^>]* checked', missing.text), "what was chosen stays"
    assert printer.post(there, {"photo": picture()}).status_code == 422
    explained = printer.post(there, {"reason": "other", "photo": picture()})
    assert "Jelaskan apa yang rusak" in explained.text
    personal = printer.post(there, {"reason": "other", "note": "NIK 1671045708959902 salah", "photo": picture()})
    assert personal.status_code == 422
    assert not Card.objects.filter(outcome="spoiled").exists()
    done = printer.post(there, {"reason": "other", "note": "tinta luntur", "photo": picture()})
    assert done.headers["Location"] == f"/cetak/{batch.number}/"
    assert "dicatat rusak" in printer.get(done.headers["Location"]).text
    page = printer.get(f"/cetak/kartu/{cards[0].code}/").text
    assert "tinta luntur" in page
    assert printer.get(re.search(r'href="(/stok/foto/[^"]+)"', page)[1]).headers["Content-Type"] == "image/jpeg"
    again = printer.post(there, {"reason": "jam", "photo": picture()})
    assert "Tidak ada yang berubah" in printer.get(again.headers["Location"]).text


def test_what_is_no_photo_is_refused(printer, cards):
    fake = SimpleUploadedFile("kartu.jpg", b"#!/bin/sh", content_type="image/jpeg")
    answer = printer.post(f"/cetak/kartu/{cards[0].code}/rusak/", {"reason": "jam", "photo": fake})
    assert answer.status_code == 422
    assert not Card.objects.filter(outcome="spoiled").exists()


def test_a_batch_closes_when_the_count_is_right_and_else_shows_the_figures(printer, batch, now):
    spoiled(cards_of(batch)[2], now)
    printed(batch, now)
    box, address = BlankBox.objects.earliest("pk"), f"/cetak/{batch.number}/tutup/"
    wrong = printer.post(address, {f"box_{box.pk}": "1"})
    assert wrong.status_code == 422
    assert "diambil 3, tercetak 2, rusak 1, jadi harus kembali 0. Anda menulis 1: lebih 1." in wrong.text
    assert f'name="box_{box.pk}" value="1"' in wrong.text
    assert printer.post(address, {f"box_{box.pk}": ""}).status_code == 422
    done = printer.post(address, {f"box_{box.pk}": "0"})
    assert "semua blangko terhitung" in printer.get(done.headers["Location"]).text
    again = printer.post(address, {f"box_{box.pk}": "0"})
    assert "memang sudah selesai" in printer.get(again.headers["Location"]).text


def test_what_is_pending_is_asked_about_before_closing(printer, batch, stock):
    box, address = BlankBox.objects.earliest("pk"), f"/cetak/{batch.number}/tutup/"
    asked = printer.post(address, {f"box_{box.pk}": "3"})
    assert asked.status_code == 422
    assert "3 kartu belum ada hasilnya" in asked.text
    assert printer.post(address, {f"box_{box.pk}": "3", "drop_pending": "on"}).status_code == 302
    assert counters(stock) == (50, 3, 0)


def test_cancelling_and_more_blanks(printer, batch, cards, stock):
    box = BlankBox.objects.latest("pk")
    form = {"tambah-box": str(box.pk), "tambah-count": "2", "tambah-drawn_before": "3"}
    assert printer.post(f"/cetak/{batch.number}/tambah/", form | {"tambah-count": "31"}).status_code == 422
    assert printer.post(f"/cetak/{batch.number}/tambah/", form).status_code == 302
    again = printer.post(f"/cetak/{batch.number}/tambah/", form)
    assert "Tidak ada yang berubah" in printer.get(again.headers["Location"]).text
    assert counters(stock) == (50, 3, 5)
    assert printer.post(f"/cetak/{batch.number}/batal/").status_code == 302
    assert counters(stock) == (50, 3, 0)
    assert printer.post(f"/cetak/{batch.number}/hasil/", {"code": cards[0].code}).status_code == 409


def test_printed_cards_are_sent_and_arrive(printer, batch, queue, now):
    printed(batch, now)
    assert "Kirim yang dipilih" in printer.get("/cetak/").text
    zone = queue[0].zone
    sent = printer.post("/cetak/kirim/", {"lokasi": "kantor", "kantor": zone.code, "sampai": now.isoformat()})
    page = printer.get(sent.headers["Location"]).text
    assert f"3 kartu ke {zone.name}" in page
    again = printer.post("/cetak/kirim/", {"lokasi": "kantor", "kantor": zone.code})
    assert "Tidak ada kartu yang dikirim" in printer.get(again.headers["Location"]).text
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(zone)
    at_zone = signed_in(clerk)
    number = batch.cards.first().shipment.number
    assert number in at_zone.get("/cetak/").text
    address = f"/cetak/kiriman/{number}/"
    first = at_zone.post(address, {"code": cards_of(batch)[0].code})
    assert "tiba dan siap diambil" in at_zone.get(first.headers["Location"]).text
    assert at_zone.post(address, {"code": "TIDAKADA"}).status_code == 404
    assert at_zone.post(address, {"code": ""}).status_code == 422
    missing = at_zone.post(address, {"selesai": "1"})
    assert "2 kartu tidak ada" in at_zone.get(missing.headers["Location"]).text
    assert "2 kartu tidak sampai" in at_zone.get("/cetak/").text
    assert "2 kartu tidak sampai" in printer.get("/cetak/").text, "the sender sees it, too"
    code = cards_of(batch)[1].code
    assert "Catat hilang" in at_zone.get(f"/cetak/kartu/{code}/").text
    assert at_zone.post(f"/cetak/kartu/{code}/hilang/").status_code == 302
    done = at_zone.post(address, {"semua": "1"})
    assert "1 kartu tiba" in at_zone.get(done.headers["Location"]).text
    assert "Tidak ada kartu di perjalanan" in at_zone.get("/cetak/kiriman/").text


def test_any_card_can_be_followed_from_its_box(printer, cards):
    found = printer.post("/cetak/cari/", {"code": f" {cards[0].code.lower()} "})
    page = printer.get(found.headers["Location"]).text
    for words in (cards[0].box.number, cards[0].box.receipt.letter_number, cards[0].batch.number):
        assert words in page
    assert cards[0].application.number in page
    assert printer.post("/cetak/cari/", {"code": "TIDAKADA"}).status_code == 404
    assert printer.post("/cetak/cari/", {"code": ""}).status_code == 422


def test_a_zones_officer_acts_for_that_zone_only(printer, batch, cards, stock, now):
    zone = Zone.objects.get(code="Z3")
    own = stocked(now, 5, zone=zone)
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(zone)
    there = signed_in(clerk)
    assert "Cetak, UPTD Zona 3" in there.get("/cetak/").text or zone.name in there.get("/cetak/").text
    for address in (
        "/cetak/?lokasi=kantor", "/cetak/?lokasi=Z7", f"/cetak/{batch.number}/", f"/cetak/{batch.number}/lembar.pdf",
        f"/cetak/kartu/{cards[0].code}/", f"/cetak/kartu/{cards[0].code}/rusak/",
    ):  # fmt: skip
        assert there.get(address).status_code == 404, address
    for address in ("hasil/", "tutup/", "batal/", "tambah/"):
        assert there.post(f"/cetak/{batch.number}/{address}", {"code": cards[0].code}).status_code == 404
    assert make(there).status_code == 404
    assert counters(own) == (5, 0, 0)
    boss = OfficerFactory(role="supervisor")
    boss.zones.add(zone)
    assert signed_in(boss).get(f"/cetak/{batch.number}/").status_code == 200


@pytest.mark.parametrize(
    "address", ["/cetak/B-1/", "/cetak/%00/", "/cetak/kartu/x/", "/cetak/kiriman/K-1/", "/cetak/?lokasi=%00"]
)
def test_what_is_not_there_is_not_found(printer, stock, address):
    assert printer.get(address).status_code == 404


def test_a_closed_batch_shows_what_came_back(printer, batch, now):
    closed(batch, now)
    page = printer.get(f"/cetak/{batch.number}/").text
    assert "selesai" in page
    assert "Catat hasil" not in page


def test_of_a_large_batch_the_next_ones_are_shown_and_all_on_request(printer, batch, cards, now, monkeypatch):
    monkeypatch.setattr("requests_app.printing.batch.SHOWN", 1)
    printed_one = printer.post(f"/cetak/{batch.number}/hasil/", {"code": cards[0].code})
    page = printer.get(printed_one.headers["Location"]).text
    assert [card.code in page for card in cards] == [False, True, False]
    assert all(card.code in printer.get(f"/cetak/{batch.number}/?semua=1").text for card in cards)
    closed(batch, now)
    assert all(card.code in printer.get(f"/cetak/{batch.number}/").text for card in cards)


def test_pages_ask_a_fixed_number_of_questions(printer, batch, now, django_assert_max_num_queries):
    printer.get("/cetak/")
    for address, most in ((f"/cetak/{batch.number}/", 12), (f"/cetak/{batch.number}/lembar.pdf", 9), ("/cetak/", 24)):
        with django_assert_max_num_queries(most):
            printer.get(address)
    queued_cards(now - timedelta(hours=1), 6)
    more = batch_of(now, 6)
    with django_assert_max_num_queries(12):
        assert more.number in printer.get(f"/cetak/{more.number}/").text


def test_no_sealed_column_of_an_application_is_read_for_lists(printer, batch, opened):
    opened.clear()
    printer.get(f"/cetak/{batch.number}/")
    printer.get(f"/cetak/{batch.number}/lembar.pdf")
    assert [name for name in opened if not name.startswith("Officer")] == []


def test_bytes_of_the_sheet_are_not_stored(printer, batch, documents_folder):
    answer = printer.get(f"/cetak/{batch.number}/lembar.pdf")
    assert answer.content[:5] == b"%PDF-"
    assert "no-store" in answer.headers["Cache-Control"] or "no-cache" in answer.headers["Cache-Control"]
    assert not documents_folder.exists() or not any(path.is_file() for path in documents_folder.rglob("*"))


def test_what_a_zone_prints_for_the_head_office_is_sent_there_by_name(printer, now):
    """A zone that prints for itself, and somebody who collects at the head office."""
    at_zone = stocked(now - timedelta(days=3), 5, zone=Zone.objects.get(code="Z7"))
    Zone.objects.filter(code="Z7").update(printed_at=at_zone)
    (card,) = queued_cards(now - timedelta(hours=1), 1)
    pickup = ensure_pickup(card)
    pickup.zone = None
    pickup.save(update_fields=["zone"])
    printed(batch_of(now, 1, stock=at_zone), now)
    sent = printer.post("/cetak/kirim/", {"lokasi": "Z7", "kantor": ""})
    assert "1 kartu ke Kantor Dukcapil." in printer.get(sent.headers["Location"]).text
