"""Somebody known at the counter: when they can come, or taken now; other zones' people are told where to go."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import AccessLog, Application, Officer, Slot, Visit, Zone
from requests_app.operations.decisions import Verdict
from requests_app.operations.followup import withdraw
from requests_app.operations.visits import find_visit
from requests_app.rules.dates import local_date
from tests.citizen.apply.walk import text_of
from tests.factories import CORRECTION, REJECTED, OfficerFactory, decided, new_nik
from tests.operations.offices import AWAY, RECORD, approve, asked, coming, invited, open_office
from tests.zone_desk.conftest import signed_in
from tests.zone_desk.counter import begin, checklist, start_of

pytestmark = pytest.mark.django_db
APPROVED_CARD = Verdict("approved", details={"place": "UPTD Zona 7", "when": "Rabu", "bring": "KK"})


@pytest.fixture
def zone(now: datetime) -> Zone:
    return open_office(now, whatsapp_number="+628000000007", whatsapp_phone_id="7")


def at(zone: Zone, application: Application) -> str:
    """The page of one application at the counter."""
    return f"{start_of(zone)}{application.number}/"


def take(desk: Client, zone: Zone, application: Application, **over: Any) -> Any:
    """Fill in why, and press the button."""
    form = {key: value for key, value in checklist().items() if key != "statement"}
    return desk.post(at(zone, application), {**form, "reason": "elderly", **over})


def waiting(now: datetime, **over: Any) -> Application:
    """Approved while there was no free slot."""
    application = asked(now, **over)
    Slot.objects.update(is_open=False)
    return approve(application, now)


# --- looking up


def test_an_application_number_leads_to_its_page(desk: Client, zone: Zone, now: datetime) -> None:
    application = asked(now)
    for typed in (application.number, application.number.lower().replace("-", " ")):
        assert desk.post(start_of(zone), {"cari": typed})["Location"] == at(zone, application)
    assert desk.get(start_of(zone), {"nomor": application.number})["Location"] == at(zone, application)


def test_an_invitation_code_leads_to_what_it_is_for(desk: Client, zone: Zone, now: datetime) -> None:
    visit = coming(now)
    assert find_visit(visit.code) == visit
    answer = desk.post(start_of(zone), {"cari": visit.code})
    assert answer["Location"] == at(zone, visit.services.get().application)


def test_a_nik_finds_what_the_person_has_here_and_leaves_a_trace(
    desk: Client, zone: Zone, clerk: Officer, now: datetime
) -> None:
    nik = new_nik()
    first, second = asked(now, nik=nik), asked(now, "legalisir", nik=nik)
    page = desk.post(start_of(zone), {"cari": f"{nik[:4]} {nik[4:]}"})
    assert page.status_code == 200
    assert first.number in page.text and second.number in page.text
    assert AccessLog.objects.filter(officer=clerk, action="search_nik").count() == 1
    assert nik not in page.request["PATH_INFO"] + page.request["QUERY_STRING"]


def test_of_another_zones_application_only_the_office_is_told(desk: Client, zone: Zone, now: datetime) -> None:
    nik = new_nik()
    away = asked(now, nik=nik, kelurahan=AWAY, name="Rahasia Contoh")
    for page in (desk.post(start_of(zone), {"cari": nik}), desk.get(at(zone, away)),
                 desk.post(start_of(zone), {"cari": away.number})):  # fmt: skip
        shown = text_of(page)
        assert away.zone.name in shown and away.zone.address in shown
        assert "Rahasia" not in shown


@pytest.mark.parametrize("typed", ["", "halo", "123456789012345", "<script>"])
def test_what_is_no_number_is_said_plainly_and_kept(desk: Client, zone: Zone, typed: str) -> None:
    answer = desk.post(start_of(zone), {"cari": typed})
    assert answer.status_code == 422
    assert "Ketik nomor permohonan" in answer.text


@pytest.mark.parametrize("typed", ["PLG-0000-0000-0", "PLG-0000-0000-1", "AAAA-BBBB-CCCC"])
def test_a_number_that_nobody_has(desk: Client, zone: Zone, typed: str) -> None:
    answer = desk.post(start_of(zone), {"cari": typed})
    assert (answer.status_code, "Tidak ditemukan." in answer.text) == (404, True)


# --- when they can come


def test_the_page_says_when_and_offers_other_days(desk: Client, zone: Zone, clerk: Officer, now: datetime) -> None:
    visit = invited(now)
    application = visit.services.get().application
    page = desk.get(at(zone, application))
    assert visit.number in page.text and "Pindahkan ke" in page.text
    assert page.text.count('name="slot"') > 4
    assert AccessLog.objects.filter(officer=clerk, action="open", application=application).count() == 1


def test_another_slot_is_one_press(desk: Client, zone: Zone, now: datetime) -> None:
    visit = invited(now)
    slot = Slot.offered(zone, now=now).exclude(pk=visit.slot_id)[5]
    answer = desk.post(f"{at(zone, visit.services.get().application)}jadwal/", {"slot": slot.pk})
    visit.refresh_from_db()
    assert (answer.status_code, visit.slot, visit.state) == (302, slot, "confirmed")


def test_somebody_without_a_day_gets_one(desk: Client, zone: Zone, now: datetime) -> None:
    application = waiting(now)
    assert "Belum ada jadwal" in desk.get(at(zone, application)).text
    Slot.objects.update(is_open=True)
    slot = Slot.offered(zone, now=now)[3]
    assert desk.post(f"{at(zone, application)}jadwal/", {"slot": slot.pk}).status_code == 302
    visit = Visit.objects.get()
    assert (visit.slot, visit.state) == (slot, "confirmed")


@pytest.mark.parametrize("slot", ["", "x", "0", "9" * 30, "full", "past", "elsewhere"])
def test_a_slot_that_cannot_be_had_leads_to_the_next_free_ones(
    desk: Client, zone: Zone, other_zone: Zone, now: datetime, slot: str
) -> None:
    application = waiting(now)
    Slot.objects.update(is_open=True)
    first = Slot.offered(zone, now=now)[0]
    if slot == "full":
        Slot.objects.filter(pk=first.pk).update(capacity=1, booked=1)
    if slot == "past":
        Slot.objects.filter(pk=first.pk).update(starts_at=now - timedelta(days=1))
    if slot == "elsewhere":
        Slot.objects.filter(pk=first.pk).update(zone=other_zone)
    wanted = str(first.pk) if slot in {"full", "past", "elsewhere"} else slot
    answer = desk.post(f"{at(zone, application)}jadwal/", {"slot": wanted})
    assert answer.status_code == 409
    assert "Pilih jadwal lain." in answer.text and answer.text.count('name="slot"') > 4
    assert not Visit.objects.exists()


def test_whoever_is_invited_for_today_is_led_to_the_check_in(desk: Client, zone: Zone, now: datetime) -> None:
    visit = coming(now)
    Visit.objects.filter(pk=visit.pk).update(day=local_date(now), starts_at=now)
    application = visit.services.get().application
    page = desk.get(at(zone, application)).text
    assert f"/uptd/{zone.code}/kunjungan/{visit.pk}/" in page and "Beri nomor antrean" not in page
    answer = take(desk, zone, application)
    assert (answer.status_code, "Catat hadir" in answer.text) == (409, True)


# --- taken now


def test_taken_now_with_the_family(desk: Client, zone: Zone, clerk: Officer, now: datetime) -> None:
    mine = waiting(now)
    other = waiting(now, service="legalisir", kk_number=mine.kk_number)
    stranger = waiting(now)
    page = desk.get(at(zone, mine)).text
    assert other.number in page and stranger.number not in page
    answer = take(desk, zone, mine, reason="other", words="Ibu hamil tua", family=[other.number], people="3")
    assert (answer.status_code, answer["Location"]) == (302, at(zone, mine))
    visit = Visit.objects.get()
    assert (visit.number, visit.people, visit.allowed_by, visit.allow_reason) == ("L1", 3, clerk, "Ibu hamil tua")
    assert visit.services.count() == 2
    for application in (mine, other):
        page = text_of(desk.get(at(zone, application)))
        assert "Nomor antreanL1" in page and "Beri nomor antrean" not in page


def test_a_stranger_is_not_taken_along(desk: Client, zone: Zone, now: datetime) -> None:
    mine, stranger = waiting(now), waiting(now)
    assert take(desk, zone, mine, family=[stranger.number]).status_code == 302
    assert [service.application for service in Visit.objects.get().services.all()] == [mine]
    relative = waiting(now, service="legalisir", kk_number=stranger.kk_number)
    assert take(desk, zone, stranger, family=[relative.number, mine.number]).status_code == 422
    assert Visit.objects.count() == 1


NO = {
    "no reason": ({"reason": ""}, "Pilih alasan menerima sekarang."),
    "a reason that is none": ({"reason": "teman"}, ""),
    "another reason without words": ({"reason": "other", "words": " "}, "Tulis alasan menerima sekarang."),
    "nobody": ({"people": "0"}, "Paling sedikit 1 orang."),
    "too many": ({"people": "21"}, "Paling banyak 20 orang."),
}


@pytest.mark.parametrize("case", NO)
def test_nobody_is_taken_without_a_reason(desk: Client, zone: Zone, now: datetime, case: str) -> None:
    change, words = NO[case]
    visit = invited(now)
    answer = take(desk, zone, visit.services.get().application, **change)
    assert answer.status_code == 422 and words in answer.text
    visit.refresh_from_db()
    assert visit.state == "invited"
    assert not Visit.objects.filter(is_walk_in=True).exists()


def test_what_is_in_review_waits_with_a_number_and_can_be_reviewed_at_once(
    desk: Client, zone: Zone, now: datetime
) -> None:
    application = asked(now)
    page = desk.get(at(zone, application)).text
    assert f"/petugas/permohonan/{application.number}/ambil/" in page
    assert take(desk, zone, application).status_code == 302
    application.refresh_from_db()
    assert application.status == "submitted"


def test_a_recording_is_done_without_an_appointment(desk: Client, zone: Zone, now: datetime) -> None:
    application = approve(asked(now, "ktp_el", reason="baru", recorded_before="no"), now, RECORD)
    assert take(desk, zone, application).status_code == 302
    application.refresh_from_db()
    assert application.status == "recording_needed"


def test_each_end_has_its_own_sentence(desk: Client, zone: Zone, now: datetime) -> None:
    gone = asked(now)
    withdraw(application_id=gone.pk, now=now)
    card = approve(asked(now, "ktp_el", reason="hilang"), now, APPROVED_CARD)
    over = {"service": "kk", "reason": "rusak"}
    cases = {
        "menunggu perbaikan": decided(now, CORRECTION, **over, kk_number=new_nik()),
        "ditolak": decided(now, REJECTED, **over, kk_number=new_nik()),
        "dibatalkan": gone,
        "Kartunya diambil": card,
    }
    for words, application in cases.items():
        page = desk.get(at(zone, application)).text
        assert words in page and "Beri nomor antrean" not in page
        answer = take(desk, zone, application)
        assert (answer.status_code, words in answer.text) == (409, True)
    assert "Foto tidak terbaca jelas" in desk.get(at(zone, cases["menunggu perbaikan"])).text
    assert not Visit.objects.exists()


def test_a_second_press_finds_the_number(desk: Client, zone: Zone, now: datetime) -> None:
    application = waiting(now)
    take(desk, zone, application)
    answer = take(desk, zone, application)
    assert (answer.status_code, "nomor antrean L1" in answer.text) == (409, True)
    assert Visit.objects.count() == 1


# --- whose pages these are


def test_a_zones_counter_is_nobody_elses(
    desk: Client, other_desk: Client, zone: Zone, other_zone: Zone, now: datetime
) -> None:
    application = asked(now)
    form = begin(desk, zone)
    addresses = [
        start_of(zone), f"{start_of(zone)}tanpa-legalisir/", form, f"{form}hapus/", f"{form}bukti/",
        f"{form}bukti/bukti.pdf", f"{form}berkas/{uuid.uuid4()}/", at(zone, application),
        f"{at(zone, application)}jadwal/",
    ]  # fmt: skip
    for address in addresses:
        assert other_desk.get(address).status_code in {404, 405}, address
        assert other_desk.post(address, {"pilihan": "kk:rusak", "daftar": "1"}).status_code in {404, 405}, address
    statuses = {other_desk.post(address).status_code for address in addresses[:1] + addresses[2:4] + addresses[7:]}
    assert statuses == {404}


def test_a_form_of_another_clerk_or_another_desk_does_not_exist(desk: Client, zone: Zone, other_zone: Zone) -> None:
    form = begin(desk, zone)
    colleague = OfficerFactory(role="counter")
    colleague.zones.add(zone, other_zone)
    assert signed_in(colleague).get(form).status_code == 404
    both = OfficerFactory(role="supervisor")
    browser = signed_in(both)
    mine = begin(browser, zone)
    assert browser.get(mine).status_code == 200
    assert browser.get(mine.replace(f"/{zone.code}/", f"/{other_zone.code}/")).status_code == 404


def test_nothing_there(desk: Client, zone: Zone) -> None:
    for address in ("PLG-0000-0000-0/", "apa-saja/", f"{uuid.uuid4()}/", f"{uuid.uuid4()}/bukti/"):
        assert desk.get(f"{start_of(zone)}{address}").status_code == 404
    assert desk.post(f"{start_of(zone)}PLG-0000-0000-0/jadwal/").status_code == 404


def test_the_page_asks_the_database_little(
    desk: Client, zone: Zone, now: datetime, django_assert_max_num_queries: Any
) -> None:
    mine = invited(now).services.get().application
    approve(asked(now, "legalisir", kk_number=mine.kk_number), now)
    desk.get(at(zone, mine))
    with django_assert_max_num_queries(19):
        desk.get(at(zone, mine))
    with django_assert_max_num_queries(9):
        desk.post(start_of(zone), {"cari": mine.number})
    with django_assert_max_num_queries(14):
        desk.post(start_of(zone), {"cari": mine.nik})
