"""Words and numbers of the supervisor's pages."""

from datetime import date, datetime

from django import template

from requests_app.rules.dates import DAYS, MONTHS, countdown
from requests_app.rules.labels import error_words

register = template.Library()

SWEEPS = {
    "enforce_promises": "Penjaga janji lima hari",
    "deliver_due": "Pengirim pesan",
    "process_receipts": "Tanda terima pesan",
    "sweep_leases": "Pengembali permohonan ke antrean",
    "sweep_waiting": "Pengingat dan batas waktu warga",
    "sweep_slots": "Penyedia jadwal UPTD",
    "sweep_visits": "Undangan dan pengingat kunjungan",
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
def sweep_name(name: str) -> str:
    """What runs by itself, in words."""
    return SWEEPS.get(name, name.replace("_", " "))


register.filter("error_words", error_words)


@register.filter
def close_words(reason: str) -> str:
    """Why a Report was closed."""
    return CLOSED.get(reason, reason)
