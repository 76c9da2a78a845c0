"""The page of an invitation: what each state says, that looking changes nothing, and what a wrong code gets."""

import gzip
from datetime import timedelta

import pytest
from django.db import transaction
from lxml import html

from requests_app.models import Application, Closure, Document, LimitCounter, Notice, ProtocolItem, Slot, Visit
from requests_app.operations.actors import CITIZEN, CLOCK, staff
from requests_app.operations.followup import withdraw
from requests_app.operations.guessing import PER_PAIR
from requests_app.operations.invitations import invite_due
from requests_app.operations.slots import refresh_slots
from requests_app.operations.visit_clock import lapse_invitations, move_displaced
from requests_app.operations.visit_words import visit_params
from requests_app.operations.visits import (
    book_visit,
    cancel_visit,
    confirm_visit,
    lock_visit,
    mark_missed,
    recall_visit,
)
from requests_app.queries.invitations import invitation_of, to_bring
from requests_app.rules.dates import format_moment, start_of_day
from requests_app.rules.phone import spaced_phone
from requests_app.rules.visits import VisitState
from tests.citizen.invitation.conftest import address, shown
from tests.factories import OfficerFactory
from tests.operations.offices import RECORD, approve, asked, has_left, invited, visit_of

pytestmark = pytest.mark.django_db
CLOCK_OF_PAGES = "requests_app.citizen.invitation.opening.database_now"


def application_of(visit: Visit) -> Application:
    return Application.objects.get(visits__visit=visit)


def at(monkeypatch, moment):
    monkeypatch.setattr(CLOCK_OF_PAGES, lambda: moment)


def miss(visit: Visit, now) -> None:
    with transaction.atomic():
        locked, _ = lock_visit(visit.pk)
        mark_missed(locked, now=now, actor=CLOCK)


def test_it_says_when_where_for_what_and_until_when_to_answer(client, visit):
    ProtocolItem.objects.update(in_force=False)
    ProtocolItem.objects.create(text="Pakai masker", position=1)
    application = application_of(visit)
    page = client.get(address(visit))
    words = shown(page)
    for fact in (
        "Anda diundang datang",
        format_moment(visit.starts_at),
        f"Nomor antrean {visit.number}",
        f"Jawab sebelum {format_moment(visit.respond_by)}.",
        visit.zone.name,
        "Jl. Contoh 1",
        spaced_phone(visit.zone.whatsapp_number),
        application.number,
        "Kartu Keluarga · Rusak · atas nama Siti",
        "Pakai masker",
        "gratis",
        "08.00–12.00",
    ):
        assert fact in words, fact
    assert page.headers["Referrer-Policy"] == "same-origin"


def test_nothing_about_the_person_but_the_first_name_is_told(client, visit):
    application = application_of(visit)
    page = client.get(address(visit)).content.decode()
    for secret in ("Rahasia", "Contoh 1, RT", application.nik, application.kk_number, application.phone[-6:]):
        assert secret not in page


def test_what_to_bring_is_what_the_message_said(now, visit):
    application = application_of(visit)
    for code in ("KK_RUSAK", "KTP"):
        Document.objects.create(
            application=application, draft_id=application.draft_id, document_code=code, round=1, uploaded_at=now,
            original_bytes=1, stored_bytes=1, pages=1,
        )  # fmt: skip
    (bring,) = to_bring([application]).values()
    assert bring == ["Kartu Keluarga yang rusak asli", "KTP-el pemohon asli"]
    assert visit_params(visit, application)["bawa"] == "; ".join(bring)


def test_of_a_legalisir_the_copies_are_brought(now, office):
    application = approve(asked(now, "legalisir", copies=3), now)
    (bring,) = to_bring([application]).values()
    assert bring == ["Fotokopi yang akan dilegalisir (3 lembar)"]


def test_it_is_kept_by_no_browser_found_by_no_search_and_loads_nothing_from_elsewhere(client, visit):
    page = client.get(address(visit))
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    tree = html.fromstring(page.content)
    assert tree.cssselect("meta[name=robots][content=noindex]")
    for link in tree.cssselect("a[href^=http]"):
        assert link.get("rel") == "noopener noreferrer"
        assert visit.code not in link.get("href")


