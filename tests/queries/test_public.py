"""What anybody may read: figures that flatter nobody, notices of service, and messages by their code."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from requests_app.clock import database_now
from requests_app.models import Notice, NoticeAttempt, Promise, ServiceNotice
from requests_app.queries.public import ENOUGH, banners, current_banners, first_answers, message_by_code, pace
from tests.factories import submitted

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def promised(started_at: datetime, **changes: Any) -> Promise:
    """The promise of an application that came in at this moment; the database lets nobody change when it is due."""
    row = Promise.objects.get(application=submitted(started_at))
    Promise.objects.filter(pk=row.pk).update(**changes)
    return row


def told(now: datetime, *waits: timedelta, ago: timedelta = DAY) -> None:
    """First answers that reached somebody some time ago, each after a wait."""
    for wait in waits:
        promised(now - ago - wait, told_at=now - ago, answered_at=now - ago)


class TestPace:
    """Half are answered within …, almost all within …"""

    def test_half_and_nine_tenths_of_twenty_answers(self, now: datetime) -> None:
        told(now, *[n * HOUR for n in range(1, 21)])
        figures = first_answers(now)
        assert (figures.answers, figures.half, figures.most) == (20, 10 * HOUR, 18 * HOUR)

    def test_too_few_answers_say_nothing(self, now: datetime) -> None:
        told(now, *[HOUR] * (ENOUGH - 1))
        figures = first_answers(now)
        assert (figures.answers, figures.half, figures.most) == (ENOUGH - 1, None, None)

    def test_a_decision_counts_when_nothing_shows_that_it_arrived(self, now: datetime) -> None:
        told(now, *[HOUR] * (ENOUGH - 1))
        promised(now - DAY, answered_at=now - DAY + 3 * HOUR)
        assert first_answers(now).answers == ENOUGH

    def test_what_is_overdue_and_unanswered_counts_with_its_waiting_so_far(self, now: datetime) -> None:
        told(now, *[HOUR] * ENOUGH)
        for _ in range(5):
            promised(now - 9 * DAY, outcome="broken", broken_at=now - 4 * DAY, detected_at=now - 4 * DAY)
        figures = first_answers(now)
        assert (figures.answers, figures.half, figures.most) == (ENOUGH + 5, HOUR, 9 * DAY)

    def test_what_is_not_yet_due_and_what_was_withdrawn_does_not_count(self, now: datetime) -> None:
        told(now, *[HOUR] * ENOUGH)
        promised(now - 4 * DAY)
        promised(now - 9 * DAY, outcome="void")
        assert first_answers(now).answers == ENOUGH

    def test_only_first_rounds_and_answers_of_the_last_four_weeks_count(self, now: datetime) -> None:
        told(now, *[HOUR] * ENOUGH)
        told(now, HOUR, ago=29 * DAY)
        first = promised(now - DAY)
        Promise.objects.create(
            application=first.application, round=2, policy="calendar", started_at=now - DAY, due_at=now + 4 * DAY,
            answered_at=now, told_at=now,
        )  # fmt: skip
        assert first_answers(now).answers == ENOUGH

    def test_an_answer_of_the_window_to_an_application_from_before_it_counts(self, now: datetime) -> None:
        told(now, *[HOUR] * (ENOUGH - 1), 9 * DAY, ago=27 * DAY)
        figures = first_answers(now)
        assert (figures.answers, figures.half) == (ENOUGH, HOUR)

    def test_what_came_in_today_is_counted_from_midnight_in_palembang(self, now: datetime) -> None:
        midnight = now.replace(hour=17, minute=0) - DAY
        submitted(midnight - timedelta(seconds=1))
        submitted(midnight)
        submitted(now)
        assert first_answers(now).today == 2

    def test_it_is_one_query_and_the_next_five_minutes_none(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(2):
            pace()
        with django_assert_num_queries(0):
            pace()


def told_everybody(now: datetime, **over: Any) -> ServiceNotice:
    """A notice of service, from an hour ago for a day."""
    values = {"text": "Kantor tutup besok.", "starts_at": now - HOUR, "ends_at": now + DAY} | over
    return ServiceNotice.objects.create(**values)


class TestServiceNotices:
    """From when to when, the newest first."""

    def test_the_newest_first_and_only_those_of_now(self, now: datetime) -> None:
        told_everybody(now, text="lama", starts_at=now - 2 * HOUR)
        told_everybody(now, text="baru", starts_at=now)
        told_everybody(now, text="nanti", starts_at=now + timedelta(seconds=1))
        told_everybody(now, text="lewat", starts_at=now - DAY, ends_at=now)
        assert [banner.text for banner in current_banners(now)] == ["baru", "lama"]

    def test_the_database_refuses_an_end_before_the_beginning(self, now: datetime) -> None:
        with pytest.raises(IntegrityError, match="service_notice_ends_after_it_starts"), transaction.atomic():
            told_everybody(now, starts_at=now, ends_at=now)

    def test_a_page_does_not_ask_again_for_ten_seconds(self, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(2):
            assert banners() == []
        told_everybody(database_now())
        with django_assert_num_queries(0):
            assert banners() == []
        cache.clear()
        assert [banner.text for banner in banners()] == ["Kantor tutup besok."]


def notice(now: datetime, *outcomes: str, **changes: Any) -> Notice:
    """The receipt of an application, after attempts with these outcomes."""
    row = Notice.objects.get(application=submitted(now), purpose="received")
    for number, outcome in enumerate(outcomes, start=1):
        NoticeAttempt.objects.create(
            notice=row, attempt=number, started_at=now + number * HOUR, finished_at=now, outcome=outcome
        )
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    return row


class TestMessages:
    """Whether we sent it, when, and from which number."""

    def test_a_sent_message_is_found_with_its_moment_and_its_number(self, now: datetime) -> None:
        row = notice(now, "accepted", state="delivered", accepted_at=now, sent_at=now + HOUR)
        found = message_by_code(row.check_code)
        assert found is not None
        assert (found.purpose, found.channel, found.sent_at) == ("received", "whatsapp", now + HOUR)
        assert (found.zone, found.number) == (row.zone.name, row.zone.whatsapp_number)
        assert set(vars(found)) == {"purpose", "channel", "zone", "number", "sent_at"}, "nothing about anybody"

    @pytest.mark.parametrize("state", ["queued", "held", "superseded", "expired", "published"])
    def test_what_never_left_was_not_sent(self, now: datetime, state: str) -> None:
        assert message_by_code(notice(now, state=state).check_code) is None

    @pytest.mark.parametrize("outcome", ["retry", "permanent", "account", "failed"])
    def test_what_the_provider_refused_was_not_sent(self, now: datetime, outcome: str) -> None:
        assert message_by_code(notice(now, outcome, state="retry").check_code) is None

    @pytest.mark.parametrize("outcome", ["unknown", ""])
    def test_a_call_whose_outcome_nobody_saw_may_have_reached_the_person(self, now: datetime, outcome: str) -> None:
        found = message_by_code(notice(now, "retry", outcome, state="superseded").check_code)
        assert found is not None
        assert found.sent_at == now + 2 * HOUR

    def test_a_code_that_nobody_has_costs_the_same_query(self, now: datetime, django_assert_num_queries: Any) -> None:
        code = notice(now, "accepted", accepted_at=now, state="accepted").check_code
        with django_assert_num_queries(1):
            assert message_by_code(code)
        with django_assert_num_queries(1):
            assert message_by_code("ZZZZZZ") is None
