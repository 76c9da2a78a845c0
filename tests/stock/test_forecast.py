"""The page of the forecast: three covers by name, dates, what-if, promised deliveries, and the letter."""

import io
import re
from datetime import datetime, timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import html

from requests_app.clock import database_now
from requests_app.models import BlankBox, BlankDay, Officer, PlannedDelivery, Zone
from requests_app.operations.blanks import stock_of
from requests_app.operations.cover_alerts import watch_cover
from requests_app.operations.planned_deliveries import plan_delivery
from requests_app.operations.transfers import send_blanks
from requests_app.queries.forecast import load_situation
from requests_app.rules.dates import format_count, format_day, local_date
from tests.factories import OfficerFactory
from tests.operations.blanks import stocked
from tests.stock.forecasts import DAY, three_months, used_outside

pytestmark = pytest.mark.django_db
PAGE, LETTER, PDF = "/stok/prakiraan/", "/stok/prakiraan/surat/", "/stok/prakiraan/surat.pdf"
MOST_QUERIES = 14


@pytest.fixture
def now(db: None) -> datetime:
    """The database's clock: what a request sees as now."""
    return database_now()


@pytest.fixture
def supervisor(db: None) -> Officer:
    return OfficerFactory(role="supervisor")


@pytest.fixture
def desk(supervisor: Officer) -> Client:
    client = Client()
    client.force_login(supervisor, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(client: Client, address: str = PAGE, *, status: int = 200) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == status
    return html.fromstring(response.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def table(page: html.HtmlElement, label: str) -> list[list[str]]:
    (region,) = page.cssselect(f'[aria-label="{label}"]')
    return [[words(cell) for cell in row.cssselect("th, td")] for row in region.cssselect("tbody tr")]


def test_the_three_covers_are_told_apart_by_name(desk: Client, now: datetime) -> None:
    three_months(now)
    more, printed, used = table(read(desk), "Tiga ukuran cukup")
    assert more[1:] == ["1.032", "7,8 hari"]
    assert "860 dan 20 %" in more[0]
    assert printed[1:] == ["860", "9,3 hari"]
    assert "860" in printed[0]
    assert used[1:] == ["89", "90,5 hari"]
    assert used[0] == "Pemakaian yang nyata: dari 16.000 menjadi 8.020 dalam 90 hari"


def test_the_covers_follow_the_stock_that_is_there(desk: Client, now: datetime) -> None:
    stock = three_months(now)
    used_outside(stock, 4010, now)
    more, printed, used = table(read(desk), "Tiga ukuran cukup")
    assert (more[2], printed[2]) == ("3,9 hari", "4,7 hari")
    assert used[1:] == ["133", "30,1 hari"]


def test_the_headline_tells_cover_reorder_level_zero_and_the_day_to_order(desk: Client, now: datetime) -> None:
    three_months(now)
    situation = load_situation(now)
    line = situation.line()
    figures = words(read(desk).cssselect(".figures")[0])
    assert 75 <= (situation.alone.cover_days or 0) <= 125, "three months, a little more where holidays come"
    for day in (line.reorder_on, line.zero_on, line.zero_early, line.zero_late, line.order_by):
        assert day is not None
        assert format_day(day) in figures
    assert line.order_by == (line.zero_early or local_date(now)) - timedelta(days=28)


def test_before_the_ledger_begins_it_says_so_and_promises_nothing(desk: Client) -> None:
    page = read(desk)
    assert "Buku blangko belum dimulai" in words(page)
    assert "16.000 menjadi 8.020" in words(page)


def test_the_drawing_is_named_described_and_stands_in_a_table_without_inline_styles(
    desk: Client, now: datetime
) -> None:
    three_months(now)
    page = read(desk)
    (drawing,) = page.cssselect('.chart > svg[role="img"]')
    named = [page.get_element_by_id(name) for name in drawing.get("aria-labelledby").split()]
    assert words(named[0]) == "Blangko sampai hari ini, dan perkiraannya"
    assert "diperkirakan habis" in words(named[1])
    for kind in ("polyline.path", "polyline.held", "polyline.ahead", "polygon.band", "line.limit"):
        assert page.cssselect(f".plot {kind}"), kind
    days = [
        words(text)
        for text in page.cssselect(".chart text")
        if words(text) in ("Hari ini", "Paling lambat dipesan", "Habis")
    ]
    assert days == ["Hari ini", "Paling lambat dipesan", "Habis"]
    assert len(page.cssselect(".chart circle.warn")) == 1, "where it comes down to the reorder level"
    assert not page.cssselect("[style]")
    rows = table(page, "Blangko sampai hari ini, dan perkiraannya")
    assert rows[12][1] == "8.020"
    assert all(row[3] != "–" for row in rows[13:])


def test_more_demand_brings_every_date_nearer(desk: Client, now: datetime) -> None:
    three_months(now)
    page = read(desk, f"{PAGE}?permintaan=50")
    assert page.cssselect("polyline.other")
    (asked,) = [row for row in table(page, "Bila keadaan berubah") if row[0] == "Pengandaian Anda"]
    situation = load_situation(now)
    base = situation.line()
    assert asked[2] != format_day(base.zero_on or local_date(now))
    assert not read(desk).cssselect("polyline.other")


def test_numbers_are_read_as_people_write_them(desk: Client, now: datetime) -> None:
    three_months(now)
    day = local_date(now + 20 * DAY).isoformat()
    plain = table(read(desk, f"{PAGE}?permintaan=20&tambahan=12000&tanggal={day}"), "Bila keadaan berubah")[-1]
    assert (
        table(read(desk, f"{PAGE}?permintaan=%2B20+%25&tambahan=12.000&tanggal={day}"), "Bila keadaan berubah")[-1]
        == plain
    )
    _pages, text = text_of(desk.post(PDF, FILLED | {"quantity": "12.000"}).content)
    assert "12.000 keping" in text


def test_late_smaller_and_extra_deliveries_change_the_line(desk: Client, now: datetime, supervisor: Officer) -> None:
    three_months(now)
    expected = local_date(now + 40 * DAY)
    plan_delivery(expected_on=expected, quantity=2000, note="", officer=supervisor, now=now)
    rows = {row[0]: row for row in table(read(desk), "Bila keadaan berubah")}
    assert set(rows) == {
        "Seperti diperkirakan", "Permintaan naik 20 %", "Kiriman terlambat 14 hari",
        "Hanya separuh kiriman yang datang",
    }  # fmt: skip
    assert rows["Hanya separuh kiriman yang datang"][2] != rows["Seperti diperkirakan"][2]
    extra = f"?tambahan=5000&tanggal={local_date(now + 20 * DAY).isoformat()}"
    (asked,) = [r for r in table(read(desk, PAGE + extra), "Bila keadaan berubah") if r[0] == "Pengandaian Anda"]
    assert asked[2] != rows["Seperti diperkirakan"][2]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("permintaan=101", "Permintaan berubah (%): isi angka -50 sampai 100."),
        ("permintaan=-51", "Permintaan berubah (%): isi angka -50 sampai 100."),
        ("permintaan=dua", "Permintaan berubah (%): isi angka -50 sampai 100."),
        ("permintaan=1,5", "Permintaan berubah (%): isi angka -50 sampai 100."),
        ("terlambat=-1", "Kiriman terlambat (hari): isi angka 0 sampai 180."),
        ("bagian=101", "Yang datang dari tiap kiriman (%): isi angka 0 sampai 100."),
        ("tambahan=200001", "Kiriman tambahan (blangko): isi angka 0 sampai 200.000."),
        ("tambahan=10", "Isi tanggal kiriman tambahan tiba."),
        ("tambahan=10&tanggal=2019-01-01", "Isi tanggal mulai hari ini, paling jauh setahun lagi."),
        ("tambahan=10&tanggal=besok", "Tulis tanggal seperti 24-12-2026."),
    ],
)
def test_an_assumption_that_cannot_be_read_is_answered_clearly(
    desk: Client, now: datetime, query: str, message: str
) -> None:
    stocked(now, 500)
    page = read(desk, f"{PAGE}?{query}", status=422)
    assert message in [words(text) for text in page.cssselect(".field .msg")]
    assert not page.cssselect("polyline.other")
    assert page.cssselect("polyline.ahead"), "what is expected is still there"


