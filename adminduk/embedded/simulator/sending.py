"""``POST /v{N}/{phone_number_id}/messages``: the part of the API that takes messages."""

from __future__ import annotations

import hmac
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from adminduk.embedded.simulator import bad_calls, buttons, faults, receipts
from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.http import Request, Response, as_json
from adminduk.embedded.simulator.registry import Rendered
from adminduk.embedded.simulator.state import Simulator

_RECIPIENT = re.compile(r"[0-9]{8,15}")
_OUTSIDE_WINDOW = 131047
_UNHEALTHY = 131049
_MAX_OPAQUE = 512


@dataclass(frozen=True)
class Sent:
    """A message that was understood."""

    to: str
    kind: str
    template: str
    language: str
    parameters: list[str]
    rendered: Rendered
    opaque: str
    buttons: list[buttons.Button] = field(default_factory=list)


def authorise(simulator: Simulator, request: Request, phone_number_id: str = "") -> None:
    """Raise ApiError 190 unless the bearer token is ours: the present one, when a fault has changed it."""
    token = simulator.secrets.WHATSAPP_ACCESS_TOKEN
    call = faults.Call(phone_number_id, "", "", simulator.store.now())
    for rule in faults.in_force(simulator.store):
        if rule["action"] == faults.TOKEN_ROTATES and faults.concerns(rule, call):
            token = rule.get("token", "")
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise ApiError(401, 190, "Invalid OAuth access token")


def take(simulator: Simulator, request: Request, phone_number_id: str) -> Response:
    """Take one message: ledger row, checks, faults, receipts, answer."""
    store, begin = simulator.store, time.monotonic()
    call_id = store.run("INSERT INTO calls (received_at, phone_number_id) VALUES (?, ?)", store.now(), phone_number_id)
    try:
        response = _take(simulator, request, phone_number_id, call_id)
    except ApiError as refusal:
        body, content_type = refusal.body()
        response = Response(refusal.status, body, content_type)
        store.run("UPDATE calls SET code = ? WHERE id = ?", refusal.code, call_id)
    # Each connection has its thread, so nobody else waits.
    time.sleep(max(0.0, begin + store.settings()["answer_after_ms"] / 1000 - time.monotonic()))
    answered = (store.now(), response.status, call_id)
    store.run("UPDATE calls SET answered_at = ?, http_status = ? WHERE id = ?", *answered)
    return response


def _take(simulator: Simulator, request: Request, phone_number_id: str, call_id: int) -> Response:
    store = simulator.store
    body = _body(request)
    call = faults.Call(phone_number_id, str(body.get("to", "")), _template_name(body), store.now())
    rules = faults.fired_by(store, call)
    store.run(
        "UPDATE calls SET recipient = ?, template = ?, opaque = ?, faults = ? WHERE id = ?",
        call.to,
        call.template,
        str(body.get("biz_opaque_callback_data", "")),
        json.dumps(rules),
        call_id,
    )
    for rule in rules:
        bad_calls.before_taking(simulator, request, rule, call)
    authorise(simulator, request, phone_number_id)
    simulator.registry.sender(phone_number_id)
    sent = _understood(simulator, body)
    simulator.limits.check(phone_number_id, sent.to, store.now())
    wamid = _accept(simulator, sent, phone_number_id, call_id, rules)
    response = _envelope(sent, wamid, rules)
    for rule in rules:
        response = bad_calls.after_taking(simulator, request, rule, call, response)
    return response


def _body(request: Request) -> dict[str, Any]:
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise ApiError(400, 100, "Invalid parameter", "content type")
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or body.get("messaging_product") != "whatsapp":
        raise ApiError(400, 100, "Invalid parameter", "messaging_product")
    return body


def _template_name(body: dict[str, Any]) -> str:
    template = body.get("template")
    return str(template.get("name", "")) if isinstance(template, dict) else ""


