"""What comes next, for every status: what, when, where, with what, and what nobody needs to do. It is always free."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app import language
from requests_app.queries.track import Detail, Office, Stage
from requests_app.rules.labels import DOCUMENT_LABELS
from requests_app.rules.phone import spaced_phone
from requests_app.rules.statuses import Status
from requests_app.words import Text


@dataclass(frozen=True)
class NextStep:
    """One block of the tracking page. `yours`: the citizen is to do something; otherwise we are, or nobody."""

    what: str
    when: str = ""
    where: str = ""
    bring: str = ""
    need_not: str = ""
    yours: bool = False


def next_step(stage: Stage, detail: Detail | None = None) -> NextStep:
    """What comes next. Before the proof (`detail` is None) nothing is said that tells where somebody lives."""
    if stage.pending:
        return _we_are_late(stage, detail) if stage.late else _wait_for_answer(stage, detail)
    return BY_STATUS[stage.status](stage, detail)


def _wait_for_answer(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Tunggu kabar dari kami."),
        when=_("Paling lambat {moment}.").format(moment=language.moment(stage.due_at)),
        where=_news_comes(stage, detail),
        need_not=_("Datang, menelepon, atau mengajukan lagi."),
    )


def _news_comes(stage: Stage, detail: Detail | None) -> str:
    if stage.contact == "email":
        return _("Lewat surel, dan di halaman ini.")
    if stage.contact == "none":
        return _("Di halaman ini, dengan kode rahasia Anda.")
    if detail is None:
        return _("Lewat WhatsApp dari nomor resmi UPTD Anda, dan di halaman ini.")
    number = spaced_phone(detail.office.number)
    return _("Lewat WhatsApp dari {office}, nomor {number}, dan di halaman ini.").format(
        office=detail.office.name, number=number
    )


def _we_are_late(stage: Stage, detail: Detail | None) -> NextStep:
    report = detail.report.number if detail and detail.report and detail.report.status != "closed" else ""
    return NextStep(
        what=_("Tunggu jawaban kami, laporkan, atau datang. Anda dilayani lebih dulu."),
        when=language.hours(detail.office.weekly_hours) if detail else _("Pada jam layanan."),
        where=_office(detail),
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
    until = stage.waiting_until
    last_day = _("Paling lambat {moment}.").format(moment=language.moment(until)) if until else ""
    return NextStep(
        what=_("Datang untuk perekaman: foto, sidik jari, dan iris mata."),
        when=_sentences(_meeting(detail, "when"), last_day),
        where=_meeting(detail, "place", _("Tempatnya ada dalam jawaban kami.")),
        bring=_meeting(detail, "bring"),
        need_not=_("Mengajukan lagi. Permohonan ini kami lanjutkan sesudah perekaman."),
        yours=True,
    )


def _collect(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Ambil kartu."),
        when=_meeting(detail, "when", _("Waktunya ada dalam jawaban kami.")),
        where=_meeting(detail, "place", _("Tempatnya ada dalam jawaban kami.")),
        bring=_meeting(detail, "bring"),
        need_not=_("Datang sendiri. Keluarga satu KK boleh mengambil. Orang lain membawa surat kuasa F-1.07."),
        yours=True,
    )


def _meeting(detail: Detail | None, name: str, otherwise: str = "") -> str:
    """What the officer wrote about coming; before the proof, where to find it. A sentence of its own."""
    words = str(detail.meeting.get(name, "")).strip() if detail else ""
    if not words:
        return otherwise
    sentence = language.as_written(words[0].upper() + words[1:].rstrip(".") + ".")
    if name != "place" or detail is None:
        return sentence
    return _sentences(sentence, f"WhatsApp {spaced_phone(detail.office.number)}.")


def _sentences(*parts: str) -> str:
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def _wait_for_card(what: Text) -> Callable[[Stage, Detail | None], NextStep]:
    def step(stage: Stage, detail: Detail | None) -> NextStep:
        return NextStep(
            what=str(what),
            when=_("Kami mengabari Anda begitu kartu siap diambil."),
            where=_news_comes(stage, detail),
            need_not=_("Datang atau mengajukan lagi."),
        )

    return step


def _visit(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Datang sesuai undangan."),
        when=_("Pada jam yang tertulis dalam undangan."),
        where=_office(detail),
        bring=_("Undangan dan dokumen asli."),
        need_not=_("Antre dari pagi. Jam Anda sudah disediakan."),
        yours=True,
    )


def _be_called(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Tunggu sampai nama Anda dipanggil."), when=_("Hari ini."), where=_office(detail), yours=True
    )


def _done(stage: Stage, detail: Detail | None) -> NextStep:
    return NextStep(
        what=_("Tidak ada lagi. Ada yang salah pada hasilnya? Datang ke kantor, kami perbaiki."),
        where=_office(detail),
        bring=_("Kartu atau dokumen yang salah."),
        need_not=_("Mengajukan dari awal."),
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


def _office(detail: Detail | None) -> str:
    if detail is None:
        return _("Kantor Dukcapil atau UPTD terdekat.")
    office: Office = detail.office
    place = language.as_written(", ".join(filter(None, [office.name, office.address])))
    parts = filter(None, [place, language.hours(office.weekly_hours), f"WhatsApp {spaced_phone(office.number)}"])
    return format_html_join(" ", "{}.", ((part,) for part in parts))


# Drafts are never tracked; what waits for our answer is told above.
BY_STATUS: Mapping[Status, Callable[[Stage, Detail | None], NextStep]] = {
    Status.NEEDS_CORRECTION: _correct,
    Status.RECORDING_NEEDED: _be_recorded,
    Status.APPROVED: _collect,
    Status.WAITING_FOR_BLANK: _wait_for_card(gettext_lazy("Tunggu. Kartu dicetak begitu blangko datang.")),
    Status.READY_TO_PRINT: _wait_for_card(gettext_lazy("Tunggu. Kartu Anda dalam antrean cetak.")),
    Status.PRINTED: _wait_for_card(gettext_lazy("Tunggu. Kartu sudah dicetak dan dikirim ke tempat pengambilan.")),
    Status.READY_FOR_PICKUP: _collect,
    Status.INVITED: _visit,
    Status.CHECKED_IN: _be_called,
    Status.HANDED_OVER: _done,
    Status.COMPLETED: _done,
    Status.REJECTED: _objection,
    Status.WITHDRAWN: _apply_again,
    Status.EXPIRED: _apply_again,
    Status.CLOSED: _apply_again,
}
