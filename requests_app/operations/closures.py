"""Days and hours on which desks are closed: a zone's own closures, and the holidays of all.

Whoever declares one changes slots only; the clock moves the visits in them (visit_clock.move_displaced), calls off the
days on which cards were to be fetched (pickup_days.call_off_days), and tells each person once. Promises never change:
they were frozen when they were made.
"""

from datetime import date, datetime, timedelta

from django.contrib.admin.models import ADDITION, DELETION
from django.db import transaction

from requests_app.models import Closure, Holiday, Officer, Zone
from requests_app.operations.nudge import nudge_slots
from requests_app.operations.office import FieldRefused, note_change, plain_words, renew_slots
from requests_app.operations.slots import refresh_slots
from requests_app.operations.steps import NotNow
from requests_app.rules.dates import format_day, local_date

LONGEST = timedelta(days=366)
FURTHEST_AHEAD = timedelta(days=2 * 366)


@transaction.atomic
def declare_closure(
    *, zone: Zone, starts_at: datetime, ends_at: datetime, reason: str, officer: Officer, now: datetime
) -> Closure:  # fmt: skip
    """The zone's desks are closed from `starts_at` until `ends_at`; citizens read the reason.

    Raises FieldRefused: the end before the start, a time that is over, too long or too far ahead, words that cannot
    stand in public, or a closure that is declared already.
    """
    row = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    _check_time(row, starts_at, ends_at, now)
    words = plain_words("reason", reason).rstrip(".")
    closure = Closure.objects.create(
        zone=row, starts_at=starts_at, ends_at=ends_at, reason=words, declared_at=now, declared_by=officer
    )
    refresh_slots(zone=row, now=now)
    note_change(closure, f"{starts_at:%Y-%m-%d %H:%M} – {ends_at:%Y-%m-%d %H:%M} UTC", officer=officer, now=now,
                flag=ADDITION)  # fmt: skip
    transaction.on_commit(nudge_slots, robust=True)
    return closure


def _check_time(zone: Zone, starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if not zone.is_active:
        raise FieldRefused("", f"{zone.name} tidak aktif; zona ini sudah tutup.")
    if ends_at <= starts_at:
        raise FieldRefused("last_day", "Waktu buka lagi harus sesudah waktu tutup.")
    if ends_at <= now:
        raise FieldRefused("last_day", "Waktu ini sudah lewat. Isi waktu tutup yang akan datang.")
    if ends_at - starts_at > LONGEST:
        raise FieldRefused("last_day", "Penutupan paling lama satu tahun. Zona yang tidak buka lagi dinonaktifkan.")
    if starts_at - now > FURTHEST_AHEAD:
        raise FieldRefused("first_day", "Tanggal ini lebih dari dua tahun lagi. Periksa tahunnya.")
    if zone.closures.filter(starts_at=starts_at, ends_at=ends_at, revoked_at=None).exists():
        raise FieldRefused("first_day", "Penutupan pada waktu itu sudah tercatat.")


@transaction.atomic
def revoke_closure(*, closure_id: int, officer: Officer, now: datetime) -> Closure:
    """The desks are open after all: slots from now on are offered again. Visits that were moved stay where they are.

    Raises NotNow when it is revoked or over.
    """
    zone_id = Closure.objects.values_list("zone", flat=True).get(pk=closure_id)
    zone = Zone.objects.select_for_update(no_key=True).get(pk=zone_id)
    closure = Closure.objects.select_for_update(of=("self",)).get(pk=closure_id)
    if closure.revoked_at is not None or closure.ends_at <= now:
        raise NotNow("Penutupan ini sudah dicabut atau sudah lewat.")
    closure.revoked_at = now
    closure.save(update_fields=["revoked_at"])
    refresh_slots(zone=zone, now=now)
    note_change(closure, "revoked", officer=officer, now=now, flag=DELETION)
    transaction.on_commit(nudge_slots, robust=True)
    return closure


@transaction.atomic
def add_holiday(*, day: date, name: str, kind: str, officer: Officer, now: datetime) -> Holiday:
    """All desks are closed on that day. Raises FieldRefused for a day that is past, far ahead or a holiday already."""
    if day < local_date(now):
        raise FieldRefused("day", "Tanggal ini sudah lewat.")
    if day > local_date(now + FURTHEST_AHEAD):
        raise FieldRefused("day", "Tanggal ini lebih dari dua tahun lagi. Periksa tahunnya.")
    holiday, new = Holiday.objects.get_or_create(date=day, defaults={"name": plain_words("name", name), "kind": kind})
    if not new:
        raise FieldRefused("day", f"{format_day(day)} sudah libur: {holiday.name}. Hapus dahulu bila namanya keliru.")
    renew_slots(now=now)
    note_change(holiday, kind, officer=officer, now=now, flag=ADDITION)
    return holiday


@transaction.atomic
def remove_holiday(*, holiday_id: int, officer: Officer, now: datetime) -> Holiday:
    """The desks are open on that day; its slots are offered. Raises NotNow when it is past or removed already."""
    holiday = Holiday.objects.select_for_update().filter(pk=holiday_id).first()
    if holiday is None or holiday.date < local_date(now):
        raise NotNow("Hari libur ini sudah dihapus atau sudah lewat. Muat ulang halaman ini.")
    note_change(holiday, holiday.kind, officer=officer, now=now, flag=DELETION)
    holiday.delete()
    renew_slots(now=now)
    return holiday


def why_closed(zone_id: int | None, *, starts_at: datetime, ends_at: datetime) -> str:
    """Why an office is not open at a time of one day, as the citizen reads it; None: the head office."""
    closures = Closure.objects.filter(revoked_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    closure = closures.filter(zone=zone_id).order_by("-declared_at").first() if zone_id is not None else None
    if closure is not None:
        return closure.reason
    holiday = Holiday.objects.filter(date=local_date(starts_at)).first()
    return f"libur {holiday.name}" if holiday is not None else "perubahan jam layanan"
