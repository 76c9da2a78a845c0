"""Transfers and counts as people do them: two sides, two people, what comes back, and what was done already."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from requests_app.models import BlankBox, BlankStock, BlankTransfer, Officer, StockAlert, StockCount
from requests_app.operations.counts import record_count
from requests_app.operations.transfers import send_blanks
from tests.factories import OfficerFactory
from tests.operations.blanks import approved_cards, stocked
from tests.operations.test_stock import counters
from tests.stock.conftest import errors, signed_in

pytestmark = pytest.mark.django_db
SEND = "/stok/lokasi/kantor/kirim/"
COUNT = "/stok/lokasi/kantor/opname/"
SPOIL = "/stok/lokasi/kantor/rusak/"


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


def test_the_same_form_is_one_transfer_also_when_it_emptied_a_box(
    office: Client, head: BlankStock, zone_stock: BlankStock
) -> None:
    form = {"to_stock": zone_stock.pk, "last_seen": 0, **lines("100", "20")}
    office.post(SEND, form)
    assert "sudah tercatat. Tidak ada yang berubah" in office.post(SEND, form, follow=True).text
    assert BlankTransfer.objects.count() == 1
    assert counters(head) == (30, 0, 0)


def test_a_box_that_somebody_emptied_meanwhile_is_not_left_out_silently(
    office: Client, head: BlankStock, zone_stock: BlankStock, officer: Officer, now: datetime
) -> None:
    lines_of_another = [(boxes()[0], 100)]
    send_blanks(from_stock=head, to_stock=zone_stock, lines=lines_of_another, officer=officer, now=now)
    last = BlankTransfer.objects.get().pk
    answer = office.post(SEND, {"to_stock": zone_stock.pk, "last_seen": last, **lines("10", "20")})
    assert "Isi kotak ini tidak cukup" in errors(answer)
    assert 'value="10"' in answer.text and 'value="20"' in answer.text
    assert "tidak ada lagi yang dapat dikirim" in answer.text
    assert BlankTransfer.objects.count() == 1
    without = office.post(SEND, {"to_stock": zone_stock.pk, "last_seen": last, **lines("", "20")})
    assert without.status_code == 302, "a box that was left empty on the form is no field any more"


def test_a_box_that_was_never_here_is_no_field(office: Client, head: BlankStock, zone_stock: BlankStock) -> None:
    there = stocked(head.receipts.get().received_at, 5, zone=zone_stock.zone).holdings.get().box
    form = {"to_stock": zone_stock.pk, f"box_{there.pk}": "5", "box_x": "1", f"box_{'9' * 30}": "1"}
    assert "paling sedikit satu kotak" in errors(office.post(SEND, form))


@pytest.fixture
def same_number(head: BlankStock, now: datetime) -> BlankBox:
    """Another letter's box, with the number of the first one."""
    stocked(now, 30)
    box = boxes()[2]
    box.number = boxes()[0].number
    box.save()
    return box


def test_boxes_of_one_number_are_told_apart_by_their_letters(
    office: Client, counter: Client, head: BlankStock, zone_stock: BlankStock, same_number: BlankBox
) -> None:
    first, other, _same = boxes()
    names = [f"{box.number} (surat {box.receipt.letter_number})" for box in (first, same_number)]
    for page in (office.get(SEND).text, office.get(COUNT).text, office.get(SPOIL).text):
        assert all(name in page for name in names)
        assert f"{other.number} (surat" not in page, "a number that is there once needs no letter"
    answer = office.post(COUNT, {**lines("100", "50", "29"), "explanation": ""})
    assert f"di kotak {names[1]}. Hitung lagi" in errors(answer)
    office.post(COUNT, {**lines("100", "50", "29"), "explanation": "Satu hilang."})
    assert names[1] in office.get(f"/stok/opname/{StockCount.objects.get().pk}/").text
    office.post(SEND, {"to_stock": zone_stock.pk, "last_seen": 0, **lines("1", "", "2")})
    page = counter.get(f"/stok/kiriman/{BlankTransfer.objects.get().pk}/").text
    assert all(page.count(name) == 2 for name in names), "in the list, and beside the field of what was counted"


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
    assert "diterima lengkap" in done.text and "ditemukan kemudian" not in done.text
    assert counters(zone_stock) == (40, 0, 0)
    again = counter.post(f"{address}terima/", lines("35"))
    assert again.status_code == 409
    assert "sudah diterima" in again.text and "oleh hasan" in again.text
    assert counters(zone_stock) == (40, 0, 0)


def test_a_difference_is_seen_by_both_sides_and_the_supervisor_until_it_is_explained(
    counter: Client, office: Client, oversight: Client, transfer: BlankTransfer
) -> None:
    address = f"/stok/kiriman/{transfer.pk}/"
    told = counter.post(f"{address}terima/", lines("38"), follow=True).text
    assert "dengan selisih" in told and "ditemukan kemudian, catat dengan opname" in told
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
    assert "Penjelasan selisih" not in page, "nobody knows of a difference yet"
    assert ">100<" not in page and "100" not in page[page.index("Jumlah yang Anda hitung") :]


