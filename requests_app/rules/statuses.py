"""Which status may follow which: the table of allowed steps, and the only place that knows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from requests_app.rules.catalogue import Service
from requests_app.rules.reference import read_reference


class Status(StrEnum):
    """Where an application stands. Labels, sentences and flags come from ``statuses.csv``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    HELD_DUPLICATE = "held_duplicate"
    IN_REVIEW = "in_review"
    NEEDS_CORRECTION = "needs_correction"
    RECORDING_NEEDED = "recording_needed"
    APPROVED = "approved"
    WAITING_FOR_BLANK = "waiting_for_blank"
    READY_TO_PRINT = "ready_to_print"
    PRINTED = "printed"
    READY_FOR_PICKUP = "ready_for_pickup"
    HANDED_OVER = "handed_over"
    INVITED = "invited"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"

    @property
    def info(self) -> "StatusInfo":
        """Return the whole row of the status table."""
        return STATUS_INFO[self]

    @property
    def label(self) -> str:
        """Return the citizen's short label."""
        return self.info.citizen_label

    @property
    def officer_label(self) -> str:
        """Return the officer's label; it may hold a ``{officer}`` place."""
        return self.info.officer_label

    @property
    def officer_word(self) -> str:
        """Return the officer's label where nobody is named."""
        return self.info.officer_label.split(" {")[0]

    @property
    def is_open(self) -> bool:
        """Say whether the application still asks something of the office or the citizen."""
        return self.info.is_open

    @property
    def is_final(self) -> bool:
        """Say whether the application has ended."""
        return self.info.is_final

    @property
    def answers_promise(self) -> bool:
        """Say whether telling this status is an answer in the sense of the five-day promise."""
        return self.info.answers_promise


@dataclass(frozen=True)
class StatusInfo:
    """One row of the status table; sentences hold named places such as ``{due}``."""

    code: str
    citizen_label: str
    citizen_sentence: str
    officer_label: str
    services: frozenset[Service]
    is_open: bool
    is_final: bool
    answers_promise: bool


