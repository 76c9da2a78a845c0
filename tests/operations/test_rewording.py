"""A visit that moves before its invitation has left: one message, with the new slot."""

from datetime import datetime, timedelta

import pytest

from requests_app.models import Notice, Slot, Visit
from requests_app.operations.actors import CITIZEN
from requests_app.operations.hand import next_to_send
from requests_app.operations.senders import whole_text
from requests_app.operations.visit_clock import move_displaced
from requests_app.operations.visits import confirm_visit, move_visit
from requests_app.rules.dates import format_moment
from tests.factories import OfficerFactory
from tests.operations.offices import free_slot, invited, notices, open_office

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


def displaced(visit: Visit, now: datetime) -> Visit:
    Slot.objects.filter(pk=visit.slot_id).update(is_open=False)
    assert move_displaced(now=now)
    visit.refresh_from_db()
    return visit


def test_an_invitation_that_has_not_left_tells_the_new_slot_and_nobody_is_told_twice(now: datetime):
    open_office(now, whatsapp_phone_id="")
    visit = invited(now)
    before = format_moment(visit.starts_at)
    visit = displaced(visit, now + SOON)
    (notice,) = Notice.objects.filter(visit=visit, state="queued")
    assert notice.purpose == "invitation"
    assert notice.promise is not None
    text = whole_text(notice)
    assert format_moment(visit.starts_at) in text
    assert f"nomor antrean {visit.number}." in text
    assert before not in text
    assert notice.expires_at == visit.starts_at


def test_what_has_left_or_is_open_at_this_moment_is_followed_by_the_news(now: datetime):
    zone = open_office(now, whatsapp_phone_id="")
    sent, open_at_a_desk = invited(now), invited(now)
    Notice.objects.filter(visit=sent).update(state="sent")
    shown = next_to_send(zone=zone, officer=OfficerFactory(role="counter"), now=now + SOON)
    assert shown == Notice.objects.get(visit=open_at_a_desk)
    before = format_moment(sent.starts_at)
    assert sent.slot_id == open_at_a_desk.slot_id
    displaced(sent, now + SOON)
    for visit in (sent, open_at_a_desk):
        (moved,) = notices(visit.services.get().application, "visit_moved")
        assert moved.params["jadwal_lama"] == before


def test_a_visit_that_moves_twice_is_told_of_once_with_the_last_slot(now: datetime):
    open_office(now, whatsapp_phone_id="")
    visit = invited(now)
    Notice.objects.filter(visit=visit).update(state="sent")
    first = format_moment(visit.starts_at)
    displaced(visit, now + SOON)
    displaced(visit, now + 2 * SOON)
    (moved,) = notices(visit.services.get().application, "visit_moved")
    assert moved.params["jadwal_lama"] == first
    assert moved.params["waktu"] == format_moment(visit.starts_at)


def test_who_chose_another_slot_before_the_invitation_left_gets_it_with_that_slot(now: datetime):
    open_office(now, whatsapp_phone_id="")
    visit = invited(now)
    slot = free_slot(visit, now)
    moved = move_visit(visit_id=visit.pk, slot_id=slot.pk, now=now + SOON, actor=CITIZEN)
    notice = Notice.objects.get(visit=visit)
    assert notice.params["waktu"] == format_moment(slot.starts_at)
    assert notice.params["antrean"] == moved.number


def test_who_confirmed_on_the_tracking_page_is_told_of_the_move_although_the_invitation_still_waits(now: datetime):
    open_office(now, whatsapp_phone_id="")
    visit = confirm_visit(visit_id=invited(now).pk, now=now, actor=CITIZEN)
    displaced(visit, now + SOON)
    application = visit.services.get().application
    assert len(notices(application, "visit_moved")) == 1
    assert notices(application, "invitation")[0].params["waktu"] == format_moment(visit.starts_at)
