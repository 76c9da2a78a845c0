"""The suket: a temporary certificate in place of a card that cannot be printed yet. Its number, code, and terms."""

import calendar
from datetime import date, timedelta
from enum import StrEnum

from requests_app.rules.numbers import new_long_code
from requests_app.rules.statuses import Status

LETTER_CODE = "470"
"""The office's class of letters about population records; it begins every suket's number."""
RENEW_FROM = timedelta(days=30)
"""A suket can be renewed from so long before its last day; a short one from half of its term on."""
REMIND_BEFORE = timedelta(days=14)

CARD_NOT_PRINTED = (Status.APPROVED, Status.WAITING_FOR_BLANK, Status.READY_TO_PRINT)
"""Where an application stands when a suket may be issued for it."""
CARD_NOT_THERE = (*CARD_NOT_PRINTED, Status.PRINTED)
"""Where it stands when a suket may still be renewed: nobody can be given the card yet."""
SUKET_COUNTS = (*CARD_NOT_THERE, Status.READY_FOR_PICKUP)
"""Where it stands while a suket counts for it."""


class End(StrEnum):
    """Why a suket ended before its last day."""

    HANDED_OVER = "handed_over"
    RENEWED = "renewed"
    ENDED = "ended"


def number_of(serial: int, year: int) -> str:
    """``470/0001/SUKET/2026``."""
    return f"{LETTER_CODE}/{serial:04d}/SUKET/{year}"


def serial_of(number: str) -> int:
    """The running number of the year in a suket's number."""
    return int(number.split("/")[1])


def new_suket_code() -> str:
    """By which anybody can check a suket: sixteen characters, 80 random bits. Unique by the database's key."""
    return new_long_code()


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def may_renew_from(issued_on: date, expires_on: date) -> date:
    """The first day on which it can be renewed: never the day on which it was issued."""
    return expires_on - min(RENEW_FROM, timedelta(days=(expires_on - issued_on).days // 2))


def known_as(name: str) -> str:
    """How a suket's owner is named to whoever checks it: the first word, of the others the first letter."""
    first, *others = name.split() or ["-"]
    return " ".join([first, *(f"{word[0]}." for word in others)])
