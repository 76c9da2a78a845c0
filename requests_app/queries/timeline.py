"""The history of an application in plain words: what happened, what is happening, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import language
from requests_app.models import Event
from requests_app.rules.printing import LOST
from requests_app.rules.statuses import Status
from requests_app.words import Text

PAST: dict[str, Text] = {
    "submit": _("Permohonan diterima"),
    "submit_held": _("Permohonan diterima"),
    "approve": _("Disetujui"),
    "reject": _("Ditolak"),
    "reject_double": _("Ditolak"),
    "ask_correction": _("Kami meminta perbaikan"),
    "need_recording": _("Kami meminta Anda direkam"),
    "annul": _("Keputusan kami batalkan, permohonan diperiksa lagi"),
    "annul_held": _("Keputusan kami batalkan, permohonan diperiksa lagi"),
    "object": _("Keberatan Anda diterima"),
    "object_held": _("Keberatan Anda diterima"),
    "resubmit": _("Perbaikan Anda diterima"),
    "resubmit_held": _("Perbaikan Anda diterima"),
    "recorded": _("Perekaman selesai"),
    "recorded_held": _("Perekaman selesai"),
    "withdraw": _("Anda membatalkan permohonan"),
    "expire": _("Permohonan ditutup"),
    "queue_print": _("Masuk antrean cetak"),
    "wait_for_blank": _("Menunggu blangko: persediaan sedang kosong"),
    "blank_arrived": _("Blangko untuk kartu Anda sudah ada"),
    "blank_lost": _("Blangko untuk kartu Anda tidak ada lagi; Anda menunggu yang berikutnya"),
    "blank_replaced": _("Blangko untuk kartu Anda kami ganti"),
    "print": _("Kartu dicetak"),
    "spoil": _("Kartu rusak, kami cetak ulang"),
    "spoil_none_left": _("Kartu rusak, kami cetak ulang begitu ada blangko"),
    "ready_for_pickup": _("Kartu siap diambil"),
    "suket_issued": _("Surat keterangan terbit"),
    "suket_renewed": _("Surat keterangan diperpanjang"),
    "pickup_asked": _("Kami menanyakan tempat ambil kartu"),
    "pickup_chosen": _("Anda memilih tempat atau hari ambil"),
    "pickup_day_closed": _("Hari ambil Anda batal: kantor tutup"),
    "pickup_reminder": _("Kami mengingatkan Anda: kartu menunggu"),
    "card_sent_back": _("Kartu belum diambil, kami bawa ke Kantor Dukcapil"),
    "card_moved": _("Kartu kami pindahkan ke Kantor Dukcapil"),
    "hand_over": _("Kartu diserahkan"),
    "contact_changed": _("Cara dikabari diganti"),
    "report_opened": _("Laporan keterlambatan dibuat"),
    "report_words": _("Laporan Anda ditambahkan"),
    "report_answered": _("Laporan dijawab"),
    "survey_answered": _("Survei kepuasan Anda diterima"),
    "invite": _("Kami mengundang Anda"),
    "visit_confirmed": _("Anda menjawab akan datang"),
    "visit_moved": _("Jadwal dipindahkan"),
    "visit_displaced": _("Kami memindahkan jadwal Anda"),
    "cancel_visit": _("Kunjungan dibatalkan"),
    "recall_invitation": _("Undangan dibatalkan"),
    "invitation_lapsed": _("Undangan tidak dijawab"),
    "visit_missed": _("Anda tidak datang pada jadwal"),
    "third_visit_missed": _("Permohonan ditutup: tiga undangan tidak dihadiri"),
    "check_in": _("Anda hadir di loket"),
    "walk_in": _("Anda hadir di loket"),
    "came": _("Anda hadir di loket"),
    "left_unserved": _("Anda pulang sebelum dilayani"),
    "complete": _("Layanan selesai"),
}
LOST_CARD: dict[str, Text] = {
    "spoil": _("Kartu hilang di kantor kami, kami cetak ulang"),
    "spoil_none_left": _("Kartu hilang di kantor kami, kami cetak ulang begitu ada blangko"),
}
"""The same steps of a card that was looked for and not found."""
DECIDING = frozenset({"approve", "reject", "ask_correction", "need_recording"})
INVITING = frozenset({"invite", "recall_invitation"})
"""Steps that a decision brings with it; they are told no earlier than it is, and taken back with it."""

_REVIEW = (_("Petugas memeriksa"), _("Data dan berkas Anda kami periksa. Anda tidak perlu melakukan apa pun."))
_COLLECT = (_("Kartu Anda ambil"), _("Tempat dan waktunya kami kabarkan. Gratis."))
_CARRIED = (_("Kartu kami bawa ke Kantor Dukcapil"), _("Anda kami kabari saat sudah ada di sana."))
_PRINT = (_("Kartu dicetak"), _("Sesuai urutan. Anda tidak perlu melakukan apa pun."))
_SERVED = (_("Layanan selesai"), _("Hasilnya Anda terima di loket. Gratis."))
_SCHEDULE = (_("Anda memilih jadwal, atau kami mengundang Anda"), _("Anda tidak perlu antre."))
NOW_AND_NEXT: dict[Status, tuple[tuple[Text, Text], ...]] = {
    Status.SUBMITTED: (
        (_("Menunggu diperiksa"), _("Anda tidak perlu melakukan apa pun.")),
        _REVIEW,
        (_("Jawaban"), ""),
    ),
    Status.IN_REVIEW: (_REVIEW, (_("Jawaban"), "")),
    Status.NEEDS_CORRECTION: (
        (_("Kami menunggu perbaikan Anda"), _("Hanya yang kami sebutkan. Berkas lain tetap tersimpan.")),
        (_("Kami memeriksa lagi"), _("Jawaban paling lambat lima hari sesudah perbaikan Anda masuk.")),
    ),
    Status.RECORDING_NEEDED: (
        (_("Anda datang untuk direkam"), _("Foto, sidik jari, dan iris. Tempatnya ada dalam jawaban kami.")),
        (_("Kami memeriksa lagi"), _("Jawaban paling lambat lima hari sesudah perekaman.")),
    ),
    Status.APPROVED: (_PRINT, _COLLECT),
    Status.WAITING_FOR_BLANK: (
        (_("Menunggu blangko"), _("Urutan Anda ada di atas. Anda tidak perlu melakukan apa pun.")),
        _PRINT,
        _COLLECT,
    ),
    Status.READY_TO_PRINT: (_PRINT, _COLLECT),
    Status.PRINTED: (
        (_("Kartu kami kirim ke tempat pengambilan"), _("Anda tidak perlu melakukan apa pun.")),
        _COLLECT,
    ),
    Status.READY_FOR_PICKUP: (_COLLECT,),
    Status.INVITED: ((_("Anda datang ke UPTD"), _("Pada jadwal Anda. Bawa dokumen aslinya.")), _SERVED),
    Status.CHECKED_IN: (
        (_("Anda menunggu dipanggil"), _("Petugas memanggil nomor antrean Anda.")),
        _SERVED,
    ),
}
NOW_AND_NEXT[Status.HELD_DUPLICATE] = NOW_AND_NEXT[Status.SUBMITTED]


@dataclass(frozen=True)
class Entry:
    """One line: `state` is done, now or empty for what is still to come."""

    state: str
    title: Text
    at: datetime | None = None
    note: Text = ""


def timeline(
    events: Sequence[Event],
    *,
    status: Status,
    due_at: datetime | None,
    released: bool,
    face_to_face: bool = False,
    carried: bool = False,
) -> list[Entry]:
    """Past, present and future of one application; `face_to_face`: what is approved is served at a visit;
    `carried`: the card is on its way back to the head office.

    A decision that was taken back never shows; one that can still be taken back (`released` is false) not yet.
    `due_at` is None when we are late: then no moment is promised again.
    """
    past = [Entry("done", _title(event), event.at) for event in _standing(events, released) if event.step in PAST]
    coming = NOW_AND_NEXT.get(status, ())
    if face_to_face and status is Status.APPROVED:
        coming = (_SCHEDULE, *NOW_AND_NEXT[Status.INVITED])
    if carried:
        coming = (_CARRIED, *coming)
    late = gettext("Secepatnya. Kami sudah terlambat.")
    answer = gettext("Paling lambat {moment}.").format(moment=language.moment(due_at)) if due_at else late
    lines = [(title, note or answer) for title, note in coming]
    return past + [Entry("" if n else "now", title, None, note) for n, (title, note) in enumerate(lines)]


def _title(event: Event) -> Text:
    words = LOST_CARD if event.data.get("reason") == LOST else PAST
    return words.get(event.step, PAST[event.step])


def _standing(events: Sequence[Event], released: bool) -> list[Event]:
    kept: list[Event] = []
    for event in events:
        if event.step == "take_back":
            kept = _without_latest_decision(kept)
        else:
            kept.append(event)
    return kept if released else _without_latest_decision(kept)


def _without_latest_decision(events: list[Event]) -> list[Event]:
    """Without it, and without the invitation that came with it."""
    latest = max((n for n, event in enumerate(events) if event.step in DECIDING), default=len(events))
    return events[:latest] + [event for event in events[latest + 1 :] if event.step not in INVITING]
