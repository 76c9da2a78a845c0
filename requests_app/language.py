"""The language of the page that is being made: what the rules say in Indonesian, in the language that was chosen.

Only the citizens' pages know a second one (citizen/language.py); anywhere else this is Indonesian. Messages, which
leave the building, never ask here: they are Indonesian.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from requests_app.rules import dates
from requests_app.rules.opening import Interval, hours_in_words
from requests_app.rules.texts import Refusal

CHOICE = "bahasa"
"""Name of the cookie that keeps the choice, and of the query parameter by which the switch makes it."""
NAMES = {dates.INDONESIAN: "Bahasa Indonesia", dates.ENGLISH: "English"}


def language() -> str:
    """`id` or `en`."""
    return get_language() or dates.INDONESIAN


def other_language() -> str:
    """The one that the switch leads to."""
    return dates.INDONESIAN if language() == dates.ENGLISH else dates.ENGLISH


def say(text: str, **places: object) -> str:
    """A text that a rule marked, with its places filled."""
    return gettext(text).format(**places)


def refused(problem: Refusal) -> str:
    """Why something typed cannot be taken, and what to do."""
    return say(problem.text, **problem.places)


def reference(text: str) -> str:
    """A text of the office's own tables: translated while it is as it was shipped, else marked as Indonesian."""
    translated = gettext(text)
    return as_written(text) if translated == text else translated


def as_written(text: str) -> str:
    """What somebody of the office wrote by hand: Indonesian, and marked as such on a page in English."""
    if not text or language() == dates.INDONESIAN:
        return text
    return format_html('<span lang="{}">{}</span>', dates.INDONESIAN, text)


def hours(weekly: Iterable[Interval]) -> str:
    """An office's weekly hours: `Senin–Kamis 08.00–12.00 dan 13.00–15.00, Jumat … WIB`."""
    return hours_in_words(weekly, language())


def moment(at: datetime) -> str:
    """`Senin, 29 Juni 2026 pukul 14.30 WIB`."""
    return dates.format_moment(at, language())


def time(at: datetime) -> str:
    """`pukul 14.30 WIB`."""
    return dates.format_time(at, language())


def day(on: date) -> str:
    """`29 Juni 2026`."""
    return dates.format_day(on, language())


def long_day(on: date) -> str:
    """`Senin, 29 Juni 2026`."""
    return dates.format_day_long(on, language())


def weekday(number: int) -> str:
    """`Senin` for 1, `Minggu` for 7."""
    return dates.format_weekday(number, language())


def span(begin: str, end: str) -> str:
    """Two times of day as they are stored: `08.00–12.00`."""
    return dates.format_span(begin, end, language())


def clock(stored: str) -> str:
    """A time of day as it is stored: `08.00`."""
    return dates.format_clock(stored, language())


def countdown(due: datetime, now: datetime) -> str:
    """`2 hari 3 jam lagi`."""
    return dates.countdown(due, now, language())


def count(number: int) -> str:
    """`8.020`."""
    return dates.format_count(number, language())


def decimal(number: float) -> str:
    """`1,5`."""
    return dates.format_decimal(number, language())
