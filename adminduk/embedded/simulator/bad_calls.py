"""What a fault does to the request itself, before and after the message in it is taken."""

from __future__ import annotations

import time
from typing import Any

from adminduk.embedded.simulator import faults
from adminduk.embedded.simulator.http import NoAnswerError, Request, Response, as_json
from adminduk.embedded.simulator.state import Simulator


def before_taking(simulator: Simulator, request: Request, rule: dict[str, Any], call: faults.Call) -> None:
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


def after_taking(
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
    if action == "slowloris":
        return Response(response.status, response.body, trickle=float(rule.get("ms", 500)) / 1000, trickles_head=True)
    if action == "200_garbage":
        return Response(200, b"<html>ok", "text/html")
    if action == "200_no_messages":
        return as_json({"messaging_product": "whatsapp", "messages": []})
    return response