def test_looking_changes_nothing(client, visit):
    """The preview of a link in a chat opens all of these."""
    before = list(Visit.objects.values()), list(Application.objects.values_list("status", "version"))
    for page in ("", "datang/", "jadwal/", "batal/", "undangan.pdf", "undangan.ics"):
        assert client.get(address(visit, page)).status_code in (200, 302)
        assert client.head(address(visit, page)).status_code in (200, 302)
    after = list(Visit.objects.values()), list(Application.objects.values_list("status", "version"))
    assert before == after
    assert Notice.objects.filter(purpose="invitation", promise__told_at__isnull=False).count() == 0


def test_the_code_is_read_as_people_type_it(client, visit):
    for typed in (visit.code.lower(), visit.code.replace("-", ""), visit.code.replace("-", " ").lower()):
        assert client.get(f"/undangan/{typed}/").status_code == 200


def test_a_household_reads_all_its_applications_on_one_page(client, now, visit):
    first = application_of(visit)
    second = approve(asked(now, "legalisir", kk_number=first.kk_number, name="Budi Contoh"), now)
    assert visit_of(second) == visit
    words = shown(client.get(address(visit)))
    for fact in (first.number, second.number, "atas nama Budi"):
        assert fact in words


def test_a_recording_asks_for_the_family_card(client, now, office):
    application = approve(asked(now, "ktp_el", reason="baru"), now, RECORD)
    words = shown(client.get(address(visit_of(application))))
    assert "KTP-el · KTP-el pertama" in words
    assert "Kartu Keluarga asli" in words


def test_confirmed(client, now, visit):
    confirm_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    page = client.get(address(visit))
    assert "Kami menunggu Anda" in shown(page)
    assert "Saya datang" not in shown(page)
    assert "Pilih jadwal lain" in shown(page)


def test_moved_by_the_office_says_from_when_to_when_and_why(client, now, visit):
    before = has_left(visit).starts_at
    Closure.objects.create(
        zone=visit.zone, starts_at=start_of_day(visit.day), ends_at=start_of_day(visit.day + timedelta(days=1)),
        reason="Listrik padam", declared_at=now, declared_by=OfficerFactory(),
    )  # fmt: skip
    refresh_slots(zone=visit.zone, now=now)
    move_displaced(now=now)
    visit.refresh_from_db()
    words = shown(client.get(address(visit)))
    assert f"Semula: {format_moment(before)}Sekarang: {format_moment(visit.starts_at)}" in words
    assert "Sebab: Listrik padam" in words


def test_begun(client, now, visit, monkeypatch):
    at(monkeypatch, visit.starts_at)
    words = shown(client.get(address(visit)))
    assert "Jadwal Anda sudah mulai" in words
    assert "Datanglah sekarang" in words
    assert "Saya datang" not in words


def test_checked_in_and_called(client, now, visit):
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.CHECKED_IN, checked_in_at=now)
    words = shown(client.get(address(visit)))
    assert f"Anda sudah terdaftar Nomor antrean Anda {visit.number}." in words
    Visit.objects.filter(pk=visit.pk).update(called_at=now, desk=2)
    assert f"Nomor {visit.number} dipanggil ke loket 2." in shown(client.get(address(visit)))


def test_served_leads_to_the_survey(client, now, visit):
    application = application_of(visit)
    Application.objects.filter(pk=application.pk).update(status="completed")
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.SERVED, ended_at=now)
    page = client.get(address(visit))
    assert "Kunjungan selesai" in shown(page)
    assert f'href="/survei/{application.number}/"' in page.content.decode()


def test_lapsed_while_approved_leads_to_a_new_slot(client, now, visit):
    lapse_invitations(now=visit.respond_by)
    words = shown(client.get(address(visit)))
    for fact in ("Undangan ini sudah lewat", "Permohonan Anda tetap disetujui.", "Petugas juga menghubungi Anda."):
        assert fact in words
    assert "Pilih jadwal" in words


def test_called_off_by_the_household(client, now, visit):
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    words = shown(client.get(address(visit)))
    assert "Kunjungan ini dibatalkan Jangan datang pada jadwal ini." in words
    assert "Pilih jadwal" in words


def test_called_off_by_the_office_says_sorry_and_why(client, now, visit):
    with transaction.atomic():
        locked, _ = lock_visit(visit.pk)
        recall_visit(locked, now=now, actor=staff(OfficerFactory()), sebab="kantor pindah")
    assert "Maaf, kami membatalkan jadwal ini. Sebabnya: kantor pindah." in shown(client.get(address(visit)))


def test_missed_says_when_and_what_follows(client, now, visit):
    miss(visit, now)
    words = shown(client.get(address(visit)))
    assert f"Kami menunggu Anda {format_moment(visit.starts_at)}, tetapi Anda tidak datang." in words
    assert "paling banyak tiga kali" in words


