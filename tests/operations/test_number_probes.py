"""A refused number is asked again by an ordinary message of its own zone, one in ten minutes."""

from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import Notice, Zone
from requests_app.operations.notices import owe_notice
from requests_app.operations.number_probes import EVERY, probe_numbers
from requests_app.operations.number_trouble import note_accepted, note_refused
from requests_app.operations.numbers import NUMBERS, zone_numbers
from requests_app.operations.rerouting import reroute_zone
from tests.factories import APPROVED, decided, submitted
from tests.operations.offices import open_office
from tests.operations.post_office import PostOffice

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def refused(now: datetime) -> Zone:
    """A zone whose number was refused just now."""
    zone = open_office(now)
    Zone.objects.filter(pk=zone.pk).update(number_trouble="131048")
    cache.clear()
    probe_numbers(broken=(), now=now)
    zone.refresh_from_db()
    return zone


def due(at: datetime) -> Notice:
    """A message of that zone which leaves from another number, as its own is in trouble."""
    notice = submitted(at).notices.get()
    assert notice.zone_id != notice.application.zone_id
    return notice


def zone_of(notice: Notice) -> int:
    notice.refresh_from_db()
    return notice.zone_id


def test_a_number_that_works_again_is_found_to_work(office: PostOffice, now: datetime) -> None:
    """It is refused once; then messages come as always."""
    zone = submitted(now).zone
    from_it = {"phone_number_id": zone.whatsapp_phone_id}
    office.simulator.faults({"action": "http_403_131031", "match": from_it, "times": 1})
    office.deliver(now)
    for minutes in (1, 5, 11):
        submitted(now + minutes * MINUTE)
        office.deliver(now + minutes * MINUTE)
    zone.refresh_from_db()
    assert zone.number_trouble == ""
    assert submitted(now + 12 * MINUTE).notices.get().zone_id == zone.pk


def test_one_message_in_ten_minutes_leaves_from_the_refused_number(refused: Zone, now: datetime) -> None:
    first, second = due(now), due(now)
    assert probe_numbers(broken=(), now=now + EVERY - SECOND) == 0
    assert probe_numbers(broken=(), now=now + EVERY) == 1
    assert probe_numbers(broken=(), now=now + 2 * EVERY - SECOND) == 0
    assert [zone_of(first), zone_of(second)].count(refused.pk) == 1
    assert probe_numbers(broken=(), now=now + 2 * EVERY) == 1


def test_a_worker_that_starts_meanwhile_keeps_to_the_ten_minutes(refused: Zone, now: datetime) -> None:
    due(now), due(now)
    cache.clear()
    assert probe_numbers(broken=(), now=now + EVERY) == 1
    cache.clear()
    assert probe_numbers(broken=(), now=now + 2 * EVERY - SECOND) == 0
    cache.clear()
    assert probe_numbers(broken=(), now=now + 2 * EVERY) == 1


def test_of_two_workers_that_find_it_is_time_one_probes(refused: Zone, now: datetime) -> None:
    """The other knows the numbers as they were up to ten seconds ago."""
    due(now), due(now)
    known = zone_numbers()
    assert probe_numbers(broken=(), now=now + EVERY) == 1
    cache.set(NUMBERS, known)
    assert probe_numbers(broken=(), now=now + EVERY + SECOND) == 0
    assert zone_numbers()[refused.pk].probed_at == now + EVERY


@pytest.mark.parametrize("end", ["accepted", "changed"])
def test_a_trouble_that_begins_later_has_its_own_ten_minutes(refused: Zone, now: datetime, end: str) -> None:
    """Whichever process learned that the first one was over."""
    notice, later = due(now), now + 2 * HOUR
    Notice.objects.filter(pk=notice.pk).update(zone=refused)
    notice.refresh_from_db()
    if end == "accepted":
        note_accepted([notice], now=now + MINUTE)
    else:
        reroute_zone(refused, now=now + MINUTE)
    note_refused(notice, "account", "131048")
    Notice.objects.update(state="superseded", next_attempt_at=None)
    due(later - MINUTE)
    for at, probes in ((later, 0), (later + EVERY - SECOND, 0), (later + EVERY, 1)):
        cache.clear()
        assert probe_numbers(broken=(), now=at) == probes


def test_while_nothing_fits_the_turn_is_kept(refused: Zone, now: datetime) -> None:
    assert probe_numbers(broken=(), now=now + EVERY) == 0
    due(now)
    assert probe_numbers(broken=(), now=now + EVERY + SECOND) == 1


def test_within_the_ten_minutes_nothing_is_asked(refused: Zone, now: datetime) -> None:
    zone_numbers()
    with CaptureQueriesContext(connection) as asked:
        assert probe_numbers(broken=(), now=now + EVERY - SECOND) == 0
    assert len(asked) == 0


def test_nobody_is_kept_waiting_twice(refused: Zone, now: datetime) -> None:
    tried = due(now)
    Notice.objects.filter(pk=tried.pk).update(attempt=1)
    assert probe_numbers(broken=(), now=now + EVERY) == 0


def test_an_answer_is_the_probe_only_when_nothing_else_came_for_an_hour(refused: Zone, now: datetime) -> None:
    application = decided(now, APPROVED)
    answer = application.notices.get(purpose="approved")
    application.notices.exclude(pk=answer.pk).update(state="superseded", next_attempt_at=None)
    assert probe_numbers(broken=(), now=now + HOUR - SECOND) == 0
    assert probe_numbers(broken=(), now=now + HOUR) == 1
    assert zone_of(answer) == refused.pk


def test_a_code_and_the_messages_of_other_zones_are_no_probes(refused: Zone, now: datetime) -> None:
    application = due(now).application
    application.notices.update(state="superseded", next_attempt_at=None)
    owe_notice(application, "code", now=now, dedup="1", params={"kode": "123456"})
    submitted(now, kelurahan="16.71.10.1001")
    assert probe_numbers(broken=(), now=now + HOUR) == 0


def test_a_number_that_does_not_answer_either_is_left_to_the_probes_of_its_circuit(
    refused: Zone, now: datetime
) -> None:
    due(now)
    assert probe_numbers(broken={("whatsapp", refused.pk)}, now=now + EVERY) == 0


def test_while_all_numbers_work_nothing_is_asked(now: datetime) -> None:
    open_office(now)
    probe_numbers(broken=(), now=now)
    with CaptureQueriesContext(connection) as asked:
        assert probe_numbers(broken=(), now=now) == 0
    assert len(asked) == 0
