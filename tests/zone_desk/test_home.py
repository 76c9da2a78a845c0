"""The way to a zone's desk."""

import pytest

from requests_app.models import Zone
from tests.factories import OfficerFactory
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db


def test_an_officer_of_one_zone_goes_straight_to_it(desk):
    assert desk.get("/uptd/").headers["Location"] == "/uptd/Z7/"
    assert desk.get("/uptd/Z7/").status_code == 200


def test_an_officer_of_several_zones_chooses(desk, clerk, other_zone):
    clerk.zones.add(other_zone)
    page = desk.get("/uptd/").text
    assert "/uptd/Z7/" in page and "/uptd/Z3/" in page and "/uptd/Z1/" not in page


def test_an_officer_without_listed_zones_may_choose_any(db):
    page = signed_in(OfficerFactory(role="supervisor")).get("/uptd/").text
    assert all(f"/uptd/Z{n}/" in page for n in range(1, 10))


def test_the_code_in_the_address_may_be_written_small(desk):
    assert desk.get("/uptd/z7/").status_code == 200


def test_a_zone_that_was_closed_down_has_no_desk(desk, clerk):
    clerk.zones.add(Zone.objects.create(code="Z0", name="UPTD lama", is_active=False))
    assert desk.get("/uptd/Z0/").status_code == desk.get("/uptd/Z99/").status_code == 404
    assert desk.get("/uptd/").headers["Location"] == "/uptd/Z7/"
