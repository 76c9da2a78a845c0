"""Supervisors are told at 30, 14 and 7 days of cover."""

from datetime import datetime

import pytest

from requests_app.models import StockAlert
from requests_app.operations.cover_alerts import watch_cover

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "level"), [(0, 7), (7, 7), (7.1, 14), (14, 14), (14.1, 30), (30, 30), (30.1, None), (None, None)]
)
def test_an_alert_at_thirty_fourteen_and_seven_days(now: datetime, days: float | None, level: int | None) -> None:
    watch_cover(cover_days=days, free=600, order_by=None, now=now)
    reached = sorted(int(key) for key in StockAlert.objects.values_list("key", flat=True))
    assert reached == [one for one in (7, 14, 30) if level is not None and one >= level]
