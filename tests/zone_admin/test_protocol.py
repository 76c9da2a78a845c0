"""The page of the health protocol."""

import pytest
from django.test import Client

from requests_app.models import ProtocolItem
from tests.zone_admin.forms import errors, sent

pytestmark = pytest.mark.django_db
PAGE = "/kelola/protokol/"


def test_lines_are_changed_switched_and_added_in_one_step(desk: Client) -> None:
    first, second, _third = ProtocolItem.objects.all()
    over = {
        f"baris{first.pk}-text": "Pakai masker medis", f"baris{second.pk}-in_force": None,
        "baris-text": "Datang sendiri bila bisa", "baris-position": "1", f"baris{first.pk}-position": "2",
    }  # fmt: skip
    page = desk.post(PAGE, sent(desk, PAGE, **over), follow=True).text
    assert "Protokol kesehatan tersimpan." in page
    assert "Protokol kesehatan: Datang sendiri bila bisa; Pakai masker medis; Jaga jarak" in page
    assert ProtocolItem.objects.count() == 4


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("baris{}-text", "", "Isi aturannya."),
        ("baris{}-text", "x" * 121, "Paling panjang 120 huruf."),
        ("baris{}-position", "", "Isi angka 1 sampai 99."),
        ("baris{}-position", "0", "Isi angka 1 sampai 99."),
        ("baris{}-text", "hubungi 081234567890", "Jangan cantumkan"),
        ("baris-text", "<script>", "tanpa tanda"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_stored(desk: Client, name: str, typed: str, words: str) -> None:
    before = list(ProtocolItem.objects.values())
    first = ProtocolItem.objects.all()[0]
    response = desk.post(PAGE, sent(desk, PAGE, **{name.format(first.pk): typed}))
    assert response.status_code == 422
    assert any(words in error for error in errors(response.text)), errors(response.text)
    assert list(ProtocolItem.objects.values()) == before
