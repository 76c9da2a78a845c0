"""How the simulator's tests call it, and what they read from its posts."""

from __future__ import annotations

import json
import time
from typing import Any

import httpx

from requests_app.channels.whatsapp import Receipt, parse_webhook
from tests.channels.simulator_process import (
    TOKEN,
    Post,
    SimulatorProcess,
    Webhook,
)

PHONE, SENDER = "6280000000002", "1671000002"
TEMPLATES = {
    "adm_diterima": {
        "language": "id",
        "category": "UTILITY",
        "body": "Halo {{1}}.\nNomor Anda {{2}}.",
        "button": {"text": "Lihat", "url": "http://127.0.0.1:8000/t/{{1}}/"},
    },
    "adm_otp": {"language": "id", "category": "AUTHENTICATION", "body": "Kode Anda {{1}}."},
    "adm_lama": {"language": "id", "status": "PAUSED", "body": "Lama"},
}


def template(name: str = "adm_diterima", *parameters: str, button: str | None = None) -> dict[str, Any]:
    components: list[dict[str, Any]] = [
        {"type": "body", "parameters": [{"type": "text", "text": value} for value in parameters]}
    ]
    if button is not None:
        texts = [{"type": "text", "text": button}]
        components.append({"type": "button", "sub_type": "url", "index": "0", "parameters": texts})
    return {"name": name, "language": {"code": "id"}, "components": components}


def send(
    simulator: SimulatorProcess,
    content: dict[str, Any] | None = None,
    sender: str = SENDER,
    token: str = TOKEN,
    **changes: Any,
) -> httpx.Response:
    body = {
        "messaging_product": "whatsapp",
        "to": PHONE,
        "type": "template",
        "biz_opaque_callback_data": "notice:1",
        "template": content or template("adm_diterima", "Siti"),
        **changes,
    }
    return simulator.http.post(
        f"{simulator.url}/v23.0/{sender}/messages", json=body, headers={"Authorization": f"Bearer {token}"}
    )


def wamid(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return str(response.json()["messages"][0]["id"])


def code(response: httpx.Response) -> tuple[int, int]:
    return response.status_code, response.json()["error"]["code"]


def receipts(posts: list[Post]) -> list[Receipt]:
    found = [item for post in posts for item in parse_webhook(json.loads(post.body))]
    return [item for item in found if isinstance(item, Receipt)]


def outcome(webhook: Webhook, number: int) -> list[Post]:
    """Return the first ``number`` posts, and make sure that no further one follows."""
    webhook.wait_for(lambda posts: len(posts) >= number)
    time.sleep(0.4)
    assert len(webhook.posts) == number
    return webhook.posts
