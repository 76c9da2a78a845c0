"""Writing notices: one per event, to the contact that was given, with a code that is nobody else's."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import Notice
from requests_app.operations.notices import owe_notice
from tests.factories import submitted

pytestmark = pytest.mark.django_db


def test_one_event_gives_one_notice(now: datetime) -> None:
    application = submitted(now)
    with pytest.raises(IntegrityError), transaction.atomic():
        owe_notice(application, "received", now=now, dedup="1")


def test_a_code_that_is_taken_is_drawn_again(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    application = submitted(now)
    taken = application.notices.get().check_code
    codes = iter([taken, "ABCDEF"])
    monkeypatch.setattr("requests_app.operations.notices.new_check_code", lambda: next(codes))
    notice = owe_notice(application, "withdrawn", now=now, dedup="1")
    assert notice.check_code == "ABCDEF"
    assert notice.params["kode_pesan"] == "ABCDEF"


def test_a_submission_survives_a_code_that_is_taken(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = submitted(now).notices.get().check_code
    codes = iter([taken, "GHJKMN"])
    monkeypatch.setattr("requests_app.operations.notices.new_check_code", lambda: next(codes))
    assert submitted(now).notices.get().check_code == "GHJKMN"


def test_the_worker_is_told_once_the_notice_is_stored(
    now: datetime, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rings: list[str] = []
    monkeypatch.setattr("requests_app.operations.notices.nudge_notices", lambda: rings.append("whatsapp"))
    monkeypatch.setattr("requests_app.operations.notices.nudge_other_notices", lambda: rings.append("others"))
    application = submitted(now, email="siti@contoh.example")
    rings.clear()
    with django_capture_on_commit_callbacks(execute=True):
        owe_notice(application, "withdrawn", now=now, dedup="1")
        owe_notice(application, "withdrawn", now=now, dedup="2", to=("email", application.email))
        owe_notice(application, "withdrawn", now=now, dedup="3", to=("page", ""))
        assert rings == [], "a worker would look for what is not there yet"
    assert rings == ["whatsapp", "others"]


@pytest.mark.parametrize(
    ("contact", "channel", "state"),
    [("whatsapp", "whatsapp", "queued"), ("email", "email", "queued"), ("none", "page", "published")],
)
def test_it_goes_where_the_person_asked(now: datetime, contact: str, channel: str, state: str) -> None:
    over = {"email": "siti@contoh.example"} if contact == "email" else {}
    application = submitted(now, contact=contact, **over)
    notice = Notice.objects.get(application=application)
    assert (notice.channel, notice.state) == (channel, state)
