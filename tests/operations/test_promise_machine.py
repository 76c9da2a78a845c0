"""Whatever happens, in whatever order: one promise per round, and exactly one Report and apology per broken one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from requests_app.models import Application, Decision, Event, Notice, Promise, Report
from requests_app.operations import clock
from requests_app.operations.decisions import annul_decision, decide, take_back
from requests_app.operations.duplicates import let_go_on, reject_double
from requests_app.operations.followup import object_to_rejection, record_answer_shown, resubmit_correction, withdraw
from requests_app.operations.promises import record_evidence
from requests_app.operations.recording import record_recording_done
from requests_app.operations.review import claim_application
from requests_app.operations.steps import NotNow, lock
from requests_app.rules.messages import ANSWER_PURPOSES
from requests_app.rules.statuses import Status, StepNotAllowed
from tests.factories import APPROVED, CORRECTION, RECORDING, REJECTED, OfficerFactory, submitted
from tests.operations.cards import give_card

START = datetime(2028, 2, 26, 16, 59, 30, tzinfo=UTC)  # half a minute before midnight in WIB, a leap day ahead
pick = st.integers(min_value=0, max_value=9)
VERDICTS = [APPROVED, REJECTED, CORRECTION, RECORDING]
SWEEPS = (
    clock.publish_answers, clock.break_promises, clock.climb_ladder, clock.end_leases,
    clock.remind_waiting, clock.expire_waiting, clock.release_held,
)  # fmt: skip


class Office(RuleBasedStateMachine):
    """Citizens, two officers, a supervisor, the provider and the clock, each at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.now = START
        self.officers = [OfficerFactory(), OfficerFactory()]
        self.supervisor = OfficerFactory(role="supervisor")
        self.withdrawn_early: set[int] = set()

    def teardown(self) -> None:
        self.now += timedelta(days=120)
        self.tick()
        self.everything_is_settled()
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def one(self, n: int, **where: Any) -> Application | None:
        rows = list(Application.objects.filter(**where).order_by("pk"))
        return rows[n % len(rows)] if rows else None

    def attempt(self, operation: Any, **arguments: Any) -> Any:
        """Whoever comes too late or out of turn is told so, and nothing is half done."""
        try:
            with transaction.atomic():
                return operation(now=self.now, **arguments)
        except (NotNow, StepNotAllowed):
            return None

    @rule(
        seconds=st.sampled_from(
            [1, 7, 8, 3600, 86_400 - 1, 86_400, 2 * 86_400, 5 * 86_400, 5 * 86_400 + 1, 11 * 86_400]
        )
    )
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(contact=st.sampled_from(["whatsapp", "email", "none"]), again=st.booleans(), n=pick)
    def somebody_submits(self, contact: str, again: bool, n: int) -> None:
        known = self.one(n)
        over: dict[str, Any] = {"nik": known.nik} if again and known else {}
        phone = {"phone": ""} if contact != "whatsapp" else {}
        submitted(self.now, contact=contact, email="a@contoh.example" if contact == "email" else "", **phone, **over)

    @precondition(lambda self: Application.objects.filter(status="submitted").exists())
    @rule(n=pick, verdict=st.sampled_from(VERDICTS))
    def an_officer_decides(self, n: int, verdict: Any) -> None:
        application = self.one(n, status="submitted")
        assert application is not None
        officer = self.officers[n % 2]
        if self.attempt(claim_application, application_id=application.pk, officer=officer, confirmed=True):
            self.attempt(decide, application_id=application.pk, officer=officer, verdict=verdict)

    @precondition(lambda self: Application.objects.filter(status="submitted").exists())
    @rule(n=pick)
    def an_officer_claims_and_goes_home(self, n: int) -> None:
        application = self.one(n, status="submitted")
        assert application is not None
        self.attempt(claim_application, application_id=application.pk, officer=self.officers[n % 2], confirmed=True)

    @precondition(lambda self: Decision.objects.exists())
    @rule()
    def the_last_decision_is_taken_back(self) -> None:
        decision = Decision.objects.latest("pk")
        back = self.attempt(take_back, decision_id=decision.pk, officer=decision.officer)
        if back is not None:
            assert self.now < decision.release_at

    @rule(n=pick)
    def the_citizen_corrects(self, n: int) -> None:
        if application := self.one(n, status="needs_correction"):
            self.attempt(resubmit_correction, application_id=application.pk, answers={})

    @rule(n=pick)
    def the_citizen_withdraws(self, n: int) -> None:
        application = self.one(
            n, status__in=["submitted", "in_review", "approved", "needs_correction", "held_duplicate"]
        )
        if application and self.attempt(withdraw, application_id=application.pk):
            if self.now <= application.due_at:
                self.withdrawn_early.add(application.pk)

    @rule(n=pick)
    def the_citizen_objects(self, n: int) -> None:
        if application := self.one(n, status="rejected"):
            self.attempt(object_to_rejection, application_id=application.pk, words="Mohon periksa lagi.")

    @rule(n=pick)
    def the_citizen_reads_the_answer(self, n: int) -> None:
        if application := self.one(n):
            record_answer_shown(application_id=application.pk, now=self.now)

    @precondition(lambda self: Decision.objects.exists())
    @rule(n=pick)
    def a_supervisor_annuls(self, n: int) -> None:
        decision = Decision.objects.order_by("pk")[n % Decision.objects.count()]
        self.attempt(annul_decision, decision_id=decision.pk, supervisor=self.supervisor, reason="Keliru.")

    @rule(n=pick)
    def somebody_is_recorded(self, n: int) -> None:
        if application := self.one(n, status="recording_needed"):
            self.attempt(record_recording_done, application_id=application.pk, officer=self.officers[0])

    @rule(n=pick)
    def a_card_is_collected(self, n: int) -> None:
        if application := self.one(n, status="approved"):
            self.attempt(give_card, application_id=application.pk, officer=self.officers[0])

    @rule(n=pick, goes_on=st.booleans())
    def a_duplicate_is_judged(self, n: int, goes_on: bool) -> None:
        if application := self.one(n, status="held_duplicate"):
            self.attempt(
                let_go_on if goes_on else reject_double, application_id=application.pk, officer=self.officers[1]
            )

    @rule(n=pick, late_s=st.sampled_from([0, 1, 3600, 6 * 86_400]), twice=st.booleans())
    def a_receipt_comes(self, n: int, late_s: int, twice: bool) -> None:
        """For any answer that has left, stamped when it arrived, known only now, perhaps twice and out of order."""
        answers = list(Notice.objects.filter(purpose__in=ANSWER_PURPOSES, promise__isnull=False).order_by("created_at"))
        if not answers:
            return
        notice = answers[n % len(answers)]
        stamp = max(notice.next_attempt_at or notice.created_at, self.now - timedelta(seconds=late_s))
        if notice.state == "superseded" or stamp > self.now:
            return
        for _ in range(1 + twice):
            lock(notice.application_id)
            promise = Promise.objects.select_for_update().get(pk=notice.promise_id)
            record_evidence(promise, at=stamp, evidence="delivered", now=self.now)

    @rule(sweep=st.sampled_from(SWEEPS))
    def one_sweep_runs_before_the_others(self, sweep: Any) -> None:
        sweep(now=self.now)

    @rule()
    def tick(self) -> None:
        for sweep in SWEEPS:
            sweep(now=self.now)

    @invariant()
    def every_round_has_exactly_one_promise(self) -> None:
        for application in Application.objects.all():
            rounds = list(application.promises.order_by("round").values_list("round", flat=True))
            assert rounds == list(range(1, application.round + 1))

    @invariant()
    def broken_means_one_report_and_one_apology(self) -> None:
        for promise in Promise.objects.all():
            broken = int(promise.outcome == "broken")
            apologies = Notice.objects.filter(
                application_id=promise.application_id,
                dedup_key__in=[f"{promise.application_id}:{p}:{promise.pk}" for p in ("apology", "late_answer")],
            )
            assert Report.objects.filter(promise=promise, opened_by="clock").count() == broken
            assert apologies.count() == broken

    @invariant()
    def outcomes_say_what_happened(self) -> None:
        for promise in Promise.objects.all():
            timely = promise.told_at is not None and promise.told_at <= promise.due_at
            if promise.outcome == "kept":
                assert timely
            if promise.outcome == "broken":
                assert promise.due_at < self.now
                assert timely == (promise.rebutted_at is not None)
            if promise.outcome == "void":
                assert promise.application_id in self.withdrawn_early

    @invariant()
    def history_is_one_unbroken_line(self) -> None:
        for application in Application.objects.all():
            status = Status.DRAFT.value
            for event in Event.objects.filter(application=application).order_by("pk"):
                assert event.from_status == status
                status = event.to_status
            assert status == application.status

    def everything_is_settled(self) -> None:
        assert not Promise.objects.filter(outcome="open", due_at__lt=self.now).exists()
        assert not Application.objects.filter(status="in_review").exists()
        assert not Application.objects.filter(waiting_until__lt=self.now).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [10, pytest.param(60, marks=pytest.mark.long)])
def test_the_promise_holds_whatever_happens(examples: int) -> None:
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
