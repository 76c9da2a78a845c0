"""What everybody may read of the survey: counted over whole months, silent about a few, and cheap."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from requests_app.models import Survey, Zone
from requests_app.queries import paging
from requests_app.queries.survey import ask, satisfaction, satisfaction_at, words_page
from requests_app.rules.catalogue import Service
from requests_app.rules.survey import ENOUGH, Grade
from tests.factories import collected, submitted

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def said(at: datetime, answers: list[int], *, times: int = 1, **over: Any) -> list[Survey]:
    """So many people gave these answers at a moment."""
    surveys = []
    for _ in range(times):
        application = submitted(at)
        values = {"zone": application.zone, "service": "ktp_el", "words": ""} | over
        surveys.append(Survey.objects.create(application=application, answers=answers, answered_at=at, **values))
    return surveys


def test_the_index_is_counted_over_everybody(now: datetime) -> None:
    said(now, [4] * 9, times=3)
    said(now, [3, 3, 3, 3, 3, 3, 3, 3, 1], times=2)
    overall = satisfaction_at(now).overall
    assert overall is not None
    # 3 × 36 + 2 × 25 = 158 points of 5 people; 158 / 45 × 25
    assert (overall.respondents, overall.index, overall.grade) == (5, Decimal("87.78"), Grade.B)
    assert overall.weakest.element.code == "U9"
    assert overall.weakest.mean == Decimal("2.80")


def test_each_service_and_zone_and_month_has_its_own(now: datetime) -> None:
    other = Zone.objects.order_by("code").last()
    assert other is not None
    said(now, [4] * 9, times=ENOUGH)
    said(now - 31 * DAY, [2] * 9, times=ENOUGH, service="kk", zone=other)
    found = satisfaction_at(now)
    assert {service: result and result.index for service, result in found.services.items()} == {
        Service.KTP_EL: Decimal("100.00"), Service.KK: Decimal("50.00"), Service.LEGALISIR: None,
    }  # fmt: skip
    of_zones = {name: result.index for name, result in found.zones if result}
    assert of_zones.pop(other.name) == Decimal("50.00")
    assert list(of_zones.values()) == [Decimal("100.00")]
    assert len(found.zones) == Zone.objects.filter(is_active=True).count(), "those without answers are listed too"
    shown = {month: result.index for month, result in found.months.items() if result}
    assert shown == {date(2026, 10, 1): Decimal("50.00"), date(2026, 11, 1): Decimal("100.00")}


def test_what_fewer_than_five_said_is_not_told(now: datetime) -> None:
    said(now, [4] * 9, times=ENOUGH - 1)
    found = satisfaction_at(now)
    assert found.overall is None
    assert not any(found.services.values())
    assert not any(result for _name, result in found.zones)
    said(now, [1] * 9)
    assert satisfaction_at(now).overall is not None


def test_twelve_months_are_counted_from_the_first_one_in_palembang(now: datetime) -> None:
    """Midnight WIB of 1 December 2025 is 17.00 UTC of the day before."""
    first = datetime(2025, 11, 30, 17, 0, tzinfo=UTC)
    said(first, [4] * 9, times=ENOUGH)
    said(first - timedelta(seconds=1), [1] * 9)
    said(now + timedelta(seconds=1), [1] * 9)
    found = satisfaction_at(now)
    assert found.overall is not None
    assert (found.since, found.overall.respondents) == (date(2025, 12, 1), ENOUGH)
    assert list(found.months) == [date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 12))]
    assert found.months[date(2025, 12, 1)] is not None


def test_nobody_answered_yet(now: datetime) -> None:
    found = satisfaction_at(now)
    assert found.overall is None
    assert set(found.services) == set(Service)


def test_it_is_two_queries_and_the_next_five_minutes_none(now: datetime, django_assert_num_queries: Any) -> None:
    said(now, [4] * 9, times=ENOUGH)
    with django_assert_num_queries(3):  # the clock, the sums, the zones
        satisfaction()
    with django_assert_num_queries(0):
        satisfaction()


def test_whether_an_application_can_be_judged(now: datetime, django_assert_num_queries: Any) -> None:
    waiting, done = submitted(now), collected(now)
    with django_assert_num_queries(1):
        assert ask(waiting.pk).finished is False
    assert (ask(done.pk).finished, ask(done.pk).answered_at, ask(done.pk).service) == (True, None, Service.KTP_EL)
    Survey.objects.create(application=done, zone=done.zone, service="ktp_el", answers=[4] * 9, answered_at=now)
    assert ask(done.pk).answered_at == now


def test_words_come_newest_first_page_by_page_without_those_who_wrote_none(
    now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    for days in range(5):
        said(now - days * DAY, [4] * 9, words=f"tulisan {days}")
        said(now - days * DAY, [4] * 9)
    seen, cursor = [], ""
    for _ in range(3):
        page = words_page(cursor)
        seen += [survey.words for survey in page.rows]
        cursor = page.older
    assert seen == [f"tulisan {days}" for days in range(5)]
    assert cursor == ""


def test_a_page_of_words_is_one_query(now: datetime, django_assert_num_queries: Any) -> None:
    said(now, [4] * 9, times=3, words="tulisan")
    with django_assert_num_queries(1):
        assert [(survey.zone.name != "", survey.words) for survey in words_page("").rows] == [(True, "tulisan")] * 3
