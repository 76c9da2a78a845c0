"""Reply buttons in the simulator: what Meta checks, what the phone shows, and what a press posts."""

# ruff: noqa: F811 (pytest's fixtures are imported and asked for by name)

from __future__ import annotations

import json
from typing import Any

import pytest

from requests_app.channels.whatsapp import Inbound, parse_webhook
from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook  # noqa: F401
from tests.channels.simulator_process import SimulatorProcess, Webhook
from tests.embedded.simulator_calls import PHONE, SENDER, code, send, wamid

CHAT = f"/telepon/{PHONE}/pesan/"


def button(id: str = "STATUS", title: str = "Cek status", **over: Any) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": id, "title": title}} | over


def interactive(*buttons: dict[str, Any], text: str = "Sedang diperiksa.", **over: Any) -> dict[str, Any]:
    return {"type": "button", "body": {"text": text}, "action": {"buttons": list(buttons)}} | over


def send_it(simulator: SimulatorProcess, content: dict[str, Any]) -> Any:
    return send(simulator, type="interactive", interactive=content)


def written(webhook: Webhook, number: int) -> list[Inbound]:
    posts = webhook.wait_for(lambda posts: sum(b'"messages"' in post.body for post in posts) >= number)
    return [item for post in posts for item in parse_webhook(json.loads(post.body)) if isinstance(item, Inbound)]


def test_up_to_three_buttons_are_taken(simulator: SimulatorProcess) -> None:
    three = [button(str(number), f"{number}" * 20) for number in range(3)]
    wamid(send_it(simulator, interactive(*three, text="x" * 1024)))
    wamid(send_it(simulator, interactive(button("i" * 256))))
    assert len(simulator.ledger()["buttons"]) == 4


@pytest.mark.parametrize(
    "content",
    [
        interactive(),
        interactive(*(button(str(number), f"Tombol {number}") for number in range(4))),
        interactive(button(), button(title="Lagi")),
        interactive(button(), button(id="LAIN")),
        interactive(button(title="x" * 21)),
        interactive(button(title="")),
        interactive(button(id="")),
        interactive(button(id="i" * 257)),
        interactive(button(type="url")),
        interactive(button(), text="x" * 1025),
        interactive(button(), text=" "),
        interactive(button(), type="list"),
        interactive(button(), action={"buttons": "STATUS"}),
    ],
)
def test_what_meta_refuses_is_refused(simulator: SimulatorProcess, content: dict[str, Any]) -> None:
    assert code(send_it(simulator, content)) == (400, 131009)
    assert simulator.accepted() == []


@pytest.mark.parametrize("content", [{}, {"type": "button"}, interactive({"type": "reply"}), interactive(body=1)])
def test_what_is_incomplete_is_refused_too(simulator: SimulatorProcess, content: dict[str, Any]) -> None:
    assert code(send_it(simulator, content)) == (400, 131008)


def test_it_arrives_inside_the_window_only(simulator: SimulatorProcess, webhook: Webhook) -> None:
    wamid(send_it(simulator, interactive(button())))
    (post,) = webhook.wait_for_statuses("failed")
    assert post.value["statuses"][0]["errors"][0]["code"] == 131047


def test_a_press_reaches_the_number_it_came_from(simulator: SimulatorProcess, webhook: Webhook) -> None:
    simulator.control("inbound", {"from": PHONE, "phone_number_id": SENDER, "text": "Halo"})
    sent = wamid(send_it(simulator, interactive(button(), button("LAPOR", "<Lapor>"))))
    shown = simulator.page(CHAT)
    assert '<button name="tombol" value="STATUS">Cek status</button>' in shown and "&lt;Lapor&gt;" in shown
    press = {"pesan": sent, "tombol": "LAPOR"}
    answer = simulator.http.post(f"{simulator.url}/telepon/{PHONE}/tekan/?diam=1", data=press)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CHAT}?diam=1")
    *_, pressed = written(webhook, 2)
    assert (pressed.kind, pressed.payload, pressed.text) == ("interactive", "LAPOR", "<Lapor>")
    assert (pressed.from_, pressed.phone_number_id, pressed.context_id) == (f"+{PHONE}", SENDER, sent)
    assert simulator.page(CHAT).count("&lt;Lapor&gt;") == 2, "it stands in the chat as said"


def test_a_button_that_is_not_there_says_nothing(simulator: SimulatorProcess) -> None:
    sent = wamid(send_it(simulator, interactive(button())))
    for press in ({}, {"pesan": sent, "tombol": "LAPOR"}, {"pesan": "wamid.x", "tombol": "STATUS"}):
        simulator.http.post(f"{simulator.url}/telepon/{PHONE}/tekan/", data=press)
    others = simulator.http.post(
        f"{simulator.url}/telepon/6280000000009/tekan/", data={"pesan": sent, "tombol": "STATUS"}
    )
    assert others.status_code == 303
    assert simulator.ledger()["inbound"] == []


@pytest.mark.parametrize(
    ("form", "kind", "text"),
    [
        ({"jenis": "image", "pesan": "KK <saya>"}, "image", "KK <saya>"),
        ({"jenis": "image", "pesan": ""}, "image", ""),
        ({"jenis": "audio", "pesan": "dibuang"}, "audio", ""),
    ],
)
def test_a_person_sends_a_picture_or_a_voice(
    simulator: SimulatorProcess, webhook: Webhook, form: dict[str, str], kind: str, text: str
) -> None:
    simulator.http.post(f"{simulator.url}/telepon/{PHONE}/tulis/", data=form | {"kepada": SENDER})
    (said,) = written(webhook, 1)
    assert (said.kind, said.text) == (kind, text)
    assert {"image": "[foto]", "audio": "[pesan suara]"}[kind] in simulator.page(CHAT)
