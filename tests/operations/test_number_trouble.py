"""What the provider says of a number: in trouble until a message of it is accepted; then who waited is invited."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache

from requests_app.models import Application, Notice, Zone
from requests_app.operations.invitations import invite_due
from requests_app.operations.number_tests import send_number_test
from requests_app.operations.receipts import process_webhooks, store_webhook
from requests_app.operations.steps import NotNow
from requests_app.queries import zone_admin
from requests_app.rules.labels import error_words
from tests.factories import OfficerFactory, new_phone, submitted
from tests.operations.offices import approve, asked, invited, open_office
from tests.operations.post_office import PostOffice

pytestmark = pytest.mark.django_db
TEN = timedelta(minutes=10)


def trouble(zone: Zone) -> str:
    zone.refresh_from_db()
    return zone.number_trouble


def troubled(zone: Zone, code: str) -> None:
    Zone.objects.filter(pk=zone.pk).update(number_trouble=code)
    cache.clear()


def admin(**over: str):
    return OfficerFactory(role="admin", **{"phone": new_phone()} | over)


def last_test(zone: Zone) -> zone_admin.NumberTest:
    return zone_admin.tests_of(zone)[0]


# --- in trouble


def test_a_refused_number_is_flagged_and_the_next_message_leaves_from_another_one(office: PostOffice, now: datetime):
    notice = submitted(now).notices.get()
    zone = notice.zone
    office.simulator.faults({"action": "http_403_131031", "match": {"phone_number_id": zone.whatsapp_phone_id}})
    office.deliver(now)
    assert trouble(zone) == "131031"
    assert Zone.objects.exclude(number_trouble="").count() == 1
    assert submitted(now).notices.get().zone_id != zone.pk
    office.deliver(now + TEN)
    notice.refresh_from_db()
    assert notice.state == "accepted"
    assert notice.zone_id != zone.pk
    assert [attempt.sender for attempt in notice.attempts.order_by("attempt")] == [
        zone.whatsapp_phone_id, notice.zone.whatsapp_phone_id,
    ]  # fmt: skip


def test_an_invitation_waits_for_its_own_refused_number(office: PostOffice, now: datetime):
    zone = open_office(now)
    notice = Notice.objects.get(visit=invited(now))
    office.simulator.faults({"action": "http_403_131031"})
    at = now + timedelta(seconds=8)
    office.deliver(at)
    office.deliver(at + TEN)
    notice.refresh_from_db()
    assert (notice.zone_id, notice.state, notice.error_code) == (zone.pk, "held", "131031")
    office.simulator.control("faults", method="DELETE")
    office.deliver(at + 2 * TEN)
    notice.refresh_from_db()
    assert notice.state == "accepted"
    assert trouble(zone) == ""


def test_what_is_said_of_the_account_is_said_of_all_numbers(office: PostOffice, now: datetime):
    notice = submitted(now).notices.get()
    office.simulator.faults({"action": "http_401_190"})
    office.deliver(now)
    assert set(Zone.objects.values_list("number_trouble", flat=True)) == {"190"}
    office.simulator.control("faults", method="DELETE")
    office.deliver(now + TEN)
    assert set(Zone.objects.values_list("number_trouble", flat=True)) == {""}
    notice.refresh_from_db()
    assert notice.zone_id == notice.application.zone_id


def test_a_template_that_is_refused_says_nothing_of_the_number(office: PostOffice, now: datetime):
    zone = submitted(now).zone
    office.simulator.faults({"action": "template_132001"})
    office.deliver(now)
    assert trouble(zone) == ""


def test_a_number_in_trouble_invites_nobody_and_who_waited_is_invited_once_it_works(office: PostOffice, now: datetime):
    zone = open_office(now)
    troubled(zone, "131031")
    application = approve(asked(now), now)
    assert (application.status, application.invite_trouble) == ("approved", "no_number")
    told = application.notices.get(purpose="approved_visit")
    assert told.zone_id != zone.pk
    send_number_test(zone=Zone.objects.get(pk=zone.pk), officer=admin(), now=now)
    office.deliver(now)
    assert trouble(zone) == ""
    application.refresh_from_db()
    assert application.next_invite_at == now
    assert invite_due(now=now) == 1
    assert Application.objects.get(pk=application.pk).status == "invited"


# --- receipts


def test_a_message_that_is_refused_after_it_was_accepted_flags_the_number_until_it_arrives(
    office: PostOffice, now: datetime
):
    zone = open_office(now)
    notice = Notice.objects.get(visit=invited(now))
    Notice.objects.exclude(pk=notice.pk).update(state="superseded")
    office.simulator.faults({"action": "failed_async", "code": 131042, "times": 1})
    at = now + timedelta(seconds=8)
    office.deliver(at)
    office.take(office.receipts("failed"), at)
    assert trouble(zone) == "131042"
    notice.refresh_from_db()
    assert notice.state == "held"
    office.simulator.control("faults", method="DELETE")
    office.deliver(at + TEN)
    assert trouble(zone) == "131042", "accepted once more, as it was before"
    office.take(office.receipts("delivered"), at + TEN)
    assert trouble(zone) == ""


def test_what_left_before_the_trouble_and_arrives_after_it_proves_nothing(office: PostOffice, now: datetime):
    zone = submitted(now).zone
    office.deliver(now)
    posts = office.receipts("delivered")
    troubled(zone, "131031")
    office.take(posts, now)
    assert trouble(zone) == "131031"


def arrived(notice: Notice, at: datetime) -> None:
    """Taken at `at`, and on the phone a second later."""
    then = {"state": "delivered", "accepted_at": at, "delivered_at": at + timedelta(seconds=1), "attempt": 1}
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=None, provider_id=f"wamid.{notice.pk}", **then)


def failed(notice: Notice, code: int, at: datetime, *, heard_at: datetime) -> None:
    """The provider's receipt, stamped `at`, as we read it at `heard_at`."""
    status = {"id": f"wamid.{notice.pk}", "status": "failed", "timestamp": str(int(at.timestamp()))}
    status |= {"biz_opaque_callback_data": f"{notice.pk}:1", "errors": [{"code": code}]}
    value = {"metadata": {"phone_number_id": notice.zone.whatsapp_phone_id}, "statuses": [status]}
    store_webhook(payload={"entry": [{"changes": [{"value": value}]}]}, now=heard_at)
    process_webhooks(now=heard_at)


