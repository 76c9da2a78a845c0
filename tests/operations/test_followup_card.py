"""Another contact while a card waits: what went collects nothing, and the owner has the code that counts."""

from datetime import timedelta

import pytest

from requests_app.models import Card, CardLoss, CardPickup
from requests_app.operations.followup import change_contact
from requests_app.operations.pickups import pickup_hash
from requests_app.operations.proofs import use_link
from tests.factories import OfficerFactory, new_phone
from tests.operations.cards import ready_card
from tests.operations.offices import notices

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
WHATSAPP = {"contact": "whatsapp", "phone_owner": "self"}


def test_news_of_a_card_goes_to_the_new_phone_with_a_new_code_and_the_old_one_collects_nothing(now):
    pickup = ready_card(now)
    application, old_code, new = pickup.application, pickup.code, new_phone()
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new}, now=now + HOUR)
    pickup.refresh_from_db()
    overtaken, notice = notices(application, "ready_for_pickup")
    assert (overtaken.state, notice.state) == ("superseded", "queued")
    assert (notice.recipient, notice.params["kode_ambil"]) == (new, pickup.code)
    assert use_link(token=notice.params["tautan"], now=now + HOUR) == application.pk
    assert pickup.code != old_code
    assert pickup.code_hash == pickup_hash(pickup.code)


def told_card(now, **over):
    """A card that lies where it is collected; its owner has the message with the code."""
    pickup = ready_card(now, **over)
    has_arrived(pickup.application)
    return pickup


def has_arrived(application):
    application.notices.filter(purpose="ready_for_pickup").update(state="delivered", next_attempt_at=None)


def test_the_code_that_a_phone_knows_counts_as_long_as_no_contact_goes(now):
    pickup = told_card(now)
    application, code = pickup.application, pickup.code
    same = {**WHATSAPP, "phone": application.phone}
    for more in ({"email": "baru@example.org"}, {"email": "baru@example.org", "phone_owner": "other"}):
        change_contact(application_id=application.pk, answers={**same, **more}, now=now + HOUR)
    pickup.refresh_from_db()
    assert pickup.code == code
    assert len(notices(application, "ready_for_pickup")) == 1


def test_whoever_had_the_message_with_a_code_that_goes_gets_the_new_one_once_for_each_change(now):
    pickup = told_card(now, email="lama@example.org")
    application, codes = pickup.application, {pickup.code}
    phone, email = application.phone, "baru@example.org"
    changes = [{"phone": phone}, {"phone": phone, "email": email}, {"phone": new_phone(), "email": email}]
    for hours, change in enumerate(changes, start=1):
        change_contact(application_id=application.pk, answers={**WHATSAPP, **change}, now=now + hours * HOUR)
        has_arrived(application)
        pickup.refresh_from_db()
        codes.add(pickup.code)
        told = notices(application, "ready_for_pickup")[-1]
        assert (told.recipient, told.params["kode_ambil"]) == (change["phone"], pickup.code)
    assert len(codes) == len(notices(application, "ready_for_pickup")) == 3, "the new e-mail made no difference"


def test_a_message_in_the_air_with_the_old_code_is_not_sent_again(now):
    pickup = ready_card(now, email="lama@example.org")
    application = pickup.application
    application.notices.filter(purpose="ready_for_pickup").update(state="unconfirmed")
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": application.phone}, now=now + HOUR)
    assert [notice.state for notice in notices(application, "ready_for_pickup")] == ["superseded", "queued"]


@pytest.mark.parametrize("why", ["carried", "looked_for"])
def test_a_card_that_cannot_be_fetched_now_is_not_told_as_ready(now, why):
    pickup = told_card(now)
    if why == "carried":
        CardPickup.objects.filter(pk=pickup.pk).update(zone=None, carried_since=now)
    else:
        card = Card.objects.get(application=pickup.application)
        CardLoss.objects.create(card=card, note="rak", noticed_at=now, noticed_by=OfficerFactory())
    change_contact(application_id=pickup.pk, answers={**WHATSAPP, "phone": new_phone()}, now=now)
    assert len(notices(pickup.application, "ready_for_pickup")) == 1
    assert CardPickup.objects.get().code != pickup.code


def test_a_message_that_left_without_a_receipt_takes_the_code_that_counts_to_the_next_channel(now):
    pickup = told_card(now)
    application = pickup.application
    sent = application.notices.filter(purpose="ready_for_pickup")
    sent.update(state="sent")
    change_contact(application_id=application.pk, answers={**WHATSAPP, "phone": new_phone()}, now=now)
    assert {notice.params["kode_ambil"] for notice in sent} == {CardPickup.objects.get().code}