def test_a_difference_needs_words_and_what_was_counted_stays(office: Client, head: BlankStock) -> None:
    answer = office.post(COUNT, {**lines("98", "50"), "explanation": ""})
    assert f"di kotak {boxes()[0]}. Hitung lagi, atau jelaskan" in errors(answer)
    assert 'value="98"' in answer.text and "Penjelasan selisih" in answer.text
    assert not StockCount.objects.exists()


@pytest.mark.parametrize("typed", ["", "-1", "x", "20001"])
def test_a_box_that_was_not_counted_comes_back(office: Client, head: BlankStock, typed: str) -> None:
    assert office.post(COUNT, {**lines(typed, "50"), "explanation": "Ada."}).status_code == 422
    assert not StockCount.objects.exists()


def test_what_was_counted_in_a_box_that_somebody_emptied_meanwhile_is_not_left_out(
    office: Client, head: BlankStock, zone_stock: BlankStock, officer: Officer, now: datetime
) -> None:
    send_blanks(from_stock=head, to_stock=zone_stock, lines=[(boxes()[0], 100)], officer=officer, now=now)
    answer = office.post(COUNT, {**lines("98", "50"), "explanation": "Dua hilang."})
    assert "kotak ini dikosongkan sejak Anda membuka halaman ini" in errors(answer)
    assert 'value="98"' in answer.text
    assert not StockCount.objects.exists()
    for _twice in range(2):
        assert office.post(COUNT, {**lines("0", "50"), "explanation": ""}).status_code == 302
    assert list(StockCount.objects.get().lines.values_list("expected", "counted")) == [(0, 0), (50, 50)]


def test_the_same_count_is_that_one_also_when_a_box_was_emptied_in_between(
    office: Client, head: BlankStock, zone_stock: BlankStock, officer: Officer, now: datetime
) -> None:
    form = {**lines("100", "49"), "explanation": "Satu hilang."}
    office.post(COUNT, form)
    send_blanks(from_stock=head, to_stock=zone_stock, lines=[(boxes()[0], 100)], officer=officer, now=now)
    assert office.post(COUNT, form).headers["Location"] == f"/stok/opname/{StockCount.objects.get().pk}/"


def test_a_parcel_that_never_came_is_offered_to_both_sides_when_it_turns_up(
    office: Client, counter: Client, oversight: Client, head: BlankStock, zone_stock: BlankStock
) -> None:
    box, other = boxes()
    at_zone = f"/stok/lokasi/{zone_stock.zone.code}/opname/"  # type: ignore[union-attr]
    office.post(SEND, {"to_stock": zone_stock.pk, "last_seen": 0, f"box_{box.pk}": "100"})
    assert "tidak ada blangko di lokasi ini" in counter.get(at_zone).text
    counter.post(f"/stok/kiriman/{BlankTransfer.objects.get().pk}/terima/", {f"box_{box.pk}": "0"})
    for page in (office.get(COUNT).text, counter.get(at_zone).text):
        assert "Kotak yang ditemukan lagi" in page and f"{box.number} (surat" in page
    found = {"explanation": "Ada di kantor pos.", "again": box.pk}
    assert "Isi 1 sampai 100" in errors(counter.post(at_zone, {**found, "again_quantity": "101"}))
    counter.post(at_zone, {**found, "again_quantity": "99"})
    oversight.post(f"/stok/opname/{StockCount.objects.get().pk}/setuju/")
    assert counters(zone_stock) == (99, 0, 0)
    again = office.post(COUNT, {**found, f"box_{other.pk}": "50", "again_quantity": "2"})
    assert "Isi 1 sampai 1:" in errors(again), "one of it is still missing, wherever it is found"


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


def test_a_box_that_was_counted_empty_is_offered_when_it_turns_up_again(
    office: Client, oversight: Client, head: BlankStock
) -> None:
    assert "Kotak yang ditemukan lagi" not in office.get(COUNT).text
    office.post(COUNT, {**lines("0", "50"), "explanation": "Kotak tidak ada."})
    oversight.post(f"/stok/opname/{StockCount.objects.get().pk}/setuju/")
    box, _other = boxes()
    page = office.get(COUNT).text
    assert "Kotak yang ditemukan lagi" in page and f"{box.number} (surat" in page
    form = {f"box_{boxes()[1].pk}": "50", "explanation": "Di gudang belakang.", "again": box.pk}
    for wrong, words in (
        ({}, "Isi jumlah blangko di kotak"),
        ({"again_quantity": "101"}, "Isi 1 sampai 100"),
        ({"again": "", "again_quantity": "5"}, "Pilih kotak yang ditemukan"),
        ({"again": boxes()[1].pk, "again_quantity": "5"}, "tidak pernah dihitung kosong"),
        ({"again": "x", "again_quantity": "5"}, "tidak pernah dihitung kosong"),
        ({"again_quantity": "-5"}, "Isi 1 sampai 100"),
    ):
        answer = office.post(COUNT, {**form, **wrong})
        assert answer.status_code == 422 and words in errors(answer), wrong
        assert "<details open>" in answer.text
    assert StockCount.objects.count() == 1
    office.post(COUNT, {**form, "again_quantity": "98"})
    page = oversight.post(f"/stok/opname/{StockCount.objects.latest('pk').pk}/setuju/", follow=True).text
    assert "Disetujui" in page and "+98" in page
    assert counters(head) == (148, 0, 0)
