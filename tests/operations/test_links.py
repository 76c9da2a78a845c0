"""A KTP-el that changes data waits for the change of its family card, whoever of both comes first."""

from datetime import datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import connection

from requests_app.models import Application, Notice
from requests_app.operations.followup import withdraw
from requests_app.operations.submission import Seen, submit_draft
from requests_app.queries.findings import related_to
from tests.factories import make_draft, new_nik, submitted

pytestmark = pytest.mark.django_db
JOB = [{"element": "pekerjaan", "old": "Pelajar", "new": "Guru"}]
HOUR = timedelta(hours=1)


def card(now: datetime, **over: Any) -> Application:
    """A changed KTP-el, just sent."""
    return submitted(now, **{"reason": "perubahan_data", "kk_updated": "yes", "elements": JOB} | over)


def family(now: datetime, **over: Any) -> Application:
    """A change of a family card, just sent."""
    given = {"service": "kk", "reason": "perubahan_elemen_data", "whose": "self", "elements": JOB}
    return submitted(now, **given | over)


def waits_for(application: Application) -> int | None:
    application.refresh_from_db()
    return application.depends_on_id


def test_a_link_that_was_made_in_the_form_is_stored_beside_the_answers(now: datetime) -> None:
    other = family(now, kk_number=new_nik())
    own = card(now, kk_updated="applied", depends_on=other.pk)
    assert waits_for(own) == other.pk
    assert "depends_on" not in own.answers


def test_a_card_that_comes_later_waits_for_the_family(now: datetime) -> None:
    first = family(now)
    assert waits_for(card(now + HOUR)) == first.pk


def test_cards_that_came_before_wait_from_then_on(now: datetime) -> None:
    cards = [card(now), card(now, nik=new_nik())]
    later = family(now + HOUR)
    assert {waits_for(one) for one in cards} == {later.pk}
    assert waits_for(later) is None


@pytest.mark.parametrize(
    ("of_card", "of_family"),
    [
        ({"kk_number": "1671041708959902"}, {}),
        ({"reason": "hilang"}, {}),
        ({}, {"reason": "rusak"}),
        ({}, {"service": "legalisir", "reason": "kk"}),
    ],
)
def test_others_have_nothing_to_do_with_each_other(
    now: datetime, of_card: dict[str, Any], of_family: dict[str, Any]
) -> None:
    before = card(now, **of_card)
    family(now + HOUR, **of_family)
    assert waits_for(before) is None
    assert waits_for(card(now + 2 * HOUR, nik=new_nik(), **of_card)) is None


def test_what_has_ended_holds_nobody_up(now: datetime) -> None:
    ended = family(now)
    withdraw(application_id=ended.pk, now=now + HOUR)
    assert waits_for(card(now + 2 * HOUR)) is None


def test_a_second_application_for_the_family_is_no_other_card_to_wait_for(now: datetime) -> None:
    first, own = family(now), card(now + HOUR)
    assert family(now + 2 * HOUR).status == "held_duplicate"
    assert waits_for(own) == first.pk


def test_the_citizen_is_told_nothing_of_it(now: datetime) -> None:
    alone = Notice.objects.get(application=card(now, kk_number=new_nik())).params
    family(now)
    linked = Notice.objects.get(application=card(now)).params
    assert set(linked) == set(alone)
    assert {linked[key] for key in linked} & {"kk", "Kartu Keluarga"} == set()


@pytest.mark.parametrize("service", ["ktp_el", "kk"])
def test_a_linked_submission_that_was_seen_is_one_round_trip(
    now: datetime, service: str, django_assert_num_queries: Any
) -> None:
    (family if service == "ktp_el" else card)(now)
    reason = "perubahan_data" if service == "ktp_el" else "perubahan_elemen_data"
    draft = make_draft(now, service, reason=reason, elements=JOB, kk_updated="yes", whose="self")
    with django_assert_num_queries(3):  # inside the test's transaction a savepoint is set and released
        submit_draft(draft_id=draft.pk, now=now, seen=Seen(draft, frozenset()))


@pytest.mark.django_db(transaction=True)
def test_a_card_that_somebody_decides_in_this_moment_is_not_waited_for(now: datetime) -> None:
    own = card(now)
    other = psycopg2.connect(**connection.get_connection_params())
    with other, other.cursor() as cursor:
        cursor.execute("SELECT FROM requests_app_application WHERE id = %s FOR UPDATE", [own.pk])
        later = family(now + HOUR)
    other.close()
    assert waits_for(own) is None
    assert related_to(own).family_card == later, "the officer sees it all the same"
