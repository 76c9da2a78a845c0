"""Everything written about one synthetic application: its row, documents, history, messages, evidence, calls."""

import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from requests_app.demo.letters import Letters
from requests_app.demo.office import Office
from requests_app.demo.pictures import picture_of
from requests_app.demo.rows import mark
from requests_app.models import (
    Application,
    CallAttempt,
    CallTask,
    Decision,
    Document,
    Event,
    Notice,
    Officer,
    Promise,
    Report,
)  # fmt: skip
from requests_app.models.keys import application_key
from requests_app.operations.calls import TOLD
from requests_app.operations.routes import route_of
from requests_app.operations.submission import PRIVACY_VERSION, STATEMENT_VERSION, contact_fields, person_fields
from requests_app.rules.catalogue import Service
from requests_app.rules.messages import ANSWER_PURPOSES
from requests_app.rules.numbers import new_application_number, new_secret
from requests_app.rules.promise import RUNGS
from requests_app.rules.statuses import Status, check_step
from requests_app.vault.keyring import keyed_hash

if TYPE_CHECKING:
    from requests_app.demo.trip import Trip


class Record(ABC):
    """The application and its rows so far. What happens is written in the order of its moments.

    `trip` is the visit that it is on now. `registered_by`: the officer at the counter, for whoever has just come.
    """

    def __init__(
        self, office: Office, answers: Mapping[str, Any], at: datetime, *, service: Service = Service.KTP_EL,
        held: bool = False, reachable: bool = True, hints: Mapping[str, list[str]] | None = None,
        registered_by: Officer | None = None,
    ) -> None:  # fmt: skip
        self.office, self.answers, self.service = office, dict(answers), service
        self.secret = new_secret() if answers["contact"] == "none" else ""
        self.application = self._application(at, registered_by)
        self.letters = Letters(office, self.application, reachable=reachable)
        self.documents: list[Document] = []
        self.hints = hints or {}
        self.trip: Trip | None = None
        self.report: Report | None = None
        self.call: CallTask | None = None
        self.decision: Decision | None = None
        self.decisions: list[Decision] = []
        self.answer: Notice | None = None
        self.last_at = at
        office.rows.add(self.application)
        self.add_documents(office.documents_for(service, answers), at)
        self.promise = self.open_promise(at)
        actor = "officer" if registered_by else "citizen"
        self.take("submit_held" if held else "submit", at, actor, registered_by, data={"promise": self.promise.pk})
        self.owe("received", at, dedup="1")

    def _application(self, at: datetime, registered_by: Officer | None) -> Application:
        office, answers, service = self.office, self.answers, self.service.value
        due = office.due(at)
        application = Application(
            pk=office.keys.of(Application), number=new_application_number(), service=service, reason=answers["reason"],
            status=Status.DRAFT.value, version=-1, answers=answers, key_hash=application_key(service, answers),
            zone=office.zones[answers["kelurahan"]], channel="counter" if registered_by else "online",
            registered_by=registered_by,
            secret_hash=keyed_hash("secret", self.secret) if self.secret else None, draft_id=mark(office.next_index),
            privacy_version=PRIVACY_VERSION, statement_version=STATEMENT_VERSION,
            submitted_at=at, first_due_at=due, due_at=due, **person_fields(answers), **contact_fields(answers),
        )  # fmt: skip
        office.next_index += 1
        return application

    def open_promise(self, at: datetime) -> Promise:
        """The promise of the round that begins."""
        application = self.application
        promise = Promise(
            pk=self.office.keys.of(Promise), application=application, round=application.round, started_at=at,
            policy=self.office.policy.value, due_at=application.due_at, next_rung_at=at + min(RUNGS.values()),
        )  # fmt: skip
        self.office.rows.add(promise)
        return promise

    def add_documents(self, codes: list[str], at: datetime) -> None:
        """Uploads of the present round; they are stored at the end, when they are still needed."""
        for code in codes:
            hints = self.hints.get(code, [])
            picture = picture_of(code, dark="dark" in hints)
            document = Document(
                id=uuid.uuid4(), application=self.application, document_code=code, round=self.application.round,
                original_kind="jpeg", original_bytes=len(picture), original_hash=keyed_hash("file", code), pages=1,
                stored_bytes=len(picture), hints=hints, uploaded_at=at,
            )  # fmt: skip
            self.documents.append(document)

    # History and messages.

    @abstractmethod
    def catch_up(self, at: datetime) -> None:
        """What the clock did until `at`."""

    def take(
        self, step: str, at: datetime, actor: str, officer: Officer | None = None, *, data: Any = None, **changes: Any
    ) -> Event:
        """One allowed step, and its history row. What the clock had to do before is done first."""
        if step not in ("submit", "submit_held"):
            self.catch_up(at)
        application, before = self.application, self.application.status
        application.status = check_step(step, before, application.service).value
        self.change(**changes)
        return self.note(step, at, actor, officer, before=before, data=data)

    def change(self, **changes: Any) -> None:
        """Other columns; the version counts every change."""
        self.application.version += 1
        for name, value in changes.items():
            setattr(self.application, name, value)

    def note(
        self, step: str, at: datetime, actor: str, officer: Officer | None = None, *, before: str = "", data: Any = None
    ) -> Event:
        """A history row."""
        self.last_at = max(self.last_at, at)
        status = self.application.status
        event = Event(
            pk=self.office.keys.of(Event), application=self.application, at=at, step=step, from_status=before or status,
            to_status=status, round=self.application.round, actor_kind=actor, officer=officer, data=data or {},
        )  # fmt: skip
        self.office.rows.add(event)
        return event

    def owe(self, purpose: str, at: datetime, **how: Any) -> Notice:
        """A notice; one that could not arrive puts the person on the call list, as operations/fallback.py does."""
        notice = self.letters.owe(purpose, at, **how)
        settled = purpose in ANSWER_PURPOSES and notice.promise is not None and notice.promise.told_at is not None
        if notice.state == "failed" and route_of(purpose).calls and not settled and notice.failed_at:
            reason = "undelivered" if notice.visit is None else "invitation_undelivered"
            self.open_call(notice.failed_at, reason, notice, notice.promise)
        return notice

    # Evidence and calls.

    def tell(self, at: datetime, how: str, *, promise: Promise | None = None) -> None:
        """Evidence that the answer of a round reached the person; the earliest counts."""
        promise = promise or self.promise
        self.catch_up(at)
        if promise.outcome == "void" or (promise.told_at is not None and promise.told_at <= at):
            return
        promise.told_at, promise.evidence = at, how
        if promise.outcome == "open":
            promise.outcome, promise.next_rung_at = "kept", None
        # What was on its way when the promise broke may arrive before what was sent then: noted when it is known.
        self.note("told", max(at, self.last_at), "clock", data={"round": promise.round, "how": how})

    def reached(self, at: datetime, officer: Officer | None = None) -> None:
        """Whoever answers an invitation has read it; whoever is spoken to by an officer was told."""
        if self.promise.answered_at is not None and self.promise.told_at is None:
            self.tell(at, "told" if officer else "shown")

    def open_call(
        self, at: datetime, reason: str, notice: Notice | None = None, promise: Promise | None = None
    ) -> None:
        """On the call list; one open entry, the latest reason stands."""
        if self.call is None or self.call.closed_at is not None:
            self.call = CallTask(pk=self.office.keys.of(CallTask), application=self.application, opened_at=at)
            self.office.rows.add(self.call)
        self.call.reason, self.call.notice, self.call.promise = reason, notice, promise

    def close_call(self, at: datetime) -> None:
        """Nobody has to call any more."""
        if self.call is not None and self.call.closed_at is None:
            self.call.closed_at = at

    def call_person(self, at: datetime, officer: Officer, outcome: str) -> None:
        """Somebody calls; told ends the entry of the call list and is evidence."""
        self.catch_up(at)
        assert self.call is not None
        self.office.rows.add(CallAttempt(task=self.call, officer=officer, at=at, outcome=outcome))
        self.note("called", at, "officer", officer, data={"outcome": outcome})
        if outcome in TOLD:
            self.call.closed_at = at
            if self.promise.answered_at:
                self.tell(at, "told")