def test_the_third_one_missed_closes_and_says_that_one_can_apply_again(client, now, visit):
    for _ in range(3):
        visit = visit_of(application_of(visit))
        miss(visit, now)
        invite_due(now=now)
    words = shown(client.get(address(visit)))
    assert "Permohonan ditutup karena tiga undangan tidak dihadiri." in words
    assert "Pilih jadwal" not in words


def test_an_old_invitation_leads_to_the_one_that_counts(client, now, visit):
    lapse_invitations(now=visit.respond_by)
    application = application_of(visit)
    slot = Slot.offered(visit.zone, now=now)[5]
    newer = book_visit(application_id=application.pk, slot_id=slot.pk, now=now, actor=CITIZEN)
    page = client.get(address(visit))
    assert "Undangan ini sudah diganti" in shown(page)
    assert f'href="{address(newer)}"' in page.content.decode()


def test_withdrawn_leaves_nothing_to_choose(client, now, visit):
    withdraw(application_id=application_of(visit).pk, now=now)
    words = shown(client.get(address(visit)))
    assert "Kunjungan ini dibatalkan" in words
    assert "Pilih jadwal" not in words


@pytest.mark.parametrize("code", ["0000-0000-0000", "000000000000", "x", "%20", "7K3M-9QTX-4ABU", "a" * 300])
@pytest.mark.parametrize("page", ["", "datang/", "jadwal/", "batal/", "undangan.pdf", "undangan.ics"])
def test_every_wrong_code_gets_the_same_page(client, visit, code, page):
    expected = client.get("/undangan/1111-1111-1111/")
    LimitCounter.objects.all().delete()
    answer = client.get(f"/undangan/{code}/{page}")
    assert answer.status_code == expected.status_code == 404
    assert shown(answer) == shown(expected)
    for help_ in ("dua belas huruf dan angka", "nomor WhatsApp UPTD", "Cek pesan"):
        assert help_ in shown(answer)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("method", ["get", "post"])
def test_guessing_is_stopped_and_says_when_to_try_again(client, visit, method):
    tries = PER_PAIR[0][0]
    for n in range(tries):
        assert getattr(client, method)(f"/undangan/0000-0000-00{n:02d}/datang/").status_code == 404
    answer = getattr(client, method)("/undangan/0000-0000-0099/datang/")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 15 * 60 + 1
    assert client.get(address(visit)).status_code == 200, "whoever has a right code still gets in"


def test_the_code_can_be_typed(client, visit):
    answer = client.post("/undangan/", {"code": visit.code.lower().replace("-", " ")})
    assert (answer.status_code, answer.url) == (302, address(visit))
    for typed, words in (("", "Isi kode undangan."), ("ABC", "dua belas huruf dan angka"), ("A" * 41, "hanya")):
        answer = client.post("/undangan/", {"code": typed})
        assert answer.status_code == 422
        assert words in shown(answer)


@pytest.fixture
def family(now, visit):
    """Three more applications of the same family, served at the same visit."""
    kk_number = application_of(visit).kk_number
    return [approve(asked(now, "legalisir", kk_number=kk_number), now) for _ in range(3)]


@pytest.mark.parametrize("lapsed", [False, True])
def test_it_costs_few_queries_however_large_the_family_is(client, visit, family, lapsed, django_assert_max_num_queries):
    if lapsed:
        lapse_invitations(now=visit.respond_by)
    client.get("/")
    # The clock, the visit, its applications, papers and their list or the newer visit, protocol, the office's changes.
    with django_assert_max_num_queries(7):
        client.get(address(visit))


def test_it_is_light(client, visit, family):
    assert len(gzip.compress(client.get(address(visit)).content)) <= 6 * 1024
    assert len(gzip.compress(client.get(address(visit, "jadwal/")).content)) <= 8 * 1024


def test_in_english_what_the_office_wrote_is_marked_as_indonesian(client, now, visit):
    client.cookies["bahasa"] = "en"
    with transaction.atomic():
        locked, _ = lock_visit(visit.pk)
        recall_visit(locked, now=now, actor=staff(OfficerFactory()), sebab="kantor <pindah>")
    page = client.get(address(visit))
    assert '<span lang="id">kantor &lt;pindah&gt;</span>' in page.content.decode()


def test_an_invitation_counts_its_applications_only_while_they_wait(now, visit):
    other = invited(now)
    assert [one.number for one in invitation_of(visit).served] == [application_of(visit).number]
    assert invitation_of(other).to_book == []
