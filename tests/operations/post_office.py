"""Notices between our operations and the real simulator: sent, receipted, and fed back through the real door."""

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from requests_app.models import Application, Notice
from requests_app.operations.delivery import deliver_notices
from requests_app.operations.receipts import process_webhooks
from tests.channels.simulator_process import APP_SECRET, TOKEN, VERIFY_TOKEN, Post, SimulatorProcess, Webhook

DOOR = "/webhook/whatsapp/"


class PostOffice:
    """The simulator as our provider; `now` is ours and only ours: receipts are stamped by the machine's clock."""

    def __init__(self, simulator: SimulatorProcess, webhook: Webhook) -> None:
        self.simulator, self.webhook = simulator, webhook
        self._seen = 0

    def deliver(self, now: datetime) -> int:
        return deliver_notices(clock=lambda: now, paced=False, senders=1)

    def accepted(self, notice: Notice | None = None) -> list[dict[str, Any]]:
        """What the provider took, of one notice or of all."""
        calls = self.simulator.accepted()
        return [call for call in calls if notice is None or str(notice.pk) in call["opaque"]]

    def receipts(self, *wanted: str) -> list[Post]:
        """Wait until the provider has posted these statuses. Returns the posts that are new since the last time."""
        posts = self.webhook.wait_for_statuses(*wanted)
        fresh, self._seen = posts[self._seen :], len(posts)
        return fresh

    def take(self, posts: Iterable[Post], now: datetime) -> list[int]:
        """Through the door and the work behind it; what the door answered."""
        answers = [post_to_door(post.body, post.headers.get("x-hub-signature-256")) for post in posts]
        process_webhooks(now=now)
        return answers


def post_to_door(body: bytes, signature: str | None) -> int:
    headers = {"X-Hub-Signature-256": signature} if signature is not None else {}
    return Client().post(DOOR, data=body, content_type="application/json", headers=headers).status_code


def use_simulator(settings: Any, simulator: SimulatorProcess) -> None:
    settings.WHATSAPP_API_URL = settings.SIMULATOR_URL = simulator.url
    settings.WA_ME_URL = f"{simulator.url}/wa.me"
    settings.WHATSAPP_ACCESS_TOKEN = TOKEN
    settings.WHATSAPP_APP_SECRET, settings.WHATSAPP_VERIFY_TOKEN = APP_SECRET, VERIFY_TOKEN


@pytest.fixture
def office(settings: Any, simulator: SimulatorProcess, webhook: Webhook, db: None, tmp_path: Any) -> PostOffice:
    """Our templates and numbers are known to the provider."""
    use_simulator(settings, simulator)
    call_command("export_templates", folder=tmp_path / "templates", stdout=io.StringIO())
    return PostOffice(simulator, webhook)


def only(application: Application, purpose: str, **where: Any) -> Notice:
    """The one notice of a purpose."""
    return Notice.objects.select_related("promise").get(application=application, purpose=purpose, **where)
