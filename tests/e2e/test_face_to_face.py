"""KK and legalisir through real processes and real Chromium: applied, approved, invited from the zone's own number,
another slot chosen, checked in by QR, served, surveyed; who walks in; what is sent by hand.

The tests are one story of one office and run in their order, before that office's clock moves on by days.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.office import Office
from tests.e2e.people import Citizen, citizen
from tests.e2e.screens import (
    PHONE,
    SETTLED_MS,
    TABLET,
    Screens,
    approve,
    choose,
    fill_address,
    fill_contact,
    fill_person,
    go_on,
    press,
    send,
    tick_all,
    upload_all,
)

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.kill, pytest.mark.xdist_group("e2e")]

HOME, BY_HAND = "16.71.01.1001", "16.71.03.1001"
INVITATION = re.compile(r"/undangan/([0-9A-Z]{12})/")
OF = "JOIN requests_app_application AS a ON a.id = application_id WHERE a.number = %s"


class Standing(NamedTuple):
    """An application's latest visit."""

    starts_at: datetime
    number: str
    state: str


FAMILY = citizen("Rukmini Contohsari", 61)
CERTIFIED = citizen("Saodah Contohwati", 62)
WALKED_IN = citizen("Tarmini Contohningsih", 63)
ACROSS = citizen("Ulfa Contohlestari", 64)


def invitation(office: Office, person: Citizen) -> str:
    """The code of the invitation that stands on the person's phone."""
    found = office.wait(
        lambda: INVITATION.findall(office.chat_page(person.phone)), 90, f"the invitation of {person.name}"
    )
    return found[-1]


def visit_of(office: Office, number: str) -> Standing:
    [row] = office.rows(
        "SELECT v.starts_at, v.number, v.state FROM requests_app_visit AS v"
        f" JOIN requests_app_visitapplication AS s ON s.visit_id = v.id {OF} ORDER BY v.id DESC LIMIT 1",
        number,
    )
    return Standing(*row)


def travel_to(office: Office, moment: datetime) -> None:
    """Put the office's clock forward to a moment."""
    [(offset,)] = office.rows("SELECT coalesce(max(seconds), 0) FROM requests_app_clockoffset")
    ahead = int(moment.timestamp() - datetime.now(UTC).timestamp() - offset)
    assert ahead > 0
    office.manage("clock", "--forward", f"{ahead}s")


def apply_for_family_card(phone: Page, person: Citizen, kelurahan: str) -> str:
    """A damaged family card, on a phone, with scripts; the application's number."""
    phone.goto("/ajukan/kk/")
    go_on(phone, "Mulai")
    choose(phone, reason="rusak")
    go_on(phone)
    fill_person(phone, person)
    go_on(phone)
    fill_address(phone, person, kelurahan)
    go_on(phone)
    return finish(phone, person)


def finish(phone: Page, person: Citizen) -> str:
    """Documents, whom to tell, the check page."""
    upload_all(phone)
    go_on(phone)
    fill_contact(phone, person)
    go_on(phone)
    return send(phone, person)


