"""Sukets: who gets one, its number and code, renewing, the reminder, and what ends it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from requests_app.models import Application, CardPolicy, Suket
from requests_app.operations.actors import CITIZEN
from requests_app.operations.decisions import annul_decision
from requests_app.operations.followup import withdraw
from requests_app.operations.steps import NotNow, lock
from requests_app.operations.sukets import end_suket, issue_suket, remind_sukets, renew_suket
from tests.factories import APPROVED, REJECTED, OfficerFactory, decided
from tests.operations.blanks import queued_cards, stocked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def waiting_card(now: datetime, **over: object) -> Application:
    return queued_cards(now, 1, **over)[0]


def issued(now: datetime, application: Application | None = None) -> Suket:
    application = application or waiting_card(now)
    return issue_suket(application_id=application.pk, officer=OfficerFactory(), now=now)


def at_status(application: Application, status: str) -> Application:
    Application.objects.filter(pk=application.pk).update(status=status)
    return application


def test_who_waits_for_a_blank_gets_one_for_six_months_and_is_told(now: datetime) -> None:
    suket = issued(now)
    assert suket.number == "470/0001/SUKET/2026"
    assert suket.expires_on == date(2027, 5, 23)
    told = suket.application.notices.get(purpose="suket_issued").params
    assert told["suket"] == suket.number
    assert suket.application.events.get(step="suket_issued").data == {"suket": suket.pk}


def test_how_long_is_the_supervisors_policy(now: datetime) -> None:
    CardPolicy.objects.create(valid_from=now, suket_months=1)
    assert issued(now).expires_on == date(2026, 12, 23)


def test_a_second_press_gives_the_same_one(now: datetime) -> None:
    first = issued(now)
    assert issued(now, first.application) == first
    assert first.application.notices.filter(purpose="suket_issued").count() == 1


def test_one_at_a_time_by_the_database(now: datetime) -> None:
    one = issued(now)
    one.pk, one.number, one.code = None, "470/9999/SUKET/2026", "0" * 16
    with pytest.raises(IntegrityError, match="one_suket_per_application"), transaction.atomic():
        one.save(force_insert=True)


def test_numbers_run_on_within_a_year_and_begin_anew_with_the_next(now: datetime) -> None:
    numbers = [issued(now).number for _ in range(2)] + [issued(now + 366 * DAY).number]
    assert numbers == ["470/0001/SUKET/2026", "470/0002/SUKET/2026", "470/0001/SUKET/2027"]


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_draw_two_numbers(now: datetime) -> None:
    cards = queued_cards(now, 6)
    officer = OfficerFactory()

    def issue(card: Application) -> str:
        try:
            return issue_suket(application_id=card.pk, officer=officer, now=now).number
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        numbers = sorted(pool.map(issue, cards))
    assert [number.split("/")[1] for number in numbers] == ["0001", "0002", "0003", "0004", "0005", "0006"]


@pytest.mark.parametrize("status", ["printed", "ready_for_pickup", "handed_over", "withdrawn", "submitted"])
def test_nobody_gets_one_who_needs_none(now: datetime, status: str) -> None:
    card = at_status(waiting_card(now), status)
    with pytest.raises(NotNow, match="disetujui dan belum dicetak"):
        issued(now, card)


def test_none_for_a_rejected_one_or_while_the_decision_can_be_taken_back(now: datetime) -> None:
    with pytest.raises(NotNow):
        issued(now, decided(now, REJECTED))
    card = decided(now, APPROVED)
    with pytest.raises(NotNow, match="diurungkan"):
        issued(now + timedelta(seconds=7), card)
    assert issued(now + timedelta(seconds=8), card)


def test_renewed_from_thirty_days_before_its_end_the_old_one_ends(now: datetime) -> None:
    old = issued(now)
    opens = datetime(2027, 4, 23, 3, tzinfo=UTC)
    with pytest.raises(NotNow, match="masih lama berlaku"):
        renew_suket(application_id=old.application_id, actor=CITIZEN, now=opens - DAY)
    new = renew_suket(application_id=old.application_id, actor=CITIZEN, now=opens)
    old.refresh_from_db()
    assert (old.end_reason, old.ended_at, old.remind_at) == ("renewed", opens, None)
    assert (new.renews, new.issued_by, new.number) == (old, old.issued_by, "470/0001/SUKET/2027")
    assert new.expires_on == date(2027, 10, 23)
    again = renew_suket(application_id=old.application_id, actor=CITIZEN, now=opens + timedelta(minutes=1))
    assert again == new


def test_a_short_one_is_renewed_from_half_of_its_term_and_once_a_day(now: datetime) -> None:
    """Of one month, every day of which is in its last thirty, each press would end it and send another message."""
    CardPolicy.objects.create(valid_from=now, suket_months=1)
    old = issued(now)
    press = {"application_id": old.application_id, "actor": CITIZEN}
    for early in (now, now + 14 * DAY):
        with pytest.raises(NotNow, match="masih lama berlaku"):
            renew_suket(**press, now=early)
    half = now + 15 * DAY
    new = renew_suket(**press, now=half)
    assert renew_suket(**press, now=half + timedelta(seconds=1)) == new
    assert old.application.notices.filter(purpose="suket_issued").count() == 2


def test_renewed_after_its_end_too_but_not_once_the_card_is_there(now: datetime) -> None:
    old = issued(now)
    late = now + 250 * DAY
    at_status(old.application, "ready_for_pickup")
    with pytest.raises(NotNow, match="tidak dapat diperpanjang"):
        renew_suket(application_id=old.application_id, actor=CITIZEN, now=late)
    at_status(old.application, "printed")
    assert renew_suket(application_id=old.application_id, actor=CITIZEN, now=late).renews == old


def test_without_one_there_is_nothing_to_renew_or_end(now: datetime) -> None:
    card = waiting_card(now)
    with pytest.raises(NotNow):
        renew_suket(application_id=card.pk, actor=CITIZEN, now=now)
    with transaction.atomic():
        end_suket(lock(card.pk), reason="handed_over", now=now)
    assert not Suket.objects.exists()


def test_it_ends_with_the_handover(now: datetime) -> None:
    suket = issued(now)
    with transaction.atomic():
        end_suket(lock(suket.application_id), reason="handed_over", now=now + DAY)
    suket.refresh_from_db()
    assert (suket.end_reason, suket.ended_at, suket.remind_at) == ("handed_over", now + DAY, None)


def test_it_ends_when_the_application_does(now: datetime) -> None:
    stocked(now, 5)
    gone, annulled = issued(now), issued(now)
    withdraw(application_id=gone.application_id, now=now)
    decision = annulled.application.decisions.get()
    supervisor = OfficerFactory(role="supervisor")
    annul_decision(decision_id=decision.pk, supervisor=supervisor, reason="Keliru.", now=now)
    assert set(Suket.objects.values_list("end_reason", flat=True)) == {"ended"}


def test_its_owner_is_reminded_once_fourteen_days_before(now: datetime) -> None:
    suket = issued(now)
    nine = datetime(2027, 5, 9, 2, tzinfo=UTC)
    assert remind_sukets(now=nine - timedelta(seconds=1)) == 0
    assert remind_sukets(now=nine) == 1
    assert remind_sukets(now=nine + DAY) == 0
    assert suket.application.notices.get(purpose="suket_expiring").params["suket"] == suket.number


def test_nobody_is_reminded_whose_card_is_there(now: datetime) -> None:
    suket = issued(now)
    at_status(suket.application, "ready_for_pickup")
    assert remind_sukets(now=now + 200 * DAY) == 1
    assert not suket.application.notices.filter(purpose="suket_expiring").exists()
