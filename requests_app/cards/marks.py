"""What a handover was opened with: a mark in the address that only the search gives, kept for a short while.

The same handover reached from a list carries no mark: a code shown once is no proof of who stands there later. After
the handover a mark leads to the proof only, as a card is given once.
"""

import secrets
from datetime import datetime, timedelta

from django.urls import reverse

from requests_app.models import Application
from requests_app.queries.cards import Place
from requests_app.staff.request import StaffRequest

MARK = "temu"
"""In an address. It means nothing outside the session that searched."""
OPENED = "cards_opened"
"""In the session, by mark: which application, by what, and when."""
BY_CODE, BY_SLIP = "code", "slip"
COUNTS_FOR = timedelta(minutes=15)


def new_mark(request: StaffRequest, application: Application, opened: str) -> str:
    """A mark for the handover that a search opens; those that no longer count are forgotten."""
    mark = secrets.token_urlsafe(9)
    kept = {old: row for old, row in _marks(request).items() if _counts(row, request.now)}
    request.session[OPENED] = {**kept, mark: [application.pk, opened, request.now.isoformat()]}
    return mark


def mark_of(request: StaffRequest, application: Application) -> str:
    """The mark in this page's address, while it counts for this application; else empty."""
    mark = request.GET.get(MARK, "")
    row = _marks(request).get(mark)
    return mark if row is not None and row[0] == application.pk and _counts(row, request.now) else ""


def opened_by(request: StaffRequest, application: Application) -> str:
    """By what this page's handover was opened: its owner's code, its card's slip, or neither (empty)."""
    mark = mark_of(request, application)
    return _marks(request)[mark][1] if mark else ""


def handover_address(name: str, place: Place, application: Application, mark: str) -> str:
    """An address of one handover that keeps its mark, if there is one."""
    return reverse(name, args=[place.code, application.number], query={MARK: mark} if mark else None)


def _marks(request: StaffRequest) -> dict[str, tuple[int, str, str]]:
    found: dict[str, tuple[int, str, str]] = request.session.get(OPENED, {})
    return found


def _counts(row: tuple[int, str, str], now: datetime) -> bool:
    return now - datetime.fromisoformat(row[2]) < COUNTS_FOR
