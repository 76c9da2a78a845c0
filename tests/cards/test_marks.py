"""A code or a slip counts for the handover that it opened, and not for whoever comes later."""

from datetime import datetime

import pytest
from django.test import Client

from requests_app.models import CardPickup, ClockOffset, Handover, Zone
from tests.cards.test_pages import at, filled, find, form_of, opened
from tests.factories import OfficerFactory
from tests.operations.cards import ready_card
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db


def minutes_pass(minutes: int) -> None:
    """The clock of the database's stored offset."""
    ClockOffset.objects.update_or_create(defaults={"seconds": minutes * 60})


def test_the_list_leads_to_a_handover_without_it(desk: Client, pickup: CardPickup) -> None:
    """The relative who showed the code was sent home; then somebody comes without one."""
    opened(desk, pickup, pickup.code)
    opened(desk, pickup, pickup.application.cards.get().code)
    assert f'href="{form_of(pickup)}"' in desk.get(at(pickup)).text
    page = desk.get(form_of(pickup)).text
    assert "Tanpa kode ambil" in page and "Kode pada slip kartu" in page and "cocok" not in page.split("<form")[0]
    desk.post(form_of(pickup), filled(pickup))
    assert Handover.objects.get().by_code is False


def test_a_later_search_without_a_code_is_one_without_a_code(desk: Client, pickup: CardPickup) -> None:
    opened(desk, pickup, pickup.code)
    address = find(desk, pickup, pickup.application.number)["Location"]
    assert address == form_of(pickup)
    assert "Tanpa kode ambil" in desk.get(address).text


def test_it_says_nothing_of_the_next_card(desk: Client, pickup: CardPickup, now: datetime) -> None:
    following, address = ready_card(now), opened(desk, pickup, pickup.code)
    proof = desk.post(address, filled(pickup))["Location"]
    assert desk.get(address)["Location"] == proof, "what was given is given"
    theirs = f"{form_of(following)}?{address.partition('?')[2]}"
    assert "Tanpa kode ambil" in desk.get(theirs).text
    desk.post(theirs, filled(following))
    assert [given.by_code for given in Handover.objects.order_by("pk")] == [True, False]


def test_two_people_at_two_windows_keep_theirs(desk: Client, pickup: CardPickup, now: datetime) -> None:
    other = ready_card(now)
    for address in [opened(desk, pickup, pickup.code), opened(desk, other, other.code)]:
        assert "Kode ambil cocok" in desk.get(address).text


def test_it_counts_for_a_quarter_of_an_hour(desk: Client, pickup: CardPickup) -> None:
    address = opened(desk, pickup, pickup.code)
    minutes_pass(14)
    assert "Kode ambil cocok" in desk.get(address).text
    minutes_pass(15)
    assert "Tanpa kode ambil" in desk.get(address).text
    proof = desk.get(desk.post(address, filled(pickup))["Location"]).text
    assert Handover.objects.get().by_code is False
    assert "Tidak tercatat" in proof


def test_it_counts_only_for_whoever_searched(desk: Client, pickup: CardPickup, zone: Zone) -> None:
    colleague = OfficerFactory(role="counter")
    colleague.zones.add(zone)
    assert "Tanpa kode ambil" in signed_in(colleague).get(opened(desk, pickup, pickup.code)).text


def test_what_has_to_be_put_right_keeps_it(desk: Client, pickup: CardPickup) -> None:
    """Also when it was the search for the card that could not begin: the form goes to the handover then, too."""
    address = opened(desk, pickup, pickup.code)
    wrong = desk.post(address, filled(pickup, nik="123"))
    unsaid = desk.post(address.replace("?", "dicari/?"), {"note": ""})
    for page in (wrong, unsaid):
        assert page.status_code == 422
        assert "Kode ambil cocok" in page.text and f'action="{address}"' in page.text
    desk.post(address, filled(pickup))
    assert Handover.objects.get().by_code is True


@pytest.mark.parametrize("mark", ["", "x", "\x00", "😀"])
def test_a_mark_that_nobody_gave_is_none(desk: Client, pickup: CardPickup, mark: str) -> None:
    opened(desk, pickup, pickup.code)
    assert "Tanpa kode ambil" in desk.get(form_of(pickup), {"temu": mark}).text
