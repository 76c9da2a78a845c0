"""The limit of 24 hours that all numbers share: counted before the call, a reserve for answers, the rest elsewhere."""

import threading
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from operator import add
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, connection, transaction

from requests_app.channels.base import Message, Outcome
from requests_app.models import Conversation, Notice, ReachedPhone, Zone
from requests_app.operations import sending
from requests_app.operations.budget import COUNTING, Budget, admit, budget_now, count_again
from requests_app.operations.circuits import OPENS_AFTER, note_outcomes
from requests_app.operations.delivery import claim_notices, deliver_notices
from requests_app.operations.notices import owe_notice, phone_hash
from requests_app.operations.routes import sending_policy
from requests_app.operations.sending import RECEIPT_WAIT, Prepared, Sending, prepare, settle
from requests_app.rules.routes import Policy
from tests.factories import APPROVED, decided, new_phone, submitted
from tests.operations.limits import set_limits
from tests.operations.post_office import PostOffice, only

DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
RELEASE = timedelta(seconds=8)


def reached(count: int, until: datetime) -> None:
    ReachedPhone.objects.bulk_create(
        ReachedPhone(phone_hash=phone_hash("whatsapp", new_phone()), charged_until=until, last_sent_at=until - DAY)
        for _ in range(count)
    )


def verdicts(notices: list[Notice], now: datetime) -> list[str]:
    with transaction.atomic():
        return [admitted.verdict for admitted in admit(notices, sending_policy(), now=now).values()]


def receipt_of(now: datetime, **over: Any) -> Notice:
    return only(submitted(now, **over), "received")


def talk(notice: Notice, until: datetime, zone: Zone | None = None) -> None:
    Conversation.objects.create(
        zone=zone or notice.zone, phone=notice.recipient, phone_hash=notice.recipient_hash, window_until=until,
        last_heard_at=until - DAY,
    )  # fmt: skip


def test_somebody_new_counts_for_24_hours(now: datetime, db: None):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    first, second = receipt_of(now), receipt_of(now)
    assert verdicts([first, second], now) == ["new", "over"]
    assert verdicts([second], now + DAY - timedelta(seconds=1)) == ["over"]
    assert verdicts([second], now + DAY) == ["new"]


def test_whoever_counts_already_costs_nothing_and_counts_from_the_last_message(now: datetime, db: None):
    """Meta looks at the last 24 hours at any moment: whoever was written to within them counts."""
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    notice, again = receipt_of(now), now + timedelta(hours=23)
    assert verdicts([notice], now) == ["new"]
    assert verdicts([notice], again) == ["go"]
    assert verdicts([receipt_of(now)], again + DAY - timedelta(seconds=1)) == ["over"]
    assert verdicts([receipt_of(now)], again + DAY) == ["new"]


def two_of_one_phone(now: datetime) -> tuple[Sending, Prepared, Prepared]:
    """A receipt and a code of one application, written down and about to be called."""
    application = submitted(now)
    code = owe_notice(application, "code", now=now, dedup="1", params={"kode": "402117"})
    this = Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=9)
    first, second = prepare([only(application, "received").pk, code.pk], this)
    return this, first, second


def test_a_phone_that_another_message_reached_counts(now: datetime, db: None):
    set_limits(now, portfolio_limit=10)
    this, first, second = two_of_one_phone(now)
    settle([(second, Outcome("accepted", "wamid.second"))], this)
    settle([(first, Outcome("retry", code="131000"))], this)
    assert budget_now(sending_policy(), now=now).used == 1


@pytest.mark.parametrize("together", [True, False])
def test_a_phone_that_no_message_reached_does_not_count(now: datetime, db: None, together: bool):
    set_limits(now, portfolio_limit=10)
    this, first, second = two_of_one_phone(now)
    refused = [(second, Outcome("retry", code="131000")), (first, Outcome("retry", code="131000"))]
    for results in [refused] if together else [[each] for each in refused]:
        settle(results, this)
    assert budget_now(sending_policy(), now=now).used == 0


