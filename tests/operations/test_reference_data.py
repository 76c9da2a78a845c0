"""What the office changed stays when a new version brings its reference data again."""

from datetime import date, datetime

import pytest

from requests_app.models import Holiday
from requests_app.operations.reference_data import load_reference_data

pytestmark = pytest.mark.django_db


def test_a_holiday_that_the_office_removed_or_moved_stays_so(now: datetime) -> None:
    Holiday.objects.filter(date=date(2026, 12, 24)).delete()
    Holiday.objects.filter(date=date(2027, 3, 10)).update(date=date(2027, 3, 6))
    days = list(Holiday.objects.values_list("date", flat=True))
    load_reference_data(now=now)
    assert list(Holiday.objects.values_list("date", flat=True)) == days


def test_a_year_that_is_new_comes_whole_beside_what_the_office_had_written_for_it(now: datetime) -> None:
    Holiday.objects.filter(date__year=2027).delete()
    Holiday.objects.create(date=date(2027, 6, 17), name="Hari jadi kota", kind="libur_kantor")
    load_reference_data(now=now)
    assert Holiday.objects.filter(date__year=2027).count() > 20
    assert Holiday.objects.get(date=date(2027, 6, 17)).name == "Hari jadi kota"
