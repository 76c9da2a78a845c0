"""A NIK in words for the citizen is refused beside its field; nothing that was typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import Application, Decision
from tests.officer.conftest import fields_of

pytestmark = pytest.mark.django_db
NIK = "1671045708959001"
OWN = {"reason_for_name": "lain", "note_for_name": f"Di KK {NIK}"}
WORDS = {
    "note": ("approved", {"note": f"NIK Anda {NIK}."}),
    "bring": ("approved", {"bring": f"KK {NIK}"}),
    "place": ("recording_needed", {"place": f"Rumah {NIK}"}),
    "hours": ("recording_needed", {"hours": f"08.00 {NIK}"}),
    "next_step": ("rejected", {"reason": "bukan_penduduk", "next_step": f"Urus NIK {NIK}"}),
    "own words": ("needs_correction", OWN),
}


@pytest.mark.parametrize("field", WORDS)
def test_a_nik_in_words_for_the_citizen_is_refused_and_nothing_is_lost(
    desk: Client, held: Application, field: str
) -> None:
    kind, typed = WORDS[field]
    address = reverse("decide_application", args=[held.number, kind])
    response = desk.post(address, fields_of(desk.get(address)) | typed)
    assert response.status_code == 422
    assert "Hapus NIK atau nomor KK" in response.text
    assert "Tuliskan apa yang perlu diperbaiki" not in response.text
    assert all(words in response.text for words in typed.values())
    assert not Decision.objects.exists()


def test_a_confirmation_with_a_nik_decides_nothing(desk: Client, held: Application) -> None:
    address = reverse("decide_application", args=[held.number, "rejected"])
    typed = fields_of(desk.get(address)) | {"reason": "bukan_penduduk"}
    confirmed = fields_of(desk.post(address, typed)) | {"note": NIK}
    assert desk.post(address, confirmed).status_code == 422
    assert not Decision.objects.exists()
