"""Ways out of the building: which channels there are, the usual limits, quiet hours, grades of evidence."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from requests_app.rules.dates import WIB

WHATSAPP, SMS, EMAIL, HAND, PAGE = "whatsapp", "sms", "email", "hand", "page"
CHANNELS = [(WHATSAPP, "WhatsApp"), (SMS, "SMS"), (EMAIL, "surel")]
PHONE_CHANNELS = frozenset({WHATSAPP, SMS, HAND})
EVIDENCE = [
    ("", "belum ada"),
    ("accepted", "diterima penyedia"),
    ("delivered", "sampai di ponsel"),
    ("opened", "dibuka warga"),
    ("called", "diberi tahu petugas"),
]
"""What is known of a notice's arrival, from nothing to most; only the last three are evidence for the promise."""
GRADES = [grade for grade, _ in EVIDENCE]
SAVED_BEFORE_DUE = timedelta(hours=2)
"""From here on an answer that has not arrived takes every other channel, and the call list."""
CALLED_BEFORE_DUE = timedelta(hours=1)
"""From here on somebody calls although another channel has taken the answer."""


@dataclass(frozen=True)
class Policy:
    """The limits of sending; see models.SendingPolicy."""

    portfolio_limit: int
    reserve_percent: int
    warn_percent: int
    rate_per_second: int
    quiet_from: int
    quiet_until: int


# Meta: 250 people in 24 hours for a new business; a number that is also used on a phone bears 20 messages a second.
DEFAULT_POLICY = Policy(
    portfolio_limit=250, reserve_percent=20, warn_percent=80, rate_per_second=15, quiet_from=21, quiet_until=6
)


def channel_order(preferred: str, order: Sequence[str], reachable: Collection[str]) -> list[str]:
    """The channels for one person: their own choice first, then the office's order, as far as they can be reached."""
    wanted = [preferred, *order]
    return [channel for channel in dict.fromkeys(wanted) if channel in reachable]


def better_grade(known: str, grade: str) -> str:
    """The higher of two grades of evidence."""
    return max(known, grade, key=GRADES.index)


def after_quiet_hours(moment: datetime, *, quiet_from: int, quiet_until: int) -> datetime:
    """The first moment from `moment` on outside the quiet hours (whole hours WIB, over midnight when from > until)."""
    local = moment.astimezone(WIB)
    hour = local.hour
    if quiet_from <= quiet_until:
        is_quiet = quiet_from <= hour < quiet_until
    else:
        is_quiet = hour >= quiet_from or hour < quiet_until
    if not is_quiet:
        return moment
    end = datetime.combine(local.date(), time(quiet_until), tzinfo=WIB)
    return end if end > local else end + timedelta(days=1)
