"""One synthetic application, played step by step as the operations and the clock would have written it."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from requests_app.demo.letters import Letters
from requests_app.demo.office import Office
from requests_app.demo.pictures import picture_of
from requests_app.demo.rows import mark
from requests_app.models import (
    AccessLog,
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
    Rung,
)  # fmt: skip
from requests_app.operations.decisions import RECORDING_REMINDERS, STEP_OF, Verdict, terms, unsaved_decision
from requests_app.operations.fallback import WITHOUT_CALL
from requests_app.models.keys import application_key
from requests_app.operations.submission import PRIVACY_VERSION, STATEMENT_VERSION, contact_fields, person_fields
from requests_app.rules.dates import format_moment
from requests_app.rules.messages import ANSWER_PURPOSES, decision_params, render, without_frame
from requests_app.rules.numbers import new_application_number, new_report_number, new_secret
from requests_app.rules.promise import RUNGS
from requests_app.rules.statuses import Status, check_step
from requests_app.vault.keyring import keyed_hash

TICK = timedelta(seconds=20)  # how long after its moment a sweep notices
LOOKING = timedelta(seconds=45)


class Life:
    """The application and everything written about it so far. Steps are played in the order of their moments."""

    def __init__(
        self, office: Office, answers: Mapping[str, Any], at: datetime, *, held: bool = False, reachable: bool = True,
        hints: Mapping[str, list[str]] | None = None,
    ) -> None:  # fmt: skip
        self.office, self.answers = office, dict(answers)
        self.secret = new_secret() if answers["contact"] == "none" else ""
        self.application = self._application(at)
        self.letters = Letters(office, self.application, reachable=reachable)
        self.documents: list[Document] = []
        self.hints = hints or {}
        self.report: Report | None = None
        self.call: CallTask | None = None
        self.decision: Decision | None = None
        self.decisions: list[Decision] = []
        self.answer: Notice | None = None
        self.last_at = at
        office.rows.add(self.application)
        self._add_documents(office.documents_for(answers), at)
        self.promise = self._open_promise(at)
        self.take("submit_held" if held else "submit", at, "citizen", data={"promise": self.promise.pk})
        self.owe("received", at, dedup="1")

    def _application(self, at: datetime) -> Application:
        office, answers = self.office, self.answers
        due = office.due(at)
        application = Application(
            pk=office.keys.of(Application), number=new_application_number(), service="ktp_el", reason=answers["reason"],
            status=Status.DRAFT.value, version=-1, answers=answers, key_hash=application_key("ktp_el", answers),
            zone=office.zones[answers["kelurahan"]],
            secret_hash=keyed_hash("secret", self.secret) if self.secret else None, draft_id=mark(office.next_index),
            privacy_version=PRIVACY_VERSION, statement_version=STATEMENT_VERSION,
            submitted_at=at, first_due_at=due, due_at=due, **person_fields(answers), **contact_fields(answers),
        )  # fmt: skip
        office.next_index += 1
        return application

    def _open_promise(self, at: datetime) -> Promise:
        application = self.application
        promise = Promise(
            pk=self.office.keys.of(Promise), application=application, round=application.round, started_at=at,
            policy=self.office.policy.value, due_at=application.due_at, next_rung_at=at + min(RUNGS.values()),
        )  # fmt: skip
        self.office.rows.add(promise)
        return promise

    def _add_documents(self, codes: list[str], at: datetime) -> None:
        for code in codes:
            hints = self.hints.get(code, [])
            picture = picture_of(code, dark="dark" in hints)
            document = Document(
                id=uuid.uuid4(), application=self.application, document_code=code, round=self.application.round,
                original_kind="jpeg", original_bytes=len(picture), original_hash=keyed_hash("file", code), pages=1,
                stored_bytes=len(picture), hints=hints, uploaded_at=at,
            )  # fmt: skip
            self.documents.append(document)

    # What happened, in history.

    def take(
        self, step: str, at: datetime, actor: str, officer: Officer | None = None, *, data: Any = None, **changes: Any
    ) -> None:
        """One allowed step, and its history row. What the clock had to do before is done first."""
        if step not in ("submit", "submit_held"):
            self.catch_up(at)
        application, before = self.application, self.application.status
        application.status = check_step(step, before, application.service).value
        application.version += 1
        for name, value in changes.items():
            setattr(application, name, value)
        self.note(step, at, actor, officer, before=before, data=data)

    def note(
        self, step: str, at: datetime, actor: str, officer: Officer | None = None, *, before: str = "", data: Any = None
    ) -> None:
        """A history row."""
        self.last_at = max(self.last_at, at)
        status = self.application.status
        event = Event(
            pk=self.office.keys.of(Event), application=self.application, at=at, step=step, from_status=before or status,
            to_status=status, round=self.application.round, actor_kind=actor, officer=officer, data=data or {},
        )  # fmt: skip
        self.office.rows.add(event)

    def owe(self, purpose: str, at: datetime, **how: Any) -> Notice:
        """A notice; one that could not arrive puts the person on the call list, as operations/fallback.py does."""
        notice = self.letters.owe(purpose, at, **how)
        settled = purpose in ANSWER_PURPOSES and notice.promise is not None and notice.promise.told_at is not None
        if notice.state == "failed" and purpose not in WITHOUT_CALL and not settled and notice.failed_at:
            self._open_call(notice.failed_at, notice, notice.promise)
        return notice

    # The officer.

    def decide(self, at: datetime, officer: Officer, verdict: Verdict) -> Decision:
        """Claimed, looked at, decided; the answer leaves eight seconds later."""
        self.take("claim", at - LOOKING, "officer", officer, skipped_by=None)
        log = AccessLog(at=at - LOOKING, officer=officer, action="claim", application=self.application)
        self.office.rows.add(log)
        changes = {"decided_at": at, "not_by": None, **terms(verdict.kind, at)}
        self.take(STEP_OF[verdict.kind], at, "officer", officer, **changes)
        return self._answer(at, officer, verdict)

    def _answer(self, at: datetime, officer: Officer, verdict: Verdict) -> Decision:
        decision = unsaved_decision(self.application, officer=officer, now=at, verdict=verdict)
        decision.pk = self.office.keys.of(Decision)
        self.office.rows.add(decision)
        self.decision = decision
        self.decisions.append(decision)
        promise = self.promise
        promise.answered_at = at
        promise.publish_at = decision.release_at if self.application.contact == "none" else None
        self.answer = self.owe(
            verdict.kind, at, dedup=f"{promise.round}:{decision.pk}", params=self._texts(decision), promise=promise,
            not_before=decision.release_at,
        )  # fmt: skip
        if promise.publish_at:
            self.tell(promise.publish_at, "published")
        elif self.answer.delivered_at:
            self.tell(self.answer.delivered_at, "delivered")
        return decision

    def _texts(self, decision: Decision) -> dict[str, str]:
        reasons = self.office.reasons
        reason = reasons.get(decision.reason_code)
        return decision_params(
            kind=decision.kind, items=decision.items, sentences={code: r.sentence for code, r in reasons.items()},
            reason=reason.sentence if reason else "", legal_ground=reason.legal_ground if reason else "",
            next_step=decision.details.get("next") or (reason.next_step if reason else ""), note=decision.note,
            details=decision.details, until=self.application.waiting_until,
        )  # fmt: skip

    def collect(self, at: datetime, officer: Officer) -> None:
        """The card is handed over."""
        self.take("collect", at, "officer", officer)
        self.tell(at, "told")

    def record(self, at: datetime, officer: Officer) -> None:
        """Biometric recording was done: next round."""
        old = self.promise
        self._reopen("recorded", at, "officer", officer)
        self.tell(at, "told", promise=old)
        self.owe("recorded", at, dedup=str(self.application.round))

    def annul(self, at: datetime, supervisor: Officer, reason: str) -> None:
        """A supervisor annuls the last decision: next round."""
        assert self.decision is not None
        decision, old = self.decision, self.promise
        decision.annulled_at, decision.annulled_by, decision.annul_reason = at, supervisor, reason
        self._reopen("annul", at, "officer", supervisor, data={"decision": decision.pk})
        self.owe("annulled", at, dedup=str(decision.pk), promise=old)

    # The citizen.

    def resubmit(self, at: datetime) -> None:
        """The faulted documents are sent again: next round."""
        assert self.decision is not None
        faulted = {item["target"] for item in self.decision.items}
        self.catch_up(at)
        old_documents, self.documents = self.documents, []
        self.tell(at, "shown")
        self._reopen("resubmit", at, "citizen")
        again = [document for document in old_documents if document.document_code in faulted]
        for document in again:
            document.replaced_at = at
        self.hints = {}
        self._add_documents([document.document_code for document in again], at)
        self.documents = old_documents + self.documents
        self.owe("received", at, dedup=str(self.application.round))

    def object(self, at: datetime, words: str) -> None:
        """An objection to a rejection: next round, by somebody else."""
        assert self.decision is not None
        decision = self.decision
        self.catch_up(at)
        self.tell(at, "shown")
        decision.objected_at, decision.objection = at, words
        self._reopen("object", at, "citizen", data={"decision": decision.pk}, not_by=decision.officer)
        self.owe("objection_received", at, dedup=str(decision.pk))

    def withdraw(self, at: datetime) -> None:
        """Withdrawn; before its due moment the promise is void."""
        self.take("withdraw", at, "citizen", waiting_until=None, next_reminder_at=None)
        if self.promise.outcome == "open" and at <= self.promise.due_at:
            self.promise.outcome, self.promise.next_rung_at, self.promise.publish_at = "void", None, None
        self.owe("withdrawn", at, dedup="1")

    def _reopen(self, step: str, at: datetime, actor: str, officer: Officer | None = None, **more: Any) -> None:
        self.catch_up(at)
        application = self.application
        application.round += 1
        application.due_at = self.office.due(at)
        self.promise = self._open_promise(at)
        ended = {"decided_at": None, "waiting_until": None, "next_reminder_at": None, "skipped_by": None}
        self.take(step, at, actor, officer, **{**ended, **more})
        self.decision, self.answer = None, None

    # Evidence, calls and Reports.

    def tell(self, at: datetime, how: str, *, promise: Promise | None = None) -> None:
        """Evidence that the answer of a round reached the person; the earliest counts."""
        promise = promise or self.promise
        self.catch_up(at)
        if promise.outcome == "void" or (promise.told_at is not None and promise.told_at <= at):
            return
        promise.told_at, promise.evidence = at, how
        if promise.outcome == "open":
            promise.outcome, promise.next_rung_at = "kept", None
        self.note("told", at, "clock", data={"round": promise.round, "how": how})

    def _open_call(self, at: datetime, notice: Notice | None, promise: Promise | None) -> None:
        if self.call is None:
            task = CallTask(application=self.application, reason="undelivered", opened_at=at)
            self.call = task
            task.pk = self.office.keys.of(CallTask)
            self.office.rows.add(task)
        self.call.notice, self.call.promise = notice, promise

    def call_person(self, at: datetime, officer: Officer, outcome: str) -> None:
        """Somebody calls; told ends the entry of the call list and is evidence."""
        assert self.call is not None
        self.catch_up(at)
        self.office.rows.add(CallAttempt(task=self.call, officer=officer, at=at, outcome=outcome))
        self.note("called", at, "officer", officer, data={"outcome": outcome})
        if outcome.startswith("told"):
            self.call.closed_at = at
            if self.promise.answered_at:
                self.tell(at, "told")

    def own_report(self, at: datetime) -> None:
        """A supervisor takes the open Report."""
        self.catch_up(at)
        assert self.report is not None
        self.report.owner = self.office.supervisor
        self.note("report_owned", at, "officer", self.office.supervisor, data={"report": self.report.pk})

    def answer_report(self, at: datetime, words: str) -> None:
        """The supervisor's answer, told to the citizen."""
        self.catch_up(at)
        report = self.report
        assert report is not None
        report.status, report.answer, report.answered_at = "answered", words, at
        self.note("report_answered", at, "officer", self.office.supervisor, data={"report": report.pk})
        params = {"laporan": report.number, "jawaban": words}
        self.owe("report_answered", at, dedup=f"{report.pk}:{at.timestamp()}", params=params)

    def close_report(self, at: datetime) -> None:
        """An answered Report is closed."""
        assert self.report is not None
        self.report.status, self.report.closed_at, self.report.close_reason = "closed", at, "done"
        self.note("report_closed", at, "officer", self.office.supervisor, data={"report": self.report.pk})

    # The clock.

    def catch_up(self, at: datetime) -> None:
        """What the sweeps did until `at`: rungs, the broken promise, reminders, expiry."""
        promise = self.promise
        if promise.outcome == "open":
            self._climb(min(at, promise.due_at))
            if promise.due_at < at:
                self._break(min(promise.due_at + TICK, at))
        self._remind(at)
        until = self.application.waiting_until
        if until is not None and until + TICK < at:
            self.application.waiting_until = self.application.next_reminder_at = None
            self.take("expire", until + TICK, "clock")
            params = {"batas": format_moment(until)}
            self.owe("expired", until + TICK, dedup=str(self.application.round), params=params)

    def _climb(self, at: datetime) -> None:
        promise = self.promise
        while promise.next_rung_at is not None and promise.next_rung_at <= at:
            due = promise.next_rung_at
            code = next(code for code, wait in RUNGS.items() if promise.started_at + wait == due)
            rung = Rung(promise=promise, code=code, due_at=due, recorded_at=min(due + TICK, self.office.now))
            self.office.rows.add(rung)
            coming = [promise.started_at + wait for wait in RUNGS.values()]
            promise.next_rung_at = min((moment for moment in coming if moment > due), default=None)

    def _break(self, at: datetime) -> None:
        promise = self.promise
        promise.outcome, promise.next_rung_at = "broken", None
        promise.broken_at, promise.detected_at = promise.due_at, at
        self.note("promise_broken", at, "clock", data={"round": promise.round})
        report = Report(
            pk=self.office.keys.of(Report), number=new_report_number(), application=self.application, promise=promise,
            opened_by="clock", opened_at=at,
        )  # fmt: skip
        self.office.rows.add(report)
        if self.report is not None and self.report.status != "closed":
            self.report.status, self.report.closed_at, self.report.close_reason = "closed", at, "continued"
            report.owner = self.report.owner
        self.report = report
        self.note("report_opened", at, "clock", data={"report": report.pk})
        if self.decision is None:
            self.owe("apology", at, dedup=str(promise.pk), params={"laporan": report.number})
        else:
            self._late_answer(at, report)

    def _late_answer(self, at: datetime, report: Report) -> None:
        assert self.decision is not None
        answer = self.answer
        body = without_frame(render(answer.text.body, answer.params)) if answer else ""
        if answer is not None and answer.state == "failed":
            answer.state = "superseded"
        params = {**self._texts(self.decision), "laporan": report.number, "jawaban": body}
        self._open_call(at, answer, self.promise)
        late = self.owe("late_answer", at, dedup=str(self.promise.pk), params=params, promise=self.promise)
        if late.delivered_at and self.call:
            self.tell(late.delivered_at, "delivered")
            self.call.closed_at = late.delivered_at

    def _remind(self, at: datetime) -> None:
        application = self.application
        while application.next_reminder_at and application.next_reminder_at <= at and application.waiting_until:
            due, recording = application.next_reminder_at, application.status == Status.RECORDING_NEEDED
            assert application.decided_at is not None
            coming = [application.decided_at + wait for wait in RECORDING_REMINDERS] if recording else []
            application.next_reminder_at = next((moment for moment in coming if moment > due), None)
            application.version += 1
            place = self.decision.details.get("place", "") if self.decision else ""
            params = {"batas": format_moment(application.waiting_until), "tempat": place if recording else ""}
            purpose = "recording_reminder" if recording else "correction_reminder"
            dedup = f"{application.round}:{due.timestamp():.0f}"
            self.owe(purpose, min(due + TICK, self.office.now), dedup=dedup, params=params)

    def settle(self) -> None:
        """The end of the story at `now`: what is due is done. Files are kept of open applications only."""
        self.catch_up(self.office.now)
        if Status(self.application.status).is_open:
            for document in self.documents:
                self.office.rows.add(document)
                self.office.rows.add_page(
                    document.id, picture_of(document.document_code, dark="dark" in document.hints)
                )
