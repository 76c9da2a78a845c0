"""What citizens write to a number that is no zone's: kept, told of, and taken up once a zone has that number."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Conversation, InboundMessage, Officer, WebhookEvent, Zone
from requests_app.operations.clock import forget_old
from requests_app.operations.receipts import process_webhooks
from requests_app.operations.zones import save_zone
from requests_app.queries.notice_situation import load_situation
from tests.factories import OfficerFactory
from tests.operations.inbound import write
from tests.operations.offices import open_office
from tests.operations.test_zones import facts

pytestmark = pytest.mark.django_db
WORDS, PHONE_ID = "Tolong, nama di kartu saya salah", "900000000000007"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def zone(now: datetime) -> Zone:
    """A zone whose phone id was cleared; somebody has written to it all the same."""
    zone = open_office(now, whatsapp_phone_id=PHONE_ID)
    gone = Zone(whatsapp_phone_id=PHONE_ID)
    Zone.objects.filter(pk=zone.pk).update(whatsapp_phone_id="")
    assert write(WORDS, now, zone=gone) is None
    zone.refresh_from_db()
    return zone


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin")


def told(now: datetime) -> list[str]:
    return [one.title for one in load_situation(now).conditions if one.kind == "unknown_number"]


def test_it_reaches_the_inbox_of_the_zone_that_gets_the_number(zone: Zone, admin: Officer, now: datetime) -> None:
    assert told(now + HOUR) == ["1 pesan warga ke nomor yang bukan nomor zona"]
    save_zone(zone=zone, facts=facts(zone, whatsapp_phone_id=PHONE_ID), officer=admin, now=now + HOUR)
    process_webhooks(now=now + HOUR)
    message = InboundMessage.objects.get()
    assert (message.text, message.conversation.zone, message.conversation.waits_since) == (WORDS, zone, now)
    assert told(now + HOUR) == []


def test_a_zone_that_is_new_with_the_number_gets_it_too(zone: Zone, admin: Officer, now: datetime) -> None:
    new = save_zone(zone=None, facts=facts(whatsapp_phone_id=PHONE_ID), officer=admin, now=now + HOUR)
    process_webhooks(now=now + HOUR)
    assert Conversation.objects.get().zone == new


def test_another_number_leaves_it_waiting(zone: Zone, admin: Officer, now: datetime) -> None:
    save_zone(zone=zone, facts=facts(zone, whatsapp_phone_id="900000000000008"), officer=admin, now=now + HOUR)
    process_webhooks(now=now + HOUR)
    assert not InboundMessage.objects.exists()
    assert told(now + HOUR)


def test_it_is_kept_for_thirty_days(zone: Zone, now: datetime) -> None:
    forget_old(now=now + 30 * DAY)
    assert WebhookEvent.objects.count() == 1
    forget_old(now=now + 31 * DAY)
    assert not WebhookEvent.objects.exists()


def test_what_whatsapp_itself_says_there_is_for_nobody(zone: Zone, now: datetime) -> None:
    write("", now, zone=Zone(whatsapp_phone_id=PHONE_ID), type="system", id="wamid.system")
    assert told(now + HOUR) == ["1 pesan warga ke nomor yang bukan nomor zona"]
