"""What the officer reads about applications that wait for one another."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Application
from requests_app.operations.followup import withdraw
from requests_app.queries.findings import Finding, findings_of, missing_documents, related_to
from tests.factories import submitted
from tests.operations.test_links import HOUR, card, family

pytestmark = pytest.mark.django_db


def about_links(application: Application, now: datetime) -> list[Finding]:
    """The findings about the whole, as the desk shows them on top."""
    application.refresh_from_db()
    found = findings_of(application, [], related_to(application), [], now)
    return [finding for finding in found if finding.target == ""]


def test_a_card_is_decided_after_its_family(now: datetime) -> None:
    first, own = family(now), card(now + HOUR)
    (found,) = about_links(own, now)
    assert (found.tone, found.number) == ("warn", first.number)
    assert found.text == "Putuskan sesudah KK selesai. KK sekarang: menunggu diperiksa."


def test_a_family_says_which_cards_wait(now: datetime) -> None:
    own, first = card(now), family(now + HOUR)
    (found,) = about_links(first, now)
    assert (found.tone, found.number) == ("act", own.number)
    assert found.text.startswith("KTP-el perubahan data menunggu KK ini")


@pytest.mark.parametrize(("status", "tone"), [("completed", "good"), ("closed", "warn"), ("rejected", "warn")])
def test_what_became_of_the_family_is_told(now: datetime, status: str, tone: str) -> None:
    first, own = family(now), card(now + HOUR)
    first.status = status
    related = related_to(own)
    assert related.family_card == first
    assert related.family_card is not None
    related.family_card.status = status
    (found,) = [f for f in findings_of(own, [], related, [], now) if f.number == first.number]
    assert found.tone == tone


def test_a_withdrawn_family_holds_nobody_up_but_is_looked_at(now: datetime) -> None:
    first, own = family(now), card(now + HOUR)
    withdraw(application_id=first.pk, now=now + HOUR)
    (found,) = about_links(own, now)
    assert "tidak jadi" in found.text
    assert "Cocokkan data baru dengan KK." in found.text


def test_a_change_that_nobody_applied_for_here_is_noticed(now: datetime) -> None:
    (found,) = about_links(card(now, kk_updated="applied"), now)
    assert (found.tone, found.number) == ("warn", "")
    assert "tidak ada di sini" in found.text


def test_other_reasons_cost_no_query_and_say_nothing(now: datetime, django_assert_num_queries) -> None:
    family(now)
    lost = submitted(now + HOUR)
    assert about_links(lost, now) == []
    with django_assert_num_queries(3):
        related_to(lost)


def test_a_card_that_waits_misses_no_new_family_card(now: datetime) -> None:
    assert "KK" in missing_documents(card(now), [])
    waiting = card(now + timedelta(days=1), kk_updated="applied", nik="1671045708959901", kk_number="1671041708959902")
    assert missing_documents(waiting, []) == ["KTP_LAMA", "BUKTI_KERJA"]
