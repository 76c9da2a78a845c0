"""Pages that are looked at, who sees which location, the rules, and what each page costs."""

import html
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from requests_app.models import (
    BlankBox,
    BlankMovement,
    BlankReceipt,
    BlankStock,
    BlankTransfer,
    CardPolicy,
    Officer,
    StockCount,
    Zone,
)
from requests_app.operations.blanks import write_line
from requests_app.operations.ledger_check import check_ledger
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.operations.sweep import record_sweep
from requests_app.operations.transfers import send_blanks
from requests_app.queries import paging
from requests_app.rules.blanks import Move
from requests_app.rules.dates import format_moment, local_date
from requests_app.vault.keyring import KeyRing
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import bring_to, print_card
from tests.operations.test_ledger_check import busy_office
from tests.stock.conftest import errors, signed_in

pytestmark = pytest.mark.django_db
# Session, officer and her zones are three of them.
MOST_QUERIES = {
    "/stok/": 14, "/stok/lokasi/kantor/": 11, "/stok/lokasi/kantor/terima/": 6, "/stok/lokasi/kantor/kirim/": 7,
    "/stok/lokasi/kantor/rusak/": 6, "/stok/lokasi/kantor/luar/": 5, "/stok/lokasi/kantor/opname/": 8,
    "/stok/penerimaan/{receipt}/": 6, "/stok/kotak/{box}/": 10, "/stok/kiriman/{transfer}/": 8,
    "/stok/opname/{count}/": 7, "/stok/aturan/": 7,
}  # fmt: skip


@pytest.fixture
def busy(now: datetime) -> dict[str, int]:
    """Lines of most kinds, a printed card, people who wait."""
    busy_office(now - timedelta(minutes=5))
    for application in queued_cards(now, 2):
        print_card(application, now)
    return {
        "receipt": BlankReceipt.objects.earliest("pk").pk, "box": BlankBox.objects.earliest("pk").pk,
        "transfer": BlankTransfer.objects.get().pk, "count": StockCount.objects.get().pk,
    }  # fmt: skip


