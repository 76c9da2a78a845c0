"""The page of messages in a real Chromium, with trouble of each kind: nothing for axe, nothing too wide."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from requests_app.clock import database_now
from requests_app.models import Circuit, Notice, WebhookEvent, Zone
from tests.factories import PASSWORD, OfficerFactory, submitted
from tests.oversight.test_browser import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_page_of_messages_is_sound_on_both_screens(page: Page, live_server: Any, tmp_path: Path) -> None:
    now = database_now()
    supervisor = OfficerFactory(role="supervisor")
    states = [{"state": "held", "error_code": "132001", "next_attempt_at": now}] + [
        {"state": "delivered", "delivered_at": now - timedelta(hours=n), "next_attempt_at": None} for n in range(1, 20)
    ]
    for n, columns in enumerate(states):
        notice = submitted(now - timedelta(hours=n)).notices.get(purpose="received")
        Notice.objects.filter(pk=notice.pk).update(**columns)
    zone = Zone.objects.order_by("code")[0]
    opened = now - timedelta(hours=1)
    Circuit.objects.create(channel="whatsapp", zone=zone, failures=5, opened_at=opened, next_probe_at=now)
    WebhookEvent.objects.create(digest=b"7" * 32, body={}, received_at=now, outcome=WebhookEvent.TROUBLE)
    page.goto(f"{live_server.url}/masuk/")
    page.get_by_label("Nama pengguna").fill(supervisor.username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("link", name="Pesan", exact=True).click()
    page.wait_for_url("**/pengawas/pesan/")
    look(page, "messages")
