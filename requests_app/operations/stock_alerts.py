"""What people have to know about blanks and cards: one open row per matter, closed when it is over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from requests_app.models import BlankStock, StockAlert


def open_alert(
    kind: str, key: str, *, now: datetime, stock: BlankStock | None = None, facts: Mapping[str, Any] | None = None
) -> StockAlert:
    """Open the alert of a matter; one that is open already gets the facts (ids, codes and counts only) of now."""
    values = {"stock": stock, "facts": dict(facts or {})}
    try:
        with transaction.atomic():
            return StockAlert.objects.create(kind=kind, key=key, opened_at=now, **values)
    except IntegrityError:
        alert = StockAlert.objects.get(kind=kind, key=key, closed_at=None)
    alert.facts = values["facts"]
    alert.save(update_fields=["facts"])
    return alert


def close_alerts(kind: str, *, now: datetime, key: str = "") -> int:
    """The matter is over (all matters of this kind, when no key is given); how many were open."""
    alerts = StockAlert.objects.filter(kind=kind, closed_at=None)
    return (alerts.filter(key=key) if key else alerts).update(closed_at=now)
