"""What the sweeps have done to one application until a moment: rungs, broken promises, reminders, expiry, visits."""

from datetime import datetime, timedelta

from requests_app.demo.letters import overtake
from requests_app.demo.record import Record
from requests_app.models import Notice, Report, Rung
from requests_app.operations.card_words import NEXT
from requests_app.operations.decisions import RECORDING_REMINDERS, is_card
from requests_app.operations.invitations import NEWS
from requests_app.rules.dates import format_moment
from requests_app.rules.messages import decision_params, render, without_frame
from requests_app.rules.numbers import new_report_number
from requests_app.rules.promise import RUNGS
from requests_app.rules.statuses import Status

TICK = timedelta(seconds=20)  # how long after its moment a sweep notices


class Clockwork(Record):
    """An application for which the clock is at work. Steps are played in the order of their moments.

    `card_words`: what an approval says about the card.
    """

    card_words = NEXT

    def catch_up(self, at: datetime) -> None:
        """Everything that was due until `at`; what a visit does comes first, and catches up by itself until then."""
        while self.trip is not None and self.trip.play_next(at):
            pass
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
        """Answer and apology in one message; an invitation goes on waiting for its own number."""
        answer = self.answer
        body = without_frame(self._words_for_any_channel(answer)) if answer else ""
        if answer is not None and answer.visit is None:
            overtake(answer)
        params = {**self.texts(), "laporan": report.number, "jawaban": body}
        self.open_call(at, "undelivered", answer, self.promise)
        late = self.owe("late_answer", at, dedup=str(self.promise.pk), params=params, promise=self.promise)
        if late.delivered_at:
            self.tell(late.delivered_at, "delivered")
            self.close_call(late.delivered_at)

    def _words_for_any_channel(self, answer: Notice) -> str:
        if answer.visit is None:
            return render(answer.text.body, answer.params)
        news = {"kabar": render(NEWS[answer.purpose], answer.params)}
        return render(self.office.texts["schedule_news"].body, answer.params | news)

    def texts(self) -> dict[str, str]:
        """The placeholders of the last answer."""
        decision, reasons = self.decision, self.office.reasons
        assert decision is not None
        reason = reasons.get(decision.reason_code)
        card = self.card_words if is_card(self.application, decision.kind) else ""
        return decision_params(
            kind=decision.kind, card=card, items=decision.items,
            sentences={code: r.sentence for code, r in reasons.items()},
            reason=reason.sentence if reason else "", legal_ground=reason.legal_ground if reason else "",
            next_step=decision.details.get("next") or (reason.next_step if reason else ""), note=decision.note,
            details=decision.details, until=self.application.waiting_until,
        )  # fmt: skip

    def _remind(self, at: datetime) -> None:
        application = self.application
        while application.next_reminder_at and application.next_reminder_at <= at and application.waiting_until:
            due, recording = application.next_reminder_at, application.status == Status.RECORDING_NEEDED
            assert application.decided_at is not None
            coming = [application.decided_at + wait for wait in RECORDING_REMINDERS] if recording else []
            self.change(next_reminder_at=next((moment for moment in coming if moment > due), None))
            params = {"batas": format_moment(application.waiting_until), "tempat": self._told_place(recording)}
            purpose = "recording_reminder" if recording else "correction_reminder"
            dedup = f"{application.round}:{due.timestamp():.0f}"
            self.owe(purpose, min(due + TICK, self.office.now), dedup=dedup, params=params)

    def _told_place(self, recording: bool) -> str:
        """Where the answer said that the person can be recorded; an invitation says it by itself."""
        told = recording and self.answer is not None and self.answer.purpose == "recording_needed"
        return str(self.decision.details.get("place", "")) if told and self.decision else ""
