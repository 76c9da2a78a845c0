"""One synthetic application, played step by step as officers, citizens and the clock would have written it."""

from datetime import datetime, timedelta
from typing import Any

from requests_app.demo.card_work import CardWork
from requests_app.demo.pictures import picture_of
from requests_app.demo.trip import Trip, join_or_invite
from requests_app.models import AccessLog, Decision, Notice, Officer
from requests_app.operations.decisions import STEP_OF, Verdict, is_card, terms, unsaved_decision
from requests_app.operations.invitations import FACE_TO_FACE, invitation_purpose, is_by_visit
from requests_app.operations.visit_words import schedule_follows
from requests_app.rules.statuses import Status
from requests_app.rules.visits import SCHEDULE_WITHIN, TRY_AGAIN, Trouble

LOOKING = timedelta(seconds=45)


class Life(CardWork):
    """What people do to an application, one step after the other."""

    # The officer.

    def decide(self, at: datetime, officer: Officer, verdict: Verdict) -> Decision:
        """Claimed, looked at, decided; the answer leaves eight seconds later."""
        self.take("claim", at - LOOKING, "officer", officer, skipped_by=None)
        log = AccessLog(at=at - LOOKING, officer=officer, action="claim", application=self.application)
        self.office.rows.add(log)
        changes = {"decided_at": at, "not_by": None, **terms(verdict.kind, at)}
        self.take(STEP_OF[verdict.kind], at, "officer", officer, **changes)
        if is_card(self.application, verdict.kind):
            self.ask_for_blank(at, officer)
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
        self.answer = self._answer_notice(decision, at, officer)
        if promise.publish_at:
            self.tell(promise.publish_at, "published")
        elif self.answer.delivered_at:
            self.tell(self.answer.delivered_at, "delivered")
        return decision

    def _answer_notice(self, decision: Decision, at: datetime, officer: Officer) -> Notice:
        """The message that is the answer: an invitation where the person has to come and there is a place."""
        how: dict[str, Any] = {
            "dedup": f"{self.promise.round}:{decision.pk}", "promise": self.promise, "not_before": decision.release_at,
        }  # fmt: skip
        texts = self.texts()
        if not is_by_visit(self.application, decision.kind):
            return self.owe(decision.kind, at, params=texts, **how)
        trip, joined = join_or_invite(self, at)
        if trip is not None:
            self.put_on(trip, at, "officer", officer, joined=joined)
            note = {"catatan": texts["catatan"]}
            return trip.owe(self, invitation_purpose(self.application), at, params=note, **how)
        self.wait_for_place(at)
        if self.service not in FACE_TO_FACE:
            return self.owe(decision.kind, at, params=texts, **how)
        schedule = schedule_follows(self.application, at + SCHEDULE_WITHIN)
        return self.owe("approved_visit", at, params=texts | {"jadwal": schedule}, **how)

    def put_on(
        self, trip: Trip, at: datetime, actor: str, officer: Officer | None = None, *, joined: bool = False
    ) -> None:
        """Invited; a recording keeps its status."""
        self.trip = trip
        changes = {"next_invite_at": None, "invite_trouble": ""}
        self.step("invite", at, actor, officer, data={"visit": trip.visit.pk, "joined": joined}, **changes)

    def wait_for_place(self, at: datetime) -> None:
        """The clock has tried again every quarter of an hour since, and found none."""
        tries = max(0, (self.office.now - at) // TRY_AGAIN) + 1
        self.change(next_invite_at=at + tries * TRY_AGAIN, invite_trouble=Trouble.NO_SLOT.value)

    def step(
        self, step: str, at: datetime, actor: str, officer: Officer | None = None, *, data: Any, **changes: Any
    ) -> None:
        """A step of a visit: of a KK or legalisir a step of its own, of a recording only history."""
        if self.service in FACE_TO_FACE:
            self.take(step, at, actor, officer, data=data, **changes)
            return
        self.catch_up(at)
        if changes:
            self.change(**changes)
        self.note(step, at, actor, officer, data=data)

    def record(self, at: datetime, officer: Officer) -> None:
        """Biometric recording was done: next round."""
        old = self.promise
        self._reopen("recorded", at, "officer", officer)
        self.tell(at, "told", promise=old)
        self.owe("recorded", at, dedup=str(self.application.round))

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
        self.add_documents([document.document_code for document in again], at)
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
        self.promise = self.open_promise(at)
        ended = {
            "decided_at": None, "waiting_until": None, "next_reminder_at": None, "skipped_by": None,
            "next_invite_at": None, "invite_trouble": "",
        }  # fmt: skip
        self.take(step, at, actor, officer, **{**ended, **more})
        self.decision, self.answer = None, None

    # The supervisor.

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
        self.catch_up(at)
        assert self.report is not None
        self.report.status, self.report.closed_at, self.report.close_reason = "closed", at, "done"
        self.note("report_closed", at, "officer", self.office.supervisor, data={"report": self.report.pk})

    def settle(self) -> None:
        """The end of the story at `now`: what is due is done. Files are kept of open applications only."""
        self.produce()
        self.catch_up(self.office.now)
        if Status(self.application.status).is_open:
            for document in self.documents:
                self.office.rows.add(document)
                self.office.rows.add_page(
                    document.id, picture_of(document.document_code, dark="dark" in document.hints)
                )
