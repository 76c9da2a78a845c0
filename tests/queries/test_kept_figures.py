"""Figures of thirty days are counted by a sweep, and every process shows what it counted."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from requests_app.models import KeptFigures, Notice
from requests_app.operations.kept_figures import keep_figures
from requests_app.queries import kept_figures
from requests_app.queries.kept_figures import OF_MONTH, as_json, count_month, from_json, kept_month, last_month
from requests_app.queries.notice_figures import MONTH, Failure, Figures, Line, Period, load_figures
from requests_app.tasks import sweep_figures
from tests.factories import submitted

pytestmark = pytest.mark.django_db
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

NUMBERS = st.integers(0, 10**6)
SECONDS = st.none() | st.floats(0, 10**7)
ZONES, CHANNELS = st.integers(1, 99), st.sampled_from(["whatsapp", "sms", "email", "hand"])
LINES = st.builds(Line, *[NUMBERS] * 11, SECONDS, SECONDS)
PERIODS = st.builds(
    Period, LINES, st.dictionaries(CHANNELS, LINES), st.dictionaries(ZONES, LINES),
    st.dictionaries(st.tuples(ZONES, CHANNELS), LINES), st.dictionaries(st.integers(0, 239), LINES),
)  # fmt: skip
FAILURES = st.lists(st.builds(Failure, ZONES, CHANNELS, st.text(max_size=9), NUMBERS))


@given(st.builds(Figures, PERIODS, FAILURES))
def test_what_is_stored_is_read_as_it_was(figures: Figures) -> None:
    assert from_json(json.loads(json.dumps(as_json(figures)))) == figures


def failed(at: datetime) -> None:
    notice = submitted(at).notices.get(purpose="received")
    Notice.objects.filter(pk=notice.pk).update(state="failed", error_code="131026", failed_at=at, next_attempt_at=None)


def keep_month(now: datetime) -> None:
    keep_figures(OF_MONTH, count_month(now), now=now)


def test_every_process_shows_what_the_sweep_counted_last(now: datetime) -> None:
    failed(now - 2 * DAY)
    keep_month(now)
    failed(now - 2 * DAY)
    cache.clear()  # another process
    for _ in range(2):
        month, at = last_month(now + 9 * MINUTE)
        assert (month.period.total.owed, month.failures[0].number, at) == (1, 1, now)
    keep_month(now + 10 * MINUTE)
    month, at = last_month(now + 11 * MINUTE)
    assert (month.period.total.owed, month.failures[0].number, at) == (2, 2, now + 10 * MINUTE)
    assert month == load_figures(now + 10 * MINUTE, MONTH)


def test_whoever_reads_them_waits_for_no_count(now: datetime) -> None:
    keep_month(now)
    with CaptureQueriesContext(connection) as asked:
        last_month(now)
    assert ["requests_app_keptfigures" in query["sql"] for query in asked] == [True]


def test_the_sweep_counts_them(now: datetime) -> None:
    sweep_figures()
    assert kept_month() is not None


def test_until_they_are_counted_the_reader_sees_them_all_the_same(now: datetime) -> None:
    failed(now - 2 * DAY)
    month, at = last_month(now)
    assert (month.period.total.owed, at) == (1, now)
    assert not KeptFigures.objects.exists()


def older(figures: Figures) -> dict[str, object]:
    """As a version of the program would have stored them that counted less."""
    columns = {"lines": ["zone", "channel", "age", "owed"], "failures": []}
    return {"columns": columns, "lines": [[1, "whatsapp", None, 3]], "failures": []}


@pytest.mark.parametrize("stored", [older, lambda figures: {}])
def test_what_another_version_of_the_program_kept_is_as_nothing(
    now: datetime, monkeypatch: pytest.MonkeyPatch, stored: Callable[[Figures], dict[str, object]]
) -> None:
    failed(now - 2 * DAY)
    monkeypatch.setattr(kept_figures, "as_json", stored)
    keep_month(now)
    assert kept_month() is None
    assert last_month(now + MINUTE)[0].period.total.owed == 1
