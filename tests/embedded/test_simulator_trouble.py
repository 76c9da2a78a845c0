"""The page "Gangguan": what is switched on there happens, is shown, and can be switched off."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

import re

import pytest

from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import SimulatorProcess
from tests.embedded.simulator_calls import PHONE, SENDER, send

ZONES = {
    SENDER: {"display_phone_number": "+62711500", "name": "UPTD <3>"},
    f"{SENDER}0": {"display_phone_number": "+62711700", "name": "UPTD 7"},
}


def press(simulator: SimulatorProcess, button: str, **fields: str) -> tuple[int, str]:
    answer = simulator.http.post(f"{simulator.url}/gangguan/{button}/", data=fields, follow_redirects=True)
    return answer.status_code, answer.text


def test_an_outage_of_one_zone_is_switched_on_and_off(simulator: SimulatorProcess) -> None:
    simulator.control("senders", ZONES)
    assert "Gangguan: tidak ada" in simulator.page("/")
    _, shown = press(simulator, "nyalakan", jenis="padam", untuk=SENDER, telepon="", bagian="100", menit="")
    assert "Padam: semua pesan ditolak" in shown
    assert "UPTD &lt;3&gt; · +62711500 · mengenai 0 dari 0 pesan" in shown
    assert [send(simulator, sender=each).status_code for each in ZONES] == [503, 200]
    assert "mengenai 1 dari 1 pesan" in simulator.page("/gangguan/")
    assert "Gangguan: 1 sedang berlaku" in simulator.page("/")
    (rule,) = simulator.control("faults", method="GET")
    press(simulator, "matikan", apa=str(rule["id"]))
    assert send(simulator).status_code == 200
    assert "Tidak ada. Semua berjalan" in simulator.page("/gangguan/")


def test_a_trouble_may_concern_one_phone_for_some_minutes(simulator: SimulatorProcess) -> None:
    fields = {"jenis": "nomor", "untuk": "semua", "telepon": "0800-0000-0002", "bagian": "50", "menit": "10"}
    press(simulator, "nyalakan", **fields)
    (rule,) = simulator.control("faults", method="GET")
    assert (rule["action"], rule["match"]["to"], rule["match"]["probability"]) == ("undeliverable_131026", PHONE, 0.5)
    start, end = rule["match"]["between"]
    assert start is None
    assert 0 < end - simulator.control("clock", method="GET")["now"] <= 600
    shown = simulator.page("/gangguan/")
    assert "ke +62 800 0000 0002 · 50 % pesan · sampai" in shown


def test_chaos_and_limits_are_set_and_everything_is_switched_off(simulator: SimulatorProcess) -> None:
    press(simulator, "nyalakan", jenis="lambat", untuk="sms", bagian="100")
    _, shown = press(simulator, "acak", benih="7", acak_bagian="25")
    assert "Acak, benih 7, 25 % pesan" in shown
    limits = {"rate_per_second": "20", "portfolio_limit": "250", "pair_burst": "5", "pair_seconds": "6"}
    press(simulator, "batas", **limits, answer_after_ms="5")
    settings = simulator.control("settings", method="GET")
    assert {name: str(settings[name]) for name in limits} == limits
    shown = simulator.page("/gangguan/")
    assert re.search(r"24 jam</dt><dd>0 dari 250</dd>", shown)
    press(simulator, "matikan", apa="semua")
    assert simulator.control("faults", method="GET") == []
    assert simulator.control("chaos", method="GET") is None


@pytest.mark.parametrize(
    ("button", "fields"),
    [
        ("nyalakan", {"jenis": "meledak", "untuk": "semua"}),
        ("nyalakan", {"jenis": "padam", "untuk": "1"}),
        ("nyalakan", {"jenis": "hilang", "untuk": "sms"}),
        ("nyalakan", {"jenis": "padam", "untuk": "semua", "bagian": "<101>"}),
        ("nyalakan", {"jenis": "padam", "untuk": "semua", "menit": "-1"}),
        ("acak", {"benih": "satu", "acak_bagian": "10"}),
        ("batas", {"rate_per_second": "banyak"}),
    ],
)
def test_what_makes_no_sense_is_said_and_changes_nothing(
    simulator: SimulatorProcess, button: str, fields: dict[str, str]
) -> None:
    before = simulator.control("settings", method="GET")
    status, shown = press(simulator, button, **fields)
    assert status == 422
    assert 'role="alert"' in shown
    assert "<101>" not in shown
    assert simulator.control("faults", method="GET") == []
    assert simulator.control("settings", method="GET") == before


def test_a_rule_that_came_by_http_is_shown_too(simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "200_garbage", "match": {"probability": 0.125}})
    assert "200_garbage" in simulator.page("/gangguan/")
    assert "12,5 % pesan" in simulator.page("/gangguan/")
