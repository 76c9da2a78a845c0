"""At the desk: who may be checked in, what may become of each application, and what a drawn signature looks like."""

import re
from datetime import date
from enum import StrEnum

from requests_app.rules.catalogue import Service, as_brought
from requests_app.rules.statuses import FINAL_STATUSES, Status
from requests_app.rules.visits import COMING, VisitState

SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 600, 200
LONGEST_SIGNATURE = 20_000
FEWEST_POINTS = 8
_BRING = re.compile(r" \((asli )?dibawa ke UPTD[^)]*\)")
_STROKES = re.compile(r"(?:M[0-9]{1,3} [0-9]{1,3}(?:L[0-9]{1,3} [0-9]{1,3})+)+")
_POINT = re.compile(r"([0-9]{1,3}) ([0-9]{1,3})")


class Arrival(StrEnum):
    """What the desk does with somebody who shows an invitation of this zone."""

    WELCOME = "welcome"
    OTHER_DAY = "other_day"
    PASSED = "passed"
    INSIDE = "inside"
    SERVED = "served"
    LAPSED = "lapsed"
    MISSED = "missed"
    CANCELLED = "cancelled"


_OVER = {
    VisitState.CHECKED_IN: Arrival.INSIDE,
    VisitState.SERVED: Arrival.SERVED,
    VisitState.LAPSED: Arrival.LAPSED,
    VisitState.MISSED: Arrival.MISSED,
    VisitState.CANCELLED: Arrival.CANCELLED,
}


def arrival(state: str, day: date, today: date) -> Arrival:
    """Whether a visit may be checked in: coming (answered or not) on its own day (WIB), early and late alike."""
    if state not in COMING:
        return _OVER[VisitState(state)]
    if day == today:
        return Arrival.WELCOME
    return Arrival.OTHER_DAY if day > today else Arrival.PASSED


class Outcome(StrEnum):
    """What became of one application of a visit, as it is stored."""

    COMPLETED = "completed"
    RECORDED = "recorded"
    KEPT = "kept"
    DROPPED = "dropped"


def outcome_now(status: str, service: str, *, is_walk_in: bool) -> Outcome:
    """What the desk can do with an application of somebody who is there.

    A walk-in whose application is approved while they wait is served at once. What ended meanwhile, or is nothing that
    this desk can do, is only let go of.
    """
    if status == Status.CHECKED_IN or (is_walk_in and _may_be_served(status, service)):
        return Outcome.COMPLETED
    if status == Status.RECORDING_NEEDED:
        return Outcome.RECORDED
    undecided = status not in FINAL_STATUSES and not Status(status).answers_promise
    return Outcome.KEPT if undecided or status == Status.NEEDS_CORRECTION else Outcome.DROPPED


def _may_be_served(status: str, service: str) -> bool:
    return service != Service.KTP_EL and status in (Status.APPROVED, Status.INVITED)


def at_the_desk(name: str) -> str:
    """A document's name in front of the desk, to which it was brought."""
    return _BRING.sub("", as_brought(name))


def is_signature(path: str) -> bool:
    """Whether this is path data as our drawing pad writes it: strokes of whole numbers inside its frame, no more."""
    if len(path) > LONGEST_SIGNATURE or not _STROKES.fullmatch(path):
        return False
    points = [(int(x), int(y)) for x, y in _POINT.findall(path)]
    inside = all(x <= SIGNATURE_WIDTH and y <= SIGNATURE_HEIGHT for x, y in points)
    return inside and len(points) >= FEWEST_POINTS
