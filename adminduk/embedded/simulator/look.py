"""What all pages of the simulator share: frame, Indonesian times, links, and the choice to keep still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from html import escape

from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.state import Simulator

# Western Indonesian time: seven hours ahead all year, no summer time.
_WIB = timezone(timedelta(hours=7))
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_SECURITY = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)


def is_paused(request: Request) -> bool:
    """Tell whether the reader asked for a page that keeps still."""
    return "diam" in request.query


def renewal(seconds: int, request: Request) -> int:
    """Return after how many seconds the page renews itself; 0: never."""
    return 0 if is_paused(request) else seconds


def pause(path: str, request: Request) -> str:
    """A page that renews itself owes its reader a way to stop it (WCAG 2.2.2)."""
    if is_paused(request):
        return f'<p class="jeda"><a href="{path}">Perbarui sendiri lagi</a></p>'
    return f'<p class="jeda"><a href="{path}?diam=1">Jangan perbarui sendiri</a></p>'


def link(url: str, label: str) -> str:
    """Return a link that opens apart, of texts that are escaped already; only web addresses become one."""
    if not url.startswith(("http://", "https://")):
        return label
    return f'<a href="{url}" target="_blank" rel="noopener noreferrer">{label}</a>'


def _local(at: float) -> datetime:
    return datetime.fromtimestamp(at, tz=UTC).astimezone(_WIB)


def hour(at: float) -> str:
    """Return the hour and minute in WIB; ``at`` is in Unix seconds."""
    return f"{_local(at):%H.%M} WIB"


def day(at: float) -> str:
    """Return the day of the week and the date in WIB; ``at`` is in Unix seconds."""
    date = _local(at).date()
    return f"{_DAYS[date.weekday()]}, {date.day} {_MONTHS[date.month - 1]} {date.year}"


def moment(at: float) -> str:
    """Return day and hour in WIB; ``at`` is in Unix seconds."""
    return f"{day(at)} pukul {hour(at)}"


def page(title: str, body: str, *, refresh: int = 0, css_class: str = "", status: int = 200) -> Response:
    """Return the whole page, which allows no script; ``refresh`` is in seconds."""
    again = (("Refresh", str(refresh)),) if refresh else ()
    html = (
        f'<!doctype html><html lang="id" class="{css_class}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f'<link rel="stylesheet" href="/gaya.css"></head><body>{body}</body></html>'
    )
    return Response(status, html.encode(), "text/html; charset=utf-8", (*_SECURITY, *again))


def sender_name(simulator: Simulator, phone_number_id: str) -> str:
    """Return whose number it is, and the number, escaped."""
    known = simulator.registry.known_sender(phone_number_id)
    display, name = str(known["display_phone_number"]).removeprefix("hp-"), str(known["name"])
    return escape(f"{name} · {display}" if name else display)


def spaced(number: str) -> str:
    """Return the digits of a phone number in groups, as people read them."""
    rest = number[2:] if number.startswith("62") else number
    parts = [rest[:3], *(rest[start : start + 4] for start in range(3, len(rest), 4))]
    groups = " ".join(part for part in parts if part)
    return f"+62 {groups}" if number.startswith("62") else f"+{groups}"
