"""The satisfaction survey: once for each application that has come to its end with what was asked for."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from requests_app.models import Survey
from requests_app.operations.actors import CITIZEN
from requests_app.operations.steps import NotNow, lock, record_event
from requests_app.rules.survey import FINISHED, WORDS_LIMIT, check_answers
from requests_app.rules.texts import N_

ANSWERED = N_("Survei permohonan ini sudah diisi. Terima kasih.")
NOT_FINISHED = N_("Survei dapat diisi sesudah permohonan selesai.")


@transaction.atomic
def answer_survey(*, application_id: int, answers: Sequence[int], words: str, now: datetime) -> Survey:
    """Keep the nine answers (1 to 4, in the order U1 … U9) and what the citizen wrote beside them, if anything.

    Raises NotNow before the application is finished and after it was answered; ValueError for other answers or for
    words that are too long. The history says that it was answered, never how.
    """
    given, words = check_answers(answers), words.strip()
    if len(words) > WORDS_LIMIT:
        raise ValueError("too many words")
    application = lock(application_id)
    if application.status not in FINISHED:
        raise NotNow(NOT_FINISHED)
    if Survey.objects.filter(application=application).exists():
        raise NotNow(ANSWERED)
    survey = Survey.objects.create(
        application=application, zone_id=application.zone_id, service=application.service, answers=given, words=words,
        answered_at=now,
    )  # fmt: skip
    record_event(application, "survey_answered", now=now, actor=CITIZEN)
    return survey
