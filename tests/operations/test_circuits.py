"""A number that is out of order is asked once a minute, and all that waited for it is due when it answers."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Circuit, Notice, ReachedPhone
from requests_app.operations.circuits import OPENS_AFTER, PROBE_EVERY, note_outcomes, open_circuits, take_probe
from requests_app.operations.notices import owe_notice
from tests.factories import APPROVED, decided, submitted
from tests.operations.limits import set_limits
from tests.operations.post_office import PostOffice, only

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SOMEWHERE_ELSE = "16.71.08.1001"
OUTAGE = {"action": "outage"}


@pytest.fixture
def out_of_order(office: PostOffice, now: datetime) -> list[Notice]:
    """More notices of one number than it takes to see that it is out of order, all tried or left."""
    notices = [only(submitted(now), "received") for _ in range(OPENS_AFTER + 3)]
    office.simulator.faults(OUTAGE)
    office.deliver(now)
    return notices


def states(notices: list[Notice]) -> list[str]:
    return sorted(Notice.objects.filter(pk__in=[n.pk for n in notices]).values_list("state", flat=True))


def test_after_five_failures_in_a_row_nothing_more_is_tried(
    office: PostOffice, out_of_order: list[Notice], now: datetime
):
    assert len(office.simulator.ledger()["calls"]) == OPENS_AFTER
    assert states(out_of_order) == ["queued"] * 3 + ["retry"] * OPENS_AFTER
    assert Circuit.objects.get().opened_at == now
    office.deliver(now + MINUTE - timedelta(seconds=1))
    assert len(office.simulator.ledger()["calls"]) == OPENS_AFTER


def test_then_one_probe_a_minute(office: PostOffice, out_of_order: list[Notice], now: datetime):
    for second in range(0, 301, 10):
        office.deliver(now + timedelta(seconds=second))
    assert len(office.simulator.ledger()["calls"]) == OPENS_AFTER + 5


def test_when_a_probe_is_taken_all_that_waited_is_due_at_once(
    office: PostOffice, out_of_order: list[Notice], now: datetime
):
    office.simulator.control("faults", method="DELETE")
    office.deliver(now + MINUTE)
    assert states(out_of_order) == ["accepted"] * len(out_of_order)
    assert Circuit.objects.get().opened_at is None


def test_another_number_is_not_concerned(office: PostOffice, out_of_order: list[Notice], now: datetime):
    office.simulator.control("faults", method="DELETE")
    other = only(submitted(now, kelurahan=SOMEWHERE_ELSE), "received")
    office.deliver(now)
    other.refresh_from_db()
    assert other.state == "accepted"
    assert "accepted" not in states(out_of_order)


@pytest.mark.parametrize(
    ("kind", "code", "counts"),
    [
        ("retry", "http_503", True),
        ("unknown", "ReadTimeout", True),
        ("retry", "130429", False),
        ("retry", "131056", False),
        ("permanent", "131026", False),
        ("template", "132001", False),
        ("account", "190", False),
    ],
)
def test_only_what_the_way_itself_cannot_do_counts(now: datetime, db: None, kind: str, code: str, counts: bool):
    way = ("email", None)
    note_outcomes([(way, kind, code)] * OPENS_AFTER, now=now)  # type: ignore[list-item]
    assert bool(open_circuits(["email"])) is counts


def test_failures_count_in_a_row(now: datetime, db: None):
    way = ("email", None)
    for _ in range(3):
        note_outcomes([(way, "retry", "http_503")] * (OPENS_AFTER - 1), now=now)
        note_outcomes([(way, "accepted", "smtp_250")], now=now)
    assert not open_circuits(["email"])
    note_outcomes([(way, "retry", "http_503")] * 3, now=now)
    note_outcomes([(way, "retry", "130429")], now=now)
    note_outcomes([(way, "retry", "http_503")] * 2, now=now)
    assert open_circuits(["email"]), "a wish to go slower neither counts nor ends the row"


def test_of_two_who_want_to_probe_one_does(now: datetime, db: None):
    note_outcomes([(("email", None), "retry", "http_503")] * OPENS_AFTER, now=now)
    (circuit,) = open_circuits(["email"]).values()
    assert not take_probe(circuit, now=now + MINUTE - timedelta(seconds=1))
    assert [take_probe(circuit, now=now + MINUTE) for _ in range(2)] == [True, False]


def test_a_probe_that_may_not_leave_is_not_the_minutes_probe(
    office: PostOffice, out_of_order: list[Notice], now: datetime
):
    """What there is first has to wait for the limit; the next one is tried in the same minute."""
    office.simulator.control("faults", method="DELETE")
    set_limits(now, portfolio_limit=1, reserve_percent=100 - 10)
    counted = only(submitted(now), "received")
    later = now + MINUTE
    ReachedPhone.objects.create(
        phone_hash=counted.recipient_hash, charged_until=later + MINUTE, last_sent_at=now - MINUTE
    )
    office.deliver(later)
    counted.refresh_from_db()
    assert counted.state == "accepted"
    assert not open_circuits(["whatsapp"])


def refuse(office: PostOffice, *notices: Notice) -> None:
    """The provider refuses what goes to these people, whenever it is asked, and takes everything else."""
    office.simulator.faults(*({"action": "http_500", "match": {"to": notice.recipient[1:]}} for notice in notices))


def test_one_person_who_is_always_refused_says_nothing_of_the_way(office: PostOffice, now: datetime):
    refused = only(decided(now, APPROVED), "approved")
    assert Notice.objects.filter(recipient_hash=refused.recipient_hash).count() == 2, "whatever it is about"
    refuse(office, refused)
    for minute in range(45):
        office.deliver(now + minute * MINUTE)
    assert refused.attempts.count() > OPENS_AFTER, "or this shows nothing"
    assert not open_circuits(["whatsapp"])


def test_each_probe_is_another_message(office: PostOffice, now: datetime):
    """Answers that are always refused come first by their priority; they don't keep the others from being tried."""
    refused = [only(decided(now, APPROVED), "approved") for _ in range(2)]
    Notice.objects.exclude(pk__in=[notice.pk for notice in refused]).update(state="superseded", next_attempt_at=None)
    refuse(office, *refused)
    while not open_circuits(["whatsapp"]):
        now += MINUTE
        office.deliver(now)
    news = only(submitted(now), "received")
    office.deliver(now + MINUTE)
    news.refresh_from_db()
    assert news.state == "accepted"
    assert not open_circuits(["whatsapp"])


