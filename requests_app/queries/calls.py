"""The call list: whom somebody has to call, and in which order."""

from datetime import timedelta

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)

from requests_app.models import CallTask
from requests_app.queries.officer import Reach
from requests_app.queries.paging import Page, keyset_page

STEP = timedelta(days=3650)
"""Longer than any entry stays open."""
ROW = (
    "reason", "opened_at", "promise", "application__number", "application__name", "application__status",
    "application__zone__name",
)  # fmt: skip


def open_calls(reach: Reach) -> QuerySet[CallTask]:
    """Who has to be called, of those that an officer may see."""
    return CallTask.objects.filter(reach.condition_on("application__"), closed_at__isnull=True)


def calls_page(reach: Reach, cursor: str) -> Page[CallTask]:
    """Answers that can still be told in time first, by their due moment (`due`); then whoever was tried least often,
    the longest waiting first. One query; phones stay sealed.

    `place` is that order as one moment: each try that reached nobody puts an entry behind all that had fewer.
    """
    due = Case(When(Q(promise__outcome="open", promise__told_at=None), then="promise__due_at"))
    tasks = open_calls(reach).select_related("application__zone").only(*ROW)
    tasks = tasks.annotate(tries=Count("attempts"), last_try=Max("attempts__at"), due=due)
    back = ExpressionWrapper((F("tries") + 1) * Value(STEP), output_field=DurationField())
    later = ExpressionWrapper(F("opened_at") + back, output_field=DateTimeField())
    listed = tasks.annotate(place=Case(When(due__isnull=False, then="due"), default=later))
    return keyset_page(listed, "place", cursor, oldest_first=True)
