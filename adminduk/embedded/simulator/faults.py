"""What can go wrong on purpose: rules that match a message and name an action."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

from adminduk.embedded.simulator import chaos
from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.store import Store

# Refusals: (HTTP status, Meta's code, message, HTML instead of JSON). A rule may change status and code.
REFUSALS: dict[str, tuple[int, int, str, bool]] = {
    "http_429": (429, 130429, "Rate limit hit", False),
    "http_500": (500, 131000, "Something went wrong", False),
    "http_503": (503, 2, "Service temporarily unavailable", True),
    "outage": (503, 131016, "Service unavailable", True),
    "http_401_190": (401, 190, "Access token has expired", False),
    "http_403_131031": (403, 131031, "Business account has been locked", False),
    "template_132001": (404, 132001, "Template name does not exist in the translation", False),
    "template_132015": (400, 132015, "Template is paused", False),
    "http_error": (400, 100, "Invalid parameter", False),
}
# What happens to the request itself, before and after the message is taken: see bad_calls.py.
BEFORE_ACCEPT = frozenset({"hold_before_accept", "timeout_before_accept", "reset_before_accept"})
AFTER_ACCEPT = frozenset(
    {
        "hold_after_accept",
        "timeout_after_accept",
        "reset_after_accept",
        "slow",
        "slow_body",
        "slowloris",
        "200_garbage",
        "200_no_messages",
        "held_for_quality_assessment",
    }
)
# What happens to the receipts: see receipts.py.
RECEIPTS = frozenset(
    {
        "dup_webhook",
        "reorder",
        "skip_delivered",
        "never_delivered",
        "late_webhook",
        "lost_webhook",
        "failed_after_delivered",
        "failed_async",
        "forged_signature",
        "missing_signature",
        "sha1_only",
        "tampered_body",
        "replay_old",
        "stale_receipt",
        "unknown_wamid",
        "unknown_phone_number_id",
        "unknown_field",
        "unknown_type",
        "empty_entry",
        "big_body",
        "batch",
        "bsuid_only",
        "webhook_before_response",
    }
)
# Refused at once, or, with "async": true, taken and then failed.
UNDELIVERABLE = "undeliverable_131026"
# The token is refused; with "token", that one is taken instead.
TOKEN_ROTATES = "token_rotates"
ACTIONS = frozenset({*REFUSALS, UNDELIVERABLE, TOKEN_ROTATES}) | BEFORE_ACCEPT | AFTER_ACCEPT | RECEIPTS
WHATSAPP, SMS = "whatsapp", "sms"

_MATCHES = frozenset({"channel", "phone_number_id", "to", "template", "nth", "first", "probability", "between"})

Rule = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """What a rule can look at."""

    phone_number_id: str
    to: str
    template: str
    at: float
    channel: str = WHATSAPP


def check_rules(rules: object) -> list[Rule]:
    """Return the rules. Raises ValueError, naming what nobody understands."""
    if not isinstance(rules, list):
        raise ValueError("a list of rules is expected")
    for rule in rules:
        if not isinstance(rule, dict) or rule.get("action") not in ACTIONS:
            raise ValueError(f"unknown action in {json.dumps(rule)[:200]}")
        unknown = set(rule.get("match", {})) - _MATCHES
        if unknown:
            raise ValueError(f"unknown match: {', '.join(sorted(unknown))}")
        _period(rule.get("match", {}))
    return rules


def replace_all(store: Store, rules: list[Rule]) -> None:
    """Put these rules in force instead of those before."""
    insertions = [("INSERT INTO faults (rule) VALUES (?)", (json.dumps(rule),)) for rule in rules]
    store.run_all([("DELETE FROM faults", ()), *insertions])


def add(store: Store, rule: Rule) -> None:
    """Put one more rule in force."""
    store.run("INSERT INTO faults (rule) VALUES (?)", json.dumps(rule))


def remove(store: Store, rule_id: int) -> None:
    """Take one rule out of force."""
    store.run("DELETE FROM faults WHERE id = ?", rule_id)


def in_force(store: Store) -> list[Rule]:
    """Return the rules, each with its id, how often it matched, and how often it fired."""
    rows = store.rows("SELECT * FROM faults ORDER BY id")
    return [{**json.loads(row["rule"]), **{name: row[name] for name in ("id", "matched", "fired")}} for row in rows]


def fired_by(store: Store, call: Call) -> list[Rule]:
    """Return the rules that this message sets off, counting matches and uses durably."""
    with store.alone():
        fired = []
        for row in store.rows("SELECT * FROM faults ORDER BY id"):
            rule = json.loads(row["rule"])
            if not concerns(rule, call):
                continue
            count = row["matched"] + 1
            fires = _counts(rule, count, row["id"]) and row["fired"] < rule.get("times", float("inf"))
            store.run("UPDATE faults SET matched = ?, fired = fired + ? WHERE id = ?", count, fires, row["id"])
            if fires:
                fired.append(rule)
        if call.channel == WHATSAPP:
            fired += chaos.fired_by(store)
        return fired


def concerns(rule: Rule, call: Call) -> bool:
    """Tell whether the rule is about messages like this one, at this time."""
    match = rule.get("match", {})
    if match.get("channel", WHATSAPP) != call.channel:
        return False
    start, end = _period(match)
    same = all(match[name] == getattr(call, name) for name in ("phone_number_id", "to", "template") if name in match)
    return same and start <= call.at <= end


def _period(match: Rule) -> tuple[float, float]:
    """Return from when to when; what is missing or null is open. Raises ValueError or TypeError."""
    start, end = match.get("between", (None, None))
    return (float("-inf") if start is None else float(start), float("inf") if end is None else float(end))


def _counts(rule: Rule, count: int, rule_id: int) -> bool:
    match = rule.get("match", {})
    nth = match.get("nth")
    if nth is not None and count not in (nth if isinstance(nth, list) else [nth]):
        return False
    if count > match.get("first", float("inf")):
        return False
    # The same seed and the same order of messages give the same faults.
    chance = random.Random(f"{rule.get('seed', 0)}:{rule_id}:{count}").random()
    return bool(chance < match.get("probability", 1.0))


def refuse(rule: Rule) -> None:
    """Raise the ApiError that the rule asks for, if it asks for one."""
    action = rule["action"]
    if action == UNDELIVERABLE and not rule.get("async"):
        raise ApiError(400, 131026, "Message undeliverable")
    if action in REFUSALS:
        status, code, message, html = REFUSALS[action]
        raise ApiError(rule.get("http", status), rule.get("code", code), message, html=rule.get("html", html))
