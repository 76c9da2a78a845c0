"""Figures of thirty days: with many messages they take seconds to read, so a sweep counts them and all read the same.

What is stored is lists under the names of their columns. Of other names it is another version of the program's.
"""

from collections.abc import Mapping
from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from requests_app.models import KeptFigures
from requests_app.queries.notice_figures import (
    MONTH,
    Failure,
    Figures,
    Line,
    lines_of,
    load_figures,
    period_of,
)

OF_MONTH = "notices_of_month"
COLUMNS = {
    "lines": ["zone", "channel", "age", *(column.name for column in fields(Line))],
    "failures": list(Failure._fields),
}


def count_month(now: datetime) -> dict[str, Any]:
    """The thirty days before `now`, as they are stored. Two queries."""
    return as_json(load_figures(now, MONTH))


def kept_month() -> tuple[Figures, datetime] | None:
    """The thirty days as they were counted last, and when; None before the first time. One query."""
    kept = KeptFigures.objects.filter(name=OF_MONTH).first()
    figures = from_json(kept.figures) if kept else None
    return (figures, kept.counted_at) if kept and figures else None


def last_month(now: datetime) -> tuple[Figures, datetime]:
    """The same; counted now until the sweep has done so, as whoever opens a new office wants to see it at once."""
    return kept_month() or (load_figures(now, MONTH), now)


def as_json(figures: Figures) -> dict[str, Any]:
    """As they are stored."""
    lines = [[*of, *astuple(line)] for *of, line in lines_of(figures.period)]
    return {"columns": COLUMNS, "lines": lines, "failures": [list(failure) for failure in figures.failures]}


def from_json(stored: Mapping[str, Any]) -> Figures | None:
    """As they were before; None of what another version of the program has stored."""
    if stored.get("columns") != COLUMNS:
        return None
    period = period_of((zone_id, channel, age, Line(*values)) for zone_id, channel, age, *values in stored["lines"])
    return Figures(period, [Failure(*failure) for failure in stored["failures"]])
