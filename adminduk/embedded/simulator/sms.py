"""``POST /sms/messages``: an SMS gateway. What it takes is on the phone at once; it reports so where it is told to."""

from __future__ import annotations

import hmac
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from adminduk.embedded.simulator import bad_calls, faults, receipts
from adminduk.embedded.simulator.deliver import SMS_ID
from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.http import Request, Response, as_json
from adminduk.embedded.simulator.state import Simulator, pending

_NUMBER = re.compile(r"\+?([0-9]{8,15})")
_MAX_TEXT = 1600  # characters: ten parts


def take(simulator: Simulator, request: Request) -> Response:
    """Take one SMS: ledger row, faults, checks, answer. 202 with an id; 401, 422 or what a fault says otherwise."""
    store, begin = simulator.store, time.monotonic()
    sms_id = store.run("INSERT INTO sms (received_at) VALUES (?)", store.now())
    try:
        response = _take(simulator, request, sms_id)
    except ApiError as refusal:
        body, content_type = json.dumps({"error": refusal.details or refusal.message}).encode(), "application/json"
        if refusal.html:
            body, content_type = refusal.body()
        response = Response(refusal.status, body, content_type)
    time.sleep(max(0.0, begin + store.settings()["answer_after_ms"] / 1000 - time.monotonic()))
    store.run("UPDATE sms SET answered_at = ?, http_status = ? WHERE id = ?", *(store.now(), response.status, sms_id))
    return response


def _take(simulator: Simulator, request: Request, sms_id: int) -> Response:
    store = simulator.store
    body = _body(request)
    found = _NUMBER.fullmatch(str(body.get("to", "")))
    call = faults.Call("", found[1] if found else "", "", store.now(), channel=faults.SMS)
    rules = faults.fired_by(store, call)
    store.run(
        "UPDATE sms SET recipient = ?, reference = ?, faults = ? WHERE id = ?",
        *(call.to, str(body.get("reference", "")), json.dumps(rules), sms_id),
    )
    for rule in rules:
        bad_calls.before_taking(simulator, request, rule, call)
    _authorise(simulator, request)
    text, sender = body.get("text"), body.get("from")
    if not found:
        raise ApiError(422, 0, "to is no phone number")
    if not isinstance(text, str) or not 0 < len(text) <= _MAX_TEXT or not isinstance(sender, str) or not sender:
        raise ApiError(422, 0, "text or from is missing or too long")
    store.run("UPDATE sms SET accepted_at = ?, sender = ?, text = ? WHERE id = ?", *(store.now(), sender, text, sms_id))
    if simulator.deliverer.sms.is_open:
        _report(simulator, f"{SMS_ID}{sms_id}", str(body.get("reference", "")), rules)
    response = as_json({"id": f"{SMS_ID}{sms_id}"}, 202)
    for rule in rules:
        response = bad_calls.after_taking(simulator, request, rule, call, response)
    return response


def _report(simulator: Simulator, sms_id: str, reference: str, rules: list[dict[str, Any]]) -> None:
    """Write down what will be reported of this message, bent by the rules set off. Nobody knows who reads an SMS."""
    now = simulator.store.now()
    first = receipts.Receipt(
        wamid=sms_id, status="accepted", at=now, due_at=now, recipient="", phone_number_id="", opaque=reference
    )
    planned = receipts.plan(first, {**simulator.store.settings(), "read_after": -1}, rules)
    told = [receipt for receipt in planned if receipt.status != "read"]
    simulator.store.run_all([_insertion(receipt) for receipt in told])
    simulator.deliverer.wake(min((receipt.due_at for receipt in told), default=now))


def _insertion(receipt: receipts.Receipt) -> tuple[str, tuple[object, ...]]:
    if not receipt.wamid.startswith(SMS_ID):  # a fault has made one up
        receipt = replace(receipt, wamid=SMS_ID + receipt.wamid)
    value: dict[str, Any] = {"id": receipt.wamid, "reference": receipt.opaque, "status": receipt.status}
    value["at"] = datetime.fromtimestamp(receipt.at, tz=UTC).isoformat(timespec="seconds")
    if receipt.error_code is not None:
        value["code"] = str(receipt.error_code)
    return pending(replace(receipt, batch=0), value)


def _body(request: Request) -> dict[str, Any]:
    try:
        body = request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(422, 0, "a JSON object is expected")
    return body


def _authorise(simulator: Simulator, request: Request) -> None:
    token = simulator.secrets.SMS_API_TOKEN
    given = request.headers.get("authorization", "").encode("utf-8", "replace")
    if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
        raise ApiError(401, 0, "unknown token")