def test_a_refused_message_leaves_a_phone_counted_as_it_was(office: PostOffice, now: datetime):
    set_limits(now, portfolio_limit=10)
    notice = receipt_of(now)
    ReachedPhone.objects.create(
        phone_hash=notice.recipient_hash, charged_until=now + timedelta(hours=1), last_sent_at=now - DAY
    )
    office.simulator.faults({"action": "http_503"})
    office.deliver(now)
    assert ReachedPhone.objects.get().charged_until == now + timedelta(hours=1)


def test_the_reserve_is_for_answers(now: datetime, db: None):
    set_limits(now, portfolio_limit=10, reserve_percent=20)
    reached(8, now + timedelta(hours=1))
    news, answer = receipt_of(now), only(decided(now, APPROVED), "approved")
    assert verdicts([news, answer], now) == ["over", "new"]
    reached(1, now + timedelta(hours=1))
    assert verdicts([only(decided(now, APPROVED), "approved")], now) == ["over"], "nor is there more than the limit"


def test_inside_a_conversation_with_that_number_nothing_is_counted(now: datetime, db: None):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(hours=1))
    here, elsewhere, over = receipt_of(now), receipt_of(now), receipt_of(now)
    talk(here, now + timedelta(minutes=1))
    talk(elsewhere, now + timedelta(minutes=1), Zone.objects.exclude(pk=elsewhere.zone_id).first())
    talk(over, now)
    assert verdicts([here, elsewhere, over], now) == ["talk", "over", "over"]
    assert ReachedPhone.objects.filter(charged_until__gt=now).count() == 1


def test_no_limit_means_no_limit(now: datetime, db: None):
    set_limits(now, portfolio_limit=0)
    reached(3, now + DAY)
    assert verdicts([receipt_of(now)], now) == ["new"]
    assert Budget(4, 0, 0).share == 0


def test_news_to_a_phone_that_had_a_message_a_moment_ago_waits_and_an_answer_does_not(now: datetime, db: None):
    set_limits(now, portfolio_limit=0)
    application = decided(now, APPROVED)
    news, answer = only(application, "received"), only(application, "approved")
    assert verdicts([answer, news], now) == ["new", "pause"]
    assert verdicts([answer], now + timedelta(seconds=1)) == ["go"]
    assert verdicts([news], now + timedelta(seconds=7)) == ["go"]


@pytest.mark.django_db(transaction=True)
def test_many_who_count_at_once_never_count_one_place_twice(now: datetime):
    set_limits(now, portfolio_limit=5, reserve_percent=0)
    notices = [receipt_of(now) for _ in range(12)]
    seen: list[str] = []

    def ask(notice: Notice) -> None:
        try:
            seen.extend(verdicts([notice], now))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[notice]) for notice in notices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["new"] * 5 + ["over"] * 7
    assert budget_now(sending_policy(), now=now).free == 0


