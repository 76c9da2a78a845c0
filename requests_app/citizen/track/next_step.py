"""What comes next, for every status: what, when, where, with what, and what nobody needs to do. It is always free."""

from collections.abc import Callable, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.track.next_card import (
    wait_for_arrival,
    wait_for_blank,
    wait_for_printing,
    wait_in_print_queue,
)
from requests_app.citizen.track.next_pickup import collect, given_words, with_choice
from requests_app.citizen.track.next_visit import (
    be_called,
    choose_slot,
    come_to_visit,
    come_when_invited,
    wait_for_visit,
)
from requests_app.citizen.track.step import Link, NextStep, news_comes, office_words, sentences
from requests_app.queries.stage import Stage
from requests_app.queries.track import Detail
from requests_app.rules.labels import DOCUMENT_LABELS
from requests_app.rules.phone import spaced_phone
from requests_app.rules.statuses import Status


def next_step(stage: Stage, detail: Detail | None = None) -> NextStep:
    """What comes next. Before the proof (`detail` is None) nothing is said that tells where somebody lives."""
    if stage.pending:
        return _we_are_late(stage, detail) if stage.late else _wait_for_answer(stage, detail)
    return with_choice(BY_STATUS[stage.status](stage, detail), stage, detail)


def _wait_for_answer(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Tunggu kabar dari kami."),
        when=_("Paling lambat {moment}.").format(moment=language.moment(stage.due_at)),
        where=news_comes(stage, detail),
        need_not=_("Datang, menelepon, atau mengajukan lagi."),
    )


def _we_are_late(stage: Stage, detail: Detail | None) -> NextStep:
    report = detail.report.number if detail and detail.report and detail.report.status != "closed" else ""
    return NextStep(
        what=_("Tunggu jawaban kami, laporkan, atau datang. Anda dilayani lebih dulu."),
        when=language.hours(detail.office.weekly_hours) if detail else _("Pada jam layanan."),
        where=office_words(detail),
        bring=_("Nomor laporan {number}.").format(number=report) if report else _("Nomor permohonan ini."),
        need_not=_("Mengajukan lagi."),
        yours=True,
    )


def _correct(stage: Stage, detail: Detail | None) -> NextStep:
    until = stage.waiting_until
    return NextStep(
        what=_("Perbaiki yang kami sebutkan, lalu kirim lagi."),
        when=_("Sebelum {moment}.").format(moment=language.moment(until)) if until else "",
        where=_("Di halaman ini, dari ponsel."),
        bring=_documents_to_photograph(detail),
        need_not=_("Datang. Berkas lain juga tidak perlu dikirim ulang."),
        yours=True,
    )


def _documents_to_photograph(detail: Detail | None) -> str:
    labels = [fault.label for fault in detail.faults if fault.target in DOCUMENT_LABELS] if detail else []
    return _("Dokumen asli untuk difoto: {documents}.").format(documents=", ".join(labels)) if labels else ""


def _be_recorded(stage: Stage, detail: Detail | None) -> NextStep:
    what = _("Datang untuk perekaman: foto, sidik jari, dan iris mata.")
    if detail is not None and detail.visit is not None and detail.visit.coming:
        return come_to_visit(detail.visit, what)
    until = stage.waiting_until
    last_day = _("Paling lambat {moment}.").format(moment=language.moment(until)) if until else ""
    return NextStep(
        what=what,
        when=sentences(_meeting(detail, "when"), last_day),
        where=_meeting(detail, "place", _("Tempatnya ada dalam jawaban kami.")),
        bring=_meeting(detail, "bring"),
        need_not=_("Mengajukan lagi. Permohonan ini kami lanjutkan sesudah perekaman."),
        yours=True,
        links=(choose_slot(stage.number),) if detail is not None and detail.may_book else (),
    )


def _approved(stage: Stage, detail: Detail | None) -> NextStep:
    return wait_for_visit(stage, detail) if stage.face_to_face else wait_for_printing(stage, detail)


def _meeting(detail: Detail | None, name: str, otherwise: str = "") -> str:
    """What the officer wrote about coming; before the proof, where to find it. A sentence of its own."""
    words = str(detail.meeting.get(name, "")).strip() if detail else ""
    if not words:
        return otherwise
    sentence = language.as_written(words[0].upper() + words[1:].rstrip(".") + ".")
    if name != "place" or detail is None:
        return sentence
    return sentences(sentence, f"WhatsApp {spaced_phone(detail.office.number)}.")


def _done(stage: Stage, detail: Detail | None) -> NextStep:
    survey = Link(_("Nilai layanan kami"), reverse("survey", args=[stage.number]), "edit")
    return NextStep(
        what=_("Tidak ada lagi. Ada yang salah pada hasilnya? Datang ke kantor, kami perbaiki."),
        when=given_words(detail),
        where=office_words(detail),
        bring=_("Kartu atau dokumen yang salah."),
        need_not=_("Mengajukan dari awal."),
        links=(survey,) if detail is not None else (),
    )


def _objection(stage: Stage, detail: Detail | None) -> NextStep:
    if detail is None or detail.object_until is None:
        return NextStep(
            what=_("Baca alasannya dalam jawaban kami."),
            when=_("Permohonan baru boleh diajukan kapan saja."),
            where=_("Di situs ini, dari ponsel."),
            need_not=_("Datang."),
            yours=True,
        )
    return NextStep(
        what=_("Baca alasannya di bawah. Tidak setuju? Ajukan keberatan."),
        when=_("Keberatan paling lambat {moment}.").format(moment=language.moment(detail.object_until)),
        where=_("Di halaman ini, dari ponsel."),
        need_not=_("Datang. Petugas lain memeriksa keberatan Anda."),
        yours=True,
    )


def _apply_again(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Tidak ada lagi. Masih perlu? Ajukan permohonan baru."),
        when=_("Kapan saja."),
        where=_("Di situs ini, dari ponsel."),
        bring=_("Dokumen yang sama seperti dulu."),
        need_not=_("Datang."),
    )


# Drafts are never tracked; what waits for our answer is told above.
BY_STATUS: Mapping[Status, Callable[[Stage, Detail | None], NextStep]] = {
    Status.NEEDS_CORRECTION: _correct,
    Status.RECORDING_NEEDED: _be_recorded,
    Status.APPROVED: _approved,
    Status.WAITING_FOR_BLANK: wait_for_blank,
    Status.READY_TO_PRINT: wait_in_print_queue,
    Status.PRINTED: wait_for_arrival,
    Status.READY_FOR_PICKUP: collect,
    Status.INVITED: come_when_invited,
    Status.CHECKED_IN: be_called,
    Status.HANDED_OVER: _done,
    Status.COMPLETED: _done,
    Status.REJECTED: _objection,
    Status.WITHDRAWN: _apply_again,
    Status.EXPIRED: _apply_again,
    Status.CLOSED: _apply_again,
}
