"""Faults of requests, held requests, and the control plane."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

import socket
import threading
import time

import httpx
import pytest

from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import (
    TOKEN,
    SimulatorProcess,
    Webhook,
)
from tests.embedded.simulator_calls import PHONE, SENDER, code, receipts, send, template, wamid


def test_rules_choose_their_messages(simulator: SimulatorProcess) -> None:
    simulator.faults(
        {"action": "http_500", "match": {"nth": 2, "to": PHONE}},
        {"action": "http_429", "match": {"template": "adm_otp"}, "times": 1},
    )
    results = [send(simulator).status_code for _ in range(3)]
    results += [send(simulator, template("adm_otp", "1"), to="6280000000003").status_code for _ in range(2)]
    assert results == [200, 500, 200, 429, 200]
    assert [rule["fired"] for rule in simulator.control("faults", method="GET")] == [1, 1]
    simulator.control("faults", method="DELETE")
    assert simulator.control("faults", method="GET") == []


def test_an_outage_ends_when_its_time_is_over(simulator: SimulatorProcess) -> None:
    now = simulator.control("clock", method="GET")["now"]
    simulator.faults({"action": "outage", "match": {"between": [now, now + 3600]}})
    assert send(simulator).status_code == 503
    simulator.control("advance", {"seconds": 3601})
    assert send(simulator).status_code == 200


@pytest.mark.parametrize("rules", [[{"action": "explode"}], [{"action": "slow", "match": {"day": 1}}], {"action": 1}])
def test_a_rule_that_nobody_understands_is_refused(simulator: SimulatorProcess, rules: object) -> None:
    assert simulator.http.post(f"{simulator.url}/_ctl/faults", json=rules).status_code == 400


def test_an_outage_may_be_one_numbers_and_without_an_end(simulator: SimulatorProcess) -> None:
    begin = simulator.control("clock", method="GET")["now"] + 60
    simulator.faults({"action": "outage", "match": {"phone_number_id": SENDER, "between": [begin, None]}})
    assert send(simulator).status_code == 200
    simulator.control("advance", {"seconds": 30 * 86400})
    assert (send(simulator).status_code, send(simulator, sender=f"{SENDER}0").status_code) == (503, 200)


def test_a_token_is_refused_from_a_moment_on_until_it_is_changed(simulator: SimulatorProcess) -> None:
    begin = simulator.control("clock", method="GET")["now"] + 60
    simulator.faults({"action": "token_rotates", "token": "the-next", "match": {"between": [begin, None]}})
    assert send(simulator).status_code == 200
    simulator.control("advance", {"seconds": 61})
    assert code(send(simulator)) == (401, 190)
    probe = simulator.http.get(f"{simulator.url}/v23.0/{SENDER}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert probe.status_code == 401
    assert send(simulator, token="the-next").status_code == 200


def test_without_a_next_token_none_is_taken(simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "token_rotates"})
    assert [code(send(simulator, token=token)) for token in (TOKEN, "other")] == [(401, 190)] * 2


@pytest.mark.parametrize(
    ("rule", "is_taken"),
    [
        ({"action": "timeout_before_accept", "seconds": 0.2}, False),
        ({"action": "reset_before_accept"}, False),
        ({"action": "timeout_after_accept", "seconds": 0.2}, True),
        ({"action": "reset_after_accept"}, True),
    ],
)
def test_an_answer_that_never_comes(
    simulator: SimulatorProcess, webhook: Webhook, rule: dict[str, object], is_taken: bool
) -> None:
    simulator.faults(rule)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        send(simulator)
    assert bool(simulator.accepted()) == is_taken
    if is_taken:
        webhook.wait_for_statuses("delivered")


@pytest.mark.parametrize(("action", "head_is_slow"), [("slow_body", False), ("slowloris", True)])
def test_an_answer_that_trickles(simulator: SimulatorProcess, action: str, head_is_slow: bool) -> None:
    simulator.faults({"action": action, "ms": 2})
    url, headers = f"{simulator.url}/v23.0/{SENDER}/messages", {"Authorization": f"Bearer {TOKEN}"}
    body = {"messaging_product": "whatsapp", "to": PHONE, "type": "template", "template": template("adm_diterima", "x")}
    begin = time.monotonic()
    with simulator.http.stream("POST", url, json=body, headers=headers) as answer:
        head = time.monotonic() - begin
        answer.read()
    assert (head > 0.15) == head_is_slow
    assert time.monotonic() - begin > 0.3
    assert answer.json()["messages"]


def chaotic(simulator: SimulatorProcess, **changes: object) -> list[str]:
    """Return which fault each of twenty messages got."""
    simulator.control("reset")
    simulator.control(
        "chaos", {"seed": 7, "share": 0.5, "actions": ["http_500", "http_429", "lost_webhook"], **changes}
    )
    for number in range(20):
        send(simulator, to=f"62800000001{number:02}")
    return [",".join(call["faults"]) for call in simulator.ledger()["calls"]]


def test_chaos_gives_the_same_faults_to_the_same_messages(simulator: SimulatorProcess) -> None:
    picked = chaotic(simulator)
    assert set(picked) == {"", "http_500", "http_429", "lost_webhook"}
    state = simulator.control("chaos", method="GET")
    assert (state["matched"], sum(state["fired"].values())) == (20, 20 - picked.count(""))
    assert chaotic(simulator) == picked
    assert chaotic(simulator, seed=8) != picked
    assert set(chaotic(simulator, share=0)) == {""}
    assert "" not in chaotic(simulator, share=1)


def test_chaos_ends_and_knows_the_usual_faults(simulator: SimulatorProcess) -> None:
    usual = simulator.control("chaos", {"seed": 1, "share": 1})["actions"]
    assert {"reset_after_accept", "reorder", "forged_signature"} < set(usual)
    assert not {"http_401_190", "token_rotates", "template_132015"} & set(usual)
    simulator.control("chaos", method="DELETE")
    assert simulator.control("chaos", method="GET") is None
    assert send(simulator).status_code == 200


@pytest.mark.parametrize(
    "content",
    [
        {"seed": 1},
        {"seed": "x", "share": 1},
        {"seed": 1, "share": 2},
        {"seed": 1, "share": 1, "actions": ["explode"]},
        {"seed": 1, "share": 1, "actions": []},
    ],
)
def test_chaos_refuses_nonsense(simulator: SimulatorProcess, content: object) -> None:
    assert simulator.http.post(f"{simulator.url}/_ctl/chaos", json=content).status_code == 400


def test_a_slow_answer_is_an_answer(simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "slow", "ms": 300})
    begin = time.monotonic()
    assert send(simulator).status_code == 200
    assert time.monotonic() - begin >= 0.3


def send_and_vanish(simulator: SimulatorProcess) -> None:
    """Send, and go away without waiting for the answer, like a worker that is killed."""
    body = (
        '{"messaging_product":"whatsapp","to":"%s","type":"template","template":{"name":"x","language":{"code":"id"}}}'
    )
    raw = (body % PHONE).encode()
    host, port = simulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v23.0/{SENDER}/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(raw)}\r\n\r\n"
        connection.sendall(head.encode() + raw)
        assert simulator.http.get(f"{simulator.url}/_ctl/held?count=1&wait=5").json()["held"]
    deadline = time.monotonic() + 5
    while simulator.control("held", method="GET")["held"] and time.monotonic() < deadline:
        time.sleep(0.02)


def test_who_dies_before_it_was_taken_sent_nothing(simulator: SimulatorProcess) -> None:
    simulator.faults({"action": "hold_before_accept"})
    send_and_vanish(simulator)
    (call,) = simulator.ledger()["calls"]
    assert (call["wamid"], call["answered_at"]) == (None, None)


def test_who_dies_after_it_was_taken_has_sent(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.faults({"action": "hold_after_accept"})
    send_and_vanish(simulator)
    (call,) = simulator.accepted()
    assert call["answered_at"] is None
    webhook.wait_for_statuses("delivered")


@pytest.mark.parametrize("action", ["hold_before_accept", "hold_after_accept"])
def test_who_waits_is_answered_after_the_release(simulator: SimulatorProcess, action: str) -> None:
    simulator.faults({"action": action})
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(send(simulator)))
    thread.start()
    (held,) = simulator.http.get(f"{simulator.url}/_ctl/held?count=1&wait=5").json()["held"]
    assert (held["phase"], len(simulator.accepted())) == (action, int(action == "hold_after_accept"))
    assert simulator.control("release", {"id": held["id"]}) == {"released": 1}
    thread.join(5)
    assert wamid(answers[0]) == simulator.accepted()[0]["wamid"]


def test_any_receipt_and_any_body_can_be_posted(simulator: SimulatorProcess, webhook: Webhook) -> None:
    sent = {"wamid": "wamid.X", "status": "failed", "at": 1780000000, "error_code": 131047, "opaque": "n"}
    webhook.answers += [200, 401]
    assert simulator.control("emit", sent) == {"answer": 200}
    assert simulator.control("emit", {"payload": {"entry": []}, "signature": "forged"}) == {"answer": 401}
    assert simulator.control("emit", {"raw": "not json"}) == {"answer": 200}
    assert receipts(webhook.posts[:1])[0].error_code == "131047"
    assert webhook.posts[2].body == b"not json"


def test_it_asks_for_the_subscription_as_meta_does(simulator: SimulatorProcess, webhook: Webhook) -> None:
    assert simulator.control("verify") == {"answer": 200, "echoed": True}
    assert simulator.control("verify", {"token": "wrong"}) == {"answer": 403, "echoed": False}


def test_controls_refuse_nonsense(simulator: SimulatorProcess) -> None:
    for name, content in [("advance", {"seconds": "x"}), ("advance", {}), ("emit", {}), ("settings", {"x": 1})]:
        assert simulator.http.post(f"{simulator.url}/_ctl/{name}", json=content).status_code == 400
    assert simulator.http.post(f"{simulator.url}/_ctl/emit", content=b"{").status_code == 400
    assert simulator.http.post(f"{simulator.url}/_ctl/nothing").status_code == 404
