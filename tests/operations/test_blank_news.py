"""What somebody hears of their blank: the latest only, however much of it waited to be sent."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Application, BlankHold, Notice
from requests_app.operations.blanks import allocate_waiting, queue_approved
from requests_app.rules.promise import TAKE_BACK
from tests.operations.blanks import approved_cards, queued_cards, stocked
from tests.operations.cards import bring_to, print_card
from tests.operations.printing import spoiled

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def owed(application: Application) -> list[str]:
    """What is still to be sent of the card's news, the oldest first."""
    rows = application.notices.exclude(purpose__in=["received", "approved"]).filter(state="queued")
    return list(rows.order_by("pk").values_list("purpose", flat=True))


def card_after_waiting(now: datetime) -> Application:
    """It waited for a blank, which came; nothing of it has been sent."""
    (application,) = queued_cards(now, 1)
    stocked(now, 1)
    allocate_waiting(now=now)
    application.refresh_from_db()
    return application


def sent(application: Application) -> None:
    application.notices.update(state="delivered")


def test_a_card_that_is_ready_overtakes_that_its_blank_came(now: datetime) -> None:
    application = card_after_waiting(now)
    assert owed(application) == ["blank_arrived"]
    bring_to(application, print_card(application, now + HOUR), now + 2 * HOUR)
    assert owed(application) == ["ready_for_pickup"]


def test_a_spoiled_card_overtakes_what_was_said_of_its_blank(now: datetime) -> None:
    application = card_after_waiting(now)
    spoiled(print_card(application, now + HOUR), now + 2 * HOUR)
    assert owed(application) == ["card_again"]


def test_whoever_has_not_heard_of_the_spoiled_card_hears_of_it_when_its_blank_comes(now: datetime) -> None:
    application = card_after_waiting(now)
    spoiled(print_card(application, now + HOUR), now + 2 * HOUR)
    stocked(now + 3 * HOUR, 1)
    allocate_waiting(now=now + 3 * HOUR)
    assert owed(application) == ["card_again"]
    words = Notice.objects.get(application=application, purpose="card_again", state="queued").params
    assert words["sebab"] == "rusak"
    assert "segera kami cetak" in words["kartu"]
    bring_to(application, print_card(application, now + 4 * HOUR), now + 5 * HOUR)
    assert owed(application) == ["ready_for_pickup"]


def test_whoever_has_heard_of_the_spoiled_card_hears_only_that_its_blank_came(now: datetime) -> None:
    application = card_after_waiting(now)
    spoiled(print_card(application, now + HOUR), now + 2 * HOUR)
    sent(application)
    stocked(now + 3 * HOUR, 1)
    allocate_waiting(now=now + 3 * HOUR)
    assert owed(application) == ["blank_arrived"]


def test_whoever_was_told_a_place_hears_of_a_blank_that_came_before_the_line_was_joined(now: datetime) -> None:
    stocked(now, 1)
    promised, told = approved_cards(now, 2)
    stocked(now, 10)
    queue_approved(now=now + TAKE_BACK)
    assert set(BlankHold.objects.values_list("application", flat=True)) == {promised.pk, told.pk}
    assert (owed(promised), owed(told)) == ([], ["blank_arrived"])
