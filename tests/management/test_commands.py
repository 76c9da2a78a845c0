"""The commands that do without Celery, move the clock, and export templates."""

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from requests_app.clock import database_now
from requests_app.models import ClockOffset, MessageText, Notice, Zone
from requests_app.operations.texts import change_text
from tests.factories import OfficerFactory, submitted
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
    examples = dict(zip(["nama", "nomor"], body["example"]["body_text"][0], strict=False))
    assert examples == {"nama": "Siti", "nomor": "PLG-7K3M-9QTX-4"}
    assert "adminduk.example" in body["example"]["body_text"][0]
    assert json.loads((tmp_path / "adm_code.json").read_text())["category"] == "AUTHENTICATION"
    assert not list(tmp_path.glob("adm_reply_*"))
    assert "/message_templates" in (tmp_path / "README.md").read_text()
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


@pytest.mark.django_db
def test_a_template_of_an_earlier_version_is_not_submitted_again(settings: Any, tmp_path: Path):
    settings.SIMULATOR_URL = ""
    (tmp_path / "adm_received_v9.json").write_text("{}")
    call_command("export_templates", folder=tmp_path, stdout=io.StringIO())
    assert not (tmp_path / "adm_received_v9.json").exists()


@pytest.mark.django_db
def test_a_version_that_a_message_still_waits_with_is_kept(settings: Any, tmp_path: Path, now: datetime):
    settings.SIMULATOR_URL, settings.DATA_DIR = "http://127.0.0.1:9", tmp_path
    notice = submitted(now).notices.get(purpose="received")
    body = notice.text.body + " Terima kasih."
    change_text(purpose="received", subject="Diterima", body=body, officer=OfficerFactory(role="admin"), now=now)
    folder = tmp_path / "templates"
    call_command("export_templates", folder=folder, stdout=io.StringIO())
    known = json.loads((tmp_path / "simulator" / "templates.json").read_text())
    for name in ("adm_received", "adm_received_v2"):
        assert (folder / f"{name}.json").exists()
        assert name in known
    Notice.objects.filter(pk=notice.pk).update(state="delivered", next_attempt_at=None)
    call_command("export_templates", folder=folder, stdout=io.StringIO())
    assert not (folder / "adm_received.json").exists()


@pytest.mark.django_db
def test_the_check_finds_nothing_in_the_texts_that_ship(settings: Any, tmp_path: Path):
    settings.PUBLIC_URL, said = "https://adminduk.example", io.StringIO()
    call_command("export_templates", "--check", folder=tmp_path, stdout=said)
    assert "nothing that Meta would refuse" in said.getvalue()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_the_check_names_what_meta_would_refuse_and_fails(settings: Any, tmp_path: Path):
    settings.PUBLIC_URL = "http://adminduk.example"
    texts = MessageText.objects.filter(is_current=True)
    texts.filter(purpose="received").update(body="{nama}")
    texts.filter(purpose="expired").update(body=texts.get(purpose="withdrawn").body)
    with pytest.raises(CommandError) as refused:
        call_command("export_templates", "--check", folder=tmp_path)
    said = str(refused.value)
    assert refused.value.returncode == 1
    assert "adm_received: Jangan mulai dengan tanda isian" in said
    assert "adm_withdrawn: says the same as adm_expired" in said
    assert said.count("https only") == 1
    assert "PUBLIC_URL is http://adminduk.example: buttons open addresses with https only" in said
    assert "adm_code:" not in said
