"""Alerts of few days of cover: one for each level that is reached, closed when there is clearly more again."""

from datetime import date, datetime

from django.db import transaction

from requests_app.models import StockAlert
from requests_app.operations.stock_alerts import close_alerts, open_alert
from requests_app.rules.blanks import COVER_ALERTS

CLEARLY_MORE = 1.1
"""An alert of 30 days closes above 33: a cover that sways around a level alerts once."""


@transaction.atomic
def watch_cover(*, cover_days: float | None, free: int, order_by: date | None, now: datetime) -> int:
    """Open an alert for each level that the cover is down to, close those that it is well above; how many of both.

    `cover_days` None: nothing is asked for, so nothing runs out. The facts of an alert are those of its opening.
    """
    known = {alert.key: alert for alert in StockAlert.objects.filter(kind="cover", closed_at=None).select_for_update()}
    changed = 0
    for level in COVER_ALERTS:
        alert = known.get(str(level))
        if alert is None and cover_days is not None and cover_days <= level:
            facts = {"days": round(cover_days, 1), "free": free, "order_by": order_by.isoformat() if order_by else ""}
            open_alert("cover", str(level), now=now, facts=facts)
            changed += 1
        elif alert is not None and (cover_days is None or cover_days > level * CLEARLY_MORE):
            close_alerts("cover", now=now, key=str(level))
            changed += 1
    return changed