def test_the_error_on_held_back_weeks_stands_beside_that_of_last_week(desk: Client, now: datetime) -> None:
    three_months(now)
    page = read(desk)
    rows = table(page, "Kesalahan prakiraan")
    outlook = load_situation(now).outlook
    assert outlook.error_model is not None
    assert [row[0] for row in rows][1] == "Sama dengan hari yang sama minggu lalu"
    assert [row[2] for row in rows].count("Dipakai") == 1
    assert re.fullmatch(r"[\d,]+ blangko sehari", rows[0][1])
    assert f"Diuji pada {outlook.held_back_weeks} minggu" in words(page)


def test_days_without_blanks_are_told_as_left_out(desk: Client, now: datetime) -> None:
    three_months(now)
    BlankDay.objects.filter(day__lt=local_date(now - 80 * DAY)).update(available=False)
    assert "10 hari tanpa blangko bebas tidak dihitung" in words(read(desk))


def test_what_is_open_of_the_alerts_stands_on_top(desk: Client, now: datetime) -> None:
    three_months(now)
    watch_cover(cover_days=13.5, free=1200, order_by=None, now=now)
    page = read(desk)
    (notice,) = page.cssselect(".notice.bad")
    assert "Blangko tinggal untuk 14 hari atau kurang" in words(notice)
    assert "13,5 hari" in words(notice)


