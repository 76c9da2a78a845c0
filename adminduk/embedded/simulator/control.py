"""``/_ctl/…``: what tests and ``manage.py clock`` use. Answers to loopback only."""

from __future__ import annotations

import json
from typing import Any

from adminduk.embedded.simulator import chaos, faults, heard, receipts
from adminduk.embedded.simulator.http import Request, Response, as_json
from adminduk.embedded.simulator.state import Simulator

_SIGNATURES = frozenset({"good", "forged", "missing", "sha1", "tampered"})


def control(simulator: Simulator, request: Request, name: str) -> Response:
    """Answer one control request; 400 with the reason when it makes no sense."""
    handler = _HANDLERS.get((request.method, name))
    if handler is None:
        return as_json({"error": "no such control"}, 404)
    try:
        content = request.json()
        return as_json(handler(simulator, request, content))
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as problem:
        return as_json({"error": f"{type(problem).__name__}: {problem}"}, 400)


def _clock(simulator: Simulator, request: Request, content: object) -> dict[str, float]:
    return {"now": simulator.store.now(), "offset": simulator.store.settings()["offset"]}


def _advance(simulator: Simulator, request: Request, content: Any) -> dict[str, float]:
    """``{"seconds": n}`` adds to the offset, ``{"offset": n}`` sets it."""
    before = simulator.store.settings()["offset"]
    offset = content["offset"] if "offset" in content else before + content["seconds"]
    simulator.store.save_settings({"offset": offset})
    simulator.deliverer.wake()
    return _clock(simulator, request, None)


def _get_faults(simulator: Simulator, request: Request, content: object) -> list[dict[str, Any]]:
    return faults.in_force(simulator.store)


def _set_faults(simulator: Simulator, request: Request, content: object) -> list[dict[str, Any]]:
    """The list replaces the rules in force."""
    faults.replace_all(simulator.store, faults.check_rules(content))
    return _get_faults(simulator, request, None)


def _clear_faults(simulator: Simulator, request: Request, content: object) -> list[dict[str, Any]]:
    simulator.store.run("DELETE FROM faults")
    return []


def _get_chaos(simulator: Simulator, request: Request, content: object) -> dict[str, Any] | None:
    return chaos.state(simulator.store)


def _set_chaos(simulator: Simulator, request: Request, content: Any) -> dict[str, Any] | None:
    """``{"seed": n, "share": 0–1}``; ``actions`` names what to pick from, or gives whole rules."""
    given = content.get("actions")
    rules = list(chaos.USUAL) if given is None else [_as_rule(each) for each in given]
    chaos.start(simulator.store, seed=content["seed"], share=content["share"], rules=faults.check_rules(rules))
    return chaos.state(simulator.store)


def _as_rule(action: object) -> dict[str, Any]:
    """Return the rule, or the usual one of this name."""
    if isinstance(action, dict):
        return action
    return next((rule for rule in chaos.USUAL if rule["action"] == action), {"action": action})


def _end_chaos(simulator: Simulator, request: Request, content: object) -> None:
    chaos.stop(simulator.store)


def _ledger(simulator: Simulator, request: Request, content: object) -> dict[str, Any]:
    calls = simulator.store.rows("SELECT * FROM calls ORDER BY id")
    for call in calls:
        call["parameters"] = json.loads(call["parameters"] or "[]")
        call["faults"] = [rule["action"] for rule in json.loads(call["faults"])]
    webhooks = simulator.store.rows(
        "SELECT id, wamid, status, at, due_at, error_code, signature, batch, state, attempts, last_answer,"
        " posted_at FROM webhooks ORDER BY id"
    )
    others = {name: simulator.store.rows(f"SELECT * FROM {name} ORDER BY id") for name in ("inbound", "mails", "sms")}
    others["buttons"] = simulator.store.rows("SELECT * FROM buttons ORDER BY rowid")
    return {"calls": calls, "webhooks": webhooks, **others}


def _emit(simulator: Simulator, request: Request, content: Any) -> dict[str, Any]:
    """Post once, now: ``payload`` as it is, or a receipt for ``wamid``. Tells what the webhook answered."""
    signature = content.get("signature", "good")
    if signature not in _SIGNATURES:
        raise ValueError(f"signature is one of {sorted(_SIGNATURES)}")
    if "payload" in content:
        body = json.dumps(content["payload"]).encode()
    elif "raw" in content:
        body = content["raw"].encode()
    else:
        body = receipts.envelope([_emitted_value(simulator, content)])
    return {"answer": simulator.deliverer.post(body, signature)}


