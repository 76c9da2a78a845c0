"""One run of a lane: calls are under way together, each number at its pace, and nobody else's channels."""

import threading
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection

from requests_app.channels.base import Message, Outcome
from requests_app.models import Notice, NoticeAttempt
from requests_app.operations import delivery, sending
from requests_app.operations.delivery import deliver_notices
from requests_app.operations.notices import owe_notice
from tests.factories import submitted
from tests.operations.post_office import only


class Gateway:
    """Takes whatever it is given."""

    def send(self, message: Message) -> Outcome:
        return Outcome("accepted", f"id of {message.opaque}")


def use(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "channel_of", lambda _: gateway)


def states() -> set[str]:
    return set(Notice.objects.values_list("state", flat=True))


class Together(Gateway):
    """Answers when so many calls are under way at once."""

    def __init__(self, calls: int) -> None:
        self.meeting = threading.Barrier(calls, timeout=10)

    def send(self, message: Message) -> Outcome:
        self.meeting.wait()
        return super().send(message)


def test_a_slow_call_does_not_keep_the_others(now: datetime, db: None, monkeypatch: pytest.MonkeyPatch):
    for _ in range(4):
        submitted(now)
    use(Together(4), monkeypatch)
    assert deliver_notices(clock=lambda: now, paced=False, senders=4) == 4
    assert states() == {"accepted"}


class Watchful(Gateway):
    """Looks, over a connection of its own, at what is written down while it is called."""

    def __init__(self) -> None:
        self.seen: list[int] = []

    def send(self, message: Message) -> Outcome:
        notice_id, _, attempt = message.opaque.partition(":")
        written = NoticeAttempt.objects.filter(notice=notice_id, attempt=attempt, finished_at=None)
        self.seen.append(written.count())
        connection.close()
        return super().send(message)


@pytest.mark.django_db(transaction=True)
def test_the_attempt_is_committed_when_the_call_is_made(now: datetime, monkeypatch: pytest.MonkeyPatch):
    submitted(now)
    gateway = Watchful()
    use(gateway, monkeypatch)
    deliver_notices(clock=lambda: now, paced=False)
    assert gateway.seen == [1]


def test_a_run_leaves_the_channels_of_others(now: datetime, db: None, monkeypatch: pytest.MonkeyPatch):
    application = submitted(now, email="siti@example.com")
    mail = owe_notice(application, "withdrawn", now=now, dedup="1", to=("email", application.email))
    use(Gateway(), monkeypatch)
    assert deliver_notices(clock=lambda: now, channels=["email", "sms"]) == 1
    mail.refresh_from_db()
    assert (mail.state, only(application, "received").state) == ("accepted", "queued")


class UsedUp:
    """The pace of a number that has sent all that it bears."""

    wait_s = 0.0

    def __init__(self, rate: int) -> None: ...

    def free(self, zone_id: int) -> int:
        return 0

    def count(self, zones: Iterable[int]) -> None:
        assert not list(zones)

    def is_waited_for(self) -> bool:
        return False


def test_a_number_that_has_sent_all_it_bears_sends_nothing_more(
    now: datetime, db: None, monkeypatch: pytest.MonkeyPatch
):
    submitted(now)
    use(Gateway(), monkeypatch)
    monkeypatch.setattr(delivery, "Pace", UsedUp)
    assert deliver_notices(clock=lambda: now) == 0
    assert deliver_notices(clock=lambda: now, paced=False) == 1


@pytest.mark.parametrize(("linger_s", "state"), [(0.0, "queued"), (5.0, "accepted")])
def test_a_run_waits_for_what_is_due_in_a_moment(
    now: datetime, db: None, monkeypatch: pytest.MonkeyPatch, linger_s: float, state: str
):
    application, begin = submitted(now), time.monotonic()
    Notice.objects.update(next_attempt_at=now + timedelta(milliseconds=300))
    use(Gateway(), monkeypatch)

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - begin)

    deliver_notices(clock=clock, linger_s=linger_s)
    assert only(application, "received").state == state


def test_whatever_ends_a_run_what_was_taken_is_written_down(now: datetime, db: None, monkeypatch: pytest.MonkeyPatch):
    submitted(now)
    use(Gateway(), monkeypatch)
    take, turns = delivery._take, iter([False, True])

    def fail_at_the_second(*given: Any) -> Any:
        if next(turns):
            raise ValueError
        return take(*given)

    monkeypatch.setattr(delivery, "_take", fail_at_the_second)
    with pytest.raises(ValueError):
        deliver_notices(clock=lambda: now, paced=False)
    assert states() == {"accepted"}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_for_a_moment_costs_no_outcome(now: datetime, monkeypatch: pytest.MonkeyPatch):
    """A mail that was taken has no receipt: forgotten here, it would be sent again."""
    submitted(now, email="siti@example.com", contact="email")
    use(Gateway(), monkeypatch)
    monkeypatch.setattr(delivery, "RESCUE_PAUSES_S", (0, 0))
    right, turns = delivery.settle, iter([True, False])

    def away_at_first(*given: Any) -> None:
        if given[0] and next(turns):
            raise OperationalError
        right(*given)

    monkeypatch.setattr(delivery, "settle", away_at_first)
    with pytest.raises(OperationalError):
        deliver_notices(clock=lambda: now, paced=False)
    assert states() == {"accepted"}
