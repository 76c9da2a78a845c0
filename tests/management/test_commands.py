"""The commands that do without Celery, move the clock, and export templates."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from requests_app.clock import database_now
from requests_app.models import ClockOffset, Zone
from tests.factories import submitted
from tests.operations.post_office import use_simulator


@pytest.mark.django_db
def test_sweep_does_everything_without_celery(settings: Any, simulator: Any, webhook: Any):
    use_simulator(settings, simulator)
    application = submitted(database_now() - timedelta(days=6))
    call_command("sweep")
    assert application.promises.get().outcome == "broken"
    assert {n.state for n in application.notices.all()} == {"accepted"}
    assert len(simulator.accepted()) == 2


@pytest.mark.django_db
def test_the_clock_moves_here_and_in_the_simulator_and_back(settings: Any, simulator: Any):
    settings.SIMULATOR_URL = simulator.url
    before, said = database_now(), io.StringIO()
    call_command("clock", "--forward", "1d2h30s", stdout=said)
    ahead = timedelta(days=1, hours=2, seconds=30)
    assert timedelta(0) <= database_now() - before - ahead < timedelta(minutes=1)
    assert simulator.control("clock", method="GET")["offset"] == ahead.total_seconds()
    assert "WIB" in said.getvalue()
    call_command("clock", "--forward", "90s", stdout=io.StringIO())
    assert ClockOffset.objects.get().seconds == ahead.total_seconds() + 90
    call_command("clock", "--reset", stdout=io.StringIO())
    assert abs(database_now() - before) < timedelta(minutes=1)
    assert simulator.control("clock", method="GET")["offset"] == 0


@pytest.mark.django_db
def test_a_simulator_that_is_away_does_not_keep_the_clock(settings: Any):
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    problems = io.StringIO()
    call_command("clock", "--forward", "1h", stdout=io.StringIO(), stderr=problems)
    assert ClockOffset.objects.get().seconds == 3600
    assert "ConnectError" in problems.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [["--forward", "5d"], ["--reset"]])
def test_production_refuses_to_move_the_clock(settings: Any, arguments: list[str]):
    settings.LOCAL = False
    with pytest.raises(CommandError, match="production"):
        call_command("clock", *arguments)
    assert not ClockOffset.objects.exists()


@pytest.mark.parametrize("text", ["5", "d", "-5d", "5d!", "5 d", "1.5h", ""])
def test_a_span_of_time_has_a_number_and_a_unit(text: str):
    with pytest.raises(CommandError):
        call_command("clock", f"--forward={text}")


@pytest.mark.django_db
def test_templates_are_written_for_meta_and_told_to_the_simulator(settings: Any, simulator: Any, tmp_path: Path):
    settings.SIMULATOR_URL, settings.PUBLIC_URL = simulator.url, "https://adminduk.example"
    call_command("export_templates", folder=tmp_path, stdout=io.StringIO())
    received = json.loads((tmp_path / "adm_received.json").read_text())
    assert (received["category"], received["language"]) == ("UTILITY", "id")
    body = received["components"][0]
    assert "{{1}}" in body["text"]
    assert "{nama}" not in body["text"]
    assert len(body["example"]["body_text"][0]) == body["text"].count("{{")
    assert received["components"][1]["buttons"][0]["url"] == "https://adminduk.example/buka/{{1}}"
    assert json.loads((tmp_path / "adm_code.json").read_text())["category"] == "AUTHENTICATION"
    told = simulator.control("templates", method="GET")
    assert set(told) == {path.stem for path in tmp_path.glob("*.json")}
    assert simulator.control("senders", method="GET")["10000000000007"]["name"] == "UPTD Zona 7"


@pytest.mark.django_db
def test_a_zone_with_only_a_phone_or_nothing_breaks_no_export(settings: Any, simulator: Any, tmp_path: Path):
    settings.SIMULATOR_URL = simulator.url
    Zone.objects.filter(code="Z7").update(whatsapp_phone_id="", whatsapp_number="+62711500")
    Zone.objects.filter(code="Z3").update(whatsapp_phone_id="", whatsapp_number="")
    call_command("export_templates", folder=tmp_path, stdout=io.StringIO())
    senders = simulator.control("senders", method="GET")
    assert len(senders) == Zone.objects.count() - 1
    assert senders["hp-62711500"] == {"display_phone_number": "+62711500", "name": "UPTD Zona 7"}


@pytest.mark.django_db
def test_before_the_simulator_runs_it_finds_them_in_its_folder(settings: Any, tmp_path: Path):
    settings.SIMULATOR_URL, settings.DATA_DIR = "http://127.0.0.1:9", tmp_path
    call_command("export_templates", folder=tmp_path / "templates", stdout=io.StringIO())
    assert "adm_approved" in json.loads((tmp_path / "simulator" / "templates.json").read_text())
