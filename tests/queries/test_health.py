"""What monitoring reads: messages that people send by hand are no backlog of the worker."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache

from requests_app.models import Notice
from requests_app.queries.health import figures
from requests_app.rules.blank_use import USUAL_RATE
from tests.operations.blanks import approved_cards, stocked
from tests.operations.offices import invited, open_office

pytestmark = pytest.mark.django_db


def figure(name: str, now: datetime) -> float:
    return next(values[""] for metric, _, _, values in figures(now=now) if metric == name)


def test_messages_by_hand_are_counted_apart(now: datetime):
    open_office(now, whatsapp_phone_id="")
    notice = Notice.objects.get(visit=invited(now))
    Notice.objects.exclude(pk=notice.pk).update(state="delivered")
    later = now + timedelta(hours=3)
    assert (notice.channel, figure("notice_oldest_seconds", later)) == ("hand", 0)
    assert figure("notices_by_hand_waiting", later) == 1
    Notice.objects.filter(pk=notice.pk).update(channel="whatsapp")
    assert figure("notice_oldest_seconds", later) == 3 * 3600
    assert figure("notices_by_hand_waiting", later) == 0


def test_blanks_are_told_as_they_are_and_how_long_they_last(now: datetime) -> None:
    assert figure("blanks_on_hand", now) == 0
    stocked(now, 900)
    approved_cards(now, 10)
    cache.clear()
    assert [figure(f"blanks_{name}", now) for name in ("on_hand", "reserved", "free", "waiting")] == [900, 10, 890, 0]
    assert figure("blanks_days_of_cover", now) == pytest.approx(900 / USUAL_RATE, abs=0.2)
