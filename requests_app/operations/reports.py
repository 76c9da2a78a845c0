"""Reports: opened by the clock or the citizen, answered and closed by a supervisor; opened again by further words."""

from datetime import datetime

from django.db import IntegrityError, transaction

from requests_app.models import Application, Officer, Promise, Report
from requests_app.operations.actors import CITIZEN, CLOCK, Actor, staff
from requests_app.operations.notices import owe_notice
from requests_app.operations.steps import NotNow, lock, record_event
from requests_app.rules.numbers import new_report_number
from requests_app.rules.sent_words import check_sent_words
from requests_app.rules.texts import N_

WROTE_AGAIN = (
    "Warga menulis lagi sesudah jawaban terakhir. Baca dan jawab dulu; baru kemudian laporan ini dapat ditutup."
)


def open_report(promise: Promise, *, opened_by: str, now: datetime) -> Report:
    """Open a Report for a broken promise of a locked application; one that is still open is continued by it."""
    application = promise.application
    older = Report.objects.select_for_update().filter(application=application).exclude(status="closed").first()
    if older is not None:
        older.status, older.closed_at, older.close_reason = "closed", now, "continued"
        older.save(update_fields=["status", "closed_at", "close_reason"])
    report = _insert(promise, opened_by, now, owner=older.owner if older else None, words=older.words if older else "")
    actor = CLOCK if opened_by == "clock" else CITIZEN
    record_event(application, "report_opened", now=now, actor=actor, data={"report": report.pk})
    return report


def _insert(promise: Promise, opened_by: str, now: datetime, *, owner: Officer | None, words: str) -> Report:
    for _ in range(3):
        try:
            with transaction.atomic():
                return Report.objects.create(
                    number=new_report_number(), application=promise.application, promise=promise,
                    opened_by=opened_by, opened_at=now, owner=owner, words=words,
                )  # fmt: skip
        except IntegrityError as error:
            if "number" not in str(error):
                raise
    raise IntegrityError("no free report number")


@transaction.atomic
def write_report(*, application_id: int, words: str, now: datetime) -> Report:
    """The citizen's words join the Report that is not closed, which is open again if it was answered: they are owed an
    answer, too. After a closed one, they open a new one.

    Raises NotNow while no promise is broken, ValueError without words.
    """
    application = lock(application_id)
    promise = application.promises.filter(outcome="broken", rebutted_at__isnull=True).order_by("-round").first()
    if promise is None:
        raise NotNow(N_("Janji lima hari belum lewat. Anda tidak perlu melapor."))
    if not words.strip():
        raise ValueError("Tuliskan laporan Anda.")
    report = Report.objects.select_for_update().filter(application=application).exclude(status="closed").first()
    if report is None:
        report = open_report(promise, opened_by="citizen", now=now)
    report.words = f"{report.words}\n\n{words.strip()}".strip()
    report.words_at, report.status = now, "open"
    report.save(update_fields=["words", "words_at", "status"])
    record_event(application, "report_words", now=now, actor=CITIZEN, data={"report": report.pk})
    return report


@transaction.atomic
def own_report(*, report_id: int, supervisor: Officer, now: datetime) -> Report:
    """A supervisor takes the Report as their own."""
    report = _locked(report_id)
    report.owner = supervisor
    report.save(update_fields=["owner"])
    _record(report, "report_owned", staff(supervisor), now)
    return report


@transaction.atomic
def answer_report(*, report_id: int, supervisor: Officer, answer: str, seen: int, now: datetime) -> Report:
    """The answer that reaches the citizen as a notice.

    `seen`: so many letters of the citizen's words had the supervisor before them; with more of them by now the Report
    stays open. Raises NotNow (closed) or ValueError (empty, or with a NIK).
    """
    report = _locked(report_id)
    if not answer.strip():
        raise ValueError("Tuliskan jawaban untuk warga.")
    check_sent_words(answer)
    report.status = "open" if len(report.words) > seen else "answered"
    report.answer, report.answered_at = answer.strip(), now
    report.owner = report.owner or supervisor
    report.save(update_fields=["status", "answer", "answered_at", "owner"])
    _record(report, "report_answered", staff(supervisor), now)
    params = {"laporan": report.number, "jawaban": " ".join(answer.split())}
    owe_notice(report.application, "report_answered", now=now, dedup=f"{report.pk}:{now.timestamp()}", params=params)
    return report


@transaction.atomic
def close_report(*, report_id: int, supervisor: Officer, now: datetime) -> Report:
    """Close an answered Report. Raises NotNow before the citizen was answered, and after they have written again."""
    report = _locked(report_id)
    if report.status != "answered":
        raise NotNow(WROTE_AGAIN if report.answered_at else "Jawab dulu laporan ini; baru kemudian dapat ditutup.")
    report.status, report.closed_at, report.close_reason = "closed", now, "done"
    report.save(update_fields=["status", "closed_at", "close_reason"])
    _record(report, "report_closed", staff(supervisor), now)
    return report


def _locked(report_id: int) -> Report:
    lock(Report.objects.values_list("application_id", flat=True).get(pk=report_id))
    report = Report.objects.select_for_update(of=("self",)).select_related("application__zone").get(pk=report_id)
    if report.status == "closed":
        raise NotNow("Laporan ini sudah ditutup.")
    return report


def _record(report: Report, step: str, actor: Actor, now: datetime) -> None:
    application: Application = report.application
    record_event(application, step, now=now, actor=actor, data={"report": report.pk})
