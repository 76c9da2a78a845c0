"""What the example set says that people have written before: it stands in their chats, and the numbers may reply."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from adminduk.embedded.simulator.store import Store

_FILE = "heard.json"
Message = dict[str, Any]


def remember(store: Store, messages: list[Message]) -> None:
    """Keep messages (id, sender, phone_number_id, at in Unix seconds, text); one that is known already is left. Nobody
    is told. Raises KeyError for one that is incomplete."""
    sql = (
        "INSERT INTO inbound (wamid, at, sender, phone_number_id, text) SELECT ?, ?, ?, ?, ?"
        " WHERE NOT EXISTS (SELECT 1 FROM inbound WHERE wamid = ?)"
    )
    rows = [
        (str(m["id"]), float(m["at"]), str(m["sender"]), str(m["phone_number_id"]), str(m["text"]), str(m["id"]))
        for m in messages
    ]
    store.run_all((sql, row) for row in rows)


def read_file(store: Store, folder: Path) -> None:
    """Remember what was left in the folder while nobody was running; a file that makes no sense is left alone."""
    path = folder / _FILE
    try:
        remember(store, json.loads(path.read_text(encoding="utf-8"))["messages"])
    except (OSError, ValueError, KeyError, TypeError):
        return
    path.unlink(missing_ok=True)
