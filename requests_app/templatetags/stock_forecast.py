"""Words of the forecast's pages."""

from datetime import date

from django import template

from requests_app.rules.blank_use import HORIZON
from requests_app.rules.dates import format_count, format_day, format_decimal

register = template.Library()
MANY = 100
"""So many days are told without tenths."""


@register.filter
def days(number: float | None) -> str:
    """Days of cover: `7,8 hari`, `120 hari`; words where nothing is used."""
    if number is None:
        return "tidak terpakai"
    return f"{format_decimal(number) if number < MANY else format_count(round(number))} hari"


@register.filter
def rate(number: float) -> str:
    """Cards a day: whole ones, tenths only where there are few."""
    return format_decimal(number) if number < 10 else format_count(round(number))


@register.filter
def day_or_later(day: date | None) -> str:
    """A date of the forecast, or that it lies beyond it."""
    return format_day(day) if day else f"lebih dari {HORIZON // 30} bulan lagi"


@register.filter
def error_words(number: float) -> str:
    """An error in blanks a day."""
    return f"{format_decimal(number)} blangko sehari"


@register.filter
def percent(share: float) -> str:
    """A share as a whole per cent."""
    return f"{round(100 * share)} %"


@register.filter
def at(mapping: dict[object, object], key: object) -> object:
    """What a mapping holds for a key."""
    return mapping.get(key)
