"""Pages are compressed, with padding, and nothing else is."""

import gzip

import pytest
from django.test import Client

from requests_app.clock import database_now
from tests.factories import OfficerFactory, submitted
from tests.officer.conftest import add_page, signed_in

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.django_db
def test_a_page_is_compressed_for_whoever_can_read_it() -> None:
    small, whole = Client().get("/", headers=GZIP), Client().get("/")
    assert small["Content-Encoding"] == "gzip"
    assert len(small.content) < len(whole.content) / 2
    assert gzip.decompress(small.content) == whole.content
    assert "Accept-Encoding" in small["Vary"]
    assert not whole.has_header("Content-Encoding")


@pytest.mark.django_db
def test_the_length_of_a_page_says_little_about_its_content() -> None:
    """BREACH compares lengths; each answer is padded by a random number of bytes."""
    assert len({len(Client().get("/privasi/", headers=GZIP).content) for _ in range(12)}) > 1


@pytest.mark.django_db
def test_a_picture_is_sent_as_it_is() -> None:
    document = add_page(submitted(database_now()), "KK")
    answer = signed_in(OfficerFactory()).get(f"/petugas/berkas/{document.pk}/1/", headers=GZIP)
    assert answer["Content-Type"] == "image/jpeg"
    assert not answer.has_header("Content-Encoding")