def test_while_nothing_waits_no_probe_is_used_up(now: datetime, office: PostOffice):
    zone = only(submitted(now), "received").zone
    Notice.objects.update(state="superseded", next_attempt_at=None)
    note_outcomes([(("whatsapp", zone.pk), "retry", "http_503")] * OPENS_AFTER, now=now)
    office.deliver(now + MINUTE)
    fresh = only(submitted(now + MINUTE), "received")
    office.deliver(now + MINUTE + timedelta(seconds=5))
    fresh.refresh_from_db()
    assert fresh.state == "accepted"


def test_a_way_that_nothing_goes_by_is_tried_again_like_any_other(now: datetime, office: PostOffice):
    """What waited is over; an outage that nobody can see the end of would be shown for ever."""
    zone = only(submitted(now), "received").zone
    Notice.objects.update(state="superseded", next_attempt_at=None)
    way = ("whatsapp", zone.pk)
    note_outcomes([(way, "retry", "http_503")] * OPENS_AFTER, now=now)
    probe_at = now + PROBE_EVERY
    for minute in range(15):
        office.deliver(probe_at + minute * MINUTE)
        assert open_circuits(["whatsapp"])
    office.deliver(probe_at + 15 * MINUTE)
    assert not open_circuits(["whatsapp"])
    note_outcomes([(way, "retry", "http_503")], now=now + HOUR)
    assert open_circuits(["whatsapp"]), "the row of failures goes on"


def test_a_code_that_means_nothing_any_more_is_no_probe(now: datetime, office: PostOffice):
    application = submitted(now)
    Notice.objects.update(state="superseded", next_attempt_at=None)
    code = owe_notice(application, "code", now=now, dedup="1", expires_at=now + 5 * MINUTE)
    note_outcomes([(("whatsapp", code.zone_id), "retry", "http_503")] * OPENS_AFTER, now=now)
    Notice.objects.filter(pk=code.pk).update(state="retry", next_attempt_at=now + 15 * MINUTE)
    assert open_circuits(["whatsapp"])
    office.deliver(now + 10 * MINUTE)
    assert office.simulator.ledger()["calls"] == []


@pytest.mark.parametrize("code", ["smtp_450", "smtp_451", "smtp_452", "http_429"])
def test_a_mailbox_that_is_full_or_asks_to_try_again_is_no_outage(now: datetime, db: None, code: str):
    note_outcomes([(("email", None), "retry", code)] * OPENS_AFTER, now=now)
    assert not open_circuits(["email"])


@pytest.mark.parametrize(("kind", "code"), [("permanent", "invalid_recipient"), ("account", "not_configured")])
def test_where_nobody_was_called_nothing_is_known_of_the_way(now: datetime, db: None, kind: str, code: str):
    way = ("email", None)
    note_outcomes([(way, "retry", "http_503")] * (OPENS_AFTER - 1), now=now)
    note_outcomes([(way, kind, code)], now=now)  # type: ignore[list-item]
    note_outcomes([(way, "retry", "http_503")], now=now)
    assert open_circuits(["email"]), "it does not end the row"
    note_outcomes([(way, kind, code)], now=now)  # type: ignore[list-item]
    assert open_circuits(["email"]), "nor does it close the circuit"
