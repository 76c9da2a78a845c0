"""Messages sent by hand: each by one clerk, each with proof, none when it was overtaken."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection

from requests_app.models import CallTask, Notice, Officer, Visit, Zone
from requests_app.operations.actors import CITIZEN
from requests_app.operations.calls import open_call
from requests_app.operations.clock import forget_old
from requests_app.operations.delivery import claim_notices, deliver_notices, delivery_trouble
from requests_app.operations.hand import (
    next_to_send,
    record_sent,
    record_unreachable,
    undo_record,
)
from requests_app.operations.notices import owe_notice
from requests_app.operations.number_tests import send_number_test
from requests_app.operations.steps import NotNow
from requests_app.operations.visits import cancel_visit
from requests_app.queries.hand import day_of, sent_today, undoable
from requests_app.rules.hand import LEASE
from tests.factories import APPROVED, OfficerFactory, decided, new_phone
from tests.operations.offices import invited, open_office

pytestmark = pytest.mark.django_db
RELEASE = timedelta(seconds=8)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def zone(now: datetime) -> Zone:
    """An office with a phone and no API."""
    return open_office(now, whatsapp_phone_id="")


@pytest.fixture
def clerk(db: None) -> Officer:
    return OfficerFactory(role="counter")


@pytest.fixture
def at(now: datetime) -> datetime:
    """When an answer given at `now` may leave."""
    return now + RELEASE


def invitation(now: datetime, **over: str) -> Notice:
    return Notice.objects.get(visit=invited(now, **over))


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


# --- which is next, and whose it is


def test_the_worker_never_takes_what_is_sent_by_hand(zone: Zone, now: datetime, at: datetime):
    notice = invitation(now)
    assert notice.channel == "hand"
    later = at + timedelta(days=30)
    assert notice.pk not in claim_notices(now=at, owner=uuid.uuid4(), limit=50)
    deliver_notices(clock=lambda: later, paced=False, senders=1)
    assert (fresh(notice).state, fresh(notice).attempt) == ("queued", 0)
    assert "tangan" not in delivery_trouble()


def test_an_answer_that_can_still_be_taken_back_is_not_shown(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice = invitation(now)
    assert next_to_send(zone=zone, officer=clerk, now=at - timedelta(milliseconds=1)) is None
    assert next_to_send(zone=zone, officer=clerk, now=at) == notice


def test_answers_come_first_then_visits_by_their_slot(zone: Zone, now: datetime, at: datetime):
    later, sooner, answer = invitation(now), invitation(now), invitation(now)
    for notice, days in ((later, 6), (sooner, 4)):
        Notice.objects.filter(pk=notice.pk).update(promise=None, priority=3)
        Visit.objects.filter(pk=notice.visit_id).update(starts_at=now + timedelta(days=days))
    test = send_number_test(zone=zone, officer=OfficerFactory(role="admin", phone=new_phone()), now=now)
    shown = [next_to_send(zone=zone, officer=OfficerFactory(role="counter"), now=at) for _ in range(5)]
    assert shown == [test, answer, sooner, later, None]


def test_the_open_message_stays_the_clerks_for_five_minutes(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice, other = invitation(now), OfficerFactory(role="counter")
    assert next_to_send(zone=zone, officer=clerk, now=at) == notice
    assert next_to_send(zone=zone, officer=other, now=at + LEASE) is not None
    first = OfficerFactory(role="counter")
    again = invitation(now)
    assert next_to_send(zone=zone, officer=first, now=at) == again
    assert next_to_send(zone=zone, officer=first, now=at + 4 * MINUTE) == again
    assert next_to_send(zone=zone, officer=clerk, now=at + 6 * MINUTE) is None, "renewed when it was seen again"


def test_another_zones_messages_are_not_shown(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    invitation(now)
    other = Zone.objects.exclude(pk=zone.pk).first()
    assert other is not None
    assert next_to_send(zone=other, officer=clerk, now=at) is None


def test_a_visit_that_is_off_disappears(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice = invitation(now)
    cancel_visit(visit_id=notice.visit_id or 0, now=at, actor=CITIZEN)
    assert next_to_send(zone=zone, officer=clerk, now=at) is None
    assert fresh(notice).state == "superseded"


def test_what_lapsed_is_not_shown_although_nobody_has_put_it_away(
    zone: Zone, clerk: Officer, now: datetime, at: datetime
):
    off, late = invitation(now), invitation(now)
    Visit.objects.filter(pk=off.visit_id).update(state="lapsed")
    Notice.objects.filter(pk=late.pk).update(expires_at=at)
    assert next_to_send(zone=zone, officer=clerk, now=at) is None
    assert day_of(zone, at).waiting == 0
    forget_old(now=at + MINUTE)
    assert fresh(late).state == "expired"


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_never_get_the_same_message(now: datetime):
    before = dict(Zone.objects.values_list("pk", "whatsapp_phone_id"))
    zone = open_office(now, whatsapp_phone_id="")
    try:
        notices = {invitation(now).pk for _ in range(8)}
        clerks = [OfficerFactory(role="counter") for _ in range(8)]
        got, start = [], threading.Barrier(len(clerks))

        def work(clerk: Officer) -> None:
            start.wait()
            notice = next_to_send(zone=zone, officer=clerk, now=now + RELEASE)
            got.append(notice.pk if notice is not None else None)
            connection.close()

        threads = [threading.Thread(target=work, args=[clerk]) for clerk in clerks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == len(clerks)
        assert set(got) == notices
    finally:
        Zone.objects.filter(pk=zone.pk).update(whatsapp_phone_id=before[zone.pk])


# --- sent


def test_sent_says_who_when_and_from_which_number_and_keeps_no_promise(
    zone: Zone, clerk: Officer, now: datetime, at: datetime
):
    notice = invitation(now)
    next_to_send(zone=zone, officer=clerk, now=at)
    assert record_sent(notice_id=notice.pk, officer=clerk, now=at + MINUTE).changed
    notice = fresh(notice)
    assert (notice.state, notice.sent_at, notice.lease_owner) == ("sent", at + MINUTE, None)
    attempt = notice.attempts.get()
    assert (attempt.officer_id, attempt.started_at, attempt.sender) == (clerk.pk, at + MINUTE, zone.whatsapp_number)
    assert notice.promise is not None
    assert (notice.promise.told_at, notice.promise.outcome) == (None, "open")
    assert next_to_send(zone=zone, officer=clerk, now=at + MINUTE) is None
    assert day_of(zone, at + MINUTE).done == 1
    (row,) = sent_today(zone, at + MINUTE)
    assert (row.pk, row.notice.application.number) == (attempt.pk, notice.application.number)


def test_a_second_press_changes_nothing_whoever_presses(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice, other = invitation(now), OfficerFactory(role="counter")
    record_sent(notice_id=notice.pk, officer=clerk, now=at)
    for officer in (clerk, other):
        assert not record_sent(notice_id=notice.pk, officer=officer, now=at + MINUTE).changed
        assert not record_unreachable(notice_id=notice.pk, officer=officer, now=at + MINUTE).changed
    assert fresh(notice).sent_at == at
    assert notice.attempts.count() == 1
    assert not CallTask.objects.exists()


def test_what_was_overtaken_while_it_was_open_is_noted_beside_it(
    zone: Zone, clerk: Officer, now: datetime, at: datetime
):
    notice = invitation(now)
    next_to_send(zone=zone, officer=clerk, now=at)
    cancel_visit(visit_id=notice.visit_id or 0, now=at + MINUTE, actor=CITIZEN)
    done = record_sent(notice_id=notice.pk, officer=clerk, now=at + 2 * MINUTE)
    assert (done.changed, done.overtaken) == (False, True)
    assert not record_sent(notice_id=notice.pk, officer=clerk, now=at + 2 * MINUTE).overtaken
    assert fresh(notice).state == "superseded"
    assert notice.attempts.get().code == "superseded"
    assert not record_unreachable(notice_id=notice.pk, officer=clerk, now=at + 2 * MINUTE).changed


def test_what_is_not_sent_by_hand_cannot_be_recorded(now: datetime, clerk: Officer):
    open_office(now)
    notice = invitation(now)
    assert notice.channel == "whatsapp"
    for record in (record_sent, record_unreachable):
        with pytest.raises(NotNow):
            record(notice_id=notice.pk, officer=clerk, now=now)
        with pytest.raises(NotNow):
            record(notice_id=uuid.uuid4(), officer=clerk, now=now)


# --- not on WhatsApp


def test_a_number_without_whatsapp_is_called(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice = invitation(now, email="siti@contoh.example")
    record_unreachable(notice_id=notice.pk, officer=clerk, now=at)
    notice = fresh(notice)
    assert (notice.state, notice.error_code, notice.failed_at) == ("failed", "not_on_whatsapp", at)
    task = CallTask.objects.get(application=notice.application)
    assert (task.reason, task.notice_id) == ("invitation_undelivered", notice.pk)
    assert not Notice.objects.filter(channel="email").exists()


def test_what_any_number_may_carry_goes_on_by_email(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    application = invitation(now, email="siti@contoh.example").application
    assert application is not None
    Zone.objects.exclude(pk=zone.pk).update(number_trouble="190")
    cache.clear()
    notice = owe_notice(application, "approved_visit", now=now, dedup="1", params={"jadwal": "x"})
    assert notice.channel == "hand"
    record_unreachable(notice_id=notice.pk, officer=clerk, now=at)
    assert Notice.objects.get(fallback_of=notice).channel == "email"


# --- undone


def test_a_wrong_key_is_undone_within_a_minute(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice = invitation(now)
    record_sent(notice_id=notice.pk, officer=clerk, now=at)
    assert undoable(zone, clerk, at) is not None
    assert undoable(zone, OfficerFactory(role="counter"), at) is None
    with pytest.raises(NotNow):
        undo_record(notice_id=notice.pk, officer=OfficerFactory(role="counter"), now=at)
    undo_record(notice_id=notice.pk, officer=clerk, now=at + MINUTE)
    assert (fresh(notice).state, fresh(notice).sent_at) == ("queued", None)
    assert next_to_send(zone=zone, officer=OfficerFactory(role="counter"), now=at + MINUTE) is None, "still the clerk's"
    assert next_to_send(zone=zone, officer=clerk, now=at + MINUTE) == notice
    assert (day_of(zone, at).done, undoable(zone, clerk, at)) == (0, None)
    with pytest.raises(NotNow):
        undo_record(notice_id=notice.pk, officer=clerk, now=at + MINUTE)
    assert record_sent(notice_id=notice.pk, officer=clerk, now=at + MINUTE).changed
    assert [attempt.outcome for attempt in notice.attempts.order_by("attempt")] == ["undone", "accepted"]


def test_after_a_minute_it_stands(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice = invitation(now)
    record_sent(notice_id=notice.pk, officer=clerk, now=at)
    late = at + MINUTE + timedelta(seconds=1)
    assert undoable(zone, clerk, late) is None
    with pytest.raises(NotNow, match="satu menit"):
        undo_record(notice_id=notice.pk, officer=clerk, now=late)


def test_undoing_a_wrong_number_takes_the_call_back(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    notice = invitation(now)
    record_unreachable(notice_id=notice.pk, officer=clerk, now=at)
    undo_record(notice_id=notice.pk, officer=clerk, now=at)
    assert fresh(notice).state == "queued"
    assert not CallTask.objects.filter(closed_at=None).exists()


def test_undoing_a_wrong_number_leaves_the_call_about_another_message(
    zone: Zone, clerk: Officer, now: datetime, at: datetime
):
    notice = invitation(now)
    assert notice.application is not None
    other = owe_notice(notice.application, "report_answered", now=now, dedup="x")
    Notice.objects.filter(pk=other.pk).update(state="failed", failed_at=at, next_attempt_at=None)
    open_call(notice.application, reason="undelivered", now=at, notice=other)
    record_unreachable(notice_id=notice.pk, officer=clerk, now=at)
    undo_record(notice_id=notice.pk, officer=clerk, now=at)
    assert CallTask.objects.get(closed_at=None).notice == other


def test_a_number_that_is_wrong_after_all_is_followed_again(zone: Zone, clerk: Officer, now: datetime, at: datetime):
    Zone.objects.update(whatsapp_phone_id="")
    cache.clear()
    application = decided(now, APPROVED, email="siti@contoh.example")
    notice = application.notices.get(purpose="approved")
    assert notice.channel == "hand"
    record_unreachable(notice_id=notice.pk, officer=clerk, now=at)
    undo_record(notice_id=notice.pk, officer=clerk, now=at)
    record_unreachable(notice_id=notice.pk, officer=clerk, now=at)
    assert list(notice.fallbacks.order_by("created_at", "pk").values_list("channel", flat=True)) == ["email", "email"]
    assert sorted(copy.state for copy in notice.fallbacks.all()) == ["queued", "superseded"]


# --- the test of a number


def test_a_test_by_hand_is_sent_like_any_other(zone: Zone, clerk: Officer, now: datetime):
    notice = send_number_test(zone=zone, officer=OfficerFactory(role="admin", phone=new_phone()), now=now)
    assert next_to_send(zone=zone, officer=clerk, now=now) == notice
    record_sent(notice_id=notice.pk, officer=clerk, now=now)
    assert fresh(notice).state == "sent"
    (row,) = sent_today(zone, now)
    assert row.notice.application is None