class Actor(StrEnum):
    """Who takes a step."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    CLOCK = "clock"


@dataclass(frozen=True)
class Step:
    """One allowed step of the lifecycle, for the services that know both of its ends."""

    name: str
    frm: Status
    to: Status
    actor: Actor
    services: frozenset[Service]


class StepNotAllowed(Exception):
    """The application is not where this step begins (any more)."""

    def __init__(self, name: str, frm: str, service: str) -> None:
        super().__init__(f"step {name} is not allowed from {frm} for {service}")
        self.name = name
        self.frm = frm
        self.service = service


def _load_status_info() -> dict[Status, StatusInfo]:
    return {
        Status(row["code"]): StatusInfo(
            code=row["code"],
            citizen_label=row["citizen_label"],
            citizen_sentence=row["citizen_sentence"],
            officer_label=row["officer_label"],
            services=_services(row["services"]),
            is_open=row["is_open"] == "1",
            is_final=row["is_final"] == "1",
            answers_promise=row["answers_promise"] == "1",
        )
        for row in read_reference("statuses")
    }


def _services(cell: str) -> frozenset[Service]:
    return frozenset(Service) if cell == "all" else frozenset(map(Service, cell.split()))


STATUS_INFO = _load_status_info()
OPEN_STATUSES = frozenset(status for status in Status if status.is_open)
FINAL_STATUSES = frozenset(status for status in Status if status.is_final)

_ALL = frozenset(Service)
_CARD = frozenset({Service.KTP_EL})
_FACE_TO_FACE = frozenset({Service.KK, Service.LEGALISIR})


def _steps(
    name: str, frm: Iterable[Status], to: Status, actor: Actor, services: frozenset[Service] = _ALL
) -> tuple[Step, ...]:
    """One step per status it may begin in, for the services that know that status."""
    return tuple(Step(name, status, to, actor, services & status.info.services) for status in frm)


_ANSWERED = (Status.APPROVED, Status.REJECTED, Status.NEEDS_CORRECTION)
_UNPRINTED = (Status.WAITING_FOR_BLANK, Status.READY_TO_PRINT)
_BEFORE_PRINTING_OR_CHECK_IN = (
    Status.SUBMITTED,
    Status.HELD_DUPLICATE,
    Status.IN_REVIEW,
    Status.NEEDS_CORRECTION,
    Status.RECORDING_NEEDED,
    Status.APPROVED,
    Status.WAITING_FOR_BLANK,
    Status.READY_TO_PRINT,
    Status.INVITED,
)

STEPS: tuple[Step, ...] = (
    # The first submission, and what becomes of one that was held.
    *_steps("submit", [Status.DRAFT], Status.SUBMITTED, Actor.CITIZEN),
    *_steps("submit_held", [Status.DRAFT], Status.HELD_DUPLICATE, Actor.CITIZEN),
    *_steps("let_go_on", [Status.HELD_DUPLICATE], Status.SUBMITTED, Actor.OFFICER),
    *_steps("other_ended", [Status.HELD_DUPLICATE], Status.SUBMITTED, Actor.CLOCK),
    *_steps("reject_double", [Status.HELD_DUPLICATE], Status.REJECTED, Actor.OFFICER),
    # The lease.
    *_steps("claim", [Status.SUBMITTED], Status.IN_REVIEW, Actor.OFFICER),
    *_steps("release", [Status.IN_REVIEW], Status.SUBMITTED, Actor.OFFICER),
    *_steps("lease_expired", [Status.IN_REVIEW], Status.SUBMITTED, Actor.CLOCK),
    # The decision, and the three ways back from one.
    *_steps("approve", [Status.IN_REVIEW], Status.APPROVED, Actor.OFFICER),
    *_steps("reject", [Status.IN_REVIEW], Status.REJECTED, Actor.OFFICER),
    *_steps("ask_correction", [Status.IN_REVIEW], Status.NEEDS_CORRECTION, Actor.OFFICER),
    *_steps("need_recording", [Status.IN_REVIEW], Status.RECORDING_NEEDED, Actor.OFFICER, _CARD),
    *_steps("take_back", [*_ANSWERED, Status.RECORDING_NEEDED, Status.INVITED], Status.IN_REVIEW, Actor.OFFICER),
    *_steps("annul", [*_ANSWERED, *_UNPRINTED], Status.SUBMITTED, Actor.SUPERVISOR),
    *_steps("annul_held", [*_ANSWERED, *_UNPRINTED], Status.HELD_DUPLICATE, Actor.SUPERVISOR),
    *_steps("object", [Status.REJECTED], Status.SUBMITTED, Actor.CITIZEN),
    *_steps("object_held", [Status.REJECTED], Status.HELD_DUPLICATE, Actor.CITIZEN),
    # The citizen's turn.
    *_steps("resubmit", [Status.NEEDS_CORRECTION], Status.SUBMITTED, Actor.CITIZEN),
    *_steps("resubmit_held", [Status.NEEDS_CORRECTION], Status.HELD_DUPLICATE, Actor.CITIZEN),
    *_steps("recorded", [Status.RECORDING_NEEDED], Status.SUBMITTED, Actor.OFFICER),
    *_steps("expire", [Status.NEEDS_CORRECTION, Status.RECORDING_NEEDED], Status.EXPIRED, Actor.CLOCK),
    *_steps("withdraw", _BEFORE_PRINTING_OR_CHECK_IN, Status.WITHDRAWN, Actor.CITIZEN),
    # KTP-el: the card.
    *_steps("queue_print", [Status.APPROVED], Status.READY_TO_PRINT, Actor.CLOCK, _CARD),
    *_steps("wait_for_blank", [Status.APPROVED], Status.WAITING_FOR_BLANK, Actor.CLOCK, _CARD),
    *_steps("blank_arrived", [Status.WAITING_FOR_BLANK], Status.READY_TO_PRINT, Actor.CLOCK),
    *_steps("blank_lost", [Status.READY_TO_PRINT], Status.WAITING_FOR_BLANK, Actor.CLOCK),
    *_steps("print", [Status.READY_TO_PRINT], Status.PRINTED, Actor.OFFICER),
    *_steps("spoil", [Status.PRINTED, Status.READY_FOR_PICKUP], Status.READY_TO_PRINT, Actor.OFFICER),
    *_steps("spoil_none_left", [Status.PRINTED, Status.READY_FOR_PICKUP], Status.WAITING_FOR_BLANK, Actor.OFFICER),
    *_steps("ready_for_pickup", [Status.PRINTED], Status.READY_FOR_PICKUP, Actor.OFFICER),
    *_steps("hand_over", [Status.READY_FOR_PICKUP], Status.HANDED_OVER, Actor.OFFICER),
    # KK and legalisir: the visit.
    *_steps("invite", [Status.APPROVED], Status.INVITED, Actor.OFFICER, _FACE_TO_FACE),
    *_steps("invitation_lapsed", [Status.INVITED], Status.APPROVED, Actor.CLOCK),
    *_steps("visit_missed", [Status.INVITED], Status.APPROVED, Actor.CLOCK),
    *_steps("cancel_visit", [Status.INVITED], Status.APPROVED, Actor.CITIZEN),
    *_steps("third_visit_missed", [Status.INVITED], Status.CLOSED, Actor.CLOCK),
    *_steps("recall_invitation", [Status.INVITED], Status.APPROVED, Actor.OFFICER),
    *_steps("check_in", [Status.INVITED], Status.CHECKED_IN, Actor.OFFICER),
    *_steps("walk_in", [Status.APPROVED], Status.CHECKED_IN, Actor.OFFICER, _FACE_TO_FACE),
    *_steps("left_unserved", [Status.CHECKED_IN], Status.APPROVED, Actor.OFFICER, _FACE_TO_FACE),
    *_steps("complete", [Status.CHECKED_IN], Status.COMPLETED, Actor.OFFICER),
)

_TARGETS: dict[tuple[str, str, str], Status] = {
    (step.name, step.frm.value, service.value): step.to for step in STEPS for service in step.services
}


def check_step(name: str, frm: str, service: str) -> Status:
    """Return the status that a step leads to, or raise StepNotAllowed.

    ``frm`` and ``service`` may be members or their stored text.
    """
    try:
        return _TARGETS[(name, str(frm), str(service))]
    except KeyError:
        raise StepNotAllowed(name, str(frm), str(service)) from None


def steps_from(frm: str, service: str) -> list[Step]:
    """Return the steps that may be taken now, for buttons and explanations."""
    return [step for step in STEPS if step.frm == frm and service in step.services]
