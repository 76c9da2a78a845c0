"""What lease and fencing promise: nothing lost, nothing sent by two, nothing written by who lost it."""

import threading
import uuid
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import connection, transaction

from requests_app.models import Notice, NoticeAttempt
from requests_app.operations import delivery
from requests_app.operations.delivery import claim_notices, deliver_notices, end_delivery_leases
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
    assert delivery._prepare(notice.pk, delivery._Round(lambda: now, owner)) is not None
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
    delivery._prepare(notice.pk, delivery._Round(lambda: now, owner))
    later = now + timedelta(hours=2)
    end_delivery_leases(now=later)
    notice.refresh_from_db()
    assert notice.next_attempt_at == later + timedelta(minutes=1)


def test_whoever_lost_the_lease_writes_to_the_attempt_only(office: PostOffice, now: datetime):
    notice = only(submitted(now), "received")
    slow = delivery._Round(lambda: now, uuid.uuid4())
    claim_notices(now=now, owner=slow.owner, limit=9)
    prepared = delivery._prepare(notice.pk, slow)
    assert prepared is not None
    end_delivery_leases(now=now + timedelta(seconds=91))
    delivery._settle(prepared[0], delivery.Outcome("accepted", "wamid.late"), slow)
    assert states(notice)[0] == "unconfirmed"
    assert notice.provider_id is None
    assert notice.attempts.get().outcome == "accepted"


def test_two_notices_with_one_provider_id_are_both_settled(now: datetime, db: None):
    notices = [only(submitted(now), "received") for _ in range(2)]
    this = delivery._Round(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=9)
    for notice in notices:
        prepared = delivery._prepare(notice.pk, this)
        assert prepared is not None
        delivery._settle(prepared[0], delivery.Outcome("accepted", "wamid.same"), this)
    assert {states(notice)[0] for notice in notices} == {"accepted"}


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
            deliver_notices(clock=lambda: now, pace_s=0)
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