def _emitted_value(simulator: Simulator, content: dict[str, Any]) -> dict[str, Any]:
    calls = simulator.store.rows("SELECT * FROM calls WHERE wamid = ?", content["wamid"])
    call = calls[0] if calls else {}
    at = float(content.get("at", simulator.store.now()))
    receipt = receipts.Receipt(
        wamid=content["wamid"],
        status=content["status"],
        at=at,
        due_at=at,
        recipient=content.get("recipient", call.get("recipient") or "628000000000"),
        phone_number_id=content.get("phone_number_id", call.get("phone_number_id") or "0"),
        opaque=content.get("opaque", call.get("opaque") or ""),
        error_code=content.get("error_code"),
        hide_number=bool(content.get("hide_number")),
    )
    display = simulator.registry.known_sender(receipt.phone_number_id)["display_phone_number"]
    return receipts.value(receipt, str(display).lstrip("+"))


def _inbound(simulator: Simulator, request: Request, content: Any) -> dict[str, str]:
    wamid = simulator.write_back(
        sender=content["from"],
        phone_number_id=content["phone_number_id"],
        text=content["text"],
        context=content.get("context"),
        hide_number=bool(content.get("hide_number")),
        kind=str(content.get("type", "text")),
        payload=str(content.get("payload", "")),
    )
    return {"wamid": wamid}


def _heard(simulator: Simulator, request: Request, content: Any) -> dict[str, int]:
    heard.remember(simulator.store, content["messages"])
    return {"messages": len(content["messages"])}


def _verify(simulator: Simulator, request: Request, content: Any) -> dict[str, Any]:
    """Ask the webhook for its subscription, as Meta does; ``{"token": …}`` asks with another token."""
    token = content.get("token") if isinstance(content, dict) else None
    status, echoed = simulator.deliverer.subscribe(token or simulator.secrets.WHATSAPP_VERIFY_TOKEN)
    return {"answer": status, "echoed": echoed}


def _reset(simulator: Simulator, request: Request, content: object) -> dict[str, float]:
    simulator.reset()
    return _clock(simulator, request, None)


def _held(simulator: Simulator, request: Request, content: object) -> dict[str, Any]:
    """``?count=1&wait=5`` waits until somebody is held."""
    count, wait = int(request.query.get("count", "0")), min(float(request.query.get("wait", "0")), 60)
    return {"held": simulator.holds.held(count=count, wait=wait)}


def _release(simulator: Simulator, request: Request, content: Any) -> dict[str, int]:
    number = content.get("id") if isinstance(content, dict) else None
    return {"released": simulator.holds.release(number)}


def _get_templates(simulator: Simulator, request: Request, content: object) -> dict[str, Any]:
    return simulator.registry.templates.read()


def _set_templates(simulator: Simulator, request: Request, content: Any) -> dict[str, int]:
    simulator.registry.templates.write(dict(content))
    return {"templates": len(content)}


def _get_senders(simulator: Simulator, request: Request, content: object) -> dict[str, Any]:
    return simulator.registry.senders.read()


def _set_senders(simulator: Simulator, request: Request, content: Any) -> dict[str, int]:
    simulator.registry.senders.write(dict(content))
    return {"senders": len(content)}


def _get_settings(simulator: Simulator, request: Request, content: object) -> dict[str, float]:
    return simulator.store.settings()


def _set_settings(simulator: Simulator, request: Request, content: Any) -> dict[str, float]:
    simulator.store.save_settings(content)
    return simulator.store.settings()


_HANDLERS = {
    ("GET", "clock"): _clock,
    ("POST", "advance"): _advance,
    ("GET", "faults"): _get_faults,
    ("POST", "faults"): _set_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "chaos"): _get_chaos,
    ("POST", "chaos"): _set_chaos,
    ("DELETE", "chaos"): _end_chaos,
    ("GET", "ledger"): _ledger,
    ("POST", "emit"): _emit,
    ("POST", "inbound"): _inbound,
    ("POST", "heard"): _heard,
    ("POST", "verify"): _verify,
    ("POST", "reset"): _reset,
    ("GET", "held"): _held,
    ("POST", "release"): _release,
    ("GET", "templates"): _get_templates,
    ("POST", "templates"): _set_templates,
    ("GET", "senders"): _get_senders,
    ("POST", "senders"): _set_senders,
    ("GET", "settings"): _get_settings,
    ("POST", "settings"): _set_settings,
}