@pytest.mark.django_db(transaction=True)
def test_who_counts_waits_for_who_counts_already(now: datetime):
    set_limits(now, portfolio_limit=5)
    notice = receipt_of(now)
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    with closing(psycopg2.connect(**given)) as other, other.cursor() as theirs, transaction.atomic():
        theirs.execute("SELECT pg_advisory_xact_lock(%s)", [COUNTING])
        with connection.cursor() as ours:
            ours.execute("SET LOCAL lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            admit([notice], sending_policy(), now=now)


@pytest.mark.parametrize(
    ("fault", "counts"),
    [
        ({"action": "http_503"}, 0),
        ({"action": "http_401_190"}, 0),
        ({"action": "template_132001"}, 0),
        ({"action": "undeliverable_131026"}, 0),
        ({"action": "reset_after_accept"}, 1),
    ],
)
def test_who_surely_was_not_reached_does_not_count(
    office: PostOffice, now: datetime, fault: dict[str, Any], counts: int
):
    set_limits(now, portfolio_limit=10)
    receipt_of(now)
    office.simulator.faults(fault)
    office.deliver(now)
    assert budget_now(sending_policy(), now=now).used == counts


def test_an_outage_uses_up_nothing(office: PostOffice, now: datetime):
    """Each probe is somebody else; afterwards all of them find their place."""
    set_limits(now, portfolio_limit=20, reserve_percent=0)
    notices = [receipt_of(now) for _ in range(12)]
    office.simulator.faults({"action": "outage"})
    for minute in range(30):
        office.deliver(now + minute * timedelta(minutes=1))
    assert budget_now(sending_policy(), now=now + timedelta(minutes=30)).used == 0
    office.simulator.control("faults", method="DELETE")
    office.deliver(now + timedelta(minutes=31))
    assert {Notice.objects.get(pk=notice.pk).state for notice in notices} == {"accepted"}


class Silence:
    """A provider that takes the connection and says nothing."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def send(self, message: Message) -> Outcome:
        self.asked.add(message.to)
        return Outcome("unknown", code="ReadTimeout")


def test_an_outage_that_hangs_uses_up_nothing(now: datetime, db: None, monkeypatch: pytest.MonkeyPatch):
    """Nobody knows of the last ten minutes' probes; who was asked before them was not reached, or a receipt says so."""
    set_limits(now, portfolio_limit=50, reserve_percent=20)
    for _ in range(30):
        receipt_of(now)
    provider = Silence()
    monkeypatch.setattr(sending, "channel_of", lambda _: provider)
    for minute in range(30):
        deliver_notices(clock=partial(add, now, minute * MINUTE), paced=False, senders=1)
        assert budget_now(sending_policy(), now=now + minute * MINUTE).used <= OPENS_AFTER + 10
    assert len(provider.asked) >= OPENS_AFTER + 15, "or this shows nothing"
    assert budget_now(sending_policy(), now=now + 30 * MINUTE + RECEIPT_WAIT).used == 0


def test_whoever_a_receipt_tells_of_after_all_counts_again(office: PostOffice, now: datetime):
    set_limits(now, portfolio_limit=10)
    receipt_of(now)
    office.simulator.faults({"action": "reset_after_accept"})
    office.deliver(now)
    assert budget_now(sending_policy(), now=now + RECEIPT_WAIT).used == 0
    office.take(office.receipts("sent"), now + RECEIPT_WAIT)
    assert ReachedPhone.objects.get().charged_until == now + DAY


def test_whom_a_call_reached_that_was_answered_by_a_fault_counts_again(office: PostOffice, now: datetime):
    """The answer said 503, and the message was taken all the same."""
    set_limits(now, portfolio_limit=10)
    this, first, _ = two_of_one_phone(now)
    settle([(first, Outcome("retry", code="http_503"))], this)
    ReachedPhone.objects.update(charged_until=now)
    Notice.objects.filter(pk=first.notice.pk).update(state="sent", next_attempt_at=None)
    count_again([first.notice.pk])
    assert ReachedPhone.objects.get().charged_until == now + DAY


def test_whom_we_wrote_to_inside_a_conversation_does_not_count_although_only_a_receipt_told_of_it(
    office: PostOffice, now: datetime
):
    set_limits(now, portfolio_limit=10)
    notice = receipt_of(now)
    talk(notice, now + timedelta(hours=1))
    office.simulator.faults({"action": "reset_after_accept"})
    office.deliver(now)
    office.take(office.receipts("sent"), now + RECEIPT_WAIT)
    notice.refresh_from_db()
    assert notice.state == "sent"
    assert budget_now(sending_policy(), now=now + RECEIPT_WAIT).used == 0


def test_a_receipt_that_is_faster_than_the_end_of_its_call_is_believed(now: datetime, db: None):
    set_limits(now, portfolio_limit=10)
    this, first, _ = two_of_one_phone(now)
    Notice.objects.filter(pk=first.notice.pk).update(state="sent", sent_at=now, lease_owner=None, lease_until=None)
    place = first.place
    assert place is not None
    ReachedPhone.objects.update(charged_until=place.until)
    settle([(first, Outcome("unknown", code="ReadTimeout"))], this)
    assert ReachedPhone.objects.get().charged_until == place.until


# --- what becomes of the rest


def test_what_is_over_the_limit_takes_the_persons_next_channel_before_anything_was_tried(
    office: PostOffice, now: datetime, settings: Any
):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(hours=1))
    notice = receipt_of(now, email="siti@example.com")
    deliver_notices(clock=lambda: now, channels=["whatsapp"], paced=False, senders=1)
    notice.refresh_from_db()
    assert (notice.channel, notice.recipient, notice.recipient_hash) == ("email", "siti@example.com", None)
    assert (notice.state, notice.attempt) == ("queued", 0)
    assert office.accepted() == []


