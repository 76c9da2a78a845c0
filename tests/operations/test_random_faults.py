"""Three hundred notices through a provider at which things go wrong at random, by seed: each arrives, and once.

`python -m bench --only notices` does the same with ten thousand, and more processes.
"""

import time
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db.models import Min

from bench.notices_count import Count, count
from requests_app.models import Notice
from requests_app.operations.notices import owe_notice
from tests.factories import new_phone, submitted
from tests.operations.limits import set_limits
from tests.operations.post_office import PostOffice

SEED, PEOPLE = 21, 100
# The simulator's usual ones, without those that only make a test slow, and often enough to meet each other.
FAULTS = [
    "http_429", "http_500", "http_503", "reset_before_accept", "reset_after_accept", "200_garbage", "200_no_messages",
    "dup_webhook", "reorder", "skip_delivered", "lost_webhook", "failed_after_delivered", "unknown_wamid",
    "forged_signature", "stale_receipt", "undeliverable_131026", "failed_async", "webhook_before_response",
]  # fmt: skip
LOST_RECEIPTS = {"action": "lost_webhook", "match": {"probability": 0.1}, "seed": SEED}
MINUTE = timedelta(minutes=1)


def wait_for_posts(office: PostOffice) -> None:
    """Until the provider has posted all that it will."""
    end = time.monotonic() + 20
    while any(webhook["state"] == "pending" for webhook in office.simulator.ledger()["webhooks"]):
        assert time.monotonic() < end
        time.sleep(0.2)


def settle(office: PostOffice, now: datetime) -> datetime:
    """Deliver, read the receipts, go on to what is due next, until nothing waits. Returns when that is."""
    read = 0
    for _ in range(60):
        office.deliver(now)
        wait_for_posts(office)
        posts = list(office.webhook.posts)
        office.take(posts[read:], now)
        read = len(posts)
        soonest = Notice.objects.exclude(next_attempt_at=None).aggregate(at=Min("next_attempt_at"))["at"]
        if soonest is None:
            return now
        now = max(soonest, now + MINUTE)
    raise AssertionError("it never ends")


def owed(now: datetime) -> int:
    """Three messages for each person, each to a phone of its own; about one of them somebody would call."""
    for _ in range(PEOPLE):
        application = submitted(now)
        for purpose in ("rejected", "withdrawn"):
            owe_notice(application, purpose, now=now, dedup="try", to=("whatsapp", new_phone()))
    return Notice.objects.count()


def counted(office: PostOffice) -> Count:
    ledger = office.simulator.ledger()
    return count(ledger["calls"], ledger["webhooks"])


@pytest.mark.long
def test_of_three_hundred_notices_none_is_lost_and_none_comes_twice_but_where_nobody_could_know(
    office: PostOffice, now: datetime
):
    set_limits(now, portfolio_limit=0)
    number = owed(now)
    assert number == 3 * PEOPLE
    office.simulator.faults(LOST_RECEIPTS)
    office.simulator.control("chaos", {"seed": SEED, "share": 0.4, "actions": FAULTS})
    settle(office, now)
    found = counted(office)
    assert (found.owed, found.waiting) == (number, 0)
    assert (found.lost, found.doubled) == (0, 0)
    assert found.named > 0, "the case that nobody can tell apart was met"
    met = Counter(office.simulator.control("chaos", method="GET")["fired"])
    assert set(met) == set(FAULTS)
