"""The spine, through real processes and real HTTP, without JavaScript: applied, answered, told, in time or not.

The tests are one story of one office and run in their order.
"""

import re
import sys
import time
from typing import Any

import pytest

from tests.e2e import secrecy
from tests.e2e.browser import Browser
from tests.e2e.office import Office
from tests.e2e.people import EVERYBODY, HALFWAY, XAVERIUS, YUSNIAR, ZUBAIDAH, Citizen, apply, begin

pytestmark = [pytest.mark.e2e, pytest.mark.kill, pytest.mark.xdist_group("e2e")]

NOTE = "Tanyakan loket tiga, pintu timur yang hijau."
WORDS = "Saya sudah menunggu lima hari dan cucu saya perlu berobat."
# Seconds; generous, since two busy cores are all that a test machine has.
MESSAGE, SWEEP = 60.0, 240.0
pictures: list[bytes] = []
found_out: dict[str, Any] = {}


def promise(office: Office, citizen: Citizen) -> tuple[str, str]:
    """Outcome and evidence of a citizen's first round."""
    found = office.rows(
        "SELECT outcome, evidence FROM requests_app_promise JOIN requests_app_application AS a ON a.id = application_id"
        " WHERE a.number = %s AND requests_app_promise.round = 1",
        citizen.application,
    )
    return found[0][0], found[0][1]


def message(office: Office, citizen: Citizen, *words: str, within: float = MESSAGE) -> str:
    """Wait until the phone's chat page shows all of these words."""

    def shown() -> str:
        chat = office.chat(citizen.phone)
        return chat if all(word in chat for word in words) else ""

    return office.wait(shown, within, f"{words} on the phone of {citizen.name}")


def open_newest_link(office: Office, citizen: Citizen) -> Browser:
    """The newest one-time link in the chat, in a browser that knows nothing yet, plus the one press."""
    links = office.chat_links(citizen.phone)
    assert links
    page = office.browser().open(links[-1])
    assert citizen.name not in page.text, "a look at the link, as previews do, shows nothing"
    page.press("Buka permohonan saya")
    assert page.address.endswith(f"/lacak/{citizen.application}/")
    return page


def what_was_stored(office: Office, latest: int) -> dict[str, list[tuple[Any, ...]]]:
    """A digest of the rows that nothing may change: history up to an event, decisions, documents."""
    digest = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM requests_app_"
    return {
        "history": office.rows(f"{digest}event AS t WHERE id <= %s", latest),
        "decisions": office.rows(f"{digest}decision AS t"),
        "documents": office.rows(f"{digest}document AS t"),
        "applications": office.rows("SELECT count(*) FROM requests_app_application"),
    }