def test_what_may_have_arrived_is_not_diverted_but_waits_for_a_place(office: PostOffice, now: datetime):
    """Else whoever has the message, of which the receipts are late, gets it by mail as well."""
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    notice = receipt_of(now, email="siti@example.com")
    office.simulator.faults({"action": "reset_after_accept"})
    deliver_notices(clock=lambda: now, channels=["whatsapp"], paced=False, senders=1)
    reached(1, now + DAY)
    later = now + RECEIPT_WAIT
    deliver_notices(clock=lambda: later, channels=["whatsapp"], paced=False, senders=1)
    notice.refresh_from_db()
    assert (notice.channel, notice.state, notice.error_code) == ("whatsapp", "queued", "portfolio")
    assert later < notice.next_attempt_at <= later + timedelta(minutes=15)


def test_nothing_is_diverted_to_mail_that_holds_everything_back(office: PostOffice, now: datetime):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(hours=1))
    stuck, notice = receipt_of(now), receipt_of(now, email="siti@example.com")
    Notice.objects.filter(pk=stuck.pk).update(
        channel="email", state="held", error_code="smtp_535", next_attempt_at=now + timedelta(minutes=5)
    )
    office.deliver(now)
    notice.refresh_from_db()
    assert (notice.channel, notice.state, notice.error_code) == ("whatsapp", "queued", "portfolio")


def test_nothing_is_diverted_to_mail_that_is_not_connected(office: PostOffice, now: datetime, settings: Any):
    settings.EMAIL_HOST = ""
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(hours=1))
    notice = receipt_of(now, email="siti@example.com")
    office.deliver(now)
    notice.refresh_from_db()
    assert (notice.channel, notice.error_code) == ("whatsapp", "portfolio")


def test_nothing_is_diverted_to_mail_that_is_out_of_order(office: PostOffice, now: datetime):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(hours=1))
    note_outcomes([(("email", None), "retry", "ConnectionRefusedError")] * OPENS_AFTER, now=now)
    notice = receipt_of(now, email="siti@example.com")
    deliver_notices(clock=lambda: now, channels=["whatsapp"], paced=False, senders=1)
    notice.refresh_from_db()
    assert (notice.channel, notice.error_code) == ("whatsapp", "portfolio")


def test_without_another_channel_it_waits_for_a_place_in_plain_sight(office: PostOffice, now: datetime):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(minutes=5))
    notice = receipt_of(now)
    office.deliver(now)
    notice.refresh_from_db()
    assert (notice.channel, notice.state, notice.error_code) == ("whatsapp", "queued", "portfolio")
    assert notice.next_attempt_at == now + timedelta(minutes=5), "when the next person stops counting"
    office.deliver(notice.next_attempt_at)
    notice.refresh_from_db()
    assert (notice.state, notice.error_code) == ("accepted", "")


def test_who_waits_for_a_place_looks_again_within_a_quarter_of_an_hour(office: PostOffice, now: datetime):
    set_limits(now, portfolio_limit=1, reserve_percent=0)
    reached(1, now + timedelta(hours=20))
    notice = receipt_of(now)
    office.deliver(now)
    notice.refresh_from_db()
    assert notice.next_attempt_at == now + timedelta(minutes=15)


def test_at_the_usual_limit_a_quarter_of_a_days_applications_is_reached(db: None):
    assert sending_policy() == Policy(250, 20, 80, 15, 21, 6)
