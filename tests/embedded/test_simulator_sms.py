"""The SMS gateway: what our SMS channel hands over is on the phone, and what can go wrong with it."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from requests_app.channels.base import Message, Outcome
from requests_app.channels.sms import HttpSmsChannel
from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import SMS_TOKEN, SimulatorProcess
from tests.embedded.simulator_calls import PHONE

MESSAGE = Message(
    to=f"+{PHONE}",
    template="adm_diterima",
    language="id",
    parameters=(),
    text="Dukcapil: <Permohonan> selesai. http://127.0.0.1:8000/t/x/",
    button_url_suffix=None,
    opaque="5f0c:1",
    sender="DUKCAPIL",
    subject="",
)


def post(simulator: SimulatorProcess, message: Message = MESSAGE, token: str = SMS_TOKEN) -> Outcome:
    timeout = httpx.Timeout(1.0)
    return HttpSmsChannel(url=f"{simulator.url}/sms/messages", token=token, timeout=timeout).send(message)


def taken(simulator: SimulatorProcess) -> list[str]:
    return [sms["reference"] for sms in simulator.ledger()["sms"] if sms["accepted_at"]]


def test_an_sms_is_on_its_phone_and_says_that_it_is_one(simulator: SimulatorProcess) -> None:
    assert post(simulator).kind == "accepted"
    assert taken(simulator) == ["5f0c:1"]
    shown = simulator.page(f"/telepon/{PHONE}/pesan/")
    assert "dari SMS DUKCAPIL" in shown
    assert "Dukcapil: &lt;Permohonan&gt; selesai." in shown
    assert f"/telepon/{PHONE}/" in simulator.page("/")
    assert simulator.ledger()["webhooks"] == [], "nobody reports what became of an SMS"


@pytest.mark.parametrize("changes", [{"to": "0812"}, {"text": ""}, {"from": ""}, {"text": "x" * 1601}])
def test_what_a_gateway_cannot_send_is_refused(simulator: SimulatorProcess, changes: dict[str, str]) -> None:
    body = {"to": f"+{PHONE}", "from": "DUKCAPIL", "text": "Halo", "reference": "1"} | changes
    headers = {"Authorization": f"Bearer {SMS_TOKEN}"}
    assert simulator.http.post(f"{simulator.url}/sms/messages", json=body, headers=headers).status_code == 422
    assert simulator.http.post(f"{simulator.url}/sms/messages", content=b"{", headers=headers).status_code == 422
    assert taken(simulator) == []


def test_a_strange_token_is_refused(simulator: SimulatorProcess) -> None:
    assert post(simulator, token="strange").kind == "account"
    assert taken(simulator) == []


@pytest.mark.parametrize(
    ("rule", "kind", "is_taken"),
    [
        ({"action": "outage"}, "retry", False),
        ({"action": "http_error", "http": 422}, "permanent", False),
        ({"action": "http_429"}, "retry", False),
        ({"action": "slow", "ms": 300}, "accepted", True),
        ({"action": "timeout_after_accept", "seconds": 2}, "unknown", True),
        ({"action": "reset_after_accept"}, "unknown", True),
        ({"action": "timeout_before_accept", "seconds": 2}, "unknown", False),
    ],
)
def test_a_fault_of_one_number_spares_the_others(
    simulator: SimulatorProcess, rule: dict[str, object], kind: str, is_taken: bool
) -> None:
    simulator.faults({**rule, "match": {"channel": "sms", "to": PHONE}})
    assert post(simulator).kind == kind
    assert bool(taken(simulator)) == is_taken
    assert post(simulator, replace(MESSAGE, to="+6280000000003")).kind == "accepted"


def test_a_fault_of_whatsapp_is_none_of_sms(simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "outage"})
    assert post(simulator).kind == "accepted"
