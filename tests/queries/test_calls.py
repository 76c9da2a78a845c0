"""Whom to call first, and that nobody is left out of a long list."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import CallTask
from requests_app.operations.calls import open_call, record_call
from requests_app.queries import paging
from requests_app.queries.calls import calls_page
from requests_app.queries.officer import Reach
from tests.factories import APPROVED, OfficerFactory, decided, submitted

pytestmark = pytest.mark.django_db
EVERYWHERE = Reach((), ())
MINUTE = timedelta(minutes=1)


def entry(now: datetime, *, tries: int = 0) -> CallTask:
    """Somebody whom a message did not reach, and who was called in vain so often."""
    task = open_call(submitted(now), reason="invitation_undelivered", now=now)
    for _ in range(tries):
        record_call(task_id=task.pk, officer=OfficerFactory(), outcome="no_answer", note="", now=now)
    return task


def answer(now: datetime) -> CallTask:
    """An answer that did not arrive, due in five days."""
    application = decided(now, APPROVED)
    return open_call(application, reason="due_soon", now=now, promise=application.promises.get())


def test_what_can_still_be_told_in_time_comes_first_then_whoever_was_tried_least(now: datetime):
    tried_twice, tried_once, old = entry(now, tries=2), entry(now - MINUTE, tries=1), entry(now)
    new, later, soon = entry(now + MINUTE), answer(now + MINUTE), answer(now)
    too_late = answer(now + 2 * MINUTE)
    too_late.application.promises.update(outcome="broken", broken_at=now, detected_at=now)
    page = calls_page(EVERYWHERE, "")
    assert page.rows == [soon, later, old, new, too_late, tried_once, tried_twice]
    assert [task.due for task in page.rows[:3]] == [soon.promise.due_at, later.promise.due_at, None]


def test_every_entry_stands_on_one_page(now: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries):
    monkeypatch.setattr(paging, "PAGE", 3)
    expected = [answer(now), entry(now), entry(now), entry(now, tries=1), entry(now, tries=1)]
    seen, cursor = [], ""
    while True:
        with django_assert_num_queries(1):
            page = calls_page(EVERYWHERE, cursor)
        seen += [(task.pk, task.application.number, task.application.zone.name) for task in page.rows]
        if not (cursor := page.older):
            break
    assert [pk for pk, *_ in seen] == [task.pk for task in expected]


def test_only_what_an_officer_may_see(now: datetime):
    task = entry(now)
    assert calls_page(Reach((task.application.zone_id,), ()), "").rows == [task]
    assert calls_page(Reach((), ("kk",)), "").rows == []
