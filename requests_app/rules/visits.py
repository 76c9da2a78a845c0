"""Visits: states, terms, and who is called next. The office's own statement: KK and legalisir are served face to face
at the UPTD, only after an invitation from that zone's WhatsApp number; whoever comes anyway is still served."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from requests_app.rules.texts import N_

RECORDING = "recording"
VISIT_SERVICES: dict[str, str] = {
    "kk": N_("Kartu Keluarga"),
    "legalisir": N_("Legalisir"),
    RECORDING: N_("Perekaman KTP-el"),
}
"""What a desk can do face to face; recording is for first-time KTP-el applicants."""

SCHEDULE_WITHIN = timedelta(days=7)
"""Approved without a slot or a working number: until when the invitation follows; told to the citizen."""
TRY_AGAIN = timedelta(minutes=15)
RESPONSE_TIME = timedelta(days=5)
RESPONSE_BEFORE_SLOT = timedelta(hours=24)
REMIND_BEFORE_SLOT = timedelta(hours=24)
FIRST_WORKING_DAY = 2
"""Slots are offered from two working days ahead."""
MOST_INVITATIONS = 3
"""Missed: invited again, at most twice, then closed."""
WALK_IN_WAITS = timedelta(minutes=15)
WALK_IN_LABEL = "L"


class Trouble(StrEnum):
    """Why an approved application cannot be invited yet."""

    NO_SLOT = "no_slot"
    NO_NUMBER = "no_number"
    OTHER_VISIT = "other_visit"

    @property
    def label(self) -> str:
        """What the office reads."""
        return _TROUBLE_LABELS[self]


_TROUBLE_LABELS = {
    Trouble.NO_SLOT: "tidak ada slot kosong",
    Trouble.NO_NUMBER: "nomor zona tidak bekerja",
    Trouble.OTHER_VISIT: "orangnya masih punya jadwal di zona lain",
}


class Sender(StrEnum):
    """How a zone's own messages leave."""

    API = "api"
    HAND = "hand"
    NONE = "none"


class VisitState(StrEnum):
    """Where a visit stands."""

    INVITED = "invited"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    SERVED = "served"
    LAPSED = "lapsed"
    MISSED = "missed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The desk's word for it."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    VisitState.INVITED: "diundang, belum menjawab",
    VisitState.CONFIRMED: "akan datang",
    VisitState.CHECKED_IN: "hadir",
    VisitState.SERVED: "selesai",
    VisitState.LAPSED: "tidak dijawab",
    VisitState.MISSED: "tidak datang",
    VisitState.CANCELLED: "dibatalkan",
}

COMING = (VisitState.INVITED.value, VisitState.CONFIRMED.value)
HOLDS_PLACE = (
    VisitState.INVITED.value,
    VisitState.CONFIRMED.value,
    VisitState.CHECKED_IN.value,
    VisitState.SERVED.value,
    VisitState.MISSED.value,
)
"""A place that was used or missed is not given away again; one that lapsed or was cancelled is."""


def respond_by(invited_at: datetime, slot_start: datetime) -> datetime:
    """Until when an invitation waits for an answer: five days, or 24 hours before its slot, whichever is first.

    An invitation made later than that (a visit moved by a closure) waits until its slot begins.
    """
    term = min(invited_at + RESPONSE_TIME, slot_start - RESPONSE_BEFORE_SLOT)
    return term if term > invited_at else slot_start


def remind_at(slot_start: datetime, now: datetime) -> datetime | None:
    """When the reminder is due, the day before; None when that moment has passed already."""
    at = slot_start - REMIND_BEFORE_SLOT
    return at if at > now else None


@dataclass(frozen=True)
class Waiting:
    """Somebody in the waiting room. `slot_start` is None for a walk-in."""

    key: int
    arrived_at: datetime
    slot_start: datetime | None


def turn_moment(waiting: Waiting) -> datetime:
    """From when on somebody's turn counts: the slot, or the arrival when later; walk-ins 15 minutes after they came.

    So an appointment is kept, nobody who waits is overtaken for ever, and coming early takes nobody's place.
    """
    if waiting.slot_start is None:
        return waiting.arrived_at + WALK_IN_WAITS
    return max(waiting.slot_start, waiting.arrived_at)


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """The waiting room in the order of being called; ties go to whoever came first."""
    return sorted(waiting, key=lambda one: (turn_moment(one), one.arrived_at, one.key))
