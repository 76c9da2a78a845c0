"""What lease and fencing promise: nothing lost, nothing sent by two, nothing written by who lost it."""

import threading
import uuid
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from requests_app.channels.base import Outcome
from requests_app.models import Notice, NoticeAttempt
from requests_app.operations import sending
from requests_app.operations.delivery import (
    RECEIPT_WAIT,
    claim_notices,
    deliver_notices,
    end_delivery_leases,
    wait_for_receipts,
)
from tests.factories import submitted
from tests.operations.post_office import PostOffice, only, use_simulator

RELEASE = timedelta(seconds=8)


def states(notice: Notice) -> tuple[str, str]:
    notice.refresh_from_db()
    return notice.state, notice.error_code


def test_a_lease_that_ran_out_before_the_call_is_queued_again(office: PostOffice, now: datetime):
    notice = only(submitted(now), "received")
    claim_notices(now=now, owner=uuid.uuid4(), limit=9)
    office.deliver(now + timedelta(seconds=89))
    assert states(notice)[0] == "sending"
    office.deliver(now + timedelta(seconds=91))
    assert states(notice)[0] == "accepted"
    assert notice.attempt == 1
    assert not notice.maybe_twice


def test_a_lease_that_ran_out_during_the_call_waits_for_a_receipt_and_then_says_that_it_may_be_the_second(
    office: PostOffice, now: datetime
):
    notice = only(submitted(now), "received")
    owner = uuid.uuid4()
    claim_notices(now=now, owner=owner, limit=9)
    assert sending.prepare([notice.pk], sending.Sending(lambda: now, owner))
    end_delivery_leases(now=now + timedelta(seconds=91))
    assert states(notice) == ("unconfirmed", "lease_ended")
    assert notice.next_attempt_at == now + timedelta(minutes=10)
    office.deliver(now + timedelta(minutes=9, seconds=59))
    assert office.accepted(notice) == []
    office.deliver(now + timedelta(minutes=10))
    assert states(notice)[0] == "accepted"
    assert notice.maybe_twice
    assert [a.outcome for a in notice.attempts.order_by("attempt")] == ["unknown", "accepted"]


def test_after_a_long_outage_receipts_get_a_minute_before_the_resend(now: datetime, db: None):
    notice = only(submitted(now), "received")
    owner = uuid.uuid4()
    claim_notices(now=now, owner=owner, limit=9)
    sending.prepare([notice.pk], sending.Sending(lambda: now, owner))
    later = now + timedelta(hours=2)
    end_delivery_leases(now=later)
    notice.refresh_from_db()
    assert notice.next_attempt_at == later + timedelta(minutes=1)


@pytest.mark.parametrize(("away", "waits"), [(2, True), (9, True), (30, True), (1, False)])
def test_what_waited_for_its_receipt_while_we_were_away_waits_a_minute_more(
    now: datetime, db: None, away: int, waits: bool
):
    """The provider could not post; it does when we are back."""
    notice = only(submitted(now), "received")
    back = now + timedelta(minutes=away)
    due = min(now + RECEIPT_WAIT, back)
    Notice.objects.update(state="unconfirmed", next_attempt_at=due)
    deliver_notices(clock=lambda: back, last_run=now)
    notice.refresh_from_db()
    assert (notice.state == "unconfirmed") is waits
    assert not waits or notice.next_attempt_at == back + timedelta(minutes=1)


def test_runs_that_fail_keep_nothing_back_for_ever(now: datetime, db: None):
    """Then the last one that ended is long ago, each time anew."""
    notice = only(submitted(now), "received")
    Notice.objects.update(state="unconfirmed", next_attempt_at=now + timedelta(minutes=2))
    for minute in range(2, 14):
        wait_for_receipts(["whatsapp"], away_since=now, now=now + timedelta(minutes=minute))
    notice.refresh_from_db()
    assert notice.next_attempt_at <= now + timedelta(minutes=13)


def test_whoever_lost_the_lease_writes_to_the_attempt_only(office: PostOffice, now: datetime):
    notice = only(submitted(now), "received")
    slow = sending.Sending(lambda: now)
    claim_notices(now=now, owner=slow.owner, limit=9)
    (prepared,) = sending.prepare([notice.pk], slow)
    end_delivery_leases(now=now + timedelta(seconds=91))
    sending.settle([(prepared, Outcome("accepted", "wamid.late"))], slow)
    assert states(notice)[0] == "unconfirmed"
    assert notice.provider_id is None
    assert notice.attempts.get().outcome == "accepted"


