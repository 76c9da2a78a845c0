"""The maintenance switch: citizens are told when to come back; everything else goes on."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from requests_app.rules.dates import WIB


@pytest.fixture
def switch(settings: Any, tmp_path: Path) -> Path:
    """Where the file lies while the service is closed; it does not exist yet."""
    settings.MAINTENANCE_FILE = tmp_path / "maintenance"
    return settings.MAINTENANCE_FILE


@pytest.mark.parametrize("address", ["/", "/ajukan/ktp-el/", "/lacak/", "/zona/"])
def test_citizens_read_when_the_service_is_back_and_no_database_is_asked(switch: Path, address: str) -> None:
    switch.write_text("2026-11-24T22:00\n")
    answer = Client().get(address)
    assert answer.status_code == 503
    assert "Selasa, 24 November 2026 pukul 22.00 WIB" in answer.text
    assert parsedate_to_datetime(answer["Retry-After"]) == datetime(2026, 11, 24, 22, tzinfo=WIB)
    assert "no-store" in answer["Cache-Control"]


def test_what_is_sent_meanwhile_is_not_taken_and_the_page_says_so(switch: Path) -> None:
    switch.touch()
    answer = Client(enforce_csrf_checks=True).post("/ajukan/ktp-el/alasan/", {"reason": "hilang"})
    assert answer.status_code == 503
    assert "Kami belum menerimanya." in answer.text


@pytest.mark.parametrize("said", ["", "nanti malam", "24.11.2026"])
def test_without_a_moment_it_says_a_few_minutes(switch: Path, said: str) -> None:
    switch.write_text(said)
    answer = Client().get("/")
    assert answer["Retry-After"] == "600"
    assert "beberapa menit lagi" in answer.text


def test_a_moment_with_its_own_zone_is_read_as_such(switch: Path) -> None:
    switch.write_text("2026-11-24T15:00+00:00")
    assert "pukul 22.00 WIB" in Client().get("/").text


def test_english_is_spoken_to_those_who_chose_it(switch: Path) -> None:
    switch.write_text("2026-11-24T22:00")
    client = Client(headers={"cookie": "bahasa=en"})
    assert '<html lang="en">' in client.get("/").text


@pytest.mark.parametrize(("address", "status"), [("/healthz", 200), ("/masuk/", 200), ("/petugas/", 302)])
@pytest.mark.django_db
def test_probes_and_staff_go_on(switch: Path, address: str, status: int) -> None:
    switch.touch()
    assert Client().get(address).status_code == status


@pytest.mark.django_db
def test_without_the_file_the_service_is_open(switch: Path) -> None:
    assert Client().get("/").status_code == 200