@pytest.mark.parametrize("code", [131042, 10])
def test_a_refusal_of_what_arrived_all_the_same_says_nothing_of_the_number(now: datetime, code: int):
    notice = submitted(now).notices.get()
    arrived(notice, now)
    failed(notice, code, now + TEN, heard_at=now + TEN)
    assert set(Zone.objects.values_list("number_trouble", flat=True)) == {""}


@pytest.mark.parametrize("code", [131042, 10])
def test_a_refusal_is_over_when_what_left_after_it_has_arrived(now: datetime, code: int):
    notice, later = submitted(now).notices.get(), submitted(now).notices.get()
    for each in (notice, later):
        arrived(each, now + timedelta(hours=1))
    Notice.objects.filter(pk=notice.pk).update(state="accepted", delivered_at=None)
    failed(notice, code, now + TEN, heard_at=now + timedelta(hours=2))
    assert trouble(notice.zone) == ""
    notice.refresh_from_db()
    assert notice.state == "held"


def test_what_was_taken_since_proves_nothing_until_it_arrives(now: datetime):
    notice, later = submitted(now).notices.get(), submitted(now).notices.get()
    for each in (notice, later):
        arrived(each, now + timedelta(hours=1))
    Notice.objects.update(state="accepted", delivered_at=None)
    failed(notice, 131042, now + TEN, heard_at=now + timedelta(hours=2))
    assert trouble(notice.zone) == "131042"


# --- the test of a number


def test_a_test_goes_to_the_officers_own_phone_from_the_zones_number(office: PostOffice, now: datetime):
    zone, officer = open_office(now), admin()
    notice = send_number_test(zone=zone, officer=officer, now=now)
    assert (notice.application_id, notice.zone_id, notice.recipient) == (None, zone.pk, officer.phone)
    assert last_test(zone).state == "queued"
    office.deliver(now)
    (call,) = office.accepted(notice)
    assert (call["phone_number_id"], call["recipient"]) == (zone.whatsapp_phone_id, officer.phone[1:])
    assert zone.name in call["text"]
    assert last_test(zone).state == "accepted"
    office.take(office.receipts("delivered"), now)
    assert (last_test(zone).state, last_test(zone).error) == ("delivered", "")


def test_a_test_of_a_number_in_trouble_does_not_leave_from_another_one(office: PostOffice, now: datetime):
    zone = open_office(now)
    troubled(zone, "131031")
    office.simulator.faults({"action": "http_403_131031"})
    notice = send_number_test(zone=zone, officer=admin(), now=now)
    for minutes in (0, 10, 20):
        office.deliver(now + timedelta(minutes=minutes))
    notice.refresh_from_db()
    assert (notice.zone_id, notice.state) == (zone.pk, "held")
    assert last_test(zone).error == "131031"
    office.deliver(now + timedelta(hours=2))
    assert last_test(zone).state == "expired"
    assert trouble(zone) == "131031"


def test_an_id_that_the_provider_does_not_know_flags_the_number(office: PostOffice, now: datetime):
    zone = open_office(now, whatsapp_phone_id="123456789")
    send_number_test(zone=zone, officer=admin(), now=now)
    office.deliver(now)
    assert trouble(zone) == "33"
    assert "nomor ini tidak dikenal" in error_words(last_test(zone).error)


def test_a_second_press_sends_no_second_test(now: datetime):
    zone, officer = open_office(now), admin()
    first = send_number_test(zone=zone, officer=officer, now=now)
    assert send_number_test(zone=zone, officer=officer, now=now + timedelta(seconds=1)).pk == first.pk
    assert send_number_test(zone=zone, officer=officer, now=now + timedelta(seconds=30)).pk != first.pk


def test_nothing_to_send_to_or_from_is_said_plainly(now: datetime):
    zone = open_office(now)
    assert zone_admin.tests_of(zone) == []
    with pytest.raises(NotNow, match="nomor WhatsApp Anda sendiri"):
        send_number_test(zone=zone, officer=admin(phone=""), now=now)
    zone.whatsapp_number = zone.whatsapp_phone_id = ""
    with pytest.raises(NotNow, match="belum punya nomor"):
        send_number_test(zone=zone, officer=admin(), now=now)
    assert not Notice.objects.exists()


def test_a_zone_with_only_a_phone_is_tested_by_hand(now: datetime):
    zone = open_office(now, whatsapp_phone_id="")
    notice = send_number_test(zone=zone, officer=admin(), now=now)
    assert notice.channel == "hand"
    assert last_test(zone).by_hand
