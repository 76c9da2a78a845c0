"""Sending: each class of outcome, against the real simulator, and what lease and fencing promise."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from requests_app.channels.base import Outcome
from requests_app.models import CallTask, MessageText, Notice, Zone
from requests_app.operations import delivery, sending
from requests_app.operations.decisions import annul_decision, take_back
from requests_app.operations.delivery import claim_notices, deliver_notices, delivery_trouble
from requests_app.operations.notices import owe_notice
from requests_app.operations.senders import build_message
from requests_app.operations.steps import NotNow
from requests_app.rules.messages import INVITATIONS
from tests.factories import APPROVED, REJECTED, OfficerFactory, decided, new_phone, on_duty, submitted
from tests.operations.offices import invited, open_office
from tests.operations.post_office import PostOffice, only

RELEASE = timedelta(seconds=8)


def states(notice: Notice) -> tuple[str, str]:
    notice.refresh_from_db()
    return notice.state, notice.error_code


# --- the message


def test_a_notice_leaves_from_the_number_of_its_zone_with_the_words_of_its_text(office: PostOffice, now: datetime):
    application = submitted(now)
    assert office.deliver(now) == 1
    notice = only(application, "received")
    (call,) = office.accepted(notice)
    assert notice.state == "accepted"
    assert notice.provider_id == call["wamid"]
    assert call["phone_number_id"] == application.zone.whatsapp_phone_id
    assert call["recipient"] == application.phone[1:]
    assert call["template"] == "adm_received"
    assert application.number in call["text"]
    assert call["text"] == delivery.render_notice(notice)
    assert call["button_url"].endswith(f"/buka/{notice.params['tautan']}/")
    assert call["opaque"] == f"{notice.pk}:1"


def test_each_zone_speaks_with_its_own_number(office: PostOffice, now: datetime):
    here, there = submitted(now), submitted(now, kelurahan="16.71.08.1001")
    assert here.zone_id != there.zone_id
    office.deliver(now)
    for application in (here, there):
        (call,) = office.accepted(only(application, "received"))
        assert call["phone_number_id"] == Zone.objects.get(pk=application.zone_id).whatsapp_phone_id


def test_every_text_is_a_template_that_the_provider_takes(office: PostOffice, now: datetime):
    application = submitted(now)
    office.simulator.control("settings", {"pair_burst": 50})
    open_office(now)
    visit = invited(now)
    others = {
        "params": {"kode": "123456"},
    }
    for purpose in MessageText.objects.filter(is_current=True).values_list("purpose", flat=True):
        if purpose.startswith("reply_"):
            continue  # what answers somebody who has just written needs no template
        about = {"visit": visit} if purpose in INVITATIONS else {**others, "to": ("whatsapp", new_phone())}
        owe_notice(application, purpose, now=now, dedup="try", **about)
    for turn in range(8):
        office.deliver(now + RELEASE + turn * timedelta(seconds=6))
    assert set(Notice.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_code_goes_first_and_carries_no_link(office: PostOffice, now: datetime):
    application = submitted(now)
    code = owe_notice(application, "code", now=now, dedup="1", params={"kode": "402117"})
    office.deliver(now)
    office.deliver(now + timedelta(seconds=6))
    first, second = office.accepted()
    assert first["opaque"].startswith(str(code.pk))
    assert first["text"].startswith("402117")
    assert "tautan" not in code.params
    assert second["template"] == "adm_received"


def test_the_most_urgent_are_claimed_first_and_then_those_that_waited_longest(now: datetime, db: None):
    late, early = submitted(now), submitted(now - timedelta(minutes=5))
    code = owe_notice(late, "code", now=now, dedup="1", params={"kode": "1"})
    expected = [code.pk, only(early, "received").pk, only(late, "received").pk]
    assert [claim_notices(now=now, owner=uuid.uuid4(), limit=1) for _ in range(3)] == [[pk] for pk in expected]


def test_the_most_urgent_of_all_numbers_comes_before_what_waited_longer_at_another(now: datetime, db: None):
    here, elsewhere = submitted(now), submitted(now - timedelta(minutes=5), kelurahan="16.71.08.1001")
    code = owe_notice(here, "code", now=now, dedup="1", params={"kode": "1"})
    assert here.zone_id != elsewhere.zone_id
    assert claim_notices(now=now, owner=uuid.uuid4(), limit=1) == [code.pk]


def test_only_what_is_due_is_claimed(now: datetime, db: None):
    notice = only(submitted(now), "received")
    assert claim_notices(now=now - timedelta(milliseconds=1), owner=uuid.uuid4(), limit=9) == []
    assert claim_notices(now=now, owner=uuid.uuid4(), limit=9) == [notice.pk]


def test_parameters_are_one_line_each_in_the_order_of_the_text(now: datetime, db: None):
    notice = only(submitted(now), "received")
    notice.params = {**notice.params, "nama": "Siti\n  Contoh", "tenggat": ""}
    message = build_message(notice)
    assert message.parameters[0] == "Siti Contoh"
    assert message.parameters[2] == "-"


def test_an_email_has_the_whole_link_on_a_line_of_its_own(now: datetime, db: None, settings: Any):
    settings.PUBLIC_URL = "https://adminduk.example"
    notice = only(submitted(now, contact="email", email="siti@example.com"), "received")
    assert f"\nhttps://adminduk.example/buka/{notice.params['tautan']}/\n" in build_message(notice).text


def test_a_new_version_of_a_text_is_a_template_of_its_own(now: datetime, db: None):
    notice = only(submitted(now), "received")
    notice.text.version = 2
    assert build_message(notice).template == "adm_received_v2"


# --- who waits, who is not sent


def test_an_answer_waits_for_its_eight_seconds(office: PostOffice, now: datetime):
    application = decided(now, APPROVED)
    office.deliver(now + RELEASE - timedelta(milliseconds=1))
    assert only(application, "approved").state == "queued"
    office.deliver(now + RELEASE)
    assert only(application, "approved").state == "accepted"


def test_an_answer_taken_back_is_never_sent(office: PostOffice, now: datetime):
    officer = on_duty(OfficerFactory(), now)
    application = decided(now, APPROVED, officer)
    take_back(decision_id=application.decisions.get().pk, officer=officer, now=now + timedelta(seconds=7))
    office.deliver(now + timedelta(days=1))
    notice = only(application, "approved")
    assert notice.state == "superseded"
    assert office.accepted(notice) == []


def test_what_the_worker_has_taken_up_cannot_be_taken_back(now: datetime, db: None):
    officer = on_duty(OfficerFactory(), now)
    application = decided(now, APPROVED, officer)
    claim_notices(now=now + RELEASE, owner=uuid.uuid4(), limit=9)
    with pytest.raises(NotNow):
        # The officer's click was in time; it waited for a lock.
        take_back(decision_id=application.decisions.get().pk, officer=officer, now=now + timedelta(seconds=7))


def test_an_annulled_answer_is_not_sent_although_a_worker_holds_it(office: PostOffice, now: datetime):
    application = decided(now, REJECTED)
    at, owner = now + RELEASE, uuid.uuid4()
    claimed = claim_notices(now=at, owner=owner, limit=9)
    annul_decision(
        decision_id=application.decisions.get().pk,
        supervisor=OfficerFactory(role="supervisor"),
        reason="keliru",
        now=at,
    )
    this = sending.Sending(lambda: at, owner)
    leaving = {prepared.notice.purpose for prepared in sending.prepare(claimed, this)}
    assert leaving == {"received"}
    assert office.accepted(only(application, "rejected")) == []
    assert states(only(application, "rejected"))[0] == "superseded"


def test_an_expired_code_is_not_sent(office: PostOffice, now: datetime):
    application = submitted(now)
    code = owe_notice(application, "code", now=now, dedup="1", expires_at=now + timedelta(minutes=5))
    office.deliver(now + timedelta(minutes=5))
    assert states(code)[0] == "expired"
    assert office.accepted(code) == []


def test_whoever_looks_it_up_themselves_is_sent_nothing(office: PostOffice, now: datetime):
    application = submitted(now, contact="none", phone="")
    assert office.deliver(now + timedelta(days=1)) == 0
    assert only(application, "received").state == "published"


# --- classes of outcome


@pytest.mark.parametrize(
    ("fault", "state", "code", "minutes"),
    [
        ({"action": "http_429"}, "retry", "130429", (1, 1.2)),
        ({"action": "http_503"}, "retry", "http_503", (1, 1.2)),
        ({"action": "http_500"}, "retry", "131000", (1, 1.2)),
        ({"action": "http_401_190"}, "held", "190", (10, 10)),
        ({"action": "http_403_131031"}, "held", "131031", (10, 10)),
        ({"action": "template_132001"}, "held", "132001", (10, 10)),
        ({"action": "200_garbage"}, "unconfirmed", "unreadable_answer", (10, 10)),
        ({"action": "reset_after_accept"}, "unconfirmed", "ReadError", (10, 10)),
    ],
)
def test_each_outcome_has_its_state_and_its_next_attempt(
    office: PostOffice, now: datetime, fault: dict[str, Any], state: str, code: str, minutes: tuple[float, float]
):
    notice = only(submitted(now), "received")
    office.simulator.faults(fault)
    office.deliver(now)
    assert states(notice) == (state, code)
    low, high = (timedelta(minutes=m) for m in minutes)
    assert low <= notice.next_attempt_at - now <= high
    assert notice.attempts.get().code == code
    office.simulator.control("faults", method="DELETE")
    office.deliver(notice.next_attempt_at - timedelta(seconds=1))
    assert states(notice)[0] == state, "not before its time"
    office.deliver(notice.next_attempt_at)
    assert states(notice) == ("accepted", "")


def test_the_waits_grow_to_half_an_hour(office: PostOffice, now: datetime):
    notice = only(submitted(now), "received")
    office.simulator.faults({"action": "http_429"})
    waits = []
    for _ in range(7):
        office.deliver(now)
        notice.refresh_from_db()
        waits.append((notice.next_attempt_at - now).total_seconds() / 60)
        now = notice.next_attempt_at
    for wait, minutes in zip(waits, (1, 2, 4, 8, 15, 30, 30), strict=True):
        assert minutes <= wait <= minutes * 1.2


def test_a_phone_without_whatsapp_gets_an_email(office: PostOffice, now: datetime):
    application = decided(now, APPROVED, email="siti@example.com")
    office.simulator.faults({"action": "undeliverable_131026", "match": {"template": "adm_approved"}})
    office.deliver(now + RELEASE)
    failed = only(application, "approved", channel="whatsapp")
    second = only(application, "approved", channel="email")
    assert states(failed) == ("failed", "131026")
    assert second.fallback_of_id == failed.pk
    assert second.promise_id == failed.promise_id is not None
    assert second.recipient == "siti@example.com"
    assert second.params["tempat"] == failed.params["tempat"]
    assert second.check_code != failed.check_code
    assert second.params["tautan"] != failed.params["tautan"]
    assert not CallTask.objects.exists()


def test_without_another_channel_somebody_calls(office: PostOffice, now: datetime):
    application = decided(now, APPROVED)
    office.simulator.faults({"action": "undeliverable_131026"})
    office.deliver(now + RELEASE)
    task = CallTask.objects.get(application=application, closed_at=None)
    assert task.notice_id == only(application, "approved").pk
    assert task.promise_id is not None


def test_when_the_second_channel_fails_too_somebody_calls(now: datetime, db: None, settings: Any):
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", "kantor@example.com"
    application = decided(now, APPROVED)
    first = only(application, "approved")
    second = owe_notice(
        application,
        "approved",
        now=now,
        dedup="2",
        promise=first.promise,
        to=("email", "no address"),
        fallback_of=first,
    )
    Notice.objects.filter(pk=first.pk).update(state="failed", next_attempt_at=None)
    Notice.objects.exclude(pk=second.pk).update(state="superseded", next_attempt_at=None)
    deliver_notices(clock=lambda: now)
    assert states(second) == ("failed", "invalid_recipient")
    assert CallTask.objects.filter(application=application, notice=second).exists()


def test_nobody_calls_because_a_receipt_or_a_code_did_not_arrive(office: PostOffice, now: datetime):
    application = submitted(now)
    owe_notice(application, "code", now=now, dedup="1", params={"kode": "1"})
    office.simulator.faults({"action": "undeliverable_131026"})
    office.deliver(now)
    office.deliver(now + timedelta(seconds=6))
    assert set(Notice.objects.values_list("state", flat=True)) == {"failed"}
    assert not CallTask.objects.exists()


def test_without_credentials_notices_are_held_in_plain_sight(now: datetime, db: None, settings: Any):
    settings.WHATSAPP_ACCESS_TOKEN = ""
    notice = only(submitted(now), "received")
    deliver_notices(clock=lambda: now)
    assert states(notice) == ("held", "not_configured")
    assert "1 WhatsApp: jalur ini belum diatur" in delivery_trouble()


def test_a_refused_account_is_asked_once_a_round_and_nothing_is_lost(office: PostOffice, now: datetime):
    notices = [only(submitted(now), "received") for _ in range(10)]
    office.simulator.faults({"action": "http_401_190"})
    office.deliver(now)
    assert len(office.simulator.ledger()["calls"]) == 1
    assert {states(notice) for notice in notices} == {("held", "190")}
    office.simulator.control("faults", method="DELETE")
    office.deliver(now + timedelta(minutes=10))
    assert {states(notice)[0] for notice in notices} == {"accepted"}
    assert delivery_trouble() == ""


def test_a_notice_that_cannot_be_made_does_not_stop_the_others(office: PostOffice, now: datetime):
    broken, other = only(submitted(now), "received"), only(submitted(now), "received")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE requests_app_notice SET params = %s WHERE id = %s", [b"\x00" * 40, broken.pk])
    office.deliver(now)
    assert states(other)[0] == "accepted"
    state = Notice.objects.filter(pk=broken.pk).values_list("state", flat=True).get()
    assert state == "held"


def test_a_call_that_ends_in_a_way_nobody_foresaw_is_unconfirmed_and_the_others_are_settled(
    office: PostOffice, now: datetime, monkeypatch: Any
):
    notices = [only(submitted(now), "received") for _ in range(2)]
    right = sending.channel_of("whatsapp")

    class Surprising:
        def send(self, message: Any) -> Outcome:
            if message.opaque.startswith(str(notices[0].pk)):
                raise RuntimeError("nobody foresaw this")
            return right.send(message)

    monkeypatch.setattr(sending, "channel_of", lambda name: Surprising())
    office.deliver(now)
    assert [states(notice) for notice in notices] == [("unconfirmed", "RuntimeError"), ("accepted", "")]
