"""When a zone's desks are open: weekly hours, holidays, closures; and the slots that follow from them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Any

from requests_app.rules.dates import DAYS, ENGLISH, INDONESIAN, WIB, format_span, format_weekday
from requests_app.rules.texts import Refusal

Interval = Mapping[str, Any]
"""{"day": 1 (Monday) … 7, "from": "08:00", "to": "12:00"}, WIB."""

USUAL_HOURS: tuple[Interval, ...] = (
    *(
        {"day": day, "from": begin, "to": end}
        for day in range(1, 5)
        for begin, end in (("08:00", "12:00"), ("13:00", "15:00"))
    ),
    {"day": 5, "from": "08:00", "to": "11:30"},
    {"day": 5, "from": "13:30", "to": "15:00"},
)
HOLIDAY_KINDS = {"libur_nasional": "Libur nasional", "cuti_bersama": "Cuti bersama", "libur_kantor": "Libur kantor"}
# Without L (walk-ins), and without I and O, which read like 1 and 0.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
_ONE_DAY = timedelta(days=1)
_LOOK_AHEAD = 366
_WRITTEN_TIME = re.compile(r"(\d{1,2})(?:[.:](\d{2}))?", re.ASCII)
_JOINED = {INDONESIAN: " dan ", ENGLISH: " and "}
_NEVER = {INDONESIAN: "Tutup", ENGLISH: "Closed"}


class HoursError(Refusal):
    """Weekly hours that cannot be; `message` says what to do."""


@dataclass(frozen=True)
class Period:
    """From a moment (inclusive) to another (exclusive), in UTC."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: "Period") -> bool:
        """Whether they share a moment."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Opening:
    """What decides whether a zone is open: `hours` of the week, `holidays` of the country, `closures` of its own."""

    hours: Sequence[Interval]
    holidays: Collection[date] = ()
    closures: Sequence[Period] = ()

    def periods(self, day: date) -> list[Period]:
        """The hours of one day (WIB) in order; none on a holiday. Closures are not cut out."""
        if day in self.holidays:
            return []
        mine = (interval for interval in self.hours if interval["day"] == day.isoweekday())
        return sorted(
            (Period(_moment(day, interval["from"]), _moment(day, interval["to"])) for interval in mine),
            key=lambda period: period.starts_at,
        )

    def is_open_on(self, day: date) -> bool:
        """Whether the desks are open for some time of that day."""
        return any(not self._is_closed(period) for period in self.periods(day))

    def first_day_offered(self, today: date, working_days: int) -> date:
        """The day from which slots are offered: so many days with open desks after `today`."""
        day, left = today, working_days
        for _ in range(_LOOK_AHEAD):
            day += _ONE_DAY
            left -= self.is_open_on(day)
            if left <= 0:
                return day
        return day

    def slots(self, day: date, minutes: int) -> list[Period]:
        """Slots of `minutes` minutes, whole ones only, that no closure touches."""
        cut = timedelta(minutes=minutes)
        found = []
        for period in self.periods(day):
            begin = period.starts_at
            while begin + cut <= period.ends_at:
                found.append(Period(begin, begin + cut))
                begin += cut
        return [slot for slot in found if not self._closed_during(slot)]

    def _is_closed(self, period: Period) -> bool:
        """Whether closures, one after the other, take all of it."""
        reached = period.starts_at
        for closure in sorted(self.closures, key=lambda closure: closure.starts_at):
            if closure.starts_at > reached:
                break
            reached = max(reached, closure.ends_at)
        return reached >= period.ends_at

    def _closed_during(self, period: Period) -> bool:
        return any(closure.overlaps(period) for closure in self.closures)


def check_hours(hours: Iterable[Interval]) -> list[dict[str, Any]]:
    """The intervals in order, or HoursError: a day is 1 to 7, "to" after "from", no two of a day overlap."""
    given = [dict(interval) for interval in hours]
    for interval in given:
        if interval.get("day") not in range(1, 8) or not all(_is_time(interval.get(end)) for end in ("from", "to")):
            raise HoursError("time", "Tulis jam seperti 08.00, untuk hari Senin sampai Minggu.")
        if interval["to"] <= interval["from"]:
            raise HoursError("order", "{day}: jam tutup harus sesudah jam buka.", day=DAYS[interval["day"] - 1])
    ordered = sorted(given, key=_position)
    for one, other in pairwise(ordered):
        if one["day"] == other["day"] and other["from"] < one["to"]:
            raise HoursError("overlap", "{day}: dua rentang jam bertumpuk.", day=DAYS[one["day"] - 1])
    return ordered


def clock_time(text: str) -> str:
    """A time of day as it is stored, ``08:00``, from what people write: 8, 8.00, 08:00. Raises HoursError."""
    written = _WRITTEN_TIME.fullmatch(text.strip())
    stored = f"{written[1]:0>2}:{written[2] or '00'}" if written else ""
    if not _is_time(stored):
        raise HoursError("time", "Tulis jam seperti 08.00.")
    return stored


def hours_in_words(hours: Iterable[Interval], language: str = INDONESIAN) -> str:
    """As citizens read it: ``Senin–Kamis 08.00–12.00 dan 13.00–15.00, Jumat 08.00–11.30 dan 13.30–15.00 WIB``."""
    by_day: dict[int, str] = {}
    for interval in sorted(hours, key=_position):
        day, span = interval["day"], format_span(interval["from"], interval["to"], language)
        by_day[day] = f"{by_day[day]}{_JOINED[language]}{span}" if day in by_day else span
    if not by_day:
        return _NEVER[language]
    # Days that follow each other with the same hours stand together.
    runs = groupby(enumerate(by_day.items()), key=lambda entry: (entry[1][0] - entry[0], entry[1][1]))
    parts = [f"{_days_in_words([day for _, (day, _) in run], language)} {span}" for (_, span), run in runs]
    return ", ".join(parts) + " WIB"


def letter(position: int) -> str:
    """The letter of a day's slot, from 0: A, B, …, Z, AA, AB, …"""
    first, second = divmod(position, len(LETTERS))
    return (LETTERS[first - 1] if first else "") + LETTERS[second]


def _position(interval: Interval) -> tuple[int, str]:
    return interval["day"], interval["from"]


def _days_in_words(days: Sequence[int], language: str) -> str:
    first, last = format_weekday(days[0], language), format_weekday(days[-1], language)
    return first if len(days) == 1 else f"{first}–{last}"


def _is_time(text: object) -> bool:
    try:
        return isinstance(text, str) and time.fromisoformat(text).strftime("%H:%M") == text
    except ValueError:
        return False


def _moment(day: date, clock_time: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock_time), tzinfo=WIB).astimezone(UTC)
