"""A NIK that somebody of the office typed leaves in no message: it is refused where it is typed, and struck out of
whatever notice is made."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Decision, DecisionReason, MessageText, Notice, Report, Zone
from requests_app.operations.clock import break_promises
from requests_app.operations.decisions import Verdict, decide
from requests_app.operations.notices import link_hash, owe_notice, owe_to_phone
from requests_app.operations.preview import preview_answer
from requests_app.operations.reports import answer_report
from requests_app.operations.review import claim_application
from requests_app.operations.rewording import reword_unsent
from requests_app.operations.senders import whole_text
from requests_app.operations.texts import TextRefused, change_text
from requests_app.rules.inbound import REDACTED
from tests.factories import REJECTED, OfficerFactory, decided, new_phone, on_duty, submitted
from tests.operations.offices import invited, open_office

pytestmark = pytest.mark.django_db
NIK = "1671045708959001"
PLACE = {"place": "UPTD Zona 7", "when": "mulai Rabu", "bring": "Kartu Keluarga asli"}


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict("rejected", reason_code="bukan_penduduk", note=f"NIK {NIK} bukan Palembang."),
        Verdict("rejected", reason_code="bukan_penduduk", details={"next": f"Urus NIK {NIK}."}),
        Verdict("needs_correction", items=[{"target": "name", "reason": "", "note": f"Nama lengkap: bukan {NIK}"}]),
        Verdict("approved", details=PLACE | {"bring": f"KK {NIK}"}),
        Verdict("recording_needed", details=PLACE | {"place": f"Rumah {NIK}"}),
        Verdict("recording_needed", details=PLACE | {"when": f"mulai Rabu, {NIK}"}),
    ],
    ids=["note", "next step", "own words", "bring", "place", "hours"],
)
def test_a_decision_whose_words_hold_a_nik_is_refused(now: datetime, verdict: Verdict) -> None:
    officer, application = on_duty(OfficerFactory(), now), submitted(now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    with pytest.raises(ValueError, match="Hapus NIK"):
        decide(application_id=application.pk, officer=officer, now=now, verdict=verdict)
    assert not Decision.objects.exists()


def test_an_answer_to_a_report_that_holds_a_nik_is_refused(now: datetime) -> None:
    application = submitted(now - timedelta(days=6))
    break_promises(now=now)
    report = Report.objects.get()
    with pytest.raises(ValueError, match="Hapus NIK"):
        answer_report(report_id=report.pk, supervisor=OfficerFactory(), answer=f"NIK Anda {NIK}.", seen=0, now=now)
    report.refresh_from_db()
    assert report.status == "open"
    assert not application.notices.filter(purpose="report_answered").exists()


def test_whatever_door_it_came_through_no_notice_holds_it(now: datetime) -> None:
    application = submitted(now)
    words = {"laporan": "LAP-7K3M-9QTX-4", "jawaban": f"NIK Anda {NIK}."}
    notice = owe_notice(application, "report_answered", now=now, dedup="1", params=words)
    assert notice.params["jawaban"] == f"NIK Anda {REDACTED}."
    assert NIK not in whole_text(notice)
    assert notice.params["nomor"] == application.number and notice.params["laporan"] == words["laporan"]
    assert link_hash(notice.params["tautan"]) == notice.link_hash, "the link still opens"


def test_no_message_about_no_application_holds_it(now: datetime) -> None:
    zone = Zone.objects.all()[0]
    notice = owe_to_phone(
        new_phone(), "reply_officer", way=(zone.pk, "whatsapp"), params={"isi": f"NIK {NIK}.", "zona": zone.name},
        dedup_key="answer:1", now=now, expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    assert notice.params["isi"] == f"NIK {REDACTED}."
    assert notice.params["kode_pesan"] == notice.check_code


def test_the_preview_shows_what_would_be_sent(now: datetime) -> None:
    DecisionReason.objects.filter(code=REJECTED.reason_code).update(sentence=f"NIK {NIK} bukan warga.")
    officer, application = on_duty(OfficerFactory(), now), submitted(now)
    shown = preview_answer(application=application, officer=officer, now=now, verdict=REJECTED).text
    assert f"NIK {REDACTED} bukan warga." in shown
    notice = decided(now, REJECTED).notices.get(purpose="rejected")
    assert NIK not in whole_text(notice) and REDACTED in whole_text(notice)


def test_a_message_that_is_worded_anew_holds_none_either(now: datetime) -> None:
    open_office(now)
    visit = invited(now)
    visit.zone.address = f"Rumah {NIK}"
    reword_unsent(visit, now=now)
    notice = Notice.objects.get(visit=visit, purpose="invitation")
    assert notice.params["tempat"] == f"{visit.zone.name}, Rumah {REDACTED}"
    assert notice.params["tautan"] == visit.code.replace("-", "")


@pytest.mark.parametrize("over", [{"subject": f"Batal {NIK}"}, {"body": f"Halo {{nama}}. {NIK} Kode {{kode_pesan}}."}])
def test_a_text_that_holds_one_is_not_used(now: datetime, over: dict[str, str]) -> None:
    current = MessageText.objects.get(purpose="withdrawn", is_current=True)
    given = {"subject": current.subject, "body": current.body} | over
    with pytest.raises(TextRefused, match="Hapus NIK"):
        change_text(purpose="withdrawn", officer=OfficerFactory(role="admin"), now=now, **given)
