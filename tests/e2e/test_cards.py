"""A card through real processes and real Chromium: applied, approved, a blank promised, printed (once badly), sent,
handed over; and a zone that has run out: the line, a temporary certificate, and blanks that arrive.

The tests are one story of one office and run in their order, before that office's clock moves on by days.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.office import Office
from tests.e2e.people import Citizen, citizen, photo
from tests.e2e.screens import (
    DESK,
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
    upload_all,
)

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.kill, pytest.mark.xdist_group("e2e")]

PRINTED_AT_HEAD_OFFICE, PRINTED_BY_ITSELF = "16.71.10.1001", "16.71.01.1001"
PICKUP_CODE = re.compile(r"Kode ambil: ([0-9A-Z-]+)\.")
SUKET = re.compile(r"/suket/([0-9A-Z-]+)/")
LEDGER = (
    "SELECT s.on_hand, s.reserved, s.drawn, coalesce(sum(m.on_hand), 0), coalesce(sum(m.reserved), 0),"
    " coalesce(sum(m.drawn), 0) FROM requests_app_blankstock AS s LEFT JOIN requests_app_blankmovement AS m"
    " ON m.stock_id = s.id GROUP BY s.id"
)
ZONE_7 = "FROM requests_app_blankstock AS s JOIN requests_app_zone AS z ON z.id = s.zone_id WHERE z.code = 'Z7'"


OWNER = citizen("Vina Contohsari", 71)
WAITING = citizen("Wulan Contohwati", 72)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photos") / "foto.jpg"
    path.write_bytes(photo()[1])
    return path


def until(office: Office, number: str, status: str) -> None:
    """The clock moves it on by itself."""
    office.wait(lambda: office.status_of(number) == status, 90, f"{number} {status}")


def told(office: Office, person: Citizen, *words: str) -> str:
    """Wait until the person's phone shows all of these words; the whole chat."""

    def shown() -> str:
        chat = office.chat(person.phone)
        return chat if all(word in chat for word in words) else ""

    return office.wait(shown, 90, f"{words} on the phone of {person.name}")


def apply_for_card(phone: Page, person: Citizen, kelurahan: str) -> str:
    """A damaged KTP-el, on a phone, with scripts; the application's number."""
    phone.goto("/ajukan/ktp-el/")
    go_on(phone, "Mulai")
    choose(phone, reason="rusak")
    go_on(phone)
    fill_person(phone, person)
    go_on(phone)
    fill_address(phone, person, kelurahan)
    go_on(phone)
    upload_all(phone)
    go_on(phone)
    fill_contact(phone, person)
    go_on(phone)
    return send(phone, person)


def open_application(office: Office, phone: Page, person: Citizen) -> None:
    """By the newest link of the chat."""
    phone.goto(office.chat_links(person.phone)[-1])
    phone.get_by_role("button", name="Buka permohonan saya").click()
    phone.wait_for_url(re.compile("/lacak/"))


def balanced(office: Office) -> None:
    """Every location's counters are the sum of its ledger."""
    for on_hand, reserved, drawn, *sums in office.rows(LEDGER):
        assert [on_hand, reserved, drawn] == sums


def scan(desk: Page, code: str) -> None:
    """A scanner types the code and Enter."""
    desk.locator("#id_code").fill(code)
    desk.wait_for_timeout(SETTLED_MS)
    desk.locator("#id_code").press("Enter")
    desk.wait_for_load_state()


def code_of(office: Office, number: str) -> str:
    """The code on the sheet of its newest card."""
    [(code,)] = office.rows(
        "SELECT c.code FROM requests_app_card AS c JOIN requests_app_application AS a ON a.id = application_id"
        " WHERE a.number = %s ORDER BY c.id DESC LIMIT 1",
        number,
    )
    return str(code)


def test_a_card_from_the_phone_to_its_owners_hand(office: Office, screens: Screens, picture: Path) -> None:
    phone, officer = screens.screen(PHONE), screens.staff("petugas1")
    number = apply_for_card(phone, OWNER, PRINTED_AT_HEAD_OFFICE)
    free = free_at_head_office(office)
    approve(officer, number)
    assert free_at_head_office(office) == free - 1
    told(office, OWNER, "disetujui", "segera kami cetak")
    until(office, number, "ready_to_print")

    make_batch(officer)
    spoil(office, officer, number, picture)
    print_again(office, officer, number)
    close_batch(officer)
    balanced(office)

    code = send_to_zone(office, screens, officer, number)
    open_application(office, phone, OWNER)
    expect(phone.locator("main")).to_contain_text(code)
    give(office, screens, number, code)
    open_application(office, phone, OWNER)
    expect(phone.locator("main")).to_contain_text("diserahkan")
    balanced(office)


