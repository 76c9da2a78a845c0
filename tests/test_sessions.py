"""Sessions in the database: found while they last, empty and under a new key afterwards."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from requests_app.sessions import SessionStore

pytestmark = pytest.mark.django_db


def kept() -> str:
    session = SessionStore()
    session["draft"] = "an id"
    session.save()
    assert session.session_key
    return session.session_key


def test_what_was_kept_is_found() -> None:
    assert SessionStore(kept())["draft"] == "an id"


@pytest.mark.parametrize("known", [True, False])
def test_one_that_ended_or_never_was_is_empty_and_gets_a_new_key(known: bool) -> None:
    key = kept() if known else "a" * 32
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    session = SessionStore(key)
    assert dict(session.items()) == {}
    session["draft"] = "another"
    session.save()
    assert session.session_key != key
