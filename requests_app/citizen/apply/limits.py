"""How often one address, one phone, and everybody together may upload and send."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from requests_app.operations.limits import Limit, count_all_or_refuse
from requests_app.visitor import visitor_address

TEN_MINUTES = timedelta(minutes=10)
DAY = timedelta(days=1)
# Generous per address: phone networks and village offices put many people behind one.
STARTS, UPLOADS, SUBMITS = 120, 240, 40
SUBMITS_A_PHONE = 10


def count_start(request: HttpRequest, now: datetime) -> None:
    """A new draft. Raises TooMany."""
    count_all_or_refuse([Limit("draft", visitor_address(request), STARTS, TEN_MINUTES)], now=now)


def count_upload(request: HttpRequest, now: datetime) -> None:
    """One file. Raises TooMany."""
    count_all_or_refuse([Limit("upload", visitor_address(request), UPLOADS, TEN_MINUTES)], now=now)


def submit_limits(request: HttpRequest, phone: str) -> list[Limit]:
    """What one sending of a complete form counts against."""
    limits = [
        Limit("submit", visitor_address(request), SUBMITS, TEN_MINUTES),
        Limit("submit_all", "all", settings.SUBMITS_PER_10_MINUTES, TEN_MINUTES),
    ]
    if phone:
        limits.append(Limit("submit_phone", phone, SUBMITS_A_PHONE, DAY))
    return limits