def free_at_head_office(office: Office) -> int:
    [(free,)] = office.rows("SELECT on_hand - reserved FROM requests_app_blankstock WHERE zone_id IS NULL")
    return int(free)


def make_batch(officer: Page) -> None:
    """All of its zone are printed together, with two blanks more than cards; the sheet is a PDF."""
    officer.goto("/cetak/")
    officer.locator("select[name=zone]").select_option("Z1")
    press(officer, "Buat kelompok cetak")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("Kelompok B-")
    sheet = officer.request.get(f"{officer.url.split('?')[0]}lembar.pdf")
    assert sheet.ok
    assert sheet.body()[:5] == b"%PDF-"
    officer.get_by_label("Jumlah blangko").fill("2")
    press(officer, "Ambil blangko")


def spoil(office: Office, officer: Page, number: str, picture: Path) -> None:
    """The first attempt jams; another card takes its place."""
    first = code_of(office, number)
    officer.locator(f"a[href$='/kartu/{first}/rusak/']").click()
    officer.locator("input[name=reason][value=jam]").check(force=True)
    officer.locator("input[type=file]").first.set_input_files(picture)
    press(officer, "Catat rusak")
    assert code_of(office, number) != first


def print_again(office: Office, officer: Page, number: str) -> None:
    """Scanned; a QR that is no card's is named as such; the rest of the zone with one press."""
    scan(officer, code_of(office, number))
    expect(officer.locator("#hasil")).to_contain_text("tercetak")
    assert office.status_of(number) == "printed"
    scan(officer, "TIDAKADA")
    expect(officer.locator("#hasil")).to_contain_text("tidak dikenal")
    officer.get_by_text("Banyak kode sekaligus").click()
    rest = officer.get_by_role("button", name=re.compile("sisanya tercetak"))
    if rest.count():
        officer.wait_for_timeout(SETTLED_MS)
        rest.click()
        officer.wait_for_load_state()


def close_batch(officer: Page) -> None:
    """It stays open until count in is count out."""
    for box in officer.locator("input[name^=box_]").all():
        box.fill("0")
    press(officer, "Hitungan sudah benar, tutup")
    expect(officer.get_by_role("alert")).to_contain_text("kurang 1")
    officer.locator("input[name^=box_]").last.fill("1")
    press(officer, "Hitungan sudah benar, tutup")
    expect(officer.locator("main")).to_contain_text("semua blangko terhitung")


def send_to_zone(office: Office, screens: Screens, officer: Page, number: str) -> str:
    """Sent, and scanned at its arrival; the pickup code of the message that follows."""
    officer.goto("/cetak/")
    press(officer, "Kirim yang dipilih")
    card = code_of(office, number)
    [(shipment,)] = office.rows(
        "SELECT h.number FROM requests_app_cardshipment AS h JOIN requests_app_card AS c ON c.shipment_id = h.id"
        " WHERE c.code = %s",
        card,
    )
    clerk = screens.staff("loket3", DESK)
    clerk.goto(f"/cetak/kiriman/{shipment}/")
    scan(clerk, card)
    expect(clerk.locator("#hasil")).to_contain_text("siap diambil")
    return str(PICKUP_CODE.findall(told(office, OWNER, "siap diambil di UPTD Zona 1"))[-1])


def give(office: Office, screens: Screens, number: str, code: str) -> None:
    """At the desk of zone 1: a wrong code, the wrong person, then the owner."""
    desk = screens.staff("loket3", TABLET)
    desk.goto("/kartu/Z1/")
    scan(desk, "0000-0000")
    assert office.status_of(number) == "ready_for_pickup"
    desk.goto("/kartu/Z1/")
    scan(desk, code.lower())
    expect(desk.locator("main")).to_contain_text(OWNER.name)
    for nik in (WAITING.nik, OWNER.nik):
        desk.locator("input[name=nik]").fill(nik)
        choose(desk, old_card="withdrawn", how="paper")
        press(desk, "Kartu sudah diserahkan")
        if nik != OWNER.nik:
            expect(desk.locator("main")).to_contain_text(re.compile("bukan orangnya|tidak sama|bukan milik", re.I))
            assert office.status_of(number) == "ready_for_pickup"
    assert office.status_of(number) == "handed_over"
    expect(desk.get_by_role("heading", level=1)).to_contain_text("Bukti serah terima")
    told(office, OWNER, "sudah diserahkan kepada Anda")