@pytest.mark.parametrize("address", list(MOST_QUERIES))
def test_pages_cost_few_queries_and_open_nothing_sealed(
    oversight: Client, busy: dict[str, int], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> bytes:
        raise AssertionError("a page opened a sealed value")

    monkeypatch.setattr(KeyRing, "open", refuse)
    with CaptureQueriesContext(connection) as queries:
        answer = oversight.get(address.format(**busy))
    assert answer.status_code == 200
    assert len(queries) <= MOST_QUERIES[address], [q["sql"][:110] for q in queries]


def test_the_first_page_tells_each_location_and_the_sum(
    oversight: Client, head: BlankStock, zone_stock: BlankStock, now: datetime
) -> None:
    stocked(now, 30, zone=zone_stock.zone)
    queued_cards(now, 2)
    page = oversight.get("/stok/").context["home"]
    assert page.total == {"on_hand": 180, "reserved": 2, "drawn": 0, "free": 178, "waiting": 0, "on_the_way": 0}
    assert [place.code for place in page.locations][:2] == ["kantor", "Z1"]
    assert len(page.locations) == 1 + Zone.objects.filter(is_active=True).count()


def test_who_waits_is_counted_where_their_card_is_printed(
    oversight: Client, zone_stock: BlankStock, now: datetime
) -> None:
    (one,) = queued_cards(now, 1)
    one.zone.printed_at = zone_stock
    one.zone.save(update_fields=["printed_at"])
    waiting = {place.code: place.waiting for place in oversight.get("/stok/").context["home"].locations}
    assert (waiting["kantor"], waiting["Z7"]) == (0, 1)


def people_wait_at_the_zone(zone_stock: BlankStock, now: datetime) -> None:
    """Two whose cards are printed where no blank is."""
    Zone.objects.update(printed_at=zone_stock)
    assert {one.status for one in queued_cards(now, 2)} == {"waiting_for_blank"}


def test_blanks_that_lie_elsewhere_are_named_beside_who_waits(
    office: Client, counter: Client, head: BlankStock, zone_stock: BlankStock, now: datetime
) -> None:
    people_wait_at_the_zone(zone_stock, now)
    page = office.get("/stok/")
    assert "2 orang menunggu blangko" in page.text and "punya 150 blangko bebas" in page.text
    address = "/stok/lokasi/kantor/kirim/?ke=Z7&jumlah=2"
    assert address in html.unescape(page.text)
    form = office.get(address).context["form"]
    assert form["to_stock"].value() == zone_stock.pk
    assert [field.value() for field in form.box_fields] == [2, None]
    assert "punya" not in counter.get("/stok/").text
    assert office.get("/stok/lokasi/Z7/").context["ledger"].waiting == 2
    assert office.get("/stok/lokasi/kantor/").context["ledger"].waiting == 0


def test_what_is_on_its_way_is_not_asked_for_again(
    office: Client, officer: Officer, head: BlankStock, zone_stock: BlankStock, now: datetime
) -> None:
    people_wait_at_the_zone(zone_stock, now)
    box = BlankBox.objects.earliest("pk")
    send_blanks(from_stock=head, to_stock=zone_stock, lines=[(box, 2)], officer=officer, now=now)
    assert "jumlah=" not in office.get("/stok/").text


@pytest.mark.parametrize("query", ["ke=", "ke=X1&jumlah=abc", "ke=Z7&jumlah=-3", "ke=Z7&jumlah=999999", "ke=kantor"])
def test_an_address_that_asks_for_too_much_fills_in_what_there_is(office: Client, head: BlankStock, query: str) -> None:
    answer = office.get(f"/stok/lokasi/kantor/kirim/?{query}")
    assert answer.status_code == 200
    assert sum(field.value() or 0 for field in answer.context["form"].box_fields) in (0, 150)


def test_what_is_on_its_way_is_told_at_both_ends(
    oversight: Client, office: Client, head: BlankStock, zone_stock: BlankStock
) -> None:
    box = BlankBox.objects.earliest("pk")
    office.post("/stok/lokasi/kantor/kirim/", {"to_stock": zone_stock.pk, f"box_{box.pk}": "40"})
    home = oversight.get("/stok/").context["home"]
    places = {place.code: place for place in home.locations}
    assert (places["kantor"].leaving, places["Z7"].coming, home.total["on_the_way"]) == (40, 40, 40)


def test_a_zones_officer_sees_and_does_things_there_only(
    counter: Client, head: BlankStock, zone_stock: BlankStock
) -> None:
    home = counter.get("/stok/").context["home"]
    assert [place.code for place in home.locations] == ["Z7"]
    assert home.total["on_hand"] == 0
    for doing in ("", "kirim/", "rusak/", "opname/"):
        assert counter.get(f"/stok/lokasi/kantor/{doing}").status_code == 404
        assert counter.get(f"/stok/lokasi/z7/{doing}").status_code == 200
    receipt, box = BlankReceipt.objects.get(), BlankBox.objects.earliest("pk")
    assert counter.get(f"/stok/penerimaan/{receipt.pk}/").status_code == 404
    assert counter.get(f"/stok/kotak/{box.pk}/").status_code == 404


def test_whose_only_zone_closed_down_reads_that_and_no_figures(db: None) -> None:
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(Zone.objects.create(code="Z99", name="UPTD Contoh", is_active=False))
    page = signed_in(clerk).get("/stok/")
    assert "Belum ada kantor aktif untuk akun Anda. Hubungi admin." in page.text and "Bebas" not in page.text


def test_a_box_that_came_to_the_zone_can_be_followed_there(
    counter: Client, head: BlankStock, zone_stock: BlankStock, now: datetime
) -> None:
    box = BlankBox.objects.earliest("pk")
    transfer = BlankTransfer.objects.create(
        from_stock=head, to_stock=zone_stock, sent_at=now, sent_by=BlankReceipt.objects.get().received_by
    )
    write_line(zone_stock, Move.ARRIVED, now=now, on_hand=5, box=box, transfer=transfer)
    page = counter.get(f"/stok/kotak/{box.pk}/")
    assert page.status_code == 200
    assert [line.kind for line in page.context["life"].lines.rows] == ["arrived"]
    letter = f'href="/stok/penerimaan/{box.receipt_id}/"'
    assert letter not in page.text, "the letter came to the head office"
    assert letter in signed_in(OfficerFactory()).get(f"/stok/kotak/{box.pk}/").text


def test_a_supervisor_with_zones_sees_all(
    oversight: Client, chief: Any, head: BlankStock, zone_stock: BlankStock
) -> None:
    chief.zones.add(zone_stock.zone)
    assert oversight.get("/stok/lokasi/kantor/").status_code == 200


def test_an_unknown_location_does_not_exist(oversight: Client) -> None:
    for address in ("lokasi/Z99/", "lokasi/%00/", "penerimaan/9/", "kotak/9/", "kiriman/9/", "opname/9/"):
        assert oversight.get(f"/stok/{address}").status_code == 404


def test_the_ledger_is_read_page_by_page_without_gap_or_repeat_and_by_kind(
    oversight: Client, head: BlankStock, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    box = BlankBox.objects.earliest("pk")
    for days in range(5):
        write_line(head, Move.OUTSIDE, now=now, on_hand=-1, box=box, day=local_date(now) - timedelta(days=days))
    for kind, expected in (("", 7), ("outside", 5), ("receipt", 2), ("x", 7)):
        seen, cursor = [], ""
        for _ in range(9):
            page = oversight.get("/stok/lokasi/kantor/", {"jenis": kind, "dari": cursor}).context["page"]
            seen += [row.pk for row in page.rows]
            cursor = page.older
            if not cursor:
                break
        assert seen == sorted(set(seen), reverse=True)
        assert len(seen) == expected


@pytest.mark.parametrize("cursor", ["x", "-1", "1e9", "9" * 30, "²"])
def test_a_spoiled_address_shows_the_first_page(oversight: Client, head: BlankStock, cursor: str) -> None:
    assert len(oversight.get("/stok/lokasi/kantor/", {"dari": cursor}).context["page"].rows) == 2


def test_a_box_is_followed_from_its_letter_to_the_owners_of_its_cards(
    oversight: Client, head: BlankStock, now: datetime
) -> None:
    first, second = queued_cards(now, 2)
    card = print_card(first, now)
    bring_to(first, card, now)
    page = oversight.get(f"/stok/kotak/{card.box_id}/").text
    assert str(card.box.receipt) in page
    assert first.number in page and card.code in page and "Tercetak" in page
    assert second.number not in page
    assert f"/cetak/kartu/{card.code}/" in page and f"/cetak/{card.batch.number}/" in page


def test_the_first_page_says_when_the_ledger_was_proved(oversight: Client, head: BlankStock, now: datetime) -> None:
    assert "belum pernah diperiksa" in oversight.get("/stok/").text
    check_ledger(now=now)
    assert f"terbukti {format_moment(now)}" in oversight.get("/stok/").text
    record_sweep("check_ledger", now=now, done=2, trouble="Buku blangko dan stok tidak sama: stock 1")
    assert "tidak sama: stock 1" in oversight.get("/stok/").text


def policy(**over: Any) -> dict[str, Any]:
    return {
        "waiting_order": "fifo", "pickup_asked": "before", "ask_days": "5", "move_after_days": "90",
        "reorder_level": "2500", "lead_days": "30", "safety_days": "10", "suket_months": "3", **over,
    }  # fmt: skip


def test_new_rules_are_a_row_of_their_own_and_the_same_ones_none(oversight: Client, chief: Any) -> None:
    assert oversight.post("/stok/aturan/", policy()).status_code == 302
    oversight.post("/stok/aturan/", policy())
    assert CardPolicy.objects.count() == 1
    current = CardPolicy.current()
    assert (current.waiting_order, current.lead_days, current.changed_by) == ("fifo", 30, chief)
    oversight.post("/stok/aturan/", policy(lead_days="31"))
    assert CardPolicy.objects.count() == 2


@pytest.mark.parametrize(
    "over",
    [{"lead_days": "0"}, {"ask_days": ""}, {"reorder_level": "x"}, {"suket_months": "13"}, {"waiting_order": "z"}],
)
def test_rules_that_make_no_sense_come_back(oversight: Client, over: dict[str, str]) -> None:
    answer = oversight.post("/stok/aturan/", policy(**over))
    assert errors(answer)
    assert 'value="30"' in answer.text or "lead_days" in over
    assert not CardPolicy.objects.exists()


def test_where_a_zone_is_printed_is_set_and_reservations_stay(
    oversight: Client, head: BlankStock, zone_stock: BlankStock, now: datetime
) -> None:
    (card,) = queued_cards(now, 1)
    form = {f"zone_{zone.code}": head.pk for zone in Zone.objects.filter(is_active=True)}
    form[f"zone_{card.zone.code}"] = zone_stock.pk
    told = oversight.post("/stok/aturan/cetak/", form, follow=True).text
    assert f"Tempat cetak diubah untuk {card.zone.name}" in told
    card.refresh_from_db()
    assert card.zone.printed_at == zone_stock
    assert card.blank_hold.stock == head
    assert "Tidak ada tempat cetak yang berubah" in oversight.post("/stok/aturan/cetak/", form, follow=True).text


def test_a_place_that_does_not_exist_comes_back(oversight: Client, head: BlankStock) -> None:
    form = {f"zone_{zone.code}": head.pk for zone in Zone.objects.filter(is_active=True)}
    assert "Pilih lokasi yang aktif" in errors(oversight.post("/stok/aturan/cetak/", {**form, "zone_Z1": "99999"}))
    assert not Zone.objects.exclude(printed_at=None).exists()


def test_looking_writes_nothing(oversight: Client, busy: dict[str, int]) -> None:
    before = BlankMovement.objects.count()
    for address in MOST_QUERIES:
        oversight.get(address.format(**busy))
    assert BlankMovement.objects.count() == before


def test_supervisors_are_told_when_the_ledger_differs_and_no_more_when_it_is_put_right(
    oversight: Client, now: datetime
) -> None:
    open_alert("ledger", "ledger", now=now, facts={"stock": [1]})
    assert "Buku dan stok tidak sama" in oversight.get("/pengawas/").text
    close_alerts("ledger", now=now)
    assert "Buku dan stok tidak sama" not in oversight.get("/pengawas/").text


def test_an_alert_of_cards_that_nobody_carried_leads_to_their_list(oversight: Client, now: datetime) -> None:
    open_alert("unfetched", "Z7", now=now, facts={"place": "UPTD Zona 7", "cards": 12})
    page = oversight.get("/pengawas/").text
    assert "Kartu perlu dibawa ke kantor" in page and "12 kartu di UPTD Zona 7" in page
    assert '<a href="/kartu/Z7/?tampil=pindah">' in page


def test_an_alert_of_a_shipment_says_what_is_missing(oversight: Client, now: datetime) -> None:
    facts = {"shipment": "P-1", "missing": 2, "from": "Kantor Dukcapil", "to": "UPTD Zona 7"}
    open_alert("shipment", "P-1", now=now, facts=facts)
    assert "P-1 dari Kantor Dukcapil ke UPTD Zona 7: 2 kartu tidak tiba" in oversight.get("/pengawas/").text