def test_a_family_card_from_the_phone_to_the_desk_and_the_survey(office: Office, screens: Screens) -> None:
    phone = screens.screen(PHONE)
    number = apply_for_family_card(phone, FAMILY, HOME)
    expect(phone.locator("main")).to_contain_text("UPTD Zona 7")
    approve(screens.staff("petugas1"), number)
    code = invitation(office, FAMILY)
    assert "Silakan datang ke UPTD Zona 7" in office.chat(FAMILY.phone)
    calls = [call for call in office.ledger()["calls"] if call["template"] == "adm_invitation"]
    [(own_number,)] = office.rows("SELECT whatsapp_phone_id FROM requests_app_zone WHERE code = 'Z7'")
    to_her = {call["phone_number_id"] for call in calls if call["recipient"] == FAMILY.phone.lstrip("+")}
    assert to_her == {own_number}

    proposed = visit_of(office, number)
    phone.goto(f"/undangan/{code}/")
    phone.get_by_role("link", name="Pilih jadwal lain").click()
    phone.locator("form.slots details[open] button[name=slot]").last.click()
    office.wait(lambda: visit_of(office, number).state == "confirmed", 30, "the other slot")
    chosen = visit_of(office, number)
    assert chosen.starts_at > proposed.starts_at
    expect(phone.locator("main")).to_contain_text(chosen.number)

    travel_to(office, chosen.starts_at)
    television = screens.screen((1920, 1080))
    television.goto("/uptd/layar/Z7/")
    tablet = screens.with_camera("loket1", code)
    tablet.goto("/uptd/Z7/")
    press(tablet, "Pindai QR")
    tablet.wait_for_url(re.compile(r"/kunjungan/\d+/"), timeout=30_000)
    expect(tablet.locator("main")).to_contain_text(FAMILY.name)
    tick_all(tablet)
    press(tablet, "Hadir")
    office.wait(lambda: office.status_of(number) == "checked_in", 30, "the check-in")
    serve(tablet, FAMILY, desk="1")
    expect(television.locator("body")).to_contain_text(chosen.number, timeout=15_000)
    office.wait(lambda: office.status_of(number) == "completed", 30, "the service")
    office.wait(lambda: "Beri penilaian" in office.chat(FAMILY.phone), 90, "the message that it is done")

    phone.goto(office.chat_links(FAMILY.phone)[-1])
    phone.get_by_role("button", name="Buka permohonan saya").click()
    phone.wait_for_url(re.compile("/lacak/"))
    phone.goto(f"/survei/{number}/")
    for question in range(9):
        phone.locator("main fieldset").nth(question).locator("input[type=radio]").last.check(force=True)
    phone.get_by_role("button", name="Kirim jawaban survei").click()
    answers = f"SELECT s.answers FROM requests_app_survey AS s {OF}"
    assert office.wait(lambda: office.rows(answers, number), 30, "the survey") == [([4] * 9,)]


def serve(tablet: Page, person: Citizen, *, desk: str) -> None:
    """Call the next number to a desk, see all originals, sign on paper, done."""
    tablet.goto("/uptd/Z7/")
    tablet.locator("select[name=desk]").first.select_option(desk)
    press(tablet, "Panggil berikutnya")
    expect(tablet.locator("main")).to_contain_text(person.name)
    tick_all(tablet, "#layani")
    choose(tablet, how="paper")
    tablet.locator("#layani input[name=signed_by]").fill(person.name)
    tablet.wait_for_timeout(SETTLED_MS)
    tablet.locator("#layani button[type=submit]").click()
    tablet.wait_for_load_state()


