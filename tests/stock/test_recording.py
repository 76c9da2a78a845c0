"""Forms of deliveries, spoiled blanks and use outside the system: what is stored, kept and refused."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

from requests_app.models import (
    AccessLog,
    BlankBox,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    Officer,
    PlannedDelivery,
    StockPhoto,
    Zone,
)
from requests_app.operations.counts import record_count
from requests_app.operations.documents import document_store
from requests_app.operations.shipments import confirm_all
from requests_app.rules.dates import format_moment, local_date
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import print_card
from tests.operations.printing import batch_of, printed, sent
from tests.operations.printing import spoiled as spoiled_card
from tests.operations.test_stock import counters
from tests.stock.conftest import errors, picture, signed_in

pytestmark = pytest.mark.django_db
RECEIVE = "/stok/lokasi/kantor/terima/"
SPOIL = "/stok/lokasi/kantor/rusak/"
OUTSIDE = "/stok/lokasi/kantor/luar/"


def letter(now: datetime, **over: Any) -> dict[str, Any]:
    """The form of a delivery, filled in; None leaves a field out."""
    given = {
        "letter_number": "470/9/PUSAT", "letter_date": local_date(now).isoformat(), "quantity": "1.600",
        "boxes": "K-01 s/d K-03 500\nK-04 100", "photo": picture(), **over,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def nothing_stored() -> bool:
    models = (BlankReceipt, BlankBox, BlankMovement, StockPhoto)
    return not any(model.objects.exists() for model in models)


def test_a_delivery_is_recorded_and_its_page_shows_letter_and_boxes(office: Client, now: datetime) -> None:
    answer = office.post(RECEIVE, letter(now))
    receipt = BlankReceipt.objects.get()
    assert answer.headers["Location"] == f"/stok/penerimaan/{receipt.pk}/"
    page = office.get(answer.headers["Location"]).text
    assert "1.600 blangko tercatat di Kantor Dukcapil" in page
    assert all(number in page for number in ("K-01", "K-02", "K-03", "K-04"))
    photo = office.get(f"/stok/foto/{receipt.photo_id}/1/")
    assert photo.headers["Content-Type"] == "image/jpeg"
    assert photo.content.startswith(b"\xff\xd8")


def test_who_waits_gets_the_new_blanks_in_the_same_moment(office: Client, now: datetime) -> None:
    (waiting,) = queued_cards(now, 1)
    office.post(RECEIVE, letter(now))
    waiting.refresh_from_db()
    assert waiting.status == "ready_to_print"


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"quantity": "0"}, "paling sedikit 1"),
        ({"quantity": "-1600"}, "paling sedikit 1"),
        ({"quantity": "99999999"}, "Paling banyak 200.000"),
        ({"quantity": "9" * 40}, "terlalu besar"),
        ({"quantity": "banyak"}, "angka saja"),
        ({"quantity": ""}, "Isi jumlah blangko"),
        ({"quantity": "1.500"}, "menurut surat 1.500, isi semua kotak 1.600"),
        ({"boxes": "K-01"}, "Baris 1: tulis nomor kotak"),
        ({"boxes": "K-01 1600\nK-01 s/d L-09 5"}, "Baris 2: kedua nomor harus sama"),
        ({"boxes": "K-01 800\nk-01 800"}, "K-01 tertulis dua kali"),
        ({"boxes": ""}, "satu kotak"),
        ({"letter_number": ""}, "Isi nomor surat"),
        ({"letter_date": "besok"}, "Tulis tanggal seperti"),
        ({"letter_date": "2062-01-01"}, "belum tiba"),
        ({"photo": None}, "Unggah foto surat"),
        ({"photo": SimpleUploadedFile("surat.jpg", b"MZ\x90\x00 program")}, "bukan foto"),
        ({"photo": SimpleUploadedFile("surat.jpg", b"")}, "kosong"),
        ({"planned": "999"}, "sudah diterima atau dibatalkan"),
    ],
)
def test_a_bad_form_comes_back_with_what_was_typed_and_nothing_is_stored(
    office: Client, now: datetime, over: dict[str, Any], words: str
) -> None:
    answer = office.post(RECEIVE, letter(now, **over))
    assert words in errors(answer)
    if "letter_number" not in over:
        assert 'value="470/9/PUSAT"' in answer.text
    if "boxes" not in over:
        assert "K-01 s/d K-03 500" in answer.text
    assert nothing_stored()


def test_with_another_mistake_the_photo_has_to_be_chosen_again_and_the_page_says_so(
    office: Client, now: datetime
) -> None:
    assert "Pilih fotonya lagi" in errors(office.post(RECEIVE, letter(now, quantity="0x")))
    assert list(document_store().ids()) == []


def test_the_same_letter_twice_is_refused_with_its_date(office: Client, now: datetime) -> None:
    office.post(RECEIVE, letter(now))
    assert "sudah dicatat pada" in errors(office.post(RECEIVE, letter(now, letter_number="470 / 9 / pusat")))
    assert BlankReceipt.objects.count() == 1


def test_an_opening_balance_comes_without_a_photo(office: Client, now: datetime) -> None:
    assert office.post(RECEIVE, letter(now, opening="on", photo=None)).status_code == 302
    assert BlankReceipt.objects.get().opening


def test_an_opening_balance_is_offered_only_until_the_ledger_has_begun(office: Client, now: datetime) -> None:
    assert "Saldo awal" in office.get(RECEIVE).text
    office.post(RECEIVE, letter(now))
    page = office.get(RECEIVE).text
    assert "Saldo awal" not in page and "saldo awal" not in page
    late = letter(now, letter_number="470/10/PUSAT", boxes="K-11 s/d K-13 500\nK-14 100", opening="on", photo=None)
    assert "Buku lokasi ini sudah dimulai pada" in errors(office.post(RECEIVE, late))
    assert BlankReceipt.objects.count() == 1


def test_a_promised_delivery_is_chosen_and_fulfilled(office: Client, officer: Officer, now: datetime) -> None:
    planned = PlannedDelivery.objects.create(
        expected_on=local_date(now), quantity=1600, note="470/9", entered_at=now, entered_by=officer
    )
    assert "1.600 blangko, 470/9" in office.get(RECEIVE).text
    office.post(RECEIVE, letter(now, planned=planned.pk))
    planned.refresh_from_db()
    assert planned.receipt == BlankReceipt.objects.get()
    assert "470/9" not in office.get(RECEIVE).text


def spoiled(head: BlankStock, **over: Any) -> dict[str, Any]:
    box = BlankBox.objects.order_by("pk")[0]
    given = {
        "box": box.pk, "quantity": "3", "reason": "damaged", "words": "", "photo": picture(), "key": uuid.uuid4(),
        **over,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value is not None}


def test_spoiled_blanks_leave_once_however_often_the_form_is_sent(office: Client, head: BlankStock) -> None:
    form = spoiled(head)
    assert office.post(SPOIL, form).status_code == 302
    again = office.post(SPOIL, {**form, "photo": picture()}, follow=True)
    assert "sudah ada. Tidak ada yang berubah" in again.text
    assert counters(head) == (147, 0, 0)
    line = BlankMovement.objects.get(kind="spoil")
    assert f"/stok/foto/{line.photo_id}/1/" in again.text


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"quantity": "101"}, "Isi kotak ini tidak cukup"),
        ({"quantity": "151"}, "tidak cukup"),
        ({"quantity": "0"}, "paling sedikit 1"),
        ({"reason": "other"}, "Jelaskan sebab"),
        ({"reason": ""}, "Pilih sebab"),
        ({"reason": "print"}, "Pilih sebab"),
        ({"box": "999999"}, "sudah kosong"),
        ({"photo": None}, "Unggah foto blangko"),
        ({"key": "x"}, ""),
    ],
)
def test_what_cannot_be_spoiled_comes_back(office: Client, head: BlankStock, over: dict[str, Any], words: str) -> None:
    assert words in errors(office.post(SPOIL, spoiled(head, **over)))
    assert counters(head) == (150, 0, 0)
    assert not StockPhoto.objects.exists()


def test_the_last_of_a_box_is_spoiled_once_too(office: Client, head: BlankStock) -> None:
    form = spoiled(head, quantity="100")
    assert office.post(SPOIL, form).status_code == 302
    assert "sudah ada. Tidak ada yang berubah" in office.post(SPOIL, {**form, "photo": picture()}, follow=True).text
    assert counters(head) == (50, 0, 0)


def test_the_page_of_outside_use_says_what_the_last_count_covers(
    office: Client, officer: Officer, head: BlankStock, now: datetime
) -> None:
    assert "Terakhir dihitung" not in office.get(OUTSIDE).text
    counted = {holding.box_id: holding.quantity for holding in head.holdings.all()}
    record_count(stock=head, counted=counted, explanation="", officer=officer, now=now)
    assert f"Terakhir dihitung (opname) {format_moment(now)}" in office.get(OUTSIDE).text


def test_a_day_outside_the_system_is_recorded_once(office: Client, head: BlankStock, now: datetime) -> None:
    day = local_date(now)
    assert office.post(OUTSIDE, {"day": day.isoformat(), "quantity": "89"}).status_code == 302
    assert "sudah dicatat: 89 blangko" in errors(office.post(OUTSIDE, {"day": day.isoformat(), "quantity": "89"}))
    assert counters(head) == (61, 0, 0)


@pytest.mark.parametrize(
    ("days", "quantity", "words"),
    [
        (1, "5", "belum tiba"),
        (0, "151", "Yang bebas di sini 150"),
        (0, "", "Isi jumlahnya"),
        (0, "-2", "paling sedikit"),
    ],
)
def test_use_that_cannot_be_comes_back(
    office: Client, head: BlankStock, now: datetime, days: int, quantity: str, words: str
) -> None:
    day = (local_date(now) + timedelta(days=days)).isoformat()
    answer = office.post(OUTSIDE, {"day": day, "quantity": quantity})
    assert words in errors(answer)
    assert f'value="{day}"' in answer.text
    assert counters(head) == (150, 0, 0)


def test_a_photo_of_somebodys_card_leaves_an_access_row_and_other_zones_do_not_have_it(
    office: Client, officer: Officer, counter: Client, head: BlankStock, now: datetime
) -> None:
    from requests_app.operations.stock_photos import SPOILED, check_photo, keep_photo

    (application,) = queued_cards(now, 1)
    card = print_card(application, now)
    photo = keep_photo(check_photo(picture()), kind=SPOILED, officer=officer, now=now)
    type(card).objects.filter(pk=card.pk).update(photo=photo)
    address = f"/stok/foto/{photo.pk}/1/"
    assert office.get(address).status_code == 200
    row = AccessLog.objects.get(action="document")
    assert (row.application_id, row.document_id, row.officer) == (application.pk, photo.pk, officer)
    assert counter.get(address).status_code == 404
    assert office.get(f"/stok/foto/{photo.pk}/2/").status_code == 404
    assert office.get(f"/stok/foto/{uuid.uuid4()}/1/").status_code == 404


def test_whoever_found_a_card_spoiled_at_their_zone_sees_its_photo(now: datetime) -> None:
    stock = stocked(now, 5)
    (application,) = queued_cards(now, 1)
    clerk, stranger = OfficerFactory(role="counter"), OfficerFactory(role="counter")
    clerk.zones.add(application.zone)
    stranger.zones.add(Zone.objects.exclude(pk=application.zone_id)[0])
    (card,) = printed(batch_of(now, 1), now)
    (shipment,) = sent(stock, [application.zone], now)
    confirm_all(shipment=shipment, officer=clerk, now=now)
    spoiled_card(card, now, "chip", clerk)
    card.refresh_from_db()
    (link,) = links_to(signed_in(clerk).get(f"/cetak/kartu/{card.code}/"), card.photo_id)
    assert signed_in(clerk).get(link).status_code == 200
    assert AccessLog.objects.filter(action="document", document_id=card.photo_id, officer=clerk).count() == 1
    assert signed_in(stranger).get(link).status_code == 404


def links_to(page: Any, photo_id: uuid.UUID | None) -> list[str]:
    """The addresses on a page that lead to this photo."""
    return [str(link) for link in html.fromstring(page.text).xpath("//a/@href") if str(photo_id) in str(link)]


def test_a_photo_that_nothing_refers_to_is_shown_to_nobody(office: Client, officer: Officer, now: datetime) -> None:
    from requests_app.operations.stock_photos import LETTER, check_photo, keep_photo

    photo = keep_photo(check_photo(picture()), kind=LETTER, officer=officer, now=now)
    assert office.get(f"/stok/foto/{photo.pk}/1/").status_code == 404


def test_a_photo_that_was_altered_on_disk_is_an_error_page(
    office: Client, now: datetime, documents_folder: Any
) -> None:
    office.post(RECEIVE, letter(now))
    photo = StockPhoto.objects.get()
    (path,) = documents_folder.glob(f"*/{photo.pk}-0.bin")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    answer = office.get(f"/stok/foto/{photo.pk}/1/")
    assert answer.status_code == 500
    assert "Foto ini tidak dapat dibuka" in answer.text


def test_a_counter_clerk_does_not_receive_but_records_what_is_spoiled(now: datetime, head: BlankStock) -> None:
    client = signed_in(OfficerFactory(role="counter"))
    assert client.get(RECEIVE).status_code == client.get(OUTSIDE).status_code == 403
    assert client.get(SPOIL).status_code == 200
