"""Where a visit stands, in words: what happened, and what to do next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.queries.invitations import Invitation
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState


@dataclass(frozen=True)
class Standing:
    """A heading, and the notice below it. `answer`: the household can still say whether it comes."""

    heading: str
    tone: str
    icon: str
    sentences: list[str]
    answer: bool = False


def standing(invitation: Invitation, *, now: datetime) -> Standing:
    """What the page of an invitation says first."""
    if invitation.newer:
        return Standing(
            _("Undangan ini sudah diganti"), "warn", "info", [_("Ada jadwal yang lebih baru untuk permohonan ini.")]
        )
    if invitation.coming and invitation.visit.starts_at <= now:
        return _begun(invitation)
    return BY_STATE[VisitState(invitation.visit.state)](invitation)


def _begun(invitation: Invitation) -> Standing:
    return Standing(
        _("Jadwal Anda sudah mulai"), "act", "clock",
        [_("Belum datang? Datanglah sekarang. Tunjukkan undangan ini di loket.")],
    )  # fmt: skip


def _invited(invitation: Invitation) -> Standing:
    until = language.moment(invitation.visit.respond_by or invitation.visit.starts_at)
    return Standing(
        _("Anda diundang datang"), "act", "calendar",
        [
            _("Jawab sebelum {moment}.").format(moment=until),
            _("Tanpa jawaban, tempat Anda kami berikan kepada orang lain."),
        ],
        answer=True,
    )  # fmt: skip


def _confirmed(invitation: Invitation) -> Standing:
    return Standing(
        _("Kami menunggu Anda"), "good", "check",
        [_("Anda sudah menjawab akan datang. Kami mengingatkan Anda sehari sebelumnya.")],
        answer=True,
    )  # fmt: skip


def _checked_in(invitation: Invitation) -> Standing:
    visit = invitation.visit
    if visit.called_at is not None and visit.desk:
        called = _("Nomor {number} dipanggil ke loket {desk}.").format(number=visit.number, desk=visit.desk)
        return Standing(_("Giliran Anda"), "act", "user", [called])
    return Standing(
        _("Anda sudah terdaftar"), "good", "user",
        [
            _("Nomor antrean Anda {number}.").format(number=visit.number),
            _("Tunggu di ruang tunggu sampai nomor itu dipanggil."),
        ],
    )  # fmt: skip


def _served(invitation: Invitation) -> Standing:
    return Standing(
        _("Kunjungan selesai"), "good", "check", [_("Terima kasih sudah datang. Undangan ini tidak diperlukan lagi.")]
    )


def _lapsed(invitation: Invitation) -> Standing:
    until = language.moment(invitation.visit.respond_by or invitation.visit.starts_at)
    return Standing(
        _("Undangan ini sudah lewat"), "warn", "clock",
        [
            _("Kami tidak menerima jawaban sampai {moment}.").format(moment=until),
            _("Tempatnya kami berikan kepada orang lain."),
            *_what_now(invitation, _("Petugas juga menghubungi Anda.")),
        ],
    )  # fmt: skip


def _cancelled(invitation: Invitation) -> Standing:
    change = invitation.change
    if invitation.visit.checked_in_at is not None:
        left = _("Anda sudah hadir, tetapi pulang sebelum dilayani.")
        again = _("Kami juga mencari jadwal baru untuk Anda.")
        return Standing(_("Anda belum dilayani"), "warn", "info", [left, *_what_now(invitation, again)])
    if change is not None and change.called_off:
        sorry = format_html(
            _("Maaf, kami membatalkan jadwal ini. Sebabnya: {why}."), why=language.as_written(change.why)
        )
        said = [
            sorry,
            _("Jangan datang pada jadwal ini."),
            *_what_now(invitation, _("Kami juga mencari jadwal baru untuk Anda.")),
        ]
    else:
        said = [_("Jangan datang pada jadwal ini."), *_what_now(invitation)]
    return Standing(_("Kunjungan ini dibatalkan"), "warn", "cross", said)


def _missed(invitation: Invitation) -> Standing:
    missed = _("Kami menunggu Anda {moment}, tetapi Anda tidak datang.").format(
        moment=language.moment(invitation.visit.starts_at)
    )
    again = _("Kami juga mengundang Anda lagi, paling banyak tiga kali.")
    return Standing(_("Anda belum datang"), "warn", "warn", [missed, *_what_now(invitation, again)])


def _what_now(invitation: Invitation, and_we: str = "") -> list[str]:
    """After a visit that did not happen: what is left of its applications."""
    if invitation.to_book:
        return [_("Permohonan Anda tetap disetujui. Pilih jadwal baru."), *filter(None, [and_we])]
    if any(served.status is Status.CLOSED for served in invitation.served):
        return [_("Permohonan ditutup karena tiga undangan tidak dihadiri. Anda dapat mengajukan lagi kapan saja.")]
    return [_("Lihat keadaan permohonan Anda di halaman Lacak.")]


BY_STATE = {
    VisitState.INVITED: _invited,
    VisitState.CONFIRMED: _confirmed,
    VisitState.CHECKED_IN: _checked_in,
    VisitState.SERVED: _served,
    VisitState.LAPSED: _lapsed,
    VisitState.CANCELLED: _cancelled,
    VisitState.MISSED: _missed,
}
