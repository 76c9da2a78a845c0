"""What monitoring reads: messages that people send by hand are no backlog of the worker."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.clock import database_now
from requests_app.health.metrics import exposition
from requests_app.models import Circuit, Notice
from requests_app.operations.kept_figures import keep_figures
from requests_app.operations.sweep import record_sweep
from requests_app.queries.health import figures, readiness
from requests_app.queries.kept_figures import OF_MONTH, count_month
from requests_app.rules.blank_use import USUAL_RATE
from tests.factories import APPROVED, decided, submitted
from tests.operations.blanks import approved_cards, stocked
from tests.operations.offices import invited, open_office

pytestmark = pytest.mark.django_db


def figure(name: str, now: datetime) -> float:
    return values(name, now)[()]


def values(name: str, now: datetime) -> Mapping[tuple[str, ...], float]:
    return next(figure.values for figure in figures(now=now) if figure.name == name)


def of_way(name: str, now: datetime, way: tuple[str, str]) -> Mapping[str, float]:
    """What is told of a zone and channel, by period."""
    return {period: value for (*of, period), value in values(name, now).items() if tuple(of) == way}


def test_messages_by_hand_are_counted_apart(now: datetime):
    open_office(now, whatsapp_phone_id="")
    notice = Notice.objects.get(visit=invited(now))
    Notice.objects.exclude(pk=notice.pk).update(state="delivered")
    later = now + timedelta(hours=3)
    assert (notice.channel, figure("notice_oldest_seconds", later)) == ("hand", 0)
    assert figure("notices_by_hand_waiting", later) == 1
    Notice.objects.filter(pk=notice.pk).update(channel="whatsapp")
    assert notice.leaves_at is not None
    assert figure("notice_oldest_seconds", later) == (later - notice.leaves_at).total_seconds()
    assert figure("notices_by_hand_waiting", later) == 0


def test_blanks_are_told_as_they_are_and_how_long_they_last(now: datetime) -> None:
    assert figure("blanks_on_hand", now) == 0
    stocked(now, 900)
    approved_cards(now, 10)
    cache.clear()
    assert [figure(f"blanks_{name}", now) for name in ("on_hand", "reserved", "free", "waiting")] == [900, 10, 890, 0]
    assert figure("blanks_days_of_cover", now) == pytest.approx(900 / USUAL_RATE, abs=0.2)


def test_notices_are_told_by_zone_channel_and_state(now: datetime) -> None:
    at = now - timedelta(hours=1)
    first, second = (submitted(at).notices.get(purpose="received") for _ in range(2))
    arrived = {"state": "delivered", "accepted_at": at, "delivered_at": at + timedelta(seconds=20)}
    Notice.objects.filter(pk=first.pk).update(next_attempt_at=None, **arrived)
    way = (first.zone.code, "whatsapp")
    assert values("notices_24h", now) == {(*way, "delivered"): 1, (*way, "queued"): 1}
    assert of_way("notices_within_10s_share", now, way) == {"24h": 0.0}
    assert of_way("notices_within_60s_share", now, way) == {"24h": 0.5}
    assert of_way("notices_delivery_p95_seconds", now, way) == {"24h": 20.0}
    assert (values("notices_backlog", now), values("notice_oldest_seconds_by_way", now)) == ({way: 1}, {way: 3600})
    Circuit.objects.create(channel="whatsapp", zone=second.zone, failures=5, opened_at=at, next_probe_at=now)
    Circuit.objects.create(channel="email", failures=5, opened_at=at, next_probe_at=now)
    assert values("circuits_open", now) == {way: 1, ("all", "email"): 1}
    assert values("notice_conditions", now)["circuit",] == 2
    assert (figure("budget_used", now), figure("budget_limit", now)) == (0, 250)


def test_answers_are_told_from_the_decision_too(now: datetime) -> None:
    at = now - timedelta(hours=1)
    answer = decided(at, APPROVED).notices.get(purpose="approved")
    arrived = {"state": "delivered", "delivered_at": at + timedelta(seconds=17), "next_attempt_at": None}
    Notice.objects.filter(pk=answer.pk).update(**arrived)
    way = (answer.zone.code, "whatsapp")
    assert of_way("answers_within_10s_share", now, way) == {"24h": 0.0}
    assert of_way("answers_within_60s_share", now, way) == {"24h": 1.0}


def test_a_day_and_a_month_are_told_alike(now: datetime) -> None:
    """Numbers by zone and channel alone, so that they can be added up; shares of all of them, too."""
    first, second = (arrived_after(20, now - timedelta(hours=ago)) for ago in (1, 48))
    failed = arrived_after(1, now - timedelta(hours=3))
    Notice.objects.filter(pk=failed.pk).update(state="failed", error_code="131026", delivered_at=None)
    keep_figures(OF_MONTH, count_month(now), now=now)
    way = (first.zone.code, "whatsapp")
    assert second.zone == failed.zone == first.zone
    for name, day, month in (("owed", 2, 3), ("sent", 2, 3), ("delivered", 1, 2), ("failed", 1, 1)):
        assert values(f"notices_{name}", now) == {(*way, "24h"): day, (*way, "30d"): month}
    shares = values("notices_within_60s_share", now)
    for each in (way, (way[0], "all"), ("all", way[1]), ("all", "all")):
        assert (shares[*each, "24h"], shares[*each, "30d"]) == (0.5, pytest.approx(2 / 3))
    assert of_way("notices_delivery_p50_seconds", now, way) == {"24h": 20.0, "30d": 20.0}
    assert values("notice_failures", now) == {(*way, "131026", "24h"): 1, (*way, "131026", "30d"): 1}


def test_a_scrape_counts_no_month_and_asks_a_fixed_number_of_questions(now: datetime) -> None:
    figures(now=now)
    for kept in (False, True):
        with CaptureQueriesContext(connection) as asked:
            found = [figure.values for figure in figures(now=now) if figure.name == "notices_within_60s_share"]
        assert len(asked) == 23, [query["sql"][:90] for query in asked]
        assert any(labels[-1] == "30d" for labels in found[0]) is kept
        arrived_after(5, now - timedelta(hours=2))
        keep_figures(OF_MONTH, count_month(now), now=now)


def test_operators_find_each_figure_in_the_manual(now: datetime) -> None:
    """Those of blanks stand with the blanks, as one sentence."""
    told = (settings.BASE_DIR / "docs" / "operators" / "running.md").read_text()
    names = [figure.name for figure in figures(now=now) if not figure.name.startswith("blanks_")]
    assert [name for name in names if f"`{name}`" not in told] == []


def arrived_after(seconds: int, at: datetime) -> Notice:
    notice = submitted(at).notices.get(purpose="received")
    arrived = {"state": "delivered", "accepted_at": at, "delivered_at": at + timedelta(seconds=seconds)}
    Notice.objects.filter(pk=notice.pk).update(next_attempt_at=None, **arrived)
    return notice


def test_prometheus_reads_metrics_with_several_labels(now: datetime) -> None:
    zone = submitted(database_now()).zone
    line = f'adminduk_notices_24h{{channel="whatsapp",state="queued",zone="{zone.code}"}} 1.0'
    assert line in exposition().decode().splitlines()


def test_both_lanes_of_delivery_are_watched(now: datetime) -> None:
    for name in ("enforce_promises", "deliver_due"):
        record_sweep(name, now=database_now(), done=0)
    assert readiness().parts["other_notice_worker"] == "silent"
    record_sweep("deliver_others", now=database_now(), done=0)
    assert readiness().parts["other_notice_worker"] == "ok"
