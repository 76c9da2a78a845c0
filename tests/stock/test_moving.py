"""Transfers and counts as people do them: two sides, two people, what comes back, and what was done already."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from requests_app.models import BlankBox, BlankStock, BlankTransfer, Officer, StockAlert, StockCount
from requests_app.operations.counts import record_count
from requests_app.operations.transfers import send_blanks
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards
from tests.operations.test_stock import counters
from tests.stock.conftest import errors, signed_in

pytestmark = pytest.mark.django_db
SEND = "/stok/lokasi/kantor/kirim/"
COUNT = "/stok/lokasi/kantor/opname/"


def boxes() -> list[BlankBox]:
    return list(BlankBox.objects.order_by("pk"))


def lines(*numbers: object) -> dict[str, Any]:
    """Fields of the boxes, in their order."""
    return {f"box_{box.pk}": number for box, number in zip(boxes(), numbers, strict=False)}


@pytest.fixture
def transfer(head: BlankStock, zone_stock: BlankStock, officer: Officer, now: datetime) -> BlankTransfer:
    return send_blanks(from_stock=head, to_stock=zone_stock, lines=[(boxes()[0], 40)], officer=officer, now=now)[0]


def test_blanks_are_sent_and_the_form_sent_twice_is_one_transfer(
    office: Client, head: BlankStock, zone_stock: BlankStock
) -> None:
    form = {
        "to_stock": zone_stock.pk,
        "last_seen": office.get(SEND).context["form"]["last_seen"].value(),
        **lines("40"),
    }
    first = office.post(SEND, form)
    assert office.post(SEND, form, follow=True).context["transfer"].pk == BlankTransfer.objects.get().pk
    assert first.headers["Location"] == f"/stok/kiriman/{BlankTransfer.objects.get().pk}/"
    assert counters(head) == (110, 0, 0)


@pytest.mark.parametrize(
    ("numbers", "to", "words"),
    [
        (("", ""), "zone", "paling sedikit satu kotak"),
        (("0",), "zone", "paling sedikit 1"),
        (("-4",), "zone", "paling sedikit 1"),
        (("101",), "zone", "Isi kotak ini tidak cukup"),
        (("100", "49"), "zone", "bebas di Kantor Dukcapil 148"),
        (("semua",), "zone", "angka saja"),
        (("5",), "", "Pilih lokasi tujuan"),
        (("5",), "head", "Pilih lokasi lain"),
    ],
)
def test_what_cannot_be_sent_comes_back(
    office: Client, head: BlankStock, zone_stock: BlankStock, now: datetime, numbers: tuple[str], to: str, words: str
) -> None:
    approved_cards(now, 2)
    target = {"zone": zone_stock.pk, "head": head.pk, "": ""}[to]
    answer = office.post(SEND, {"to_stock": target, **lines(*numbers)})
    assert words in errors(answer)
    if numbers[0]:
        assert f'value="{numbers[0]}"' in answer.text
    assert not BlankTransfer.objects.exists()
    assert counters(head) == (150, 2, 0)


def test_the_zone_confirms_what_it_counted(counter: Client, transfer: BlankTransfer, zone_stock: BlankStock) -> None:
    address = f"/stok/kiriman/{transfer.pk}/"
    assert "Konfirmasi terima" in counter.get(address).text
    done = counter.post(f"{address}terima/", lines("40"), follow=True)
    assert "diterima lengkap" in done.text
    assert counters(zone_stock) == (40, 0, 0)
    again = counter.post(f"{address}terima/", lines("35"))
    assert again.status_code == 409
    assert "sudah diterima" in again.text and "oleh hasan" in again.text
    assert counters(zone_stock) == (40, 0, 0)


def test_a_difference_is_seen_by_both_sides_and_the_supervisor_until_it_is_explained(
    counter: Client, office: Client, oversight: Client, transfer: BlankTransfer
) -> None:
    address = f"/stok/kiriman/{transfer.pk}/"
    assert "dengan selisih" in counter.post(f"{address}terima/", lines("38"), follow=True).text
    for client, page in ((counter, "/stok/"), (office, "/stok/lokasi/kantor/"), (oversight, "/stok/")):
        assert "Selisih belum dijelaskan" in client.get(page).text
    assert "dikirim 40, diterima 38" in oversight.get("/pengawas/").text
    assert "Jelaskan selisih" not in counter.get(address).text
    assert counter.post(f"{address}penjelasan/", {"explanation": "x"}).status_code == 403
    assert "Jelaskan dari mana" in errors(oversight.post(f"{address}penjelasan/", {"explanation": " "}))
    assert "tanpa tanda" in errors(oversight.post(f"{address}penjelasan/", {"explanation": "<b>"}))
    done = oversight.post(f"{address}penjelasan/", {"explanation": "Dua rusak di jalan."}, follow=True)
    assert "Dua rusak di jalan." in done.text
    assert not StockAlert.objects.filter(closed_at=None).exists()
    assert oversight.post(f"{address}penjelasan/", {"explanation": "Lagi."}).status_code == 409
    assert "Selisih belum dijelaskan" not in office.get("/stok/").text


def test_the_sender_does_not_confirm_for_a_zone_that_is_not_theirs(
    transfer: BlankTransfer, now: datetime, head: BlankStock, zone_stock: BlankStock
) -> None:
    other = OfficerFactory(role="counter")
    other.zones.add(type(zone_stock.zone).objects.get(code="Z1"))  # type: ignore[union-attr]
    client = signed_in(other)
    assert client.get(f"/stok/kiriman/{transfer.pk}/").status_code == 404
    assert client.post(f"/stok/kiriman/{transfer.pk}/terima/", lines("40")).status_code == 404
    assert counters(zone_stock) == (0, 0, 0)


@pytest.mark.parametrize("typed", ["", "-1", "empat puluh", "20001"])
def test_what_was_not_counted_comes_back(counter: Client, transfer: BlankTransfer, typed: str) -> None:
    answer = counter.post(f"/stok/kiriman/{transfer.pk}/terima/", lines(typed))
    assert answer.status_code == 422
    if typed:
        assert f'value="{typed}"' in answer.text
    transfer.refresh_from_db()
    assert transfer.received_at is None


def test_a_count_is_confirmed_by_a_second_person_only(
    office: Client, oversight: Client, counter: Client, head: BlankStock
) -> None:
    waiting = office.post(COUNT, {**lines("98", "50"), "explanation": "Dua hilang."})
    count = StockCount.objects.get()
    address = f"/stok/opname/{count.pk}/"
    assert waiting.headers["Location"] == address
    assert "Setujui opname" not in office.get(address).text
    refused = office.post(f"{address}setuju/")
    assert refused.status_code == 409 and "Minta orang lain" in refused.text
    assert counters(head) == (150, 0, 0)
    assert counter.get(address).status_code == 404
    assert "Setujui opname" in oversight.get(address).text
    assert "Disetujui" in oversight.post(f"{address}setuju/", follow=True).text
    assert counters(head) == (148, 0, 0)
    again = oversight.post(f"{address}setuju/")
    assert again.status_code == 409 and "sudah disetujui" in again.text and "oleh nurlela" in again.text
    assert oversight.post(f"{address}batal/").status_code == 409


def test_the_count_page_does_not_tell_what_the_ledger_says(office: Client, head: BlankStock) -> None:
    page = office.get(COUNT).text
    assert ">100<" not in page and "100" not in page[page.index("Jumlah yang Anda hitung") :]


def test_a_difference_needs_words_and_what_was_counted_stays(office: Client, head: BlankStock) -> None:
    answer = office.post(COUNT, {**lines("98", "50"), "explanation": ""})
    assert f"di kotak {boxes()[0]}. Hitung lagi, atau jelaskan" in errors(answer)
    assert 'value="98"' in answer.text
    assert not StockCount.objects.exists()


@pytest.mark.parametrize("typed", ["", "-1", "x", "20001"])
def test_a_box_that_was_not_counted_comes_back(office: Client, head: BlankStock, typed: str) -> None:
    assert office.post(COUNT, {**lines(typed, "50"), "explanation": "Ada."}).status_code == 422
    assert not StockCount.objects.exists()


def test_a_second_count_waits_for_the_first(office: Client, head: BlankStock, chief: Officer, now: datetime) -> None:
    counted = dict(zip([box.pk for box in boxes()], (100, 50), strict=True))
    record_count(stock=head, counted=counted, explanation="", officer=chief, now=now)
    assert "masih menunggu orang kedua" in office.get(COUNT).text
    answer = office.post(COUNT, {**lines("98", "50"), "explanation": "Dua hilang."})
    assert answer.status_code == 409 and "oleh nurlela" in answer.text


def test_a_count_is_cancelled(office: Client, head: BlankStock) -> None:
    office.post(COUNT, {**lines("98", "50"), "explanation": "Dua hilang."})
    count = StockCount.objects.get()
    assert "Buku tidak berubah" in office.post(f"/stok/opname/{count.pk}/batal/", follow=True).text
    assert counters(head) == (150, 0, 0)


def test_counter_clerks_count_but_do_not_confirm(head: BlankStock, office: Client) -> None:
    office.post(COUNT, {**lines("98", "50"), "explanation": "Dua hilang."})
    client = signed_in(OfficerFactory(role="counter"))
    address = f"/stok/opname/{StockCount.objects.get().pk}/"
    assert "Setujui opname" not in client.get(address).text
    assert client.post(f"{address}setuju/").status_code == 403