def test_an_application_is_answered_and_the_citizen_reads_it_on_the_phone(office: Office) -> None:
    number = apply(office.browser(), ZUBAIDAH)
    received = message(office, ZUBAIDAH, number, "sudah kami terima")
    assert "UPTD Zona" in received
    assert re.search(r"Kode pesan: [0-9A-Z]{6}\.", received)

    desk = office.staff("petugas1")
    assert "/petugas/" in desk.address
    desk.open("/petugas/permohonan/").press("Cari", {"q": ZUBAIDAH.nik})
    assert number in desk.text
    desk.press("Cari", {"q": ZUBAIDAH.phone})
    assert number in desk.text
    desk.open(f"/petugas/permohonan/{number}/").press("Ambil permohonan ini")
    assert ZUBAIDAH.address in desk.text
    picture = desk.fetch(desk.links("/petugas/berkas/")[0])
    assert picture.headers["content-type"] == "image/jpeg"
    pictures.append(picture.content[len(picture.content) // 2 :][:64])

    desk.press("Setujui", {"note": NOTE})
    preview = re.search(r"Halo Zubaidah\..*?Kode pesan: ", desk.text)
    assert preview
    assert NOTE in preview[0]
    desk.press("Setujui")
    decided = time.monotonic()
    assert "disetujui" in desk.text

    message(office, ZUBAIDAH, preview[0])
    found_out["answer reached the phone after"] = round(time.monotonic() - decided, 1)
    office.wait(lambda: promise(office, ZUBAIDAH)[0] == "kept", MESSAGE, "the signed receipt")
    assert promise(office, ZUBAIDAH) == ("kept", "delivered")
    receipts = [webhook for webhook in office.ledger()["webhooks"] if webhook["state"] == "done"]
    assert {receipt["signature"] for receipt in receipts} <= {"good"}

    page = open_newest_link(office, ZUBAIDAH)
    assert preview[0] in page.text
    used_up = office.browser().open(office.chat_links(ZUBAIDAH.phone)[-1]).press("Buka permohonan saya")
    assert used_up.address.endswith("/lacak/")


def test_whoever_withdraws_in_time_is_told_and_the_promise_is_void(office: Office) -> None:
    number = apply(office.browser(), YUSNIAR)
    message(office, YUSNIAR, number)
    page = open_newest_link(office, YUSNIAR)
    page.link("Batalkan permohonan").press("Ya, batalkan permohonan")
    assert "dibatalkan" in page.text.lower()
    message(office, YUSNIAR, "dibatalkan")
    assert promise(office, YUSNIAR)[0] == "void"


def test_a_half_filled_form_waits_in_the_same_browser(office: Office) -> None:
    phone = office.browser()
    begin(phone, HALFWAY)
    assert "Anda punya draf" in phone.open("/ajukan/ktp-el/").text


def test_who_lost_the_number_gets_it_again_and_a_wrong_proof_opens_nothing(office: Office) -> None:
    visitor = office.browser().open("/lacak/nomor-hilang/").press("Kirim", {"to": ZUBAIDAH.phone})
    assert visitor.address.endswith("/lacak/nomor-hilang/terkirim/")
    message(office, ZUBAIDAH, "Nomor permohonan Anda")
    wrong = {"number": ZUBAIDAH.application, "four_digits": "4700"}
    visitor.open("/lacak/").press("Lihat permohonan", wrong, expect=422)
    visitor.press("Lihat permohonan", {"four_digits": ZUBAIDAH.phone[-4:]})
    assert visitor.address.endswith(f"/lacak/{ZUBAIDAH.application}/")
    assert ZUBAIDAH.name not in visitor.text


def test_five_days_without_an_answer_break_the_promise_and_everybody_is_told(office: Office) -> None:
    number = apply(office.browser(), XAVERIUS)
    message(office, XAVERIUS, number)
    moved, begun = office.manage("clock", "--forward", "5d"), time.monotonic()
    assert "→" in moved
    office.wait(lambda: promise(office, XAVERIUS)[0] == "broken", SWEEP, "the clock")
    [(report,)] = office.rows(
        "SELECT r.number FROM requests_app_report AS r JOIN requests_app_application AS a ON a.id = r.application_id"
        " WHERE a.number = %s AND r.opened_by = 'clock'",
        number,
    )
    message(office, XAVERIUS, "Maaf", report, within=SWEEP)
    found_out["apology reached the phone after"] = round(time.monotonic() - begun, 1)

    page = open_newest_link(office, XAVERIUS)
    assert report in page.text
    page.link("Tambahkan laporan Anda").press("Kirim laporan", {"words": WORDS})
    assert WORDS in page.text
    assert promise(office, ZUBAIDAH) == ("kept", "delivered")
    assert promise(office, YUSNIAR)[0] == "void"

    board = office.staff("pengawas1")
    assert "/pengawas/" in board.address
    assert number in board.open("/pengawas/lewat/?semua=1").text  # the newest first; the board starts with the oldest
    counter = office.staff("loket1").open("/petugas/laporan/").press("Cari", {"report": report})
    assert number in counter.text


def test_the_admin_changes_an_office_and_the_log_says_so(office: Office) -> None:
    desk = office.staff("admin1").link("UPTD Zona 7")
    assert "UPTD Zona 7 tersimpan." in desk.press("Simpan", {"address": "Jl. Contoh 7"}).text
    assert office.rows("SELECT count(*) FROM django_admin_log") == [(1,)]


@pytest.fixture(scope="module")
def plain() -> dict[str, bytes]:
    assert pictures, "the story was not told"
    return secrecy.needles(EVERYBODY, [NOTE, WORDS], pictures)


def test_a_dump_of_the_database_holds_names_and_nothing_else_in_plain(office: Office, plain: dict[str, bytes]) -> None:
    dump = secrecy.dump(office)
    assert secrecy.find(plain, dump) == set()
    names = {citizen.name: citizen.name.encode() for citizen in EVERYBODY if citizen is not HALFWAY}
    assert secrecy.find(names, dump) == set(names), "names stay searchable, and this search finds what is there"
    assert b"INSERT INTO public.django_session" in dump


def test_no_file_of_the_run_holds_personal_data(office: Office, plain: dict[str, bytes]) -> None:
    files = secrecy.files(office)
    assert {path: found for path, content in files.items() if (found := secrecy.find(plain, content))} == {}
    kinds = {"postgresql": "/base/", "broker": "/valkey/", "logs": "worker-send.log", "documents": "/documents/"}
    assert [kind for kind, part in kinds.items() if not any(part in path for path in files)] == []


@pytest.mark.parametrize("what", ["the supervisor is killed", "the power is cut"])
def test_after_a_crash_it_starts_again_with_everything_as_it_was(office: Office, what: str) -> None:
    [(latest,)] = office.rows("SELECT max(id) FROM requests_app_event")
    before = what_was_stored(office, latest)
    begun = time.monotonic()
    if what == "the power is cut":
        office.cut_the_power()
    else:
        office.kill()
    office.wait(lambda: office.processes() == [], 10, "the orphans' end")
    found_out[f"when {what}, nothing ran any more after"] = round(time.monotonic() - begun, 1)
    found_out[f"when {what}, started again in"] = round(office.start(), 1)
    assert what_was_stored(office, latest) == before
    assert promise(office, ZUBAIDAH) == ("kept", "delivered")
    assert promise(office, XAVERIUS)[0] == "broken"
    desk = office.staff("petugas1").open(f"/petugas/permohonan/{ZUBAIDAH.application}/")
    assert ZUBAIDAH.address in desk.text
    picture = desk.fetch(desk.links("/petugas/berkas/")[0])
    assert pictures[0] in picture.content
    office.wait(lambda: office.ready()["status"] == "ready", MESSAGE, "workers and beat")


def test_it_stops_within_ten_seconds_and_leaves_nothing_running_or_readable(
    office: Office, plain: dict[str, bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    cluster = office.cluster
    status, seconds = office.stop()
    assert (status, office.processes()) == (0, [])
    assert seconds < 10
    assert not (office.data / "run.env").exists()
    assert [path for path in office.temporary.rglob("*") if path.is_file()] == []
    files = secrecy.files(office)
    assert any(path.startswith(str(cluster)) for path in files)
    assert {path: found for path, content in files.items() if (found := secrecy.find(plain, content))} == {}
    found_out["stopped in"] = round(seconds, 1)
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(f"  {what}: {value} s\n" for what, value in found_out.items()))
