"""The tracking page of whoever comes to an office: the coming visit, what became of the last one, and what to do."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from lxml import html

from requests_app.citizen.track.next_step import next_step
from requests_app.models import Application, Slot, Visit
from requests_app.operations.actors import CITIZEN, CLOCK, staff
from requests_app.operations.decisions import take_back
from requests_app.operations.followup import withdraw
from requests_app.operations.invitations import invite_due
from requests_app.operations.visit_clock import lapse_invitations
from requests_app.operations.visits import (
    cancel_visit,
    confirm_visit,
    lock_visit,
    mark_missed,
    move_visit,
    recall_visit,
)
from requests_app.queries import track
from requests_app.queries.stage import live, stage
from requests_app.queries.timeline import INVITING, PAST
from requests_app.rules.dates import format_moment
from requests_app.rules.statuses import STEPS, Status
from requests_app.rules.visits import SCHEDULE_WITHIN, VisitState
from tests.citizen.track.conftest import look_up
from tests.citizen.track.test_next_step import rows
from tests.factories import OfficerFactory, on_duty
from tests.operations.offices import RECORD, approve, asked, free_slot, open_office, visit_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(now):
    return open_office(now, address="Jl. Contoh 1")


@pytest.fixture
def invited(now, office) -> Application:
    """Invited a minute ago; the decision can no longer be taken back."""
    then = now - timedelta(minutes=1)
    return approve(asked(then), then)


def page_of(client, application):
    return client.get(f"/lacak/{application.number}/")


def words(page) -> str:
    return " ".join(html.fromstring(page.content).cssselect("main")[0].text_content().split())


def miss(visit, now):
    with transaction.atomic():
        locked, _ = lock_visit(visit.pk)
        mark_missed(locked, now=now, actor=CLOCK)


def buttons(page) -> dict[str, str]:
    """Of the block that says what comes next: label and address."""
    block = html.fromstring(page.content).xpath("//section[@aria-labelledby='next']")[0]
    return {" ".join(a.text_content().split()): a.get("href") for a in block.cssselect("a.btn")}


def test_the_coming_visit_says_when_where_with_which_number_and_leads_to_the_answer(prove, invited):
    visit, page = visit_of(invited), page_of(prove(invited), invited)
    block = rows(page)
    assert block["what"] == "Jawab undangan kami, lalu datang."
    assert block["Nomor antrean"] == visit.number
    until = format_moment(visit.respond_by)
    assert block["Kapan"] == f"{format_moment(visit.starts_at)}. Jawab sebelum {until}."
    assert block["Di mana"] == f"{visit.zone.name}, Jl. Contoh 1. Buka peta"
    assert block["Yang dibawa atau disiapkan"]
    assert block["Biaya"] == "Gratis."
    code = f"/undangan/{visit.code}/"
    assert buttons(page) == {"Jawab undangan": code, "Pilih jadwal lain": f"{code}jadwal/"}


def test_once_confirmed_it_is_only_shown(prove, invited, now):
    confirm_visit(visit_id=visit_of(invited).pk, now=now, actor=CITIZEN)
    page = page_of(prove(invited), invited)
    assert rows(page)["what"] == "Datang ke kantor pada jadwal Anda."
    assert "Lihat undangan" in buttons(page)


def test_an_answer_that_names_another_moment_is_not_repeated(prove, invited, now):
    client, visit = prove(invited), visit_of(invited)
    invited.notices.filter(purpose="invitation").update(state="delivered", sent_at=now, delivered_at=now)
    assert 'id="answer"' in page_of(client, invited).content.decode()
    before, slot = format_moment(visit.starts_at), free_slot(visit, now)
    move_visit(visit_id=visit.pk, slot_id=slot.pk, now=now, actor=CITIZEN)
    page = page_of(client, invited)
    assert 'id="answer"' not in page.content.decode()
    assert rows(page)["Kapan"] == f"{format_moment(slot.starts_at)}."
    for folded in (tree := html.fromstring(page.content)).cssselect("details"):
        folded.drop_tree()
    assert before not in tree.text_content()


def test_every_application_of_a_household_shows_the_visit(prove, invited, now):
    second = approve(asked(now, "legalisir", kk_number=invited.kk_number), now - timedelta(minutes=1))
    visit = visit_of(invited)
    for application in (invited, second):
        assert rows(page_of(prove(application), application))["Nomor antrean"] == visit.number


def test_approved_without_a_slot_says_until_when_one_follows_and_lets_one_be_chosen(prove, now, office):
    Slot.objects.update(is_open=False)
    then = now - timedelta(minutes=1)
    application = approve(asked(then), then)
    client = prove(application)
    page = page_of(client, application)
    block = rows(page)
    assert block["what"] == "Pilih jadwal datang, atau tunggu undangan dari kami."
    by = application.decisions.get().decided_at + SCHEDULE_WITHIN
    assert block["Kapan"] == f"Jadwal dari kami paling lambat {format_moment(by)}."
    assert "kartu" not in words(page).replace("Kartu Keluarga", "")
    assert buttons(page) == {"Pilih jadwal": f"/lacak/{application.number}/jadwal/"}
    slots = client.get(f"/lacak/{application.number}/jadwal/")
    assert "Belum ada jadwal kosong" in words(slots)
    Slot.objects.update(is_open=True)
    slot = Slot.offered(office, now=now)[4]
    answer = client.post(f"/lacak/{application.number}/jadwal/", {"slot": str(slot.pk)})
    visit = visit_of(application)
    assert answer.url == f"/undangan/{visit.code}/"
    assert (visit.slot, visit.state) == (slot, VisitState.CONFIRMED)


def test_a_schedule_that_did_not_follow_in_time_is_told_as_late(now, office):
    Slot.objects.update(is_open=False)
    application = approve(asked(now), now)
    by = application.decisions.get().decided_at + SCHEDULE_WITHIN
    late = track.detail(application.pk, now=by + timedelta(seconds=1))
    assert next_step(late.stage, late).when.startswith("Maaf, jadwal dari kami terlambat.")
    in_time = track.detail(application.pk, now=by)
    assert "terlambat" not in next_step(in_time.stage, in_time).when


def test_choosing_needs_the_proof_and_something_to_choose_for(visitor, prove, invited):
    address = f"/lacak/{invited.number}/jadwal/"
    look_up(visitor, invited)
    for method in (visitor.get, visitor.post):
        assert method(address, {"slot": "1"}).url == f"/lacak/{invited.number}/"
    assert prove(invited).get(address).url == f"/lacak/{invited.number}/"
    answer = visitor.post(address, {"slot": "1"}, follow=True)
    assert "Permohonan ini tidak sedang menunggu jadwal." in words(answer)
    assert visit_of(invited).state == VisitState.INVITED


@pytest.mark.parametrize(
    ("end", "before"),
    [
        ("lapsed", "Undangan tidak dijawab. Petugas juga menghubungi Anda."),
        ("cancelled", "Dibatalkan."),
        ("recalled", "Dibatalkan."),
        ("missed", "Anda belum datang 1 kali. Sesudah 3 kali, permohonan ditutup."),
    ],
)
def test_after_a_visit_that_did_not_happen_a_slot_can_be_chosen(prove, invited, now, end, before):
    visit = visit_of(invited)
    if end == "lapsed":
        lapse_invitations(now=visit.respond_by)
    elif end == "cancelled":
        cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    elif end == "recalled":
        with transaction.atomic():
            locked, _ = lock_visit(visit.pk)
            recall_visit(locked, now=now, actor=staff(OfficerFactory()), sebab="kantor pindah")
    else:
        miss(visit, now)
    page = page_of(prove(invited), invited)
    assert rows(page)["Jadwal sebelumnya"] == before
    assert list(buttons(page)) == ["Pilih jadwal"]
    assert "Permohonan disetujui." in words(page)


def test_at_the_desk_the_number_that_is_called_is_shown(prove, invited, now):
    visit = visit_of(invited)
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.CHECKED_IN, checked_in_at=now)
    Application.objects.filter(pk=invited.pk).update(status=Status.CHECKED_IN)
    client = prove(invited)
    block = rows(page_of(client, invited))
    assert block["what"] == f"Tunggu sampai nomor {visit.number} dipanggil."
    Visit.objects.filter(pk=visit.pk).update(called_at=now, desk=2)
    assert rows(page_of(client, invited))["what"] == f"Nomor {visit.number} dipanggil ke loket 2."


def test_once_served_the_survey_is_offered(prove, invited, now):
    Visit.objects.filter(services__application=invited).update(state=VisitState.SERVED, ended_at=now)
    Application.objects.filter(pk=invited.pk).update(status=Status.COMPLETED)
    page = page_of(prove(invited), invited)
    assert buttons(page) == {"Nilai layanan kami": f"/survei/{invited.number}/"}
    assert "Layanan selesai." in words(page)


def test_the_third_visit_missed_closes_and_says_why(prove, invited, now):
    for _ in range(3):
        miss(visit_of(invited), now)
        invite_due(now=now)
    page = page_of(prove(invited), invited)
    assert "Permohonan ditutup karena tiga undangan tidak dihadiri." in words(page)
    assert rows(page)["what"] == "Tidak ada lagi. Masih perlu? Ajukan permohonan baru."


def test_a_recording_at_a_visit_is_told_like_one(prove, now, office):
    then = now - timedelta(minutes=1)
    application = approve(asked(then, "ktp_el", reason="baru"), then, RECORD)
    visit, client = visit_of(application), prove(application)
    block = rows(page_of(client, application))
    assert block["Kapan"].startswith(format_moment(visit.starts_at))
    assert block["Yang dibawa atau disiapkan"] == "Kartu Keluarga asli."
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    page = page_of(client, application)
    assert rows(page)["Kapan"].startswith("Hari kerja.")
    assert list(buttons(page)) == ["Pilih jadwal"]


def test_before_the_proof_nothing_tells_which_office_when_or_the_code(visitor, invited, now):
    visit = visit_of(invited)
    for status in (Status.INVITED, Status.APPROVED, Status.COMPLETED, Status.CLOSED):
        Application.objects.filter(pk=invited.pk).update(status=status)
        page = visitor.get(look_up(visitor, invited).url).content.decode()
        for secret in (visit.zone.name, "Jl. Contoh 1", format_moment(visit.starts_at), visit.code):
            assert secret not in page
        assert "mengambil kartu" not in page


def test_withdrawing_frees_the_slot(prove, invited):
    slot = visit_of(invited).slot
    prove(invited).post(f"/lacak/{invited.number}/batal/")
    slot.refresh_from_db()
    assert (slot.booked, visit_of(invited).state) == (0, VisitState.CANCELLED)


def agree(application, now) -> str:
    """Page and question say the same; what they say."""
    asked_for = live(application.number, {application.pk}, now=now)
    assert asked_for.state == stage(application.pk, now=now).state == track.detail(application.pk, now=now).stage.state
    return asked_for.state


def test_whatever_changes_about_the_visit_is_news(invited, now):
    visit, states = visit_of(invited), [agree(invited, now)]
    confirm_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    states.append(agree(invited, now))
    move_visit(visit_id=visit.pk, slot_id=free_slot(visit, now).pk, now=now, actor=CITIZEN)
    states.append(agree(invited, now))
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.CHECKED_IN)
    states.append(agree(invited, now))
    Visit.objects.filter(pk=visit.pk).update(called_at=now, desk=1)
    states.append(agree(invited, now))
    assert len(set(states)) == len(states)
    assert agree(invited, now) == states[-1]


def test_an_invitation_is_news_only_once_it_cannot_be_taken_back(now, office):
    application = asked(now)
    officer = on_duty(OfficerFactory(), now)
    before = agree(application, now)
    approve(application, now, officer=officer)
    withheld = agree(application, now + timedelta(seconds=7))
    released = agree(application, now + timedelta(seconds=8))
    detail = track.detail(application.pk, now=now + timedelta(seconds=7))
    assert detail.visit is None
    assert [entry.title for entry in detail.timeline if entry.state == "done"] == ["Permohonan diterima"]
    take_back(decision_id=application.decisions.get().pk, officer=officer, now=now + timedelta(seconds=7))
    taken_back = track.detail(application.pk, now=now + timedelta(seconds=9))
    assert [entry.title for entry in taken_back.timeline if entry.state == "done"] == ["Permohonan diterima"]
    assert withheld == agree(application, now + timedelta(seconds=9))
    assert len({before, withheld, released}) == 3


def test_the_history_tells_the_road_of_a_visit(invited, now):
    visit = visit_of(invited)
    move_visit(visit_id=visit.pk, slot_id=free_slot(visit, now).pk, now=now, actor=CITIZEN)
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    titles = [str(entry.title) for entry in track.detail(invited.pk, now=now).timeline]
    assert titles == [
        "Permohonan diterima", "Disetujui", "Kami mengundang Anda", "Jadwal dipindahkan", "Kunjungan dibatalkan",
        "Anda memilih jadwal, atau kami mengundang Anda", "Anda datang ke UPTD", "Layanan selesai",
    ]  # fmt: skip


def test_every_step_of_a_visit_has_words():
    lease = {"claim", "release", "lease_expired", "take_back", "let_go_on", "other_ended"}
    card = {"queue_print", "wait_for_blank", "blank_arrived", "spoil"}
    assert {step.name for step in STEPS} - set(PAST) - lease - card == set()
    assert set(PAST) >= INVITING


def test_the_page_costs_at_most_two_queries_more_than_others(prove, invited, django_assert_max_num_queries):
    client = prove(invited)
    page_of(client, invited)
    with django_assert_max_num_queries(13):
        page_of(client, invited)
    with django_assert_max_num_queries(11):
        track.detail(invited.pk, now=invited.decided_at + timedelta(minutes=1))


def test_after_a_withdrawal_nothing_is_left_of_the_visit(prove, invited, now):
    withdraw(application_id=invited.pk, now=now)
    page = page_of(prove(invited), invited)
    assert "Nomor antrean" not in rows(page)
    assert not re.search(r"/undangan/\w", page.content.decode())
