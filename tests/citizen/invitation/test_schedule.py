"""Choosing a slot: another one, or a new one; one that cannot be had gets the next free ones, ready to choose."""

from datetime import timedelta

import pytest
from lxml import html

from requests_app.models import Application, Slot, Visit
from requests_app.operations.actors import CITIZEN
from requests_app.operations.visit_clock import lapse_invitations
from requests_app.operations.visits import cancel_visit
from requests_app.rules.dates import format_moment
from requests_app.rules.visits import VisitState
from tests.citizen.invitation.conftest import address, shown
from tests.operations.offices import AWAY, approve, asked, free_slot, invited, open_office, visit_of

pytestmark = pytest.mark.django_db


def offered(page) -> list[int]:
    return [int(button.get("value")) for button in html.fromstring(page.content).cssselect("button[name=slot]")]


def choose(client, visit, slot_id):
    return client.post(address(visit, "jadwal/"), {"slot": str(slot_id)})


def test_the_free_slots_stand_by_day_without_the_present_one(client, now, visit):
    page = client.get(address(visit, "jadwal/"))
    free = [slot.pk for slot in Slot.offered(visit.zone, now=now) if slot.pk != visit.slot_id]
    assert offered(page) == free[: len(offered(page))]
    assert visit.slot_id not in offered(page)
    days = html.fromstring(page.content).cssselect("form.slots summary")
    assert len(days) == len({slot.day for slot in Slot.objects.filter(pk__in=offered(page))})
    assert f"Jadwal Anda sekarang: {format_moment(visit.starts_at)}." in shown(page)


def test_another_slot_is_taken_with_one_press_and_the_page_says_from_when_to_when(client, now, visit):
    slot, before = free_slot(visit, now), visit.starts_at
    for _ in range(2):
        answer = client.post(address(visit, "jadwal/"), {"slot": str(slot.pk)}, follow=True)
        assert answer.redirect_chain == [(address(visit), 302)]
        assert f"Jadwal Anda sekarang {format_moment(slot.starts_at)}" in shown(answer)
        if _ == 0:
            assert f"Semula {format_moment(before)}." in shown(answer)
    visit.refresh_from_db()
    assert (visit.slot_id, visit.state) == (slot.pk, VisitState.CONFIRMED)
    slot.refresh_from_db()
    assert slot.booked == 1


@pytest.mark.parametrize("wrong", ["full", "past", "closed", "another zone", "unknown", "", "x", "-1", "9" * 30, "²"])
def test_a_slot_that_cannot_be_had_is_told_with_the_next_free_ones(client, now, visit, wrong):
    slot = free_slot(visit, now)
    slot_id = slot.pk
    if wrong == "full":
        Slot.objects.filter(pk=slot.pk).update(capacity=1)
        other = invited(now)
        Visit.objects.filter(pk=other.pk).update(slot=slot, seat=1)
    elif wrong == "past":
        slot_id = Slot.objects.create(
            zone=visit.zone, day=now.date(), label="Y", starts_at=now - timedelta(hours=2),
            ends_at=now - timedelta(hours=1), capacity=1,
        ).pk  # fmt: skip
    elif wrong == "closed":
        Slot.objects.filter(pk=slot.pk).update(is_open=False)
    elif wrong == "another zone":
        slot_id = Slot.offered(open_office(now, AWAY), now=now).first().pk
    else:
        slot_id = wrong
    answer = choose(client, visit, slot_id)
    assert answer.status_code == 409
    words = shown(answer)
    assert "Jadwal itu tidak tersedia lagi" in words
    assert "Jadwal Anda yang sekarang tidak berubah." in words
    assert offered(answer)
    assert slot_id not in offered(answer)
    visit.refresh_from_db()
    assert visit.state == VisitState.INVITED
    assert choose(client, visit, offered(answer)[0]).status_code == 302


def test_with_nothing_free_it_says_what_happens(client, now, visit):
    Slot.objects.exclude(pk=visit.slot_id).update(is_open=False)
    words = shown(client.get(address(visit, "jadwal/")))
    assert "Belum ada jadwal kosong" in words
    assert "Jadwal Anda yang sekarang tetap berlaku." in words
    assert "Coba lagi besok." in words


@pytest.mark.parametrize("end", ["lapsed", "cancelled"])
def test_after_an_end_a_new_slot_is_a_new_invitation(client, now, visit, end):
    if end == "lapsed":
        lapse_invitations(now=visit.respond_by)
    else:
        cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    page = client.get(address(visit, "jadwal/"))
    slot_id = offered(page)[3]
    for _ in range(2):
        answer = client.post(address(visit, "jadwal/"), {"slot": str(slot_id)})
        newer = visit_of(Application.objects.get())
        assert (answer.status_code, answer.url) == (302, address(newer))
    assert newer != visit
    assert (newer.slot_id, newer.state) == (slot_id, VisitState.CONFIRMED)
    assert Visit.objects.count() == 2


def test_after_an_end_the_whole_household_comes_along(client, now, visit):
    first = Application.objects.get()
    second = approve(asked(now, "legalisir", kk_number=first.kk_number), now)
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    slot_id = offered(client.get(address(visit, "jadwal/")))[0]
    choose(client, visit, slot_id)
    assert visit_of(first) == visit_of(second)
    assert {a.status for a in Application.objects.all()} == {"invited"}


def test_a_taken_slot_after_an_end_is_told_too(client, now, visit):
    cancel_visit(visit_id=visit.pk, now=now, actor=CITIZEN)
    answer = choose(client, visit, 0)
    assert answer.status_code == 409
    assert "tidak berubah" not in shown(answer)
    assert offered(answer)


def test_whoever_has_nothing_to_choose_is_led_back(client, now, visit):
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.CHECKED_IN)
    assert client.get(address(visit, "jadwal/")).url == address(visit)
    assert choose(client, visit, 1).status_code == 409


def test_choosing_costs_few_queries(client, now, visit, django_assert_max_num_queries):
    client.get("/")
    with django_assert_max_num_queries(13):
        client.get(address(visit, "jadwal/"))
