"""A desk sees its own zone only: every address of the door, for an officer of another zone, by GET and by POST."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from requests_app.models import Application, Visit
from requests_app.operations.desk import check_in
from tests.factories import OfficerFactory
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db
OF_NO_ZONE = {"desk_home", "inbox"}
FOR_EVERYBODY = {"desk_display", "desk_display_board"}


def addresses(visit: Visit, application: Application) -> Iterator[tuple[str, str]]:
    """Name and address of everything under /uptd/ that names a zone, with what this zone really has."""
    door: Any = next(one for one in get_resolver().url_patterns if str(one.pattern) == "uptd/")
    real = {"code": "Z7", "visit_id": visit.pk, "number": application.number, "conversation_id": 1}
    for pattern in door.url_patterns:
        assert isinstance(pattern, URLPattern)
        if pattern.name in OF_NO_ZONE | FOR_EVERYBODY:
            continue
        places = {name: real.get(name, uuid.UUID(int=1)) for name in pattern.pattern.converters}
        route = str(pattern.pattern)
        for name, converter in pattern.pattern.converters.items():
            kind = type(converter).__name__.removesuffix("Converter").lower()
            kind = {"string": "str"}.get(kind, kind)
            route = route.replace(f"<{kind}:{name}>", str(places[name]))
        assert "<" not in route, route
        yield str(pattern.name), f"/uptd/{route}"


@pytest.fixture
def inside(visit: Visit, zone: Any, clerk: Any, now: Any) -> Visit:
    return check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=1)


@pytest.fixture(params=["expected", "inside"])
def there(request: Any, visit: Visit) -> Visit:
    """A visit that is to come, and one that is there."""
    return request.getfixturevalue("inside") if request.param == "inside" else visit


def state_of(visit: Visit) -> Any:
    return Visit.objects.values().get(pk=visit.pk), list(
        Application.objects.order_by("pk").values("pk", "status", "version")
    )


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_page_and_action_answers_404_to_another_zones_officer(other_desk: Client, there: Visit, method: str):
    before = state_of(there)
    answers = {
        name: getattr(other_desk, method)(address, {"desk": "1", "people": "1", "code": there.code}).status_code
        for name, address in addresses(there, there.services.get().application)
    }
    # An address that has no such method says so before it looks at anything.
    assert {name: code for name, code in answers.items() if code not in (404, 405)} == {}
    assert len(answers) >= 12 and 404 in answers.values()
    assert state_of(there) == before


def test_and_never_404_for_want_of_looking(desk: Client, inside: Visit):
    """The same addresses do answer the zone's own officer, so the table above means something."""
    answers = {
        name: desk.get(address).status_code for name, address in addresses(inside, inside.services.get().application)
    }
    assert answers["desk_today"] == answers["desk_visit"] == answers["desk_lists"] == 200
    assert answers["desk_finish"] == 302


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_zones_visit_does_not_exist_at_ones_own_desk(other_desk: Client, inside: Visit, method: str):
    """The address names the officer's own zone, the visit is another's."""
    before = state_of(inside)
    for name, address in addresses(inside, inside.services.get().application):
        if "/kunjungan/" in address:
            own = address.replace("/uptd/Z7/", "/uptd/Z3/")
            assert getattr(other_desk, method)(own, {"desk": "1", "people": "1"}).status_code in (404, 405), name
    assert state_of(inside) == before


@pytest.mark.parametrize("role", ["officer", "admin"])
def test_who_is_not_of_a_desk_gets_403(role: str, inside: Visit):
    browser = signed_in(OfficerFactory(role=role, is_staff=True, is_superuser=True))
    for name, address in addresses(inside, inside.services.get().application):
        assert browser.post(address).status_code in (403, 405), name


def test_who_is_not_signed_in_signs_in_and_citizens_are_shown_the_way(client: Client, zone: Any):
    page = client.get("/uptd/", follow=True)
    assert page.redirect_chain[0][0].startswith("/masuk/")
    assert "Lihat kantor UPTD" in page.text and 'href="/zona/"' in page.text
    assert "Lihat kantor UPTD" not in client.get("/petugas/", follow=True).text
