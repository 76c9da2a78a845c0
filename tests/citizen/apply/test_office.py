"""The office of a kelurahan: beside the question, on the page after it, and on the check page."""

import pytest
from django.test import Client

from requests_app.models import Zone, ZoneCoverage
from tests.citizen.apply.walk import ADDRESS, CARD, FAMILY, base, send, text_of, walk

pytestmark = pytest.mark.django_db
KELURAHAN = ADDRESS["kelurahan"]
PIECE = f"/ajukan/kantor/{KELURAHAN}/"


@pytest.fixture
def zone() -> Zone:
    """The office of that kelurahan."""
    return ZoneCoverage.objects.select_related("zone").get(kelurahan=KELURAHAN, valid__endswith=None).zone


def test_a_piece_of_a_page_names_the_office_with_its_number(client: Client, zone: Zone) -> None:
    answer = client.get(PIECE)
    assert "<html" not in answer.content.decode()
    for fact in (zone.name, zone.address, "Senin", "+62 800"):
        assert fact in text_of(answer)


@pytest.mark.parametrize("code", ["16.71.99.9999", "x", "0"])
def test_an_unknown_kelurahan_has_none(client: Client, code: str) -> None:
    assert client.get(f"/ajukan/kantor/{code}/").status_code == 404


def test_the_map_opens_where_the_office_is(client: Client, zone: Zone) -> None:
    Zone.objects.filter(pk=zone.pk).update(latitude="-2.976100", longitude="104.775400")
    assert "-2.976100%2C104.775400" in client.get(PIECE).content.decode()


def test_an_office_without_a_number_names_none(client: Client, zone: Zone) -> None:
    Zone.objects.filter(pk=zone.pk).update(whatsapp_phone_id="", whatsapp_number="")
    assert "WhatsApp" not in text_of(client.get(PIECE))


@pytest.mark.parametrize("service", [CARD, FAMILY])
def test_without_a_script_the_next_page_says_it(client: Client, service, zone: Zone) -> None:
    walk(client, "hilang", upto="alamat", service=service)
    assert zone.name not in text_of(client.get(f"{base(service)}alamat/"))
    answer = send(client, "alamat", {**ADDRESS, "collector": "self"}, service=service)
    assert zone.name in text_of(client.get(answer["Location"]))
    assert zone.name in text_of(client.get(f"{base(service)}alamat/")), "and whoever comes back sees it at once"


def test_a_page_that_is_sent_back_shows_the_office_of_what_was_chosen(client: Client, zone: Zone) -> None:
    walk(client, "hilang", upto="alamat")
    answer = send(client, "alamat", {"kelurahan": KELURAHAN})
    assert answer.status_code == 422
    assert zone.name in text_of(answer)
