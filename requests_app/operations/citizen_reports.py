"""LAPOR in a message: the report that the citizen could make on the tracking page, or the truth if there is none."""

from dataclasses import dataclass, replace
from datetime import datetime

from requests_app.models import Application, Report
from requests_app.operations.reports import open_report, write_report
from requests_app.operations.status_words import (
    NOT_THIS_PHONE,
    OTHERWISE,
    Standing,
    due_words,
    sentence_of,
    standings,
    tracking_page,
)
from requests_app.operations.steps import lock
from requests_app.rules.dates import format_day
from requests_app.rules.inbound import application_number, report_words

NOTHING = "Kami tidak menemukan permohonan dengan nomor WhatsApp ini."
NEW = "Laporan {report} untuk permohonan {number} sudah kami buka. Pengawas memeriksanya dan menjawab Anda."
JOINED = (
    "Laporan {report} untuk permohonan {number} sudah memuat tulisan Anda. Pengawas memeriksanya dan menjawab Anda."
)
KNOWN = "Laporan {report} untuk permohonan {number} sudah terbuka sejak {day}. Pengawas memeriksanya dan menjawab Anda."
ANSWERED = (
    "Laporan {report} untuk permohonan {number} sudah dijawab pengawas pada {day}; jawabannya kami kirim kepada Anda."
)
OPENS_BY_ITSELF = "Janji untuk permohonan {number} baru saja lewat. Laporannya terbuka sendiri dalam beberapa menit."


@dataclass(frozen=True)
class Reported:
    """What came of a report. `words_left`: there were words in it, and no report holds them."""

    application: Application | None
    reply: str
    words_left: bool


def report_by_message(*, phone_hash: bytes | None, text: str, about: int | None, now: datetime) -> Reported:
    """Report for the holder of a phone, in the caller's transaction: of the application that the text names, else of
    the one that the message quotes (`about`, its id), else of the one whose promise is broken, else of the newest.

    A broken promise that has no open report gets one; words beside LAPOR join it. Otherwise nothing is stored and the
    reply says until when the answer is promised, or where the application stands.
    """
    number, words = application_number(text), report_words(text)
    found = _quoted(phone_hash, about, now) if number is None and about is not None else []
    found = found or standings(phone_hash, number=number, now=now)
    if not found:
        nothing = NOT_THIS_PHONE if number else NOTHING
        reply = f"{nothing} Anda dapat melihatnya di {tracking_page()} dengan nomor permohonan Anda. {OTHERWISE}"
        return Reported(None, reply, bool(words))
    chosen = next((one for one in found if one.broken), found[0])
    if not chosen.broken:
        return Reported(chosen.application, _not_yet(chosen), bool(words))
    return Reported(chosen.application, _report(chosen, words, now), words_left=False)


def _quoted(phone_hash: bytes | None, about: int, now: datetime) -> list[Standing]:
    """Nothing once the application has another phone."""
    number = Application.objects.values_list("number", flat=True).get(pk=about)
    return standings(phone_hash, number=number, now=now)


def _not_yet(one: Standing) -> str:
    if one.late:
        return OPENS_BY_ITSELF.format(number=one.number)
    where = f"Permohonan {one.number}: {sentence_of(one)}"
    told = f"{where} {due_words(one)} Anda belum perlu melapor." if one.owed else where
    return f"{told} {OTHERWISE}"


def _report(one: Standing, words: str, now: datetime) -> str:
    application = lock(one.application.pk)
    broken = application.promises.filter(outcome="broken", rebutted_at__isnull=True)
    promise = broken.select_related("application").order_by("-round").first()
    if promise is None:
        return _not_yet(replace(one, broken=False, late=False))
    known = Report.objects.filter(application=application).exclude(status="closed").first()
    if words and (known is None or known.status == "answered" or words not in known.words):
        report = write_report(application_id=application.pk, words=words, now=now)
        return JOINED.format(report=report.number, number=one.number)
    if known is None:
        opened = open_report(promise, opened_by="citizen", now=now)
        return NEW.format(report=opened.number, number=one.number)
    if known.status == "answered" and known.answered_at is not None:
        return ANSWERED.format(report=known.number, number=one.number, day=format_day(known.answered_at))
    return KNOWN.format(report=known.number, number=one.number, day=format_day(known.opened_at))
