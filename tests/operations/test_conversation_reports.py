"""What a message to a zone's number sets going: a Report, or the proof that somebody holds a phone."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, Conversation, InboundMessage, Report, Zone
from requests_app.operations import conversations
from requests_app.operations.clock import break_promises
from requests_app.operations.reports import answer_report, close_report
from requests_app.operations.sent_proofs import kept_code, start
from requests_app.operations.steps import NotNow
from requests_app.rules.dates import format_moment
from tests.factories import OfficerFactory, new_phone, submitted
from tests.operations.inbound import PHONE, reply_to, write

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def zone(db: None) -> Zone:
    return Zone.objects.exclude(whatsapp_phone_id="").order_by("code")[0]


# --- LAPOR


def test_before_the_due_moment_a_report_is_told_until_when_the_answer_is_promised(now: datetime, zone: Zone):
    application = submitted(now, phone=PHONE)
    told = reply_to("LAPOR", now)
    assert format_moment(application.due_at) in told and "belum perlu melapor" in told
    assert not Report.objects.exists()
    assert Conversation.objects.get().waits_since is None


def test_a_report_of_a_broken_promise_names_the_one_that_is_open(now: datetime, zone: Zone):
    application = submitted(now, phone=PHONE)
    late = application.due_at + SECOND
    break_promises(now=late)
    assert Report.objects.get().number in reply_to("LAPOR", late)
    assert Report.objects.get().words == ""


def test_words_beside_it_join_the_open_report(now: datetime, zone: Zone):
    application = submitted(now, phone=PHONE)
    late = application.due_at + SECOND
    break_promises(now=late)
    reply_to("Lapor, saya menunggu seminggu. NIK 1671045708959001", late)
    assert Report.objects.get().words == "Lapor, saya menunggu seminggu. NIK [16 angka dihapus]"


def test_after_a_closed_one_a_report_is_opened_as_on_the_tracking_page(now: datetime, zone: Zone):
    application = submitted(now, phone=PHONE)
    late = application.due_at + SECOND
    break_promises(now=late)
    Report.objects.update(status="closed", closed_at=late, close_reason="done")
    told = reply_to("LAPOR", late + HOUR)
    opened = Report.objects.get(status="open")
    assert (opened.opened_by, opened.application) == ("citizen", application)
    assert opened.number in told


@pytest.fixture
def two_late(now: datetime, zone: Zone) -> list[Application]:
    """Two applications of one phone whose promises were broken; their reports are closed."""
    found = [submitted(now, phone=PHONE) for _ in range(2)]
    late = found[1].due_at + SECOND
    break_promises(now=late)
    Report.objects.update(status="closed", closed_at=late, close_reason="done")
    return found


def test_two_reports_in_a_minute_are_two_when_they_name_two_applications(two_late: list[Application]):
    late = two_late[1].due_at + HOUR
    told = [reply_to(f"LAPOR {one.number}", late + n * 30 * SECOND) for n, one in enumerate(two_late)]
    opened = Report.objects.filter(status="open").order_by("pk")
    assert [report.application for report in opened] == two_late
    assert all(report.number in words for report, words in zip(opened, told, strict=True))
    assert reply_to(f"Lapor {two_late[1].number}!", late + 40 * SECOND) == "", "the same again"
    assert Conversation.objects.get().waits_since is None


def test_a_report_is_opened_whether_or_not_a_reply_may_be_sent(two_late: list[Application], monkeypatch: Any):
    monkeypatch.setattr(conversations, "REPLIES_A_DAY", 0)
    late = two_late[0].due_at + HOUR
    assert reply_to(f"LAPOR {two_late[0].number}", late) == ""
    assert Report.objects.get(status="open").application == two_late[0]
    assert Conversation.objects.get().waits_since == late
    assert reply_to(f"LAPOR {two_late[1].number}", late + 2 * DAY, at=late + HOUR) == "", "came a day late"
    assert Report.objects.filter(status="open").count() == 2


def test_words_that_are_sent_twice_stand_in_the_report_once(two_late: list[Application]):
    late = two_late[0].due_at + HOUR
    words = f"LAPOR {two_late[0].number} saya menunggu seminggu"
    for second in range(2):
        write(words, late + second * SECOND)
    assert Report.objects.get(status="open").words == words


@pytest.mark.parametrize("again", ["LAPOR masih belum ada kabar", "LAPOR belum ada kabar"])
def test_words_after_the_answer_open_the_report_again(now: datetime, zone: Zone, again: str):
    late = submitted(now, phone=PHONE).due_at + SECOND
    break_promises(now=late)
    write("LAPOR belum ada kabar", late)
    supervisor = OfficerFactory(role="supervisor")
    report = Report.objects.get()
    answer = {"report_id": report.pk, "supervisor": supervisor, "answer": "Besok.", "seen": len(report.words)}
    answer_report(**answer, now=late + HOUR)
    assert "sudah dijawab pengawas" in reply_to("LAPOR", late + 2 * HOUR)
    assert Report.objects.get().status == "answered", "nothing new was said"
    assert "Pengawas memeriksanya dan menjawab Anda" in reply_to(again, late + 3 * HOUR)
    report.refresh_from_db()
    assert (report.status, report.answer) == ("open", "Besok.")
    with pytest.raises(NotNow, match="Warga menulis lagi"):
        close_report(report_id=report.pk, supervisor=supervisor, now=late + 4 * HOUR)


def test_a_report_that_quotes_a_message_is_about_its_application(two_late: list[Application]):
    older, newer = two_late
    late = newer.due_at + HOUR
    sent = older.notices.get(purpose="apology")
    sent.provider_id = "wamid.apology"
    sent.save(update_fields=["provider_id"])
    told = reply_to("LAPOR belum juga", late, context={"id": "wamid.apology"})
    assert older.number in told and newer.number not in told
    assert Report.objects.get(status="open").application == older
    assert InboundMessage.objects.get().application == older
    named = reply_to(f"LAPOR {newer.number} ini juga", late + 2 * HOUR, context={"id": "wamid.apology"})
    assert newer.number in named, "a number that is named counts before what is quoted"


def test_what_is_quoted_and_not_late_is_told_so_although_another_is_late(two_late: list[Application]):
    late = two_late[1].due_at + HOUR
    third = submitted(late, phone=PHONE)
    third.notices.update(provider_id="wamid.received")
    told = reply_to("LAPOR", late, context={"id": "wamid.received"})
    assert third.number in told and "belum perlu melapor" in told
    assert not Report.objects.filter(status="open").exists()


@pytest.mark.parametrize("word", ["STATUS", "LAPOR"])
def test_who_names_two_applications_is_told_of_one_and_waits_for_the_other(now: datetime, zone: Zone, word: str):
    first, second = submitted(now, phone=PHONE), submitted(now, phone=PHONE)
    told = reply_to(f"{word} {first.number} dan {second.number}", now)
    assert first.number in told and second.number not in told
    assert Conversation.objects.get().waits_since == now


def test_words_that_no_report_holds_wait_for_an_officer(now: datetime, zone: Zone):
    submitted(now, phone=PHONE)
    assert reply_to("Lapor pak, loketnya tutup terus", now) != ""
    assert Conversation.objects.get().waits_since == now


def test_nobody_reports_for_another_phone(now: datetime, zone: Zone):
    application = submitted(now, phone=new_phone())
    late = application.due_at + SECOND
    break_promises(now=late)
    Report.objects.update(status="closed", closed_at=late, close_reason="done")
    assert "tidak terdaftar dengan nomor WhatsApp ini" in reply_to(f"LAPOR {application.number}", late)
    assert not Report.objects.filter(status="open").exists()


# --- the code that proves a phone


def test_a_code_from_the_right_phone_proves_it(now: datetime, db: None):
    application = submitted(now, phone=PHONE)
    _, code = start(application_id=application.pk, now=now)
    told = reply_to(f"KODE {code} Adminduk Online", now, zone=application.zone)
    application.refresh_from_db()
    assert application.phone_proven_at == now
    assert application.number in told
    assert "dapat dilanjutkan" in told and "orang lain yang menyuruh Anda mengirim kode ini" in told
    assert InboundMessage.objects.get().application == application


def test_the_code_of_a_receipt_opens_no_page_and_says_nothing_of_one(now: datetime, db: None):
    application = submitted(now, phone=PHONE)
    kept = kept_code(application_id=application.pk, now=now)
    assert kept is not None
    told = reply_to(f"KODE {kept.code}", now, zone=application.zone)
    assert f"terbukti untuk permohonan {application.number}" in told
    assert "Halaman" not in told and "halaman" not in told


def test_a_code_that_was_sent_in_time_is_told_so_however_late_we_are(now: datetime, db: None):
    application = submitted(now, phone=PHONE)
    _, code = start(application_id=application.pk, now=now)
    sent_at = (now + 120 * SECOND).replace(microsecond=0)
    told = reply_to(f"KODE {code}", now + 20 * 60 * SECOND, at=sent_at, zone=application.zone)
    assert f"terbukti untuk permohonan {application.number}" in told


def test_a_second_code_in_the_same_minute_is_answered_too(now: datetime, db: None):
    application = submitted(now, phone=PHONE)
    _, code = start(application_id=application.pk, now=now)
    assert "tidak berlaku" in reply_to("KODE ABCD-EFGH", now, zone=application.zone)
    assert application.number in reply_to(f"KODE {code}", now + 20 * SECOND, zone=application.zone)


def test_a_code_from_another_phone_or_a_hidden_one_proves_nothing(now: datetime, db: None):
    application = submitted(now, phone=PHONE)
    _, code = start(application_id=application.pk, now=now)
    told = reply_to(f"KODE {code}", now, zone=application.zone, phone=new_phone())
    assert "tidak berlaku untuk nomor ini" in told and application.number not in told
    assert reply_to(f"KODE {code}", now, zone=application.zone, phone="", user="ID.1") == ""
    assert Conversation.objects.get(phone_hash=None).waits_since == now, "nobody has told them"
    application.refresh_from_db()
    assert application.phone_proven_at is None
