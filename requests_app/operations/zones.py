"""Zones change in real life: a kelurahan moves to another zone from a day on, without a gap and without an overlap."""

from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from requests_app.models import Kelurahan, Zone, ZoneCoverage


class MoveRefused(ValueError):
    """The move cannot be recorded; the message says why, in Indonesian."""


@transaction.atomic
def move_kelurahan(*, kelurahan: Kelurahan, zone: Zone, first_day: date) -> ZoneCoverage:
    """From `first_day` (WIB, inclusive) on `zone` covers the kelurahan; the coverage until then ends that day.

    Applications keep the zone that was theirs at submission. Raises MoveRefused when the day lies in a range that
    has already ended, when a later move is already recorded, or when the zone covers it anyway.
    """
    last = ZoneCoverage.objects.select_for_update().filter(kelurahan=kelurahan, valid__upper_inf=True).get()
    if last.zone_id == zone.pk:
        raise MoveRefused("Kelurahan ini sudah tercakup zona tersebut.")
    if last.valid.lower is not None and first_day <= last.valid.lower:
        raise MoveRefused("Tanggal harus sesudah awal cakupan yang berlaku sekarang.")
    last.valid = DateRange(last.valid.lower, first_day)
    last.save(update_fields=["valid"])
    return ZoneCoverage.objects.create(zone=zone, kelurahan=kelurahan, valid=DateRange(first_day, None))
