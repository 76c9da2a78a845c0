"""Proof by sending: the phone that writes the code to the zone's number is proven, and nobody else's."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from requests_app.models import Application, Circuit, SentProof, Zone
from requests_app.operations.clock import forget_old
from requests_app.operations.followup import change_contact, withdraw
from requests_app.operations.limits import TooMany
from requests_app.operations.sent_proofs import code_of, kept_code, number_for, prove, start, state_of, use
from requests_app.operations.steps import NotNow
from requests_app.vault.keyring import keyed_hash
from tests.factories import new_phone, submitted

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE


def arrives(code, application, now, **over):
    """The code comes in a message from the application's phone to its zone's number; we hear it at once."""
    whose = {"phone_hash": application.phone_hash, "zone_id": application.zone_id}
    return prove(**({"code": code, "sent_at": now, "now": now} | whose | over))


def proven_at(application):
    return Application.objects.get(pk=application.pk).phone_proven_at


def test_the_code_from_the_applications_phone_proves_it_and_opens_it_once(now):
    application = submitted(now)
    proof_id, code = start(application_id=application.pk, now=now)
    ask = {"proof_id": proof_id, "application_id": application.pk}
    assert (state_of(**ask, now=now), use(**ask, now=now)) == ("waiting", False)
    assert arrives(code, application, now + MINUTE) == application
    assert proven_at(application) == now + MINUTE
    assert state_of(**ask, now=now + MINUTE) == "arrived"
    assert use(**ask, now=now + MINUTE)
    assert not use(**ask, now=now + MINUTE)
    assert state_of(**ask, now=now + MINUTE) == "over"


def test_the_code_has_eight_signs_reads_as_it_is_typed_and_is_not_stored(now):
    application = submitted(now)
    proof_id, code = start(application_id=application.pk, now=now)
    assert len(code) == len("ABCD-EFGH")
    assert not set(code) & set("ILOU")
    assert code == code_of(proof_id)
    assert code.replace("-", "").encode() not in SentProof.objects.get().code_hash
    assert arrives(f" {code.lower().replace('-', ' ')} ".replace("0", "o"), application, now) == application


def test_another_phone_a_hidden_one_and_another_zone_change_nothing(now):
    application = submitted(now)
    proof_id, code = start(application_id=application.pk, now=now)
    other_zone = Zone.objects.exclude(pk=application.zone_id).first().pk
    for wrong in ({"phone_hash": keyed_hash("phone", new_phone())}, {"phone_hash": None}, {"zone_id": other_zone}):
        assert arrives(code, application, now, **wrong) is None
    assert proven_at(application) is None
    assert state_of(proof_id=proof_id, application_id=application.pk, now=now) == "waiting"
    assert arrives(code, application, now) == application


@pytest.mark.parametrize("code", ["", "ABCD", "ZZZZ-ZZZZ", "\0" * 8, "ABCD-EFGH-JKMN", "😀" * 8])
def test_what_is_no_code_of_ours_proves_nothing(now, code):
    application = submitted(now)
    start(application_id=application.pk, now=now)
    assert arrives(code, application, now) is None


def test_a_code_ends_after_fifteen_minutes(now):
    application = submitted(now)
    proof_id, code = start(application_id=application.pk, now=now)
    assert arrives(code, application, now + QUARTER) is None
    assert state_of(proof_id=proof_id, application_id=application.pk, now=now + QUARTER) == "over"
    assert arrives(code, application, now + QUARTER - timedelta(seconds=1)) == application


@pytest.mark.parametrize("late", [20 * MINUTE, timedelta(hours=23)])
def test_what_was_sent_in_time_counts_however_late_we_hear_it(now, late):
    application = submitted(now)
    ask = {"proof_id": start(application_id=application.pk, now=now)[0], "application_id": application.pk}
    forget_old(now=now + late)
    assert arrives(code_of(ask["proof_id"]), application, now + late, sent_at=now + 2 * MINUTE) == application
    assert proven_at(application) == now + late
    assert state_of(**ask, now=now + late + MINUTE) == "arrived"
    assert use(**ask, now=now + late + QUARTER - MINUTE), "the page goes on by it for a while since we heard"


def test_what_was_sent_too_late_proves_nothing_however_soon_we_hear_it(now):
    application = submitted(now)
    _, code = start(application_id=application.pk, now=now)
    assert arrives(code, application, now + QUARTER, sent_at=now + QUARTER) is None


def test_a_stamp_of_whole_seconds_may_be_a_little_before_the_code(now):
    application = submitted(now)
    _, code = start(application_id=application.pk, now=now)
    assert arrives(code, application, now, sent_at=now - timedelta(seconds=1)) == application


def test_a_proof_that_arrived_can_be_used_for_fifteen_minutes(now):
    application = submitted(now)
    ask = {"application_id": application.pk}
    proof_id, code = start(**ask, now=now)
    arrives(code, application, now)
    assert not use(proof_id=proof_id, **ask, now=now + QUARTER)
    assert state_of(proof_id=proof_id, **ask, now=now + QUARTER) == "over"
    assert use(proof_id=proof_id, **ask, now=now + QUARTER - timedelta(seconds=1))


def test_a_proof_opens_its_own_application_only(now):
    mine, other = submitted(now), submitted(now)
    proof_id, code = start(application_id=mine.pk, now=now)
    arrives(code, mine, now)
    assert not use(proof_id=proof_id, application_id=other.pk, now=now)
    assert proven_at(other) is None


def test_the_same_message_twice_changes_nothing_more(now):
    application = submitted(now)
    proof_id, code = start(application_id=application.pk, now=now)
    arrives(code, application, now)
    use(proof_id=proof_id, application_id=application.pk, now=now)
    assert arrives(code, application, now + MINUTE) == application
    assert proven_at(application) == SentProof.objects.get().proven_at == now
    assert not use(proof_id=proof_id, application_id=application.pk, now=now + MINUTE)


@pytest.mark.django_db(transaction=True)
def test_of_many_presses_at_once_one_opens(now):
    application = submitted(now)
    proof_id, code = start(application_id=application.pk, now=now)
    arrives(code, application, now)

    def press(_):
        try:
            return use(proof_id=proof_id, application_id=application.pk, now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(press, range(8))) == 1


def test_twenty_starts_a_day(now):
    application = submitted(now)
    for minute in range(20):
        start(application_id=application.pk, now=now + minute * MINUTE)
    with pytest.raises(TooMany) as refusal:
        start(application_id=application.pk, now=now + timedelta(hours=1))
    assert refusal.value.retry_at == now + timedelta(days=1)
    start(application_id=application.pk, now=now + timedelta(days=1))


def test_nothing_is_offered_where_the_number_cannot_hear(now):
    application = submitted(now)
    zone = Zone.objects.filter(pk=application.zone_id)
    assert number_for(application.pk) == application.zone.whatsapp_number
    for trouble in ({"number_trouble": "131031"}, {"number_trouble": "", "whatsapp_phone_id": ""}):
        zone.update(**trouble)
        assert number_for(application.pk) == ""
        assert kept_code(application_id=application.pk, now=now) is None
        with pytest.raises(NotNow):
            start(application_id=application.pk, now=now)
    zone.update(whatsapp_phone_id="7")
    Circuit.objects.create(channel="whatsapp", zone=zone.get(), failures=5, opened_at=now, next_probe_at=now)
    assert number_for(application.pk) == ""
    Circuit.objects.update(opened_at=None, next_probe_at=None)
    assert number_for(application.pk) == application.zone.whatsapp_number


def test_nothing_is_offered_to_whoever_gave_no_whatsapp_number(now):
    for contact in ({"contact": "none"}, {"contact": "email", "email": "siti@example.org"}):
        assert number_for(submitted(now, phone="", **contact).pk) == ""


def test_the_receipts_code_stays_the_same_for_a_day_and_opens_no_page(now, django_assert_num_queries):
    application = submitted(now)
    kept = kept_code(application_id=application.pk, now=now)
    assert kept.number == application.zone.whatsapp_number
    with django_assert_num_queries(1):
        assert kept_code(application_id=application.pk, now=now + timedelta(hours=22)) == kept
    assert kept_code(application_id=application.pk, now=now + timedelta(hours=23)) != kept
    assert arrives(kept.code, application, now + timedelta(hours=24)) is None
    late = now + timedelta(hours=24) - MINUTE
    assert arrives(kept.code, application, late) == application
    assert proven_at(application) == late
    assert kept_code(application_id=application.pk, now=late) is None


def test_the_receipt_never_shows_a_code_of_a_tracking_page(now):
    application = submitted(now)
    proof_id, _ = start(application_id=application.pk, now=now)
    assert kept_code(application_id=application.pk, now=now).code != code_of(proof_id)


def test_an_application_that_ended_keeps_no_code(now):
    application = submitted(now)
    withdraw(application_id=application.pk, now=now)
    assert kept_code(application_id=application.pk, now=now) is None


def new_contact(**fields):
    return {"contact": "whatsapp", "phone": new_phone(), "phone_owner": "self", "email": ""} | fields


def test_another_phone_is_not_proven_and_codes_for_the_old_one_are_void(now):
    application = submitted(now)
    used, first = start(application_id=application.pk, now=now)
    _, second = start(application_id=application.pk, now=now)
    arrives(first, application, now)
    change_contact(application_id=application.pk, answers=new_contact(), now=now)
    assert proven_at(application) is None
    application.refresh_from_db()
    assert arrives(second, application, now) is None
    assert not use(proof_id=used, application_id=application.pk, now=now)


@pytest.mark.parametrize("before", [MINUTE, timedelta(seconds=-1)])
def test_a_void_code_stays_void_though_its_message_was_sent_before(now, before):
    application = submitted(now)
    phone = application.phone
    codes = [start(application_id=application.pk, now=now)[1], kept_code(application_id=application.pk, now=now).code]
    change_contact(application_id=application.pk, answers=new_contact(), now=now + 2 * MINUTE)
    change_contact(application_id=application.pk, answers=new_contact(phone=phone), now=now + 3 * MINUTE)
    application.refresh_from_db()
    assert application.phone == phone
    for code in codes:
        assert arrives(code, application, now + 4 * MINUTE, sent_at=now + before) is None
    assert proven_at(application) is None


def test_a_phone_that_stays_the_same_stays_proven(now):
    application = submitted(now)
    _, code = start(application_id=application.pk, now=now)
    arrives(code, application, now)
    answers = new_contact(phone=application.phone, email="siti@example.org")
    change_contact(application_id=application.pk, answers=answers, now=now)
    assert proven_at(application) == now


def test_what_is_over_for_a_day_is_forgotten(now):
    for begun_at in (now - timedelta(days=2), now - timedelta(hours=23)):
        start(application_id=submitted(begun_at).pk, now=begun_at)
    forget_old(now=now)
    assert SentProof.objects.count() == 1
