"""A share of all messages gets a fault picked at random: the same seed and the same order of messages, the same faults.

Rules may be in force beside it. What halts a whole number or template (token, template, account) is not picked unless
it is named.
"""

from __future__ import annotations

import json
import random
from typing import Any

from adminduk.embedded.simulator.store import Store

Rule = dict[str, Any]

# What is picked from when nothing is named. Nothing here alone loses a message for good, or the way to know of it
# beside the lost receipts.
USUAL: tuple[Rule, ...] = (
    {"action": "http_429"},
    {"action": "http_500"},
    {"action": "http_503"},
    {"action": "reset_before_accept"},
    {"action": "timeout_before_accept", "seconds": 2},
    {"action": "reset_after_accept"},
    {"action": "timeout_after_accept", "seconds": 2},
    {"action": "slow", "ms": 500},
    {"action": "slow_body", "ms": 5},
    {"action": "200_garbage"},
    {"action": "200_no_messages"},
    {"action": "dup_webhook", "n": 3},
    {"action": "reorder"},
    {"action": "skip_delivered"},
    {"action": "late_webhook", "seconds": 20},
    {"action": "lost_webhook"},
    {"action": "failed_after_delivered"},
    {"action": "forged_signature", "extra": True, "says": "failed"},
    {"action": "stale_receipt"},
    {"action": "unknown_wamid", "extra": True},
    {"action": "unknown_field"},
    {"action": "unknown_type"},
    {"action": "empty_entry"},
    {"action": "bsuid_only"},
    {"action": "webhook_before_response"},
)


def start(store: Store, *, seed: int, share: float, rules: list[Rule]) -> None:
    """Begin anew to pick, for this share (0 to 1) of the messages. Raises ValueError for nonsense."""
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise ValueError("seed is a whole number")
    if isinstance(share, bool) or not 0 <= share <= 1:
        raise ValueError("share is from 0 to 1")
    if not rules:
        raise ValueError("there is nothing to pick from")
    sql = "INSERT OR REPLACE INTO chaos (id, seed, share, rules, matched, fired) VALUES (1, ?, ?, ?, 0, '{}')"
    store.run(sql, seed, share, json.dumps(rules))


def stop(store: Store) -> None:
    """Pick no more."""
    store.run("DELETE FROM chaos")


def state(store: Store) -> dict[str, Any] | None:
    """Return seed, share, actions, how many messages came (``matched``), and how often each action was picked."""
    rows = store.rows("SELECT * FROM chaos")
    if not rows:
        return None
    rules, fired = json.loads(rows[0]["rules"]), json.loads(rows[0]["fired"])
    return {
        "seed": rows[0]["seed"],
        "share": rows[0]["share"],
        "actions": [rule["action"] for rule in rules],
        "matched": rows[0]["matched"],
        "fired": fired,
    }


def fired_by(store: Store) -> list[Rule]:
    """Return what the next message gets: nothing, or one fault. The caller lets nobody in between."""
    rows = store.rows("SELECT * FROM chaos")
    if not rows:
        return []
    count, rules, fired = rows[0]["matched"] + 1, json.loads(rows[0]["rules"]), json.loads(rows[0]["fired"])
    dice = random.Random(f"{rows[0]['seed']}:{count}")
    picked = [dice.choice(rules)] if dice.random() < rows[0]["share"] else []
    for rule in picked:
        fired[rule["action"]] = fired.get(rule["action"], 0) + 1
    store.run("UPDATE chaos SET matched = ?, fired = ?", count, json.dumps(fired))
    return picked
