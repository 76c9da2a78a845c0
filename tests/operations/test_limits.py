"""Limits: so often per window, counted apart, and the wait is told."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.test import RequestFactory

from requests_app.models import LimitCounter
from requests_app.operations.guessing import count_guess
from requests_app.operations.limits import Limit, TooMany, count_all_or_refuse, count_or_refuse, give_back, growing
from requests_app.visitor import visitor_address

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)


def count(subject="198.51.100.7", *, now, scope="upload", limit=3):
    count_or_refuse(scope, subject, now=now, limit=limit, window=QUARTER)


def test_the_limit_itself_is_allowed_and_one_more_is_not(now):
    for _ in range(3):
        count(now=now)
    with pytest.raises(TooMany) as refusal:
        count(now=now + timedelta(minutes=14, seconds=59))
    assert refusal.value.retry_at == datetime(2026, 11, 23, 3, 15, tzinfo=UTC)


def test_at_the_moment_told_the_next_try_is_taken(now):
    for _ in range(3):
        count(now=now)
    count(now=now + QUARTER)


def test_subjects_and_scopes_count_apart(now):
    for _ in range(3):
        count(now=now)
    count("198.51.100.8", now=now)
    count(now=now, scope="submit")


def test_the_subject_is_stored_as_a_keyed_hash_only(now):
    count("+6280000000001", now=now)
    row = LimitCounter.objects.get()
    assert len(row.subject) == 16
    assert b"6280000000001" not in row.subject
    assert "6280000000001" not in row.scope


def test_a_try_counts_though_the_caller_rolls_back(now):
    def fail():
        with transaction.atomic():
            raise ValueError

    for _ in range(3):
        count(now=now)
        with pytest.raises(ValueError):
            fail()
    with pytest.raises(TooMany):
        count(now=now)


def test_several_limits_are_one_statement_and_the_longest_wait_is_told(now, django_assert_num_queries):
    limits = growing("look_up", "198.51.100.7", (1, QUARTER), (1, timedelta(hours=3)), (9, timedelta(days=1)))
    with django_assert_num_queries(1):
        assert count_all_or_refuse(limits, now=now) == [1, 1, 1]
    with pytest.raises(TooMany) as refusal:
        count_all_or_refuse(limits, now=now)
    assert refusal.value.retry_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_what_is_given_back_does_not_count(now):
    limits = [Limit("look_up", "198.51.100.7", 1, QUARTER)]
    count_all_or_refuse(limits, now=now)
    give_back(limits, now=now)
    count_all_or_refuse(limits, now=now)
    give_back(limits, now=now)
    give_back(limits, now=now)
    assert LimitCounter.objects.get().count == 0


def guess(now, address="198.51.100.7", number="PLG-AAAA-AAAA-A"):
    return count_guess(address=address, number=number, now=now)


def test_wrong_tries_wait_longer_the_more_there_are(now):
    waits, at = [], now
    for _ in range(50):
        try:
            guess(at)
        except TooMany as refusal:
            waits.append(refusal.retry_at - at)
            at = refusal.retry_at
    assert waits[0] == QUARTER
    assert max(waits) > timedelta(hours=2)


def test_asking_again_while_waiting_does_not_lengthen_the_wait(now):
    ends = set()
    for _ in range(60):
        try:
            guess(now)
        except TooMany as refusal:
            ends.add(refusal.retry_at)
    assert ends == {now + QUARTER}


def test_a_number_under_attack_leaves_its_owner_a_try(now):
    for host in range(60):
        guess(now, address=f"203.0.113.{host}")
    with pytest.raises(TooMany):
        guess(now, address="203.0.113.1")
    guess(now, address="198.51.100.200").was_right()
    guess(now, address="198.51.100.200")


def test_right_tries_slow_nobody(now):
    for _ in range(100):
        guess(now).was_right()


def request(forwarded=None, remote="10.0.0.1"):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.9", "10.0.0.1"),
        (1, "198.51.100.9", "198.51.100.9"),
        (1, "6.6.6.6, 198.51.100.9", "198.51.100.9"),
        (2, "6.6.6.6, 198.51.100.9, 10.0.0.2", "198.51.100.9"),
        (2, "198.51.100.9", "10.0.0.1"),
        (1, None, "10.0.0.1"),
        (1, "garbage", "unknown"),
    ],
)
def test_only_our_own_proxies_are_believed(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    assert visitor_address(request(forwarded)) == address


def test_an_ipv6_household_counts_as_one(settings):
    settings.TRUSTED_PROXIES = 0
    assert visitor_address(request(remote="2001:db8:1:2:3:4:5:6")) == visitor_address(request(remote="2001:db8:1:2::9"))
    assert visitor_address(request(remote="::ffff:198.51.100.9")) == "198.51.100.9"
