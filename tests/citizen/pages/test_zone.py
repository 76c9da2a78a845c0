"""One office's page: where, when, its official number, how busy its days are, and that nobody needs a slot to apply."""

import gzip
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from lxml import html

from requests_app.citizen.pages.zone import busy_day, closed_when, hours_by_day
from requests_app.models import Closure, Holiday, Slot, Zone
from requests_app.operations.slots import refresh_slots
from requests_app.queries.visits import DayLoad
from requests_app.queries.zones import ClosedTime, closed_times, current_office_page
from requests_app.rules.opening import USUAL_HOURS
from requests_app.rules.phone import spaced_phone
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def zone() -> Zone:
    return Zone.objects.get(code="Z7")


def wib(day: int, hour: int = 0) -> datetime:
    """A moment of November 2026 in Palembang."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 7)


def close(zone: Zone, begin: datetime, end: datetime, reason: str = "Pemadaman listrik", **over) -> Closure:
    officer = OfficerFactory(role="admin")
    return Closure.objects.create(
        zone=zone, starts_at=begin, ends_at=end, reason=reason, declared_at=begin, declared_by=officer, **over
    )


def shown(client, address="/zona/Z7/") -> str:
    return " ".join(html.fromstring(client.get(address).content).cssselect("main")[0].text_content().split())


def test_the_page_says_where_when_and_from_which_number(client, zone):
    Zone.objects.filter(pk=zone.pk).update(address="Jl. Contoh 1", latitude="-2.976074", longitude="104.775431")
    page = html.fromstring(client.get("/zona/Z7/").content)
    words = " ".join(page.cssselect("main")[0].text_content().split())
    for fact in (zone.name, "Jl. Contoh 1", spaced_phone(zone.whatsapp_number), "Kartu Keluarga, Legalisir, Perekaman"):
        assert fact in words
    (link,) = page.cssselect("main a[href^='https://www.google.com/maps']")
    assert "-2.976074%2C104.775431" in link.get("href")
    assert link.get("rel") == "noopener noreferrer"


def test_the_code_is_read_in_any_case_and_an_unknown_one_is_no_page(client):
    assert client.get("/zona/z7/").status_code == 200
    for code in ("Z99", "ZZ", "Z7'", "%00"):
        assert client.get(f"/zona/{code}/").status_code == 404


def test_an_office_that_closed_down_has_no_page_and_is_not_listed(client):
    Zone.objects.create(code="ZLAMA", name="UPTD yang sudah tutup", is_active=False)
    assert client.get("/zona/ZLAMA/").status_code == 404
    assert "UPTD yang sudah tutup" not in shown(client, "/zona/")


def test_it_says_that_no_slot_is_needed_and_that_walk_ins_are_served_last(client):
    words = shown(client)
    for sentence in (
        "Untuk mengajukan tidak perlu jadwal.",
        "kami mengundang Anda",
        "Datang tanpa undangan juga kami layani, sesudah yang diundang.",
    ):
        assert sentence in words


def test_every_day_of_the_week_has_its_hours():
    days = dict(hours_by_day(USUAL_HOURS))
    assert list(days) == ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
    assert days["Jumat"] == "08.00–11.30, 13.30–15.00"
    assert days["Sabtu"] == days["Minggu"] == ""


@pytest.mark.parametrize(
    ("booked", "word"), [(0, "lengang"), (20, "lengang"), (21, "cukup ramai"), (39, "cukup ramai"), (40, "penuh")]
)
def test_how_busy_a_day_is_in_a_word(booked, word):
    assert busy_day(DayLoad(DAY, 40, booked)).word == word


def test_a_closed_day_has_no_word(client):
    assert busy_day(DayLoad(DAY, closed_because="Hari Guru")).word == ""


def test_the_coming_days_show_places_taken_and_why_a_day_is_closed(client, zone):
    from requests_app.clock import database_now

    now = database_now()
    refresh_slots(zone=zone, now=now)
    page = current_office_page(zone, now=now)
    first, second = page.loads[0].day, page.loads[1].day
    Slot.objects.filter(zone=zone, day=first).update(booked=1)
    Slot.objects.filter(zone=zone, day=second).update(is_open=False)
    Holiday.objects.update_or_create(date=second, defaults={"name": "Libur Contoh", "kind": "libur"})
    words = shown(client)
    slots = Slot.objects.filter(zone=zone, day=first)
    assert f"{len(slots)} dari {sum(slot.capacity for slot in slots)} tempat terisi" in words
    assert "Kantor tutup: Libur Contoh" in words
    assert "lengang" in words


def test_closures_and_holidays_of_the_coming_weeks_are_told_in_order_with_their_reason(zone):
    now = wib(23, 10)
    Holiday.objects.all().delete()
    Holiday.objects.create(date=date(2026, 11, 27), name="Hari Contoh", kind="libur")
    Holiday.objects.create(date=date(2026, 11, 28), name="Sabtu, tutup juga", kind="libur")
    Holiday.objects.create(date=date(2027, 3, 1), name="Masih jauh", kind="libur")
    close(zone, wib(25, 8), wib(25, 11))
    close(zone, wib(20), wib(21), "Sudah lewat")
    close(zone, wib(26), wib(27), "Dicabut", revoked_at=now)
    close(Zone.objects.get(code="Z1"), wib(26), wib(27), "Kantor lain")
    assert [c.reason for c in closed_times(zone, now=now)] == ["Pemadaman listrik", "Hari Contoh"]


@pytest.mark.parametrize(
    ("begin", "end", "words"),
    [
        (wib(25), wib(26), "Rabu, 25 November 2026"),
        (wib(25), wib(27), "Rabu, 25 November 2026 sampai Kamis, 26 November 2026"),
        (wib(25, 8), wib(25, 11), "Rabu, 25 November 2026 pukul 08.00 WIB sampai pukul 11.00 WIB"),
        (
            wib(25, 8),
            wib(26, 11),
            "Rabu, 25 November 2026 pukul 08.00 WIB sampai Kamis, 26 November 2026 pukul 11.00 WIB",
        ),
    ],
)
def test_when_it_is_closed_is_said_as_people_say_it(begin, end, words):
    assert closed_when(ClosedTime("Contoh", DAY, begin, end)) == words
    assert closed_when(ClosedTime("Contoh", date(2026, 11, 25))) == "Rabu, 25 November 2026"


def test_a_page_read_by_many_costs_one_look_a_minute(client, zone, django_assert_max_num_queries):
    refresh_slots(zone=zone, now=wib(23, 10))
    cache.clear()
    with django_assert_max_num_queries(11):  # with the clock, and the notices of service
        client.get("/zona/Z7/")
    with django_assert_max_num_queries(0):
        client.get("/zona/z7/")


def test_codes_that_nobody_has_are_not_kept(client, django_assert_num_queries):
    client.get("/zona/")
    with django_assert_num_queries(1):
        client.get("/zona/ZX/")


def test_the_page_is_light(client, zone):
    refresh_slots(zone=zone, now=wib(23, 10))
    assert len(gzip.compress(client.get("/zona/Z7/").content)) <= 6 * 1024
