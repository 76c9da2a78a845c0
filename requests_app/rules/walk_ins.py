"""Whoever comes without an invitation: why the desk may take them now, who can be taken, and their queue numbers.

The office's own statement: KK and legalisir only by invitation, and whoever comes anyway is still served.
"""

from collections.abc import Iterable

from requests_app.rules.catalogue import Service
from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_
from requests_app.rules.visits import WALK_IN_LABEL

OTHER = "other"
WALK_IN_REASONS: dict[str, str] = {
    "elderly": "Lanjut usia",
    "disabled": "Penyandang disabilitas",
    "far": "Datang dari jauh",
    "urgent": "Keadaan darurat",
    "room": "Loket sedang kosong",
    OTHER: "Alasan lain",
}
"""Why an officer takes somebody now instead of on their day; own words may be added, `other` needs them."""
COUNTER = "counter"
"""The channel of an application that was registered at a desk."""
REGISTERED = "Mendaftar di loket"
"""Why somebody is at the desk who has only just applied."""
MOST_PEOPLE = 20
TOLD_BY: dict[str, str] = {
    "page": N_("Melihat sendiri di halaman Lacak, dengan kode rahasia"),
    "counter": N_("Datang lagi ke loket UPTD, membawa bukti ini"),
    "ward": N_("Lewat kantor kelurahan"),
}
"""How the answer reaches somebody who has neither phone nor e-mail; it stands on the receipt."""

_ENDED = {
    Status.REJECTED: "Permohonan ini ditolak. Alasannya ada di riwayat; warga dapat mengajukan keberatan atau "
    "mendaftar lagi.",
    Status.WITHDRAWN: "Permohonan ini dibatalkan oleh warga. Daftarkan permohonan baru bila masih perlu.",
    Status.EXPIRED: "Permohonan ini ditutup karena waktunya habis. Daftarkan permohonan baru.",
    Status.CLOSED: "Permohonan ini ditutup sesudah tiga undangan tidak dihadiri. Daftarkan permohonan baru.",
    Status.COMPLETED: "Permohonan ini sudah selesai dilayani.",
    Status.HANDED_OVER: "Kartu untuk permohonan ini sudah diserahkan.",
    Status.NEEDS_CORRECTION: "Permohonan ini menunggu perbaikan dari warga. Lengkapi dulu yang kurang.",
}
_CARD_IS_MADE = "KTP-el ini sudah disetujui. Kartunya diambil di tempat yang tertulis pada pesan, tanpa nomor antrean."
_IN_REVIEW = frozenset({Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW})
_FACE_TO_FACE = frozenset({Status.APPROVED, Status.INVITED})


def is_waiting(status: str) -> bool:
    """Whether it is still to be decided: its owner is given a number and the application stays where it is."""
    return status in _IN_REVIEW


def can_be_served(service: str, status: str) -> bool:
    """Whether the desk has something to do for it face to face: a KK or legalisir to give, somebody to record."""
    return status in _FACE_TO_FACE if service != Service.KTP_EL else status == Status.RECORDING_NEEDED


def why_not(service: str, status: str) -> str:
    """Why its owner cannot be given a number for it, and what to do; empty when one can.

    Somebody who is at the desk already (`checked_in`) has a number, which the caller knows.
    """
    if is_waiting(status) or can_be_served(service, status) or status == Status.CHECKED_IN:
        return ""
    return _ENDED.get(Status(status), _CARD_IS_MADE)


def following_number(drawn: Iterable[str]) -> str:
    """The walk-in number after those drawn so far on a day: `L1`, `L2`, … None is used twice."""
    last = max((int(number.removeprefix(WALK_IN_LABEL)) for number in drawn), default=0)
    return f"{WALK_IN_LABEL}{last + 1}"


def in_words(reason: str, words: str = "") -> str:
    """What is kept of why somebody was taken: the preset reason, and the officer's own words. Raises ValueError."""
    if reason not in WALK_IN_REASONS:
        raise ValueError("Pilih alasan menerima sekarang.")
    own = " ".join(words.split())
    if reason == OTHER and not own:
        raise ValueError("Tulis alasan menerima sekarang.")
    return own if reason == OTHER else ": ".join(filter(None, [WALK_IN_REASONS[reason], own]))
