"""What could not be worked on is worked on again when somebody asks for it, and only that."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import WebhookEvent
from requests_app.operations import nudge
from requests_app.operations.receipts import process_webhooks
from requests_app.operations.unreadable import read_again
from tests.factories import submitted
from tests.operations.post_office import only

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def event(now: datetime, number: int, outcome: str, **columns: object) -> WebhookEvent:
    notice = only(submitted(now), "received")
    body = {
        "kind": "receipt",
        "id": f"wamid.{number}",
        "status": "sent",
        "at": now.isoformat(),
        "opaque": f"{notice.pk}:1",
    }
    return WebhookEvent.objects.create(
        digest=bytes([number]) * 32, body=body, received_at=now, outcome=outcome, **columns
    )


def test_what_was_left_aside_is_worked_on_again(now: datetime) -> None:
    aside = event(now, 1, WebhookEvent.TROUBLE)
    process_webhooks(now=now + MINUTE)
    aside.refresh_from_db()
    assert aside.processed_at is None
    assert read_again() == 1
    process_webhooks(now=now + MINUTE)
    aside.refresh_from_db()
    assert (aside.outcome, aside.processed_at) == ("applied", now + MINUTE)
    assert read_again() == 0


def test_nothing_else_is_touched(now: datetime) -> None:
    done = event(now, 1, "applied", processed_at=now)
    orphan = event(now, 2, "orphan", processed_at=now)
    assert read_again() == 0
    for row in (done, orphan):
        row.refresh_from_db()
    assert (done.outcome, orphan.outcome) == ("applied", "orphan")


@pytest.mark.django_db(transaction=True)
def test_it_is_rung_for(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    event(now, 1, WebhookEvent.TROUBLE)
    monkeypatch.setattr(nudge._doorbell, "ring", rung.append)
    read_again()
    assert rung == ["process_receipts"]
