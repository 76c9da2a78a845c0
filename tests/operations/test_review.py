"""Many officers at once: each application is given to one of them, none is left out, in the order of the queue."""

import threading
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import connections

from requests_app.clock import database_now
from requests_app.models import Application, Event, Officer, Zone
from requests_app.operations.review import take_next
from tests.factories import OfficerFactory, on_duty

OFFICERS = 20
APPLICATIONS = 1000


def fill_queue(now: datetime, count: int, *, status: str = "submitted") -> None:
    """Many applications at once, due in an order that differs from that of their ids."""
    zone_id = Zone.objects.values_list("pk", flat=True).first()
    Application.objects.bulk_create(
        Application(
            number=f"{status[:3]}-{n}", service="ktp_el", reason="hilang", status=status, name="Contoh", contact="none",
            key_hash=uuid.uuid4().bytes, kelurahan_id="16.71.01.1001", zone_id=zone_id, draft_id=uuid.uuid4(),
            submitted_at=now + timedelta(seconds=n), first_due_at=now + timedelta(seconds=n * 7919 % count),
            due_at=now + timedelta(days=5),
        )
        for n in range(count)
    )  # fmt: skip


def in_order() -> list[int]:
    return list(
        Application.objects.filter(status="submitted")
        .order_by("first_due_at", "submitted_at", "id")
        .values_list("pk", flat=True)
    )


def work(officer: Officer, now: datetime, ready: threading.Barrier, taken: dict[int, list[int]]) -> None:
    """Take one after the other until the queue is empty; each is put out of the way as soon as it was taken."""
    try:
        ready.wait(timeout=30)
        while (application := take_next(officer=officer, now=now)) is not None:
            taken[officer.pk].append(application.pk)
            ended = Application.objects.filter(pk=application.pk)
            ended.update(status="withdrawn", lease_officer=None, lease_until=None)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_twenty_officers_claiming_at_once_get_each_application_once_and_in_order() -> None:
    now = database_now()
    fill_queue(now, APPLICATIONS)
    queue = in_order()
    officers = [on_duty(OfficerFactory(), now) for _ in range(OFFICERS)]
    taken: dict[int, list[int]] = {officer.pk: [] for officer in officers}
    ready = threading.Barrier(OFFICERS)
    threads = [threading.Thread(target=work, args=(officer, now, ready, taken)) for officer in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)

    everything = [pk for mine in taken.values() for pk in mine]
    assert len(everything) == len(set(everything)), "claimed twice"
    assert sorted(everything) == sorted(queue), "left out"
    place = {pk: number for number, pk in enumerate(queue)}
    for mine in taken.values():
        assert [place[pk] for pk in mine] == sorted(place[pk] for pk in mine)
    _check_overtaking(place)


def _check_overtaking(place: dict[int, int]) -> None:
    """Whoever is given a later application finds the earlier ones in the hands of the other nineteen."""
    events = Event.objects.filter(step="claim").order_by("id")
    claims = [place[pk] for pk in events.values_list("application_id", flat=True)]
    for position, claimed in enumerate(claims):
        still_open = sum(later < claimed for later in claims[position + 1 : position + 100])
        assert still_open < OFFICERS
