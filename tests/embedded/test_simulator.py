"""The simulator as a process of its own: start, end, clock, and what it takes."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import (
    TOKEN,
    SimulatorProcess,
    Webhook,
    running_simulator,
    running_webhook,
)
from tests.embedded.simulator_calls import PHONE, SENDER, TEMPLATES, code, receipts, send, template, wamid


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[SimulatorProcess, Webhook]]:
    with running_webhook() as hook, running_simulator(tmp_path / "data", hook.url) as process:
        process.control("settings", {"retry_scale": 0.05})
        yield process, hook


def send_in_vain(process: SimulatorProcess) -> None:
    with pytest.raises(httpx.HTTPError):
        send(process)


@pytest.mark.kill
def test_it_ends_within_a_second_even_while_requests_are_held(own: tuple[SimulatorProcess, Webhook]) -> None:
    process, _ = own
    process.faults({"action": "hold_after_accept"})
    threading.Thread(target=send_in_vain, args=(process,), daemon=True).start()
    assert len(process.http.get(f"{process.url}/_ctl/held?count=1&wait=5").json()["held"]) == 1
    seconds, _ = process.stop()
    assert process.process.returncode == 0
    assert seconds < 1


@pytest.mark.kill
def test_it_prints_neither_numbers_nor_texts(own: tuple[SimulatorProcess, Webhook]) -> None:
    process, hook = own
    send(process, template("adm_diterima", "Siti Aminah"))
    process.page(f"/telepon/{PHONE}/pesan/")
    process.http.get(f"{process.url}/telepon/{PHONE}/ada/")
    send(process, to=[PHONE], template={"name": "Siti Aminah"})
    hook.wait_for_statuses("delivered")
    _, printed = process.stop()
    assert printed == process.first_line


@pytest.mark.kill
def test_receipts_survive_its_sudden_death(own: tuple[SimulatorProcess, Webhook]) -> None:
    process, hook = own
    process.control("settings", {"sent_after": 1.0, "delivered_after": 1.2})
    sent = wamid(send(process))
    process.kill()
    assert hook.posts == []
    process.start()
    posts = hook.wait_for_statuses("sent", "delivered")
    assert {receipt.provider_id for receipt in receipts(posts)} == {sent}


@pytest.mark.kill
def test_a_taken_port_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_simulator(tmp_path, "http://127.0.0.1:9/") as process:
        monkeypatch.setattr("tests.channels.simulator_process.PORT", process.url.rpartition(":")[2])
        with running_simulator(tmp_path, "http://127.0.0.1:9/") as second:
            assert second.process.wait(5) == 1
            assert re.fullmatch(r"simulator: 127\.0\.0\.1:\d+: Address already in use\n", second.first_line)


@pytest.mark.kill
def test_the_clock_goes_forward_and_survives_a_restart(own: tuple[SimulatorProcess, Webhook]) -> None:
    process, hook = own
    process.control("advance", {"seconds": 86400})
    process.control("advance", {"seconds": 86400})
    process.stop()
    process.start()
    assert process.control("clock", method="GET")["offset"] == 172800
    send(process)
    (first, *_) = receipts(hook.wait_for_statuses("sent"))
    assert abs(first.at.timestamp() - time.time() - 172800) < 10
    assert process.control("advance", {"offset": 0})["offset"] == 0


def test_a_message_is_answered_as_meta_answers(simulator: SimulatorProcess) -> None:
    answer = send(simulator).json()
    assert answer["contacts"] == [{"input": PHONE, "wa_id": PHONE}]
    assert answer["messages"][0]["message_status"] == "accepted"
    assert answer["messages"][0]["id"].startswith("wamid.")


def test_the_ledger_knows_the_exact_times(simulator: SimulatorProcess) -> None:
    begin = time.time()
    sent = wamid(send(simulator))
    (call,) = simulator.ledger()["calls"]
    assert begin <= call["received_at"] <= call["accepted_at"] <= call["answered_at"] <= time.time()
    assert (call["wamid"], call["http_status"], call["opaque"]) == (sent, 200, "notice:1")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"messaging_product": "sms"}, (400, 100)),
        ({"to": "+6280000000002"}, (400, 100)),
        ({"to": 628}, (400, 100)),
        ({"type": "sticker"}, (400, 131051)),
        ({"template": {"name": "x"}}, (400, 131008)),
        ({"template": None}, (400, 131008)),
        ({"template": template("adm_baru", "a", "b")}, (404, 132001)),
        ({"template": {**template("adm_otp", "1", button="1"), "language": {"code": "en"}}}, (404, 132001)),
        ({"template": template("adm_lama")}, (400, 132015)),
        ({"template": template("adm_diterima", "satu", button="x")}, (400, 132000)),
        ({"template": template("adm_diterima", "a", "b")}, (400, 131008)),
        ({"template": template("adm_diterima", "a", "b" * 1024, button="x")}, (400, 132005)),
        ({"template": template("adm_diterima", "a", "b\nc", button="x")}, (400, 132012)),
        ({"template": template("adm_diterima", "a", "b     c", button="x")}, (400, 132012)),
        ({"template": template("adm_diterima", "a", "", button="x")}, (400, 131008)),
        ({"template": template("adm_otp", "123456")}, (400, 131008)),
        ({"template": template("adm_otp", "123456", button="654321")}, (400, 131008)),
        ({"biz_opaque_callback_data": "x" * 513}, (400, 100)),
    ],
)
def test_what_meta_refuses_is_refused(
    simulator: SimulatorProcess, changes: dict[str, Any], expected: tuple[int, int]
) -> None:
    simulator.control("templates", TEMPLATES)
    assert code(send(simulator, **changes)) == expected
    assert simulator.accepted() == []


def test_strangers_are_refused(simulator: SimulatorProcess) -> None:
    url = f"{simulator.url}/v23.0/{SENDER}/messages"
    assert code(simulator.http.post(url, json={"messaging_product": "whatsapp"})) == (401, 190)
    simulator.control("senders", {"1": {"display_phone_number": "+62711", "name": "UPTD A"}})
    assert code(send(simulator)) == (400, 33)


def test_the_probe_of_a_number_tells_who_it_is(simulator: SimulatorProcess) -> None:
    simulator.control("senders", {SENDER: {"display_phone_number": "+62 711 1", "name": "UPTD A"}})
    simulator.control("templates", TEMPLATES)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    probe = simulator.http.get(f"{simulator.url}/v23.0/{SENDER}", headers=headers).json()
    assert (probe["display_phone_number"], probe["verified_name"]) == ("+62 711 1", "UPTD A")
    listed = simulator.http.get(f"{simulator.url}/v23.0/1/message_templates", headers=headers).json()["data"]
    assert {entry["name"]: entry["status"] for entry in listed}["adm_lama"] == "PAUSED"
    assert simulator.http.get(f"{simulator.url}/v23.0/{SENDER}").status_code == 401


def test_templates_are_read_again_when_the_file_is_replaced(simulator: SimulatorProcess) -> None:
    simulator.control("templates", TEMPLATES)
    (simulator.data / "templates.json").write_text('{"adm_x": {"language": "id", "body": "Halo"}}')
    assert send(simulator, template("adm_x")).status_code == 200


def test_the_limits_of_the_provider_hold(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("settings", {"pair_burst": 2, "portfolio_limit": 2})
    assert [send(simulator).status_code for _ in range(3)] == [200, 200, 429]
    simulator.control("advance", {"seconds": 6})
    assert send(simulator).status_code == 200
    send(simulator, to="6280000000003")
    third = wamid(send(simulator, to="6280000000004"))
    (failed,) = [r for r in receipts(webhook.wait_for_statuses("failed")) if r.status == "failed"]
    assert (failed.provider_id, failed.error_code) == (third, "131049")
    simulator.control("settings", {"rate_per_second": 0})
    assert code(send(simulator, to="6280000000005")) == (429, 130429)


def test_who_is_in_a_conversation_with_the_number_does_not_count(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("settings", {"portfolio_limit": 1})
    answered, *strangers = (f"628000000010{n}" for n in range(3))
    simulator.control("inbound", {"from": answered, "phone_number_id": SENDER, "text": "STATUS"})
    free = [wamid(send(simulator, to=answered, type="text", text={"body": "Sedang diperiksa."}))]
    free += [wamid(send(simulator, to=answered)), wamid(send(simulator, to=strangers[0]))]
    elsewhere = wamid(send(simulator, to=answered, sender=f"{SENDER}0"))
    second = wamid(send(simulator, to=strangers[1]))
    posts = webhook.wait_for(lambda posts: sum(post.statuses == ["failed"] for post in posts) == 2)
    failed = {receipt.provider_id for receipt in receipts(posts) if receipt.status == "failed"}
    assert failed == {elsewhere, second}
    simulator.control("advance", {"seconds": 86401})
    late = wamid(send(simulator, to=answered, type="text", text={"body": "Terlambat."}))
    posts = webhook.wait_for(lambda posts: sum(post.statuses == ["failed"] for post in posts) == 3)
    assert [(r.provider_id, r.error_code) for r in receipts(posts) if r.error_code][-1] == (late, "131047")


@pytest.mark.kill
def test_whom_it_has_reached_survives_a_restart(own: tuple[SimulatorProcess, Webhook]) -> None:
    process, hook = own
    process.control("settings", {"portfolio_limit": 1})
    send(process)
    process.kill()
    process.start()
    second = wamid(send(process, to="6280000000003"))
    assert {r.provider_id for r in receipts(hook.wait_for_statuses("failed")) if r.status == "failed"} == {second}


def test_an_answer_takes_as_long_as_was_set_and_nobody_waits_for_another(simulator: SimulatorProcess) -> None:
    simulator.control("settings", {"answer_after_ms": 200})
    begin = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: send(simulator, to=f"628000000010{n}"), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert 0.2 <= time.monotonic() - begin < 0.8
