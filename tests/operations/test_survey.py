"""The survey is answered once, at the end, and the history does not say how."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from requests_app.models import Event, Survey
from requests_app.operations.steps import NotNow
from requests_app.operations.survey import answer_survey
from requests_app.rules.statuses import Status
from requests_app.rules.survey import FINISHED, WORDS_LIMIT
from tests.factories import APPROVED, REJECTED, collected, decided, submitted

pytestmark = pytest.mark.django_db
GOOD = [4, 3, 4, 4, 3, 4, 4, 2, 3]


def answer(application: Any, now: datetime, answers: Any = GOOD, words: str = "") -> Survey:
    return answer_survey(application_id=application.pk, answers=answers, words=words, now=now)


def test_the_answers_are_kept_with_the_service_and_the_zone_of_the_application(now: datetime) -> None:
    application = collected(now)
    survey = answer(application, now + timedelta(hours=1), words="  Petugasnya ramah.\n")
    survey.refresh_from_db()
    assert (survey.answers, survey.words) == (GOOD, "Petugasnya ramah.")
    assert (survey.zone_id, survey.service) == (application.zone_id, "ktp_el")
    assert survey.answered_at == now + timedelta(hours=1)


def test_words_are_sealed_in_the_database(now: datetime) -> None:
    answer(collected(now), now, words="Nama saya Siti Contoh.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM requests_app_survey")
        (sealed,) = cursor.fetchone()
    assert b"Siti" not in bytes(sealed)


def test_the_history_says_that_it_was_answered_and_not_how(now: datetime) -> None:
    application = collected(now)
    answer(application, now, words="Petugasnya ramah.")
    event = Event.objects.get(application=application, step="survey_answered")
    assert (event.actor_kind, event.data, event.at) == ("citizen", {}, now)


def test_a_second_time_nothing_changes(now: datetime) -> None:
    application = collected(now)
    answer(application, now)
    with pytest.raises(NotNow, match="sudah diisi"):
        answer(application, now, answers=[1] * 9)
    assert Survey.objects.get().answers == GOOD
    assert Event.objects.filter(step="survey_answered").count() == 1


@pytest.mark.parametrize("made", [submitted, lambda now: decided(now, APPROVED), lambda now: decided(now, REJECTED)])
def test_what_has_not_come_to_its_end_cannot_be_judged_yet(now: datetime, made: Any) -> None:
    with pytest.raises(NotNow, match="sesudah permohonan selesai"):
        answer(made(now), now)
    assert not Survey.objects.exists()


def test_only_what_somebody_was_served_with_counts_as_finished() -> None:
    assert {status.value for status in FINISHED} == {"handed_over", "completed"}
    assert all(Status(status).is_final for status in FINISHED)


@pytest.mark.parametrize("answers", [[], GOOD[:8], [*GOOD, 4], [0, *GOOD[1:]], [5, *GOOD[1:]]])
def test_other_answers_are_refused_and_nothing_is_stored(now: datetime, answers: list[int]) -> None:
    with pytest.raises(ValueError):
        answer(collected(now), now, answers=answers)
    assert not Survey.objects.exists()


def test_words_have_an_end(now: datetime) -> None:
    application = collected(now)
    with pytest.raises(ValueError):
        answer(application, now, words="x" * (WORDS_LIMIT + 1))
    assert answer(application, now, words="x" * WORDS_LIMIT).pk


@pytest.mark.parametrize("answers", [[5] * 9, [0] * 9, [4] * 8])
def test_the_database_refuses_them_too(now: datetime, answers: list[int]) -> None:
    application = collected(now)
    with pytest.raises(IntegrityError, match="survey_has_nine_answers"), transaction.atomic():
        Survey.objects.create(
            application=application, zone=application.zone, service="ktp_el", answers=answers, answered_at=now
        )


def test_the_database_keeps_one_for_each_application(now: datetime) -> None:
    application = collected(now)
    answer(application, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.create(
            application=application, zone=application.zone, service="ktp_el", answers=GOOD, answered_at=now
        )
