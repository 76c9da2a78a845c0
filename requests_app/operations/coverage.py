"""Which zone covers which kelurahan, from which day on: moved in one step, never with a gap or an overlap.

The database keeps it (an exclusion constraint, a deferred trigger); what is done here makes refusals clear.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from requests_app.models import Kelurahan, Officer, Zone, ZoneCoverage
from requests_app.operations.office import FieldRefused, note_change
from requests_app.operations.steps import NotNow
from requests_app.rules.dates import format_day, local_date

NAMED = 5
FURTHEST_AHEAD = 2 * 366
GONE = "Perpindahan ini sudah dibatalkan atau sudah berlaku. Muat ulang halaman ini."


@dataclass(frozen=True)
class Moved:
    """How many kelurahan another zone covers from that day on, and how many it does anyway."""

    moved: int
    already: int


@transaction.atomic
def move_kelurahan(
    *, kelurahan: Iterable[str], zone: Zone, first_day: date, officer: Officer, now: datetime
) -> Moved:  # fmt: skip
    """From `first_day` (WIB, inclusive) on `zone` covers these kelurahan (codes): all of them, or none.

    Applications keep the zone that was theirs at submission. A move that begins on the same day is replaced. Raises
    FieldRefused, naming the kelurahan, for a day that is past or far ahead, a zone that is not at work, or a kelurahan
    for which a later move is recorded; and when there is nothing to move.
    """
    target = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    codes = sorted(set(kelurahan))
    rows = Kelurahan.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("code")
    names = {row.code: row.name for row in rows}
    _check(target, names, first_day, local_date(now))
    last = ZoneCoverage.objects.filter(kelurahan__in=names, valid__upper_inf=True)
    open_rows = list(last.select_related("zone").order_by("kelurahan_id"))
    later = [row for row in open_rows if _first_day(row) > first_day]
    if later:
        raise FieldRefused("first_day", _recorded_already(later, names))
    moving = [row for row in open_rows if row.zone_id != target.pk]
    if not moving:
        raise FieldRefused("kelurahan", f"Semua kelurahan yang dipilih sudah tercakup {target.name}.")
    for row in moving:
        _begin(row, target, first_day)
    what = f"kelurahan from {first_day}: {', '.join(row.kelurahan_id for row in moving)}"
    note_change(target, what, officer=officer, now=now)
    return Moved(len(moving), len(open_rows) - len(moving))


def _check(zone: Zone, names: Collection[str], first_day: date, today: date) -> None:
    if not names:
        raise FieldRefused("kelurahan", "Centang kelurahan yang dipindahkan.")
    if not zone.is_active:
        raise FieldRefused("zone", f"{zone.name} tidak aktif. Pilih zona yang aktif.")
    if first_day < today:
        raise FieldRefused("first_day", "Tanggal ini sudah lewat. Perpindahan berlaku mulai hari ini atau sesudahnya.")
    if (first_day - today).days > FURTHEST_AHEAD:
        raise FieldRefused("first_day", "Tanggal ini lebih dari dua tahun lagi. Periksa tahunnya.")


def _begin(row: ZoneCoverage, zone: Zone, first_day: date) -> None:
    """The zone follows the present one on that day; where the present one begins on that day, it takes its place."""
    if row.valid.lower == first_day:
        before = _before(row)
        if before is not None and before.zone_id == zone.pk:
            _go_on(before, row)
            return
        row.zone = zone
        row.save(update_fields=["zone"])
        return
    row.valid = DateRange(row.valid.lower, first_day)
    row.save(update_fields=["valid"])
    ZoneCoverage.objects.create(zone=zone, kelurahan_id=row.kelurahan_id, valid=DateRange(first_day, None))


def _first_day(row: ZoneCoverage) -> date:
    first_day = row.valid.lower
    assert first_day is not None, "coverage begins on a day"
    return first_day


def _before(row: ZoneCoverage) -> ZoneCoverage | None:
    return ZoneCoverage.objects.filter(kelurahan=row.kelurahan_id, valid__endswith=row.valid.lower).first()


def _go_on(before: ZoneCoverage, move: ZoneCoverage) -> None:
    """Nothing changes on that day: the zone before covers the kelurahan further on."""
    move.delete()
    before.valid = DateRange(before.valid.lower, None)
    before.save(update_fields=["valid"])


def _recorded_already(later: list[ZoneCoverage], names: dict[str, str]) -> str:
    told = [f"{names[r.kelurahan_id]} (ke {r.zone.name} mulai {format_day(_first_day(r))})" for r in later[:NAMED]]
    more = f" dan {len(later) - NAMED} lainnya" if len(later) > NAMED else ""
    return f"Sudah tercatat pindah: {', '.join(told)}{more}. Batalkan perpindahan itu dahulu, atau pilih tanggal lain."


@transaction.atomic
def undo_moves(*, coverage_ids: Collection[int], officer: Officer, now: datetime) -> int:
    """Moves that have not begun are taken back, all or none: the zone before goes on. How many. Raises NotNow."""
    known = ZoneCoverage.objects.filter(pk__in=coverage_ids)
    wards = sorted(known.values_list("kelurahan_id", flat=True))
    list(Kelurahan.objects.select_for_update(no_key=True).filter(code__in=wards).order_by("code"))
    moves = list(known.filter(valid__upper_inf=True, valid__startswith__gt=local_date(now)).select_related("zone"))
    if not moves or len(moves) != len(set(coverage_ids)):
        raise NotNow(GONE)
    for move in moves:
        before = _before(move)
        if before is None:
            raise NotNow(GONE)
        _go_on(before, move)
        note_change(move.zone, f"move undone: {move.kelurahan_id}", officer=officer, now=now)
    return len(moves)