def test_a_zone_without_blanks_a_suket_and_blanks_that_arrive(office: Office, screens: Screens, picture: Path) -> None:
    phone = screens.screen(PHONE)
    number = apply_for_card(phone, WAITING, PRINTED_BY_ITSELF)
    officer = screens.staff("petugas2")
    approve(officer, number)
    told(office, WAITING, "Blangko sedang kosong; urutan Anda")
    until(office, number, "waiting_for_blank")
    open_application(office, phone, WAITING)
    expect(phone.locator("main")).to_contain_text(re.compile(r"urutan", re.I))

    officer.goto(f"/petugas/permohonan/{number}/suket/")
    press(officer, "Terbitkan")
    told(office, WAITING, "Surat keterangan")
    [(code,)] = office.rows(
        "SELECT s.code FROM requests_app_suket AS s JOIN requests_app_application AS a ON a.id = application_id"
        " WHERE a.number = %s",
        number,
    )
    anybody = screens.screen(PHONE)
    anybody.goto(f"/suket/{code}/")
    expect(anybody.locator("main")).to_contain_text(re.compile("masih berlaku|berlaku sampai", re.I))
    assert WAITING.nik not in anybody.content()

    # As many blanks as people wait here: the one who came last gets the last.
    [(waiting,)] = office.rows(
        "SELECT count(*) FROM requests_app_application AS a JOIN requests_app_zone AS z ON z.id = zone_id"
        " WHERE z.code = 'Z7' AND a.status = 'waiting_for_blank'"
    )
    supervisor = screens.staff("pengawas1")
    receive(supervisor, waiting, picture)
    until(office, number, "ready_to_print")
    told(office, WAITING, "Blangko untuk kartu Anda sudah ada")
    balanced(office)


def receive(supervisor: Page, quantity: int, picture: Path) -> None:
    """A letter of the centre with one box, for zone 7."""
    supervisor.goto("/stok/lokasi/Z7/terima/")
    supervisor.locator("input[name=letter_number]").fill("471.13/0999/CONTOH")
    supervisor.locator("input[name=letter_date]").fill("2026-11-02")
    supervisor.locator("input[name=quantity]").fill(str(quantity))
    supervisor.locator("textarea[name=boxes]").fill(f"K-900 {quantity}")
    supervisor.locator("input[type=file]").set_input_files(picture)
    press(supervisor, "Catat penerimaan")
    expect(supervisor.locator("main")).to_contain_text("471.13/0999/CONTOH")


def test_the_zone_prints_it_and_nobody_fetches_it(office: Office, screens: Screens, picture: Path) -> None:
    """Printed where it is collected: ready at once; three days later its owner is reminded."""
    number = WAITING.application
    clerk = screens.staff("loket1", DESK)
    clerk.goto("/cetak/?lokasi=Z7")
    press(clerk, "Buat kelompok cetak")
    scan(clerk, code_of(office, number))
    assert office.status_of(number) == "printed"
    [(_on_hand, drawn)] = office.rows(f"SELECT on_hand, drawn {ZONE_7}")
    clerk.locator("input[name^=box_]").last.fill(str(drawn))
    clerk.locator("input[name=drop_pending]").check(force=True)
    press(clerk, "Hitungan sudah benar, tutup")
    assert office.rows(f"SELECT drawn {ZONE_7}") == [(0,)]
    clerk.goto("/cetak/?lokasi=Z7")
    press(clerk, "Kirim yang dipilih")
    until(office, number, "ready_for_pickup")
    told(office, WAITING, "siap diambil di UPTD Zona 7")
    office.manage("clock", "--forward", "3d")
    told(office, WAITING, "masih menunggu Anda di UPTD Zona 7")
    clerk.goto("/kartu/Z7/")
    expect(clerk.locator("main")).to_contain_text(number)


def test_a_count_with_a_difference_needs_a_second_person(office: Office, screens: Screens, picture: Path) -> None:
    """One blank of zone 7 is missing: whoever was promised it last waits again."""
    [(on_hand, drawn)] = office.rows(f"SELECT on_hand, drawn {ZONE_7}")
    clerk = screens.staff("loket1", DESK)
    clerk.goto("/stok/lokasi/Z7/opname/")
    boxes = clerk.locator("input[name^=box_]")
    for box in boxes.all():
        box.fill("0")
    boxes.last.fill(str(on_hand - drawn - 1))
    press(clerk, "Simpan hitungan")  # only now the book is seen, and what differs is to be explained
    clerk.locator("[name=explanation]").fill("Satu blangko tidak ada di kotak.")
    press(clerk, "Simpan hitungan")
    page = clerk.url
    assert office.rows(f"SELECT on_hand {ZONE_7}") == [(on_hand,)]

    supervisor = screens.staff("pengawas1")
    supervisor.goto(page)
    press(supervisor, "Setujui")
    assert office.rows(f"SELECT on_hand {ZONE_7}") == [(on_hand - 1,)]
    balanced(office)
