"""The clock: what falls due is done, level-triggered. Each sweep reads a partial index and only what is due.

A sweep works in batches, each in its own transaction, skipping rows that another sweep holds; running it twice,
late, or in parallel gives the same rows.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from requests_app.models import (
    HOLDS_KEY,
    Application,
    Decision,
    LimitCounter,
    MessageText,
    Notice,
    Promise,
    ProofCode,
    ReachedPhone,
    Rung,
    WebhookEvent,
)
from requests_app.operations.actors import CLOCK
from requests_app.operations.calls import open_call
from requests_app.operations.decisions import RECORDING_REMINDERS, answer_texts
from requests_app.operations.devices import forget_draft_codes
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.invitations import NEWS
from requests_app.operations.keys import lock_key
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.promises import record_evidence
from requests_app.operations.reports import open_report
from requests_app.operations.routes import further_channels, preferred_channel
from requests_app.operations.sent_proofs import forget_proofs
from requests_app.operations.steps import lock, record_event, save_changes, take_step
from requests_app.operations.visits import drop_from_visit
from requests_app.rules.messages import ANSWER_PURPOSES, INVITATIONS, render, without_frame
from requests_app.rules.promise import RUNGS, rung_to_tell, rungs_due
from requests_app.rules.statuses import Status

BATCH = 200
RECEIPTS_KEPT = timedelta(days=30)
NOT_INVITING = tuple(purpose for purpose in ANSWER_PURPOSES if purpose not in INVITATIONS)


def _in_batches(due: Callable[[], Iterable[int]], work: Callable[[int], None]) -> int:
    """Work on what is due until nothing new is due; rows whose work is not done (skipped) end the loop."""
    done, seen = 0, set[int]()
    while True:
        fresh = [key for key in due() if key not in seen]
        if not fresh:
            return done
        for key in fresh:
            seen.add(key)
            work(key)
            done += 1


def publish_answers(*, now: datetime) -> int:
    """Answers for those who look them up themselves stand on the tracking page from their release on."""

    def due() -> Iterable[int]:
        rows = Promise.objects.filter(outcome="open", publish_at__lte=now).order_by("publish_at")
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _publish(pk, now))


@transaction.atomic
def _publish(promise_id: int, now: datetime) -> None:
    promise = _locked_promise(promise_id)
    if promise is not None and promise.outcome == "open" and promise.publish_at and promise.publish_at <= now:
        record_evidence(promise, at=promise.publish_at, evidence="published", now=now)


def break_promises(*, now: datetime) -> int:
    """Due moment passed without evidence: broken, once; a Report, an apology, and a call when an answer lies about.

    Evidence that was stamped in time and only not yet read (published answers) is read first.
    """

    def due() -> Iterable[int]:
        rows = Promise.objects.filter(outcome="open", due_at__lt=now).order_by("due_at", "id")
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _break(pk, now))


def _locked_promise(promise_id: int) -> Promise | None:
    """The promise with its application, locked in that order (application first, as everywhere)."""
    lock(Promise.objects.values_list("application_id", flat=True).get(pk=promise_id))
    rows = Promise.objects.select_for_update(of=("self",)).select_related("application__zone")
    return rows.filter(pk=promise_id).first()


@transaction.atomic
def _break(promise_id: int, now: datetime) -> None:
    promise = _locked_promise(promise_id)
    if promise is None or promise.outcome != "open" or promise.due_at >= now:
        return
    if promise.publish_at and promise.publish_at <= promise.due_at:
        return record_evidence(promise, at=promise.publish_at, evidence="published", now=now)
    _record_rungs(promise, now)
    promise.outcome, promise.broken_at, promise.detected_at, promise.next_rung_at = "broken", promise.due_at, now, None
    promise.save(update_fields=["outcome", "broken_at", "detected_at", "next_rung_at"])
    application = promise.application
    record_event(application, "promise_broken", now=now, actor=CLOCK, data={"round": promise.round})
    report = open_report(promise, opened_by="clock", now=now)
    decision = _untold_decision(promise)
    if decision is None:
        owe_notice(application, "apology", now=now, dedup=str(promise.pk), params={"laporan": report.number})
        return
    _owe_late_answer(promise, decision, report_number=report.number, now=now)


def _untold_decision(promise: Promise) -> Decision | None:
    if promise.told_at is not None:
        return None
    return Decision.objects.filter(
        application_id=promise.application_id, round=promise.round, taken_back_at__isnull=True
    ).first()


def _owe_late_answer(promise: Promise, decision: Decision, *, report_number: str, now: datetime) -> None:
    """Decided but undelivered: answer and apology are one message on the next channel, and somebody calls."""
    application = promise.application
    answers = application.notices.filter(promise=promise, purpose__in=ANSWER_PURPOSES).select_related("text")
    answer = answers.order_by(F("visit").desc(nulls_first=True), "-created_at").first()
    tried = {each.channel for each in answers} or {preferred_channel(application)[0]}
    left = further_channels(application, "late_answer", tried=tried)
    body = _words_for_any_channel(answer) if answer is not None else ""
    supersede_unsent(application, NOT_INVITING)
    owe_notice(
        application,
        "late_answer",
        now=now,
        dedup=str(promise.pk),
        params={**answer_texts(application, decision), "laporan": report_number, "jawaban": without_frame(body)},
        promise=promise,
        to=left[0] if left else None,
    )
    open_call(application, reason="undelivered", now=now, notice=answer, promise=promise)


def _words_for_any_channel(answer: Notice) -> str:
    """The answer as part of another message. An invitation leaves from its own zone's number only, and still waits to:
    instead of its slot the message tells where the schedule is."""
    if answer.visit_id is None:
        return render(answer.text.body, answer.params)
    body = MessageText.objects.values_list("body", flat=True).get(purpose="schedule_news", is_current=True)
    return render(body, answer.params | {"kabar": render(NEWS[answer.purpose], answer.params)})


def climb_ladder(*, now: datetime) -> int:
    """Rungs at three and four days; several due at once are all recorded, the lower ones as collapsed."""

    def due() -> Iterable[int]:
        rows = Promise.objects.filter(outcome="open", next_rung_at__lte=now).order_by("next_rung_at")
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _climb(pk, now))


@transaction.atomic
def _climb(promise_id: int, now: datetime) -> None:
    promise = _locked_promise(promise_id)
    if promise is not None and promise.outcome == "open":
        _record_rungs(promise, now)
        promise.save(update_fields=["next_rung_at"])


def _record_rungs(promise: Promise, now: datetime) -> None:
    recorded = set(promise.rungs.values_list("code", flat=True))
    fresh = rungs_due(promise.started_at, now, recorded=recorded)
    told, _ = rung_to_tell(fresh)
    Rung.objects.bulk_create(
        [
            Rung(promise=promise, code=c, due_at=promise.started_at + RUNGS[c], recorded_at=now, collapsed=c != told)
            for c in fresh
        ],
        ignore_conflicts=True,
    )
    left = [promise.started_at + wait for code, wait in RUNGS.items() if code not in recorded and code not in fresh]
    promise.next_rung_at = min(left, default=None)


def end_leases(*, now: datetime) -> int:
    """A lease that ran out: the application is back in its old place."""

    def due() -> Iterable[int]:
        rows = Application.objects.filter(status=Status.IN_REVIEW, lease_until__lte=now).order_by("lease_until")
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _end_lease(pk, now))


@transaction.atomic
def _end_lease(application_id: int, now: datetime) -> None:
    application = lock(application_id)
    if application.status == Status.IN_REVIEW and application.lease_until and application.lease_until <= now:
        take_step(application, "lease_expired", now=now, actor=CLOCK)


def expire_waiting(*, now: datetime) -> int:
    """Corrections after 14 days and recordings after 90 days: expired, told, and the key is free."""

    def due() -> Iterable[int]:
        rows = Application.objects.filter(waiting_until__lt=now).order_by("waiting_until")
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _expire(pk, now))


@transaction.atomic
def _expire(application_id: int, now: datetime) -> None:
    application = lock(application_id)
    if application.waiting_until is None or application.waiting_until >= now:
        return
    until = application.waiting_until
    lock_key(application.service, application.key_hash)
    drop_from_visit(application, now=now, actor=CLOCK)
    take_step(application, "expire", now=now, actor=CLOCK, waiting_until=None, next_reminder_at=None)
    owe_notice(application, "expired", now=now, dedup=str(application.round), params=_until(until))
    let_held_go_on(application.service, application.key_hash, now=now)


def remind_waiting(*, now: datetime) -> int:
    """Correction: at ten days. Recording: at 30 and 60 days; after an outage only the latest one is sent."""

    def due() -> Iterable[int]:
        rows = Application.objects.filter(next_reminder_at__lte=now).order_by("next_reminder_at")
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _remind(pk, now))


@transaction.atomic
def _remind(application_id: int, now: datetime) -> None:
    application = lock(application_id)
    due, until = application.next_reminder_at, application.waiting_until
    if due is None or due > now or until is None or application.decided_at is None:
        return
    recording = application.status == Status.RECORDING_NEEDED
    coming = [application.decided_at + wait for wait in RECORDING_REMINDERS] if recording else []
    save_changes(application, next_reminder_at=next((at for at in coming if at > now), None))
    if now >= until:
        return
    last = application.notices.filter(purpose="recording_needed").order_by("-created_at").first() if recording else None
    owe_notice(
        application,
        "recording_reminder" if recording else "correction_reminder",
        now=now,
        dedup=f"{application.round}:{due.timestamp():.0f}",
        params={**_until(until), "tempat": last.params.get("tempat", "") if last else ""},
    )


def _until(moment: datetime) -> dict[str, str]:
    from requests_app.rules.dates import format_moment

    return {"batas": format_moment(moment)}


def release_held(*, now: datetime) -> int:
    """Held applications whose key is free again (their turn was missed because somebody worked on the row)."""

    def due() -> Iterable[int]:
        taken = Application.objects.filter(
            service=OuterRef("service"), key_hash=OuterRef("key_hash"), status__in=HOLDS_KEY
        )
        rows = Application.objects.filter(status=Status.HELD_DUPLICATE).exclude(Exists(taken))
        return rows.values_list("pk", flat=True)[:BATCH]

    return _in_batches(due, lambda pk: _release_held(pk, now))


@transaction.atomic
def _release_held(application_id: int, now: datetime) -> None:
    application = Application.objects.get(pk=application_id)
    lock_key(application.service, application.key_hash)
    let_held_go_on(application.service, application.key_hash, now=now)


def forget_old(*, now: datetime) -> int:
    """Proofs, counters, links and receipts that mean nothing any more; expired codes waiting to be sent.

    What a provider posted may be posted again for eight days; after thirty nobody asks for it. What people wrote
    stands in their conversation by then, and stays there; what could not be worked on is not processed, and stays too.
    Only what was written to a number that is no zone's, and has not become one in thirty days, goes.
    """
    gone, _ = ProofCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()
    counters, _ = LimitCounter.objects.filter(window_start__lt=now - timedelta(days=2)).delete()
    posted, _ = WebhookEvent.objects.filter(processed_at__lt=now - RECEIPTS_KEPT).delete()
    nowhere = WebhookEvent.objects.filter(outcome=WebhookEvent.NO_ZONE, processed_at=None)
    lost, _ = nowhere.filter(received_at__lt=now - RECEIPTS_KEPT).delete()
    late = Notice.objects.filter(state__in=["queued", "retry"], expires_at__lt=now).update(
        state="expired", next_attempt_at=None
    )
    ended = now - timedelta(days=2)
    phones, _ = ReachedPhone.objects.filter(charged_until__lt=ended, last_sent_at__lt=ended).delete()
    return gone + counters + posted + lost + phones + late + forget_draft_codes(now=now) + forget_proofs(now=now)
