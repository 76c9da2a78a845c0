"""Words and numbers of the supervisor's pages."""

from collections.abc import Sequence
from datetime import date, datetime
from math import floor

from django import template

from requests_app.queries.held_invitations import ZoneWaits
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import DAYS, MONTHS, countdown, format_decimal
from requests_app.rules.labels import error_words
from requests_app.rules.notice_health import TONE_WORDS
from requests_app.rules.survey import ELEMENTS
from requests_app.rules.visits import Trouble

register = template.Library()

SWEEPS = {
    "enforce_promises": "Penjaga janji lima hari",
    "deliver_due": "Pengirim WhatsApp",
    "deliver_others": "Pengirim surel dan SMS",
    "sweep_alerts": "Peringatan tentang pesan",
    "sweep_figures": "Penghitung angka 30 hari",
    "process_receipts": "Tanda terima pesan",
    "sweep_leases": "Pengembali permohonan ke antrean",
    "sweep_waiting": "Pengingat dan batas waktu warga",
    "sweep_slots": "Penyedia jadwal UPTD",
    "sweep_visits": "Undangan dan pengingat kunjungan",
    "sweep_stock_days": "Pencatat hari blangko",
    "sweep_blanks": "Pembagi blangko",
    "sweep_line": "Kabar antrean blangko dan suket",
    "check_ledger": "Pemeriksa buku blangko",
    "sweep_old": "Pembersih data lama",
}
CLOSED = {
    "done": "selesai ditangani",
    "continued": "dilanjutkan laporan baru",
    "rebutted": "ternyata jawaban sampai tepat waktu",
}


@register.filter
def age(opened: datetime | None, now: datetime) -> str:
    """How long ago: `2 hari 3 jam`."""
    return countdown(opened, now).removeprefix("terlambat ").removesuffix(" lagi") if opened else ""


@register.filter
def weekday(day: date) -> str:
    """A day in a narrow column: `Senin, 29 Jun`."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1][:3]}"


@register.filter
def hours(number: float | None) -> str:
    """A span in hours: `17,5 jam`; a dash where nothing was decided."""
    return "–" if number is None else f"{format_decimal(number)} jam"


@register.filter
def sweep_name(name: str) -> str:
    """What runs by itself, in words."""
    return SWEEPS.get(name, name.replace("_", " "))


register.filter("error_words", error_words)


@register.filter
def percent(share: float | None) -> str:
    """A share of 0 to 1, never rounded up: `99,9%`; a dash where there is nothing to share."""
    if share is None:
        return "–"
    return "100%" if share >= 1 else f"{format_decimal(floor(1000 * share) / 10)}%"


@register.filter
def seconds(number: float | None) -> str:
    """A span in seconds, from 2 minutes on in minutes, from 90 minutes on in hours: `3,2 detik`."""
    if number is None:
        return "–"
    for unit, length, least in (("jam", 3600, 5400), ("menit", 60, 120)):
        if number >= least:
            return f"{format_decimal(number / length)} {unit}"
    return f"{format_decimal(number)} detik"


@register.filter
def tone_words(tone: str) -> str:
    """How something does, in a word beside its colour."""
    return TONE_WORDS[tone]


@register.filter
def close_words(reason: str) -> str:
    """Why a Report was closed."""
    return CLOSED.get(reason, reason)


@register.filter
def service_name(service: str) -> str:
    """A service by its stored code."""
    return Service(service).label


@register.filter
def low_answers(answers: Sequence[int]) -> list[dict[str, str]]:
    """The answers of a survey that blame: worth 1 (red) or 2."""
    return [
        {"name": element.name, "answer": element.answers[worth - 1], "tone": "bad" if worth == 1 else "warn"}
        for element, worth in zip(ELEMENTS, answers, strict=True)
        if worth <= 2
    ]


WAITING = (
    ("no_slot", Trouble.NO_SLOT.label),
    ("no_number", Trouble.NO_NUMBER.label),
    ("other_visit", Trouble.OTHER_VISIT.label),
    ("next_turn", "menunggu giliran"),
    ("to_call", "perlu ditelepon"),
    ("theirs", "warga belum memilih jadwal"),
)


@register.filter
def waiting_reasons(row: ZoneWaits) -> list[tuple[int, str]]:
    """How many wait in a zone for what; nothing for what nobody waits for."""
    return [(number, words) for name, words in WAITING if (number := getattr(row, name))]


@register.filter
def trouble_words(trouble: str) -> str:
    """Why the clock could not invite the last time."""
    return dict(WAITING)[trouble or "next_turn"].capitalize()
