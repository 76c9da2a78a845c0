"""What comes next for whoever comes to an office: the visit that is set, or how to get one."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.track.step import Link, NextStep, news_comes, office_words, sentences
from requests_app.queries.invitations import OwnVisit
from requests_app.queries.stage import Stage
from requests_app.queries.track import Detail
from requests_app.rules.visits import MOST_INVITATIONS, VisitState


def come_when_invited(stage: Stage, detail: Detail | None) -> NextStep:
    """Invited: when and where is said after the proof only."""
    if detail is not None and detail.visit is not None and detail.visit.coming:
        return come_to_visit(detail.visit, _("Datang ke kantor pada jadwal Anda."))
    return NextStep(
        what=_("Datang sesuai undangan."),
        when=_("Pada jam yang tertulis dalam undangan."),
        where=office_words(detail),
        bring=_("Undangan dan dokumen asli."),
        need_not=_("Antre dari pagi. Jam Anda sudah disediakan."),
        yours=True,
    )


def come_to_visit(visit: OwnVisit, what: str) -> NextStep:
    """A visit that is coming; its invitation takes the answer, another slot, or that nobody can come."""
    answer = ""
    if visit.respond_by is not None:
        answer = _("Jawab sebelum {moment}.").format(moment=language.moment(visit.respond_by))
    return NextStep(
        what=_("Jawab undangan kami, lalu datang.") if answer else what,
        when=sentences(language.moment(visit.starts_at) + ".", answer),
        where=_place(visit),
        bring="; ".join(visit.bring) + "." if visit.bring else "",
        need_not=_("Antre dari pagi. Jam Anda sudah disediakan."),
        yours=True,
        number=visit.number,
        links=_of_invitation(visit, answered=not answer),
    )


def _of_invitation(visit: OwnVisit, *, answered: bool) -> tuple[Link, ...]:
    if not visit.code:
        return ()
    label = _("Lihat undangan") if answered else _("Jawab undangan")
    return (
        Link(label, reverse("invitation", args=[visit.code]), "calendar"),
        Link(_("Pilih jadwal lain"), reverse("invitation_slots", args=[visit.code]), "clock"),
    )


def _place(visit: OwnVisit) -> str:
    place = language.as_written(", ".join(filter(None, [visit.office, visit.address])) + ".")
    if not visit.map_link:
        return place
    link = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'
    return sentences(place, format_html(link, visit.map_link, _("Buka peta")))


def wait_for_visit(stage: Stage, detail: Detail | None) -> NextStep:
    """Approved, and no visit is set: one can be chosen, or follows."""
    if detail is None:
        return NextStep(
            what=_("Tunggu jadwal datang ke UPTD."),
            when=_("Jadwalnya ada dalam pesan kami, atau menyusul."),
            where=news_comes(stage, detail),
            need_not=_("Antre, atau datang lebih dulu."),
        )
    return NextStep(
        what=_("Pilih jadwal datang, atau tunggu undangan dari kami."),
        when=_when(detail),
        where=office_words(detail),
        need_not=_("Antre, atau mengajukan lagi."),
        yours=True,
        before=_before(detail),
        links=(choose_slot(stage.number),) if detail.may_book else (),
    )


def _when(detail: Detail) -> str:
    """Until when we said that a schedule follows."""
    if detail.schedule_by is None:
        return ""
    by = _("Jadwal dari kami paling lambat {moment}.")
    if detail.schedule_late:
        by = _("Maaf, jadwal dari kami terlambat. Seharusnya paling lambat {moment}.")
    return by.format(moment=language.moment(detail.schedule_by))


def _before(detail: Detail) -> str:
    """What became of the visit before this waiting."""
    visit, missed = detail.visit, detail.missed_visits
    if visit is None:
        return ""
    if visit.state is VisitState.MISSED and missed:
        words = _("Anda belum datang {count} kali. Sesudah {most} kali, permohonan ditutup.")
        return words.format(count=missed, most=MOST_INVITATIONS)
    if visit.state is VisitState.LAPSED:
        return _("Undangan tidak dijawab. Petugas juga menghubungi Anda.")
    return _("Dibatalkan.")


def choose_slot(number: str) -> Link:
    """To the free slots."""
    return Link(_("Pilih jadwal"), reverse("track_book", args=[number]), "calendar")


def be_called(stage: Stage, detail: Detail | None) -> NextStep:
    """At the desk: which number is called, after the proof also to which desk."""
    visit = detail.visit if detail is not None else None
    if visit is None:
        return NextStep(
            what=_("Tunggu sampai nomor antrean Anda dipanggil."),
            when=_("Hari ini."),
            where=office_words(detail),
            yours=True,
        )
    what = _("Tunggu sampai nomor {number} dipanggil.").format(number=visit.number)
    if visit.called_to is not None:
        what = _("Nomor {number} dipanggil ke loket {desk}.").format(number=visit.number, desk=visit.called_to)
    return NextStep(what=what, when=_("Hari ini."), where=_place(visit), number=visit.number, yours=True)