def test_whoever_lost_the_lease_undoes_nothing_by_a_refusal(now: datetime, db: None):
    notice, later = only(submitted(now), "received"), now + timedelta(minutes=10)
    slow, other = sending.Sending(lambda: now), sending.Sending(lambda: later)
    claim_notices(now=now, owner=slow.owner, limit=9)
    (prepared,) = sending.prepare([notice.pk], slow)
    end_delivery_leases(now=now + timedelta(seconds=91))
    claim_notices(now=later, owner=other.owner, limit=9)
    (again,) = sending.prepare([notice.pk], other)
    sending.settle([(again, Outcome("accepted", "wamid.second"))], other)
    sending.settle([(prepared, Outcome("permanent", code="131026"))], slow)
    assert states(notice) == ("accepted", "")
    assert [a.outcome for a in notice.attempts.order_by("attempt")] == ["permanent", "accepted"]
    assert not notice.fallbacks.exists()


OUTCOMES = [Outcome("accepted", "wamid.late"), Outcome("retry", code="131016")]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.kind)
def test_a_late_outcome_leaves_the_lease_of_who_claimed_since(now: datetime, db: None, outcome: Outcome):
    notice, later = only(submitted(now), "received"), now + timedelta(minutes=10)
    slow, other = sending.Sending(lambda: now), uuid.uuid4()
    claim_notices(now=now, owner=slow.owner, limit=9)
    (prepared,) = sending.prepare([notice.pk], slow)
    end_delivery_leases(now=now + timedelta(seconds=91))
    assert claim_notices(now=later, owner=other, limit=9) == [notice.pk]
    sending.settle([(prepared, outcome)], slow)
    assert states(notice)[0] == "sending"
    assert notice.lease_owner == other


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.kind)
def test_a_late_outcome_does_not_settle_a_later_attempt_of_the_same_worker(now: datetime, db: None, outcome: Outcome):
    notice, later = only(submitted(now), "received"), now + timedelta(minutes=10)
    worker = sending.Sending(lambda: now)
    claim_notices(now=now, owner=worker.owner, limit=9)
    (first,) = sending.prepare([notice.pk], worker)
    end_delivery_leases(now=now + timedelta(seconds=91))
    claim_notices(now=later, owner=worker.owner, limit=9)
    assert sending.prepare([notice.pk], sending.Sending(lambda: later, worker.owner))
    sending.settle([(first, outcome)], worker)
    assert states(notice)[0] == "sending"
    assert [attempt.outcome for attempt in notice.attempts.order_by("attempt")] == [outcome.kind, ""]


def test_two_notices_with_one_provider_id_are_both_settled(now: datetime, db: None):
    notices = [only(submitted(now), "received") for _ in range(2)]
    this = sending.Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=9)
    for notice in notices:
        (prepared,) = sending.prepare([notice.pk], this)
        sending.settle([(prepared, Outcome("accepted", "wamid.same"))], this)
    assert {states(notice)[0] for notice in notices} == {"accepted"}
    assert [notice.provider_id for notice in notices] == ["wamid.same", None], "a receipt of that id speaks of one"


def test_what_cannot_be_settled_is_left_to_its_lease_and_the_others_are_settled(
    now: datetime, db: None, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: Any, **__: Any) -> None:
        raise IntegrityError("notice_once_per_event")

    monkeypatch.setattr(sending, "use_next_channel", refuse)
    bad, good = (only(submitted(now), "received") for _ in range(2))
    this = sending.Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=9)
    first, second = sending.prepare([bad.pk, good.pk], this)
    sending.settle([(first, Outcome("permanent", code="131026")), (second, Outcome("retry", code="131016"))], this)
    assert states(good) == ("retry", "131016")
    assert states(bad)[0] == "sending"
    end_delivery_leases(now=now + timedelta(seconds=91))
    assert states(bad)[0] == "unconfirmed"


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_notice_once(
    settings: Any,
    simulator: Any,
    webhook: Any,
    now: datetime,
):
    use_simulator(settings, simulator)
    for _ in range(40):
        submitted(now)

    def work() -> None:
        try:
            deliver_notices(clock=lambda: now, paced=False, senders=1)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    opaque = [call["opaque"] for call in simulator.accepted()]
    assert len(opaque) == len(set(opaque)) == 40
    assert set(Notice.objects.values_list("state", "attempt")) == {("accepted", 1)}
    assert NoticeAttempt.objects.count() == 40


@pytest.mark.django_db(transaction=True)
def test_a_claim_leaves_what_others_hold_and_does_not_wait(now: datetime):
    held, free = only(submitted(now), "received"), only(submitted(now), "received")
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    with closing(psycopg2.connect(**given)) as other, other.cursor() as theirs, transaction.atomic():
        theirs.execute("SELECT 1 FROM requests_app_notice WHERE id = %s FOR UPDATE", [str(held.pk)])
        with connection.cursor() as ours:
            ours.execute("SET LOCAL lock_timeout = '1s'")
        assert claim_notices(now=now, owner=uuid.uuid4(), limit=9) == [free.pk]
