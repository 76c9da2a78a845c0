"""``POST /v{N}/{phone_number_id}/messages``: the part of the API that takes messages."""

from __future__ import annotations

import hmac
import json
import re
import time
from dataclasses import dataclass
from typing import Any

from adminduk.embedded.simulator import faults, receipts
from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.http import NoAnswerError, Request, Response, as_json
from adminduk.embedded.simulator.registry import Rendered
from adminduk.embedded.simulator.state import Simulator

_RECIPIENT = re.compile(r"[0-9]{8,15}")
_WINDOW = 24 * 3600
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


def authorise(simulator: Simulator, request: Request) -> None:
    """Raise ApiError 190 unless the bearer token is ours."""
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, f"Bearer {simulator.secrets.WHATSAPP_ACCESS_TOKEN}".encode()):
        raise ApiError(401, 190, "Invalid OAuth access token")


def take(simulator: Simulator, request: Request, phone_number_id: str) -> Response:
    """Take one message: ledger row, checks, faults, receipts, answer."""
    store = simulator.store
    call_id = store.run("INSERT INTO calls (received_at, phone_number_id) VALUES (?, ?)", store.now(), phone_number_id)
    try:
        response = _take(simulator, request, phone_number_id, call_id)
    except ApiError as refusal:
        body, content_type = refusal.body()
        response = Response(refusal.status, body, content_type)
        store.run("UPDATE calls SET code = ? WHERE id = ?", refusal.code, call_id)
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
        _before(simulator, request, rule, call)
    authorise(simulator, request)
    simulator.registry.sender(phone_number_id)
    sent = _understood(simulator, body)
    simulator.limits.check(phone_number_id, sent.to, store.now())
    wamid = _accept(simulator, sent, phone_number_id, call_id, rules)
    response = _envelope(sent, wamid, rules)
    for rule in rules:
        response = _after(simulator, request, rule, call, response)
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


def _before(simulator: Simulator, request: Request, rule: dict[str, Any], call: faults.Call) -> None:
    """Apply what a rule does before the message is taken."""
    faults.refuse(rule)
    action = rule["action"]
    if action == "reset_before_accept":
        raise NoAnswerError(reset=True)
    if action == "timeout_before_accept":
        _hold(simulator, request, action, call, float(rule.get("seconds", 60)))
        raise NoAnswerError
    if action == "hold_before_accept" and not _hold(simulator, request, action, call):
        raise NoAnswerError


def _hold(simulator: Simulator, request: Request, phase: str, call: faults.Call, seconds: float | None = None) -> bool:
    what = {"phase": phase, "to": call.to, "template": call.template, "phone_number_id": call.phone_number_id}
    return simulator.holds.hold(what, request.client, seconds=seconds)


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
    store.run_all(
        [
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
            *map(simulator.insertion, planned),
        ]
    )
    if any(rule["action"] == "webhook_before_response" for rule in rules):
        _post_first(simulator, wamid)
    simulator.deliverer.wake()
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
    if simulator.limits.portfolio_is_used_up(sent.to, now):
        return _UNHEALTHY
    if sent.kind == "text":
        heard = simulator.store.rows(
            "SELECT 1 FROM inbound WHERE sender = ? AND phone_number_id = ? AND at > ? LIMIT 1",
            sent.to,
            phone_number_id,
            now - _WINDOW,
        )
        return None if heard else _OUTSIDE_WINDOW
    return None


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


def _after(
    simulator: Simulator, request: Request, rule: dict[str, Any], call: faults.Call, response: Response
) -> Response:
    """Apply what a rule does to the answer of a message that was taken."""
    action = rule["action"]
    if action == "reset_after_accept":
        raise NoAnswerError(reset=True)
    if action == "timeout_after_accept":
        _hold(simulator, request, action, call, float(rule.get("seconds", 60)))
        raise NoAnswerError
    if action == "hold_after_accept" and not _hold(simulator, request, action, call):
        raise NoAnswerError
    if action == "slow":
        time.sleep(float(rule.get("ms", 3000)) / 1000)
    if action == "slow_body":
        return Response(response.status, response.body, trickle=float(rule.get("ms", 500)) / 1000)
    if action == "200_garbage":
        return Response(200, b"<html>ok", "text/html")
    if action == "200_no_messages":
        return as_json({"messaging_product": "whatsapp", "messages": []})
    return response
