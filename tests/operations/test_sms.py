"""An answer that WhatsApp could not bring goes by SMS, through a gateway, over real HTTP."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, CallTask
from requests_app.operations.delivery import deliver_notices
from requests_app.rules.sms import sms_parts
from tests.channels.simulator_process import SMS_TOKEN
from tests.factories import APPROVED, decided
from tests.operations.post_office import PostOffice, only

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def gateway(settings: Any, office: PostOffice) -> None:
    settings.SMS_API_URL, settings.SMS_API_TOKEN = f"{office.simulator.url}/sms/messages", SMS_TOKEN
    office.simulator.faults({"action": "undeliverable_131026", "match": {"channel": "whatsapp"}})


def answered(now: datetime, office: PostOffice) -> Application:
    """Approved, refused by WhatsApp, and tried once more by what comes next."""
    application = decided(now, APPROVED)
    for minutes in (1, 2):
        office.deliver(now + minutes * LATER)
    return application


def test_what_it_is_about_where_to_read_it_and_its_code_fit_two_parts(now: datetime, office: PostOffice) -> None:
    notice = only(answered(now, office), "approved", channel="sms")
    assert (notice.state, notice.evidence) == ("accepted", "accepted")
    (sms,) = [row for row in office.simulator.ledger()["sms"] if str(notice.pk) in row["reference"]]
    assert notice.provider_id == f"sms:sms-{sms['id']}"
    assert sms["text"].startswith(f"Dukcapil: Permohonan {notice.application.number} disetujui. http")
    assert sms["text"].endswith(f"/buka/{notice.params['tautan']}/ Kode pesan: {notice.check_code}")
    assert sms_parts(sms["text"]) <= 2


def test_a_number_that_the_gateway_refuses_is_called(now: datetime, office: PostOffice) -> None:
    office.simulator.faults(
        {"action": "undeliverable_131026", "match": {"channel": "whatsapp"}},
        {"action": "http_error", "http": 422, "match": {"channel": "sms"}},
    )
    application = answered(now, office)
    assert only(application, "approved", channel="sms").state == "failed"
    assert CallTask.objects.filter(application=application, closed_at=None).count() == 1


def test_what_is_owed_by_sms_when_its_token_goes_is_held_in_plain_sight(
    now: datetime, office: PostOffice, settings: Any
) -> None:
    application = decided(now, APPROVED)
    deliver_notices(clock=lambda: now + LATER, channels=["whatsapp"], paced=False, senders=1)
    settings.SMS_API_TOKEN = ""
    office.deliver(now + 2 * LATER)
    notice = only(application, "approved", channel="sms")
    assert (notice.state, notice.error_code) == ("held", "not_configured")


def test_a_gateway_without_a_token_is_no_way_to_anybody(now: datetime, office: PostOffice, settings: Any) -> None:
    settings.SMS_API_TOKEN = ""
    application = answered(now, office)
    assert not application.notices.filter(channel="sms").exists()
    assert CallTask.objects.filter(application=application, closed_at=None).count() == 1