def test_a_promised_delivery_is_noted_shown_and_cancelled(desk: Client, now: datetime) -> None:
    three_months(now)
    given = {"expected_on": local_date(now + 30 * DAY).isoformat(), "quantity": "4000", "note": "470/1/CONTOH"}
    response = desk.post(f"{PAGE}kiriman/", given, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    page = html.fromstring(response.text)
    (row,) = table(page, "Kiriman yang dijanjikan")
    assert row[:3] == [format_day(local_date(now + 30 * DAY)), "4.000", "470/1/CONTOH"]
    assert page.cssselect("line.coming")
    again = desk.post(f"{PAGE}kiriman/", given)
    assert again.status_code == 422
    assert "Kiriman yang sama sudah tercatat." in again.text
    delivery = PlannedDelivery.objects.get()
    cancel = f"{PAGE}kiriman/{delivery.pk}/batal/"
    assert "Kiriman dibatalkan" in desk.post(cancel, follow=True).text
    assert "sudah diterima atau sudah dibatalkan" in desk.post(cancel, follow=True).text
    assert load_situation(now).deliveries == []
    assert desk.post(f"{PAGE}kiriman/999999/batal/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("quantity", "0", "isi angka 1 sampai 200.000."),
        ("quantity", "-5", "isi angka 1 sampai 200.000."),
        ("quantity", "200001", "isi angka 1 sampai 200.000."),
        ("quantity", "", "isi angka 1 sampai 200.000."),
        ("expected_on", "2020-01-01", "Isi tanggal mulai hari ini, paling jauh setahun lagi."),
        ("expected_on", "", "Isi tanggal kiriman diperkirakan tiba."),
        ("note", "<b>", "Tulis kalimat biasa saja, tanpa tanda &lt; atau &gt;."),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    desk: Client, now: datetime, field: str, value: str, message: str
) -> None:  # fmt: skip
    given = {"expected_on": local_date(now + 30 * DAY).isoformat(), "quantity": "4000", "note": ""} | {field: value}
    response = desk.post(f"{PAGE}kiriman/", given)
    assert response.status_code == 422
    assert message in response.text
    assert not PlannedDelivery.objects.exists()


def test_an_overdue_delivery_is_not_there_yet(desk: Client, now: datetime, supervisor: Officer) -> None:
    three_months(now)
    plan_delivery(expected_on=local_date(now - 5 * DAY), quantity=9000, note="", officer=supervisor, now=now - 9 * DAY)
    situation = load_situation(now)
    assert situation.arrivals == [(local_date(now + DAY), 9000)]
    assert (situation.alone.cover_days or 0) < 125
    assert "lewat 5 hari" in words(read(desk))


def test_what_the_page_costs(desk: Client, now: datetime, supervisor: Officer) -> None:
    three_months(now)
    for number in range(5):
        day = local_date(now + (30 + number) * DAY)
        plan_delivery(expected_on=day, quantity=100, note="", officer=supervisor, now=now)
    with CaptureQueriesContext(
        connection,
    ) as spent:
        read(desk, f"{PAGE}?permintaan=20")
    assert len(spent) <= MOST_QUERIES


# --- the letter


FILLED = {
    "number": "470/12/CONTOH", "addressee": "Yth. Direktur Jenderal Contoh", "wanted_days": "90", "quantity": "12000",
    "position": "Kepala Dinas", "signer": "Nama Contoh", "nip": "19700101 199001 1 001",
}  # fmt: skip


def text_of(pdf: bytes) -> tuple[int, str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    pages = [page.get_textpage().get_text_range() for page in document]
    return len(pages), " ".join(" ".join(pages).split())


def test_the_letter_proposes_what_lasts_so_many_days_after_it_arrives(desk: Client, now: datetime) -> None:
    three_months(now)
    page = read(desk, LETTER)
    quantity = int(page.cssselect("#id_quantity")[0].get("value"))
    assert quantity % 100 == 0
    assert 0 < quantity <= 3500, "111 days at about 89, fewer where holidays come, less 8,020"
    assert "tidak disimpan" in words(page)


def test_a_letter_asks_for_what_a_long_line_needs(desk: Client, now: datetime) -> None:
    stocked(now, 500)
    _pages, text = text_of(desk.post(PDF, FILLED | {"quantity": "62.000"}).content)
    assert "62.000 keping" in text


def test_a_proposal_that_no_letter_may_ask_for_is_called_a_part(
    desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    three_months(now)
    needed = format_count(load_situation(now).to_ask(90))
    assert f"Usul: {needed} blangko, cukup sampai 90 hari" in words(read(desk, LETTER))
    monkeypatch.setattr("requests_app.stock.request_letter.MOST_OF_A_LETTER", 100)
    part = f"Usul: 100 blangko, bagian dari {needed} yang diperlukan sampai 90 hari"
    assert part in words(read(desk, LETTER))


def test_the_letter_is_one_sheet_with_the_figures_of_the_day(desk: Client, now: datetime) -> None:
    three_months(now)
    response = desk.post(PDF, FILLED)
    assert response["Content-Type"] == "application/pdf"
    pages, text = text_of(response.content)
    assert pages == 1
    zero = load_situation(now).line().zero_on
    for wanted in (
        "470/12/CONTOH", "Yth. Direktur Jenderal Contoh", "8.020 keping", "12.000 keping", "Nama Contoh",
        "NIP 19700101 199001 1 001", "Kebutuhan 90 hari terakhir (rata-rata 89 sehari) 7.980 keping",
        f"Palembang, {format_day(now)}", "kebutuhan 90 hari sesudah tiba", format_day(zero or local_date(now)),
    ):  # fmt: skip
        assert wanted in text, wanted
    assert "Yth. Yth." not in text
    assert f"(lama kiriman {load_situation(now).terms.lead_days} hari)" in text


def test_blanks_between_two_offices_are_no_reason_to_ask_for_more(desk: Client, now: datetime) -> None:
    stock, officer = three_months(now), OfficerFactory()
    before = read(desk, LETTER).cssselect("#id_quantity")[0].get("value")
    box, there = BlankBox.objects.get(), stock_of(Zone.objects.get(code="Z7"))
    send_blanks(from_stock=stock, to_stock=there, lines=[(box, 7900)], officer=officer, now=now)
    _pages, text = text_of(desk.post(PDF, FILLED).content)
    for told in ("120 keping", "Dalam perjalanan antar-kantor 7.900 keping", "Belum dicadangkan 8.020 keping"):
        assert told in text, told
    page = words(read(desk))
    assert "Ada 120 blangko dan 7.900 dalam perjalanan antar-kantor" in page
    assert "8.020 blangko cukup" in page
    assert read(desk, LETTER).cssselect("#id_quantity")[0].get("value") == before


def test_a_letter_that_asks_for_less_does_not_say_that_it_lasts_so_long(desk: Client, now: datetime) -> None:
    three_months(now)
    needed = load_situation(now).to_ask(90)
    _pages, enough = text_of(desk.post(PDF, FILLED | {"quantity": str(needed)}).content)
    assert "untuk memenuhi kebutuhan 90 hari sesudah tiba" in enough
    _pages, part = text_of(desk.post(PDF, FILLED | {"quantity": str(needed - 1)}).content)
    assert "memenuhi kebutuhan" not in part
    assert f"sebagai bagian dari {format_count(needed)} keping yang diperlukan sampai 90 hari sesudah tiba" in part


def test_what_is_left_empty_is_written_by_hand_and_nothing_is_made_up(desk: Client, now: datetime) -> None:
    stocked(now, 500)
    pages, text = text_of(desk.post(PDF, FILLED | {"number": "", "signer": "", "nip": ""}).content)
    assert pages == 1
    assert text.count("....................") >= 3
    assert "Kebutuhan 0 hari terakhir 0 keping" in text


def test_markup_in_the_letter_is_words(desk: Client, now: datetime) -> None:
    _pages, text = text_of(desk.post(PDF, FILLED | {"signer": "A & <b>B</b>", "addressee": "<i>X</i>"}).content)
    assert "A & <b>B</b>" in text
    assert "<i>X</i>" in text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("quantity", "0", "isi angka 1 sampai 200.000."),
        ("quantity", "200001", "isi angka 1 sampai 200.000."),
        ("wanted_days", "367", "isi angka 1 sampai 366."),
        ("addressee", "", "Isi kepada siapa surat ini."),
        ("nip", "123", "NIP terdiri dari 18 angka. Periksa lagi, atau kosongkan."),
    ],
)
def test_a_letter_that_cannot_be_is_asked_about(
    desk: Client, now: datetime, field: str, value: str, message: str
) -> None:  # fmt: skip
    response = desk.post(PDF, FILLED | {field: value})
    assert response.status_code == 422
    assert message in response.text


def test_the_letter_has_no_address_that_holds_what_was_typed(desk: Client) -> None:
    response = desk.get(PDF)
    assert (response.status_code, response["Location"]) == (302, LETTER)
