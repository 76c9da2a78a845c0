"""What was complete when the check page was shown is not judged again, and whatever changed since is."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.citizen.apply import sending
from requests_app.models import Application, ClockOffset, Document, Draft
from requests_app.operations.submission import submit_draft
from tests.citizen.apply.walk import BASE, send, submit, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The check page was shown; each judging of all steps from now on adds to the list."""
    walk(client)
    assert client.get(f"{BASE}periksa/").status_code == 200
    judged: list[str] = []
    first_open = sending.first_open
    monkeypatch.setattr(sending, "first_open", lambda visit: judged.append("again") or first_open(visit))
    return judged


def test_an_unchanged_draft_is_sent_as_it_was_shown(client: Client, shown: list[str]) -> None:
    assert submit(client)["Location"] == f"{BASE}bukti/"
    assert shown == []


def test_a_later_answer_is_judged(client: Client, shown: list[str]) -> None:
    send(client, "alasan", {"reason": "perubahan_data", "kk_updated": "yes"})
    assert submit(client)["Location"] == f"{BASE}keterangan/"
    assert shown == ["again"]
    assert not Application.objects.exists()


def test_a_file_that_is_gone_since_is_asked_for(client: Client, shown: list[str]) -> None:
    Document.objects.filter(document_code="KK").delete()
    assert submit(client)["Location"] == f"{BASE}berkas/"
    assert not Application.objects.exists()


def test_after_midnight_everything_is_judged_again(client: Client, shown: list[str]) -> None:
    ClockOffset.objects.create(seconds=24 * 3600)
    assert submit(client)["Location"] == f"{BASE}bukti/"
    assert shown == ["again"]


def test_what_was_shown_of_another_draft_says_nothing(client: Client, shown: list[str]) -> None:
    Draft.objects.update(changed_at=Draft.objects.get().changed_at + timedelta(seconds=1))
    submit(client)
    assert shown == ["again"]


def test_a_change_in_the_very_moment_of_sending_is_shown_first(
    client: Client, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_while_another_tab_saves(**given: Any) -> Any:
        Draft.objects.update(changed_at=Draft.objects.get().changed_at + timedelta(seconds=1))
        return submit_draft(**given)

    monkeypatch.setattr(sending, "submit_draft", send_while_another_tab_saves)
    assert submit(client)["Location"] == f"{BASE}periksa/"
    assert not Application.objects.exists()
    monkeypatch.undo()
    assert submit(client)["Location"] == f"{BASE}bukti/"