def _understood(simulator: Simulator, body: dict[str, Any]) -> Sent:
    to, opaque = body.get("to"), body.get("biz_opaque_callback_data", "")
    if not isinstance(to, str) or not _RECIPIENT.fullmatch(to):
        raise ApiError(400, 100, "Invalid parameter", "to")
    if not isinstance(opaque, str) or len(opaque) > _MAX_OPAQUE:
        raise ApiError(400, 100, "Invalid parameter", "biz_opaque_callback_data")
    try:
        if body.get("type") == "template":
            return _understood_template(simulator, to, opaque, body["template"])
        if body.get("type") == "text":
            return Sent(to, "text", "", "", [], Rendered(_non_empty(body["text"]["body"])), opaque)
        if body.get("type") == "interactive":
            text, below = buttons.understood(body["interactive"])
            return Sent(to, "interactive", "", "", [], Rendered(text), opaque, below)
    except (KeyError, TypeError, AttributeError) as problem:
        raise ApiError(400, 131008, "Required parameter is missing", type(problem).__name__) from problem
    raise ApiError(400, 131051, "Unsupported message type")


def _understood_template(simulator: Simulator, to: str, opaque: str, template: dict[str, Any]) -> Sent:
    parameters: list[str] = []
    button: str | None = None
    for component in template.get("components", []):
        values = [_non_empty(parameter["text"]) for parameter in component["parameters"]]
        if component["type"] == "body":
            parameters = values
        elif component["type"] == "button" and component["sub_type"] == "url":
            button = values[0] if values else None
    name, language = str(template["name"]), str(template["language"]["code"])
    rendered = simulator.registry.render(name, language, parameters, button)
    return Sent(to, "template", name, language, parameters, rendered, opaque)


def _non_empty(text: object) -> str:
    if not isinstance(text, str) or not text:
        raise ApiError(400, 131008, "Required parameter is missing", "text")
    return text


def _accept(simulator: Simulator, sent: Sent, phone_number_id: str, call_id: int, rules: list[dict[str, Any]]) -> str:
    """Write the message and all its receipts into the ledger, in one step. Returns its id."""
    store, now, wamid = simulator.store, simulator.store.now(), receipts.new_wamid()
    first = receipts.Receipt(
        wamid=wamid,
        status="accepted",
        at=now,
        due_at=now,
        recipient=sent.to,
        phone_number_id=phone_number_id,
        opaque=sent.opaque,
    )
    code = _async_failure(simulator, sent, phone_number_id, now)
    bent = [*rules, {"action": "failed_async", "code": code}] if code else rules
    planned = receipts.plan(first, store.settings(), bent)
    statements = [
        (
            "UPDATE calls SET accepted_at = ?, kind = ?, language = ?, parameters = ?, text = ?,"
            " button_text = ?, button_url = ?, wamid = ? WHERE id = ?",
            (
                now,
                sent.kind,
                sent.language,
                json.dumps(sent.parameters),
                sent.rendered.text,
                sent.rendered.button_text,
                sent.rendered.button_url,
                wamid,
                call_id,
            ),
        ),
        *buttons.storing(wamid, sent.buttons),
        *map(simulator.insertion, planned),
    ]
    if any(rule["action"] == "webhook_before_response" for rule in rules):
        with simulator.deliverer.kept_from_posting(wamid):
            store.run_all(statements)
            _post_first(simulator, wamid)
    else:
        store.run_all(statements)
    simulator.deliverer.wake(min((receipt.due_at for receipt in planned), default=now))
    return wamid


def _post_first(simulator: Simulator, wamid: str) -> None:
    rows = simulator.store.rows(
        "SELECT * FROM webhooks WHERE wamid = ? AND state = 'pending' AND due_at <= ? ORDER BY id",
        wamid,
        simulator.store.now(),
    )
    for row in rows:
        simulator.deliverer.deliver([row])


def _async_failure(simulator: Simulator, sent: Sent, phone_number_id: str, now: float) -> int | None:
    """Return the code of what Meta takes first and then tells to have failed."""
    if sent.kind != "template" and not simulator.limits.in_conversation(phone_number_id, sent.to, now):
        return _OUTSIDE_WINDOW
    return None if simulator.limits.reach(phone_number_id, sent.to, now) else _UNHEALTHY


def _envelope(sent: Sent, wamid: str, rules: list[dict[str, Any]]) -> Response:
    held = any(rule["action"] == "held_for_quality_assessment" for rule in rules)
    message = {"id": wamid, "message_status": "held_for_quality_assessment" if held else "accepted"}
    return as_json(
        {
            "messaging_product": "whatsapp",
            "contacts": [{"input": sent.to, "wa_id": sent.to}],
            "messages": [message],
        }
    )