def test_a_certified_copy_with_a_typed_code(office: Office, screens: Screens) -> None:
    phone = screens.screen(PHONE)
    phone.goto("/ajukan/legalisir/")
    go_on(phone, "Mulai")
    choose(phone, signature="electronic")
    phone.get_by_role("button", name="Lanjut", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Nomor 104 Tahun 2019")
    phone.goto("/ajukan/legalisir/kode-qr/")
    choose(phone, signature="wet")
    go_on(phone)
    choose(phone, reason="akta_kelahiran")
    phone.locator("input[name=copies]").fill("500")
    phone.get_by_role("button", name="Lanjut", exact=True).click()
    expect(phone.locator("main")).to_contain_text("Paling banyak 20 lembar")
    phone.locator("input[name=copies]").fill("3")
    go_on(phone)
    fill_person(phone, CERTIFIED)
    go_on(phone)
    fill_address(phone, CERTIFIED, HOME)
    go_on(phone)
    number = finish(phone, CERTIFIED)
    approve(screens.staff("petugas2"), number)
    code = invitation(office, CERTIFIED)
    phone.goto(f"/undangan/{code}/")
    phone.get_by_role("button", name="Saya datang").click()
    office.wait(lambda: visit_of(office, number).state == "confirmed", 30, "the confirmation")
    visit = visit_of(office, number)

    travel_to(office, visit.starts_at)
    desk = screens.staff("loket1", TABLET)
    desk.goto("/uptd/Z7/")
    desk.get_by_label("Kode undangan atau nomor permohonan").fill(code.lower())
    press(desk, "Cari")
    expect(desk.locator("main")).to_contain_text(visit.number)
    tick_all(desk)
    press(desk, "Hadir")
    office.wait(lambda: office.status_of(number) == "checked_in", 30, "the check-in")
    serve(desk, CERTIFIED, desk="2")
    office.wait(lambda: office.status_of(number) == "completed", 30, "the service")


def test_whoever_walks_in_is_registered_approved_and_served_at_once(office: Office, screens: Screens) -> None:
    desk = screens.staff("loket1", TABLET)
    desk.goto("/uptd/Z7/langsung/")
    desk.get_by_text("KK robek").click()
    desk.wait_for_url(re.compile("/langsung/."))
    fill_person(desk, WALKED_IN)
    fill_address(desk, WALKED_IN, HOME)
    upload_all(desk)
    fill_contact(desk, WALKED_IN)
    tick_all(desk, "#langkah")
    press(desk, "Daftarkan")
    expect(desk.locator(".ticket .queue")).to_contain_text(re.compile(r"^L\d+$"))
    found = "SELECT number, channel FROM requests_app_application WHERE name = %s"
    [(number, channel)] = office.rows(found, WALKED_IN.name)
    assert channel == "counter"
    office.wait(lambda: number in office.chat(WALKED_IN.phone), 90, "the receipt on the phone")
    approve(screens.staff("petugas1"), number)
    office.wait(lambda: "Anda sedang dilayani" in office.chat(WALKED_IN.phone), 90, "the approval on the phone")
    chat = office.chat_page(WALKED_IN.phone)
    assert not INVITATION.search(chat), f"nobody who is there is invited: {office.chat(WALKED_IN.phone)}"
    serve(desk, WALKED_IN, desk="1")
    office.wait(lambda: office.status_of(number) == "completed", 30, "the service")
    visit = "SELECT v.is_walk_in, o.username FROM requests_app_visit AS v JOIN requests_app_officer AS o"
    with_it = f"ON o.id = allowed_by_id JOIN requests_app_visitapplication AS s ON s.visit_id = v.id {OF}"
    assert office.rows(f"{visit} {with_it}", number) == [(True, "loket1")]


def test_what_is_sent_by_hand_is_proven(office: Office, screens: Screens) -> None:
    number = apply_for_family_card(screens.screen(PHONE), ACROSS, BY_HAND)
    approve(screens.staff("petugas3"), number)
    told = f"SELECT n.channel, n.state FROM requests_app_notice AS n {OF} AND n.purpose = 'invitation'"
    assert office.rows(told, number) == [("hand", "queued")]

    desk = screens.staff("loket2", TABLET)
    for _ in range(80):
        office.wait(
            lambda: desk.goto("/uptd/Z3/kirim/") and desk.locator("a[data-open]").count(), 30, "a message to send"
        )
        link = desk.locator("a[data-open]").get_attribute("href") or ""
        assert "/wa.me/" in link
        desk.locator("a[data-open]").evaluate("link => link.addEventListener('click', event => event.preventDefault())")
        desk.locator("a[data-open]").click()
        desk.wait_for_timeout(SETTLED_MS)
        desk.locator("button[value=terkirim]").click()
        desk.wait_for_load_state()
        if ACROSS.phone.lstrip("+") in link:
            break
    office.wait(lambda: office.rows(told, number) == [("hand", "sent")], 30, "the proof")
    proof = "SELECT o.username, t.sender FROM requests_app_noticeattempt AS t JOIN requests_app_officer AS o"
    of_it = (
        f"ON o.id = t.officer_id JOIN requests_app_notice AS n ON n.id = t.notice_id {OF} AND n.purpose = 'invitation'"
    )
    [(own,)] = office.rows("SELECT whatsapp_number FROM requests_app_zone WHERE code = 'Z3'")
    assert office.rows(f"{proof} {of_it}", number) == [("loket2", own)]
