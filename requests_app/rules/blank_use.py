"""What the office itself stated of its blanks, and the horizon and periods that its forecast looks at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from requests_app.rules.forecast import Outlook, Runway, later, runway, smaller
from requests_app.rules.forecast.runway import Arrival

PRINTED_A_DAY = 860
"""KTP-el a day before 23 June 2020 (the office's own statement, June 2020), and this much more in a surge:"""
SURGE = 1.2
USUAL_RATE = (16_000 - 8_020) / 90
"""Blanks a calendar day, while the ledger knows nothing yet: 16,000 became 8,020 in three months (same statement)."""
USED_OVER = 90
"""Days over which the rate really used is measured: three months, as the office itself reckons."""
HORIZON = 180
HUNDRED = 100
LEAST_PERCENT, MOST_PERCENT, MOST_LATE = -50, 100, 180


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What is assumed to turn out otherwise; as it is by default. Per cent, days, per cent of each delivery, blanks."""

    demand: int = 0
    late: int = 0
    share: int = 100
    extra: int = 0
    extra_on: date | None = None

    @property
    def is_otherwise(self) -> bool:
        """Whether anything differs."""
        return self != WhatIf(extra_on=self.extra_on)


@dataclass(frozen=True, slots=True)
class Terms:
    """How the centre delivers, and at how many blanks to order: the rules in force (CardPolicy)."""

    reorder_level: int
    lead_days: int
    safety_days: int


def stock_line(
    outlook: Outlook, terms: Terms, *, free: int, arrivals: Sequence[Arrival], what_if: WhatIf | None = None
) -> Runway:
    """The runway of free blanks with the deliveries that are promised, under an assumption."""
    assumed = what_if or WhatIf()
    coming = smaller(later(arrivals, assumed.late), assumed.share / 100)
    if assumed.extra and assumed.extra_on:
        coming.append((assumed.extra_on, assumed.extra))
    return runway(
        outlook, free=free, arrivals=coming, reorder_level=terms.reorder_level, lead_days=terms.lead_days,
        safety_days=terms.safety_days, scale=1 + assumed.demand / 100,
    )  # fmt: skip


def expected_over(outlook: Outlook, days: int) -> float:
    """Blanks expected to be asked for on so many days from the first on; past the forecast its average goes on."""
    if not outlook.totals or days <= 0:
        return 0.0
    known = min(days, len(outlook.totals))
    return outlook.totals[known - 1].expected * days / known


def quantity_to_ask(
    outlook: Outlook, *, free: int, arrivals: Sequence[Arrival], lead_days: int, wanted_days: int
) -> int:
    """Blanks to ask for today, so that they last `wanted_days` after they arrive; up to the next hundred, at least 0.

    What is expected until then, less what is free (below zero when people wait) and what is promised for that time.
    """
    days = lead_days + wanted_days
    until = outlook.totals[0].date + timedelta(days=days) if outlook.totals else None
    coming = sum(quantity for day, quantity in arrivals if until is not None and day < until)
    return max(0, ceil((expected_over(outlook, days) - free - coming) / HUNDRED) * HUNDRED)
