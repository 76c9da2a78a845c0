"""The simulator's memory: one SQLite file, so that a restart forgets nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, rule TEXT NOT NULL, matched INTEGER NOT NULL DEFAULT 0,
    fired INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS chaos (
    id INTEGER PRIMARY KEY CHECK (id = 1), seed INTEGER NOT NULL, share REAL NOT NULL, rules TEXT NOT NULL,
    matched INTEGER NOT NULL, fired TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, received_at REAL NOT NULL, accepted_at REAL, answered_at REAL,
    phone_number_id TEXT NOT NULL, recipient TEXT, kind TEXT, template TEXT, language TEXT,
    parameters TEXT, text TEXT, button_text TEXT, button_url TEXT, opaque TEXT,
    wamid TEXT UNIQUE, http_status INTEGER, code INTEGER, faults TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS calls_by_recipient ON calls (recipient, accepted_at);
CREATE TABLE IF NOT EXISTS buttons (wamid TEXT NOT NULL, id TEXT NOT NULL, title TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS buttons_by_wamid ON buttons (wamid);
CREATE TABLE IF NOT EXISTS reached (recipient TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS inbound (
    id INTEGER PRIMARY KEY, wamid TEXT NOT NULL, at REAL NOT NULL, sender TEXT NOT NULL,
    phone_number_id TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS inbound_by_sender ON inbound (sender, phone_number_id, at);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS mails_by_address ON mails (address, at);
CREATE TABLE IF NOT EXISTS sms (
    id INTEGER PRIMARY KEY, received_at REAL NOT NULL, accepted_at REAL, answered_at REAL,
    recipient TEXT, sender TEXT, text TEXT, reference TEXT, http_status INTEGER, faults TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS sms_by_recipient ON sms (recipient, accepted_at);
CREATE TABLE IF NOT EXISTS webhooks (
    id INTEGER PRIMARY KEY, wamid TEXT NOT NULL, status TEXT NOT NULL, at REAL NOT NULL,
    due_at REAL NOT NULL, error_code INTEGER, value TEXT NOT NULL, signature TEXT NOT NULL,
    batch INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0, last_answer TEXT, posted_at REAL);
CREATE INDEX IF NOT EXISTS webhooks_due ON webhooks (due_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS webhooks_in_batches ON webhooks (due_at) WHERE state = 'pending' AND batch > 0;
CREATE INDEX IF NOT EXISTS webhooks_by_wamid ON webhooks (wamid);
"""

DEFAULT_SETTINGS: dict[str, float] = {
    "offset": 0,  # seconds that this world is ahead of the machine's clock
    "sent_after": 0.2,
    "delivered_after": 1,
    "read_after": 90,  # negative: only when somebody opens the chat
    "rate_per_second": 80,  # messages per sending number
    "pair_burst": 5,  # messages to one person before the wait of pair_seconds each
    "pair_seconds": 6,
    "portfolio_limit": 0,  # different people reached outside a conversation per 24 hours; 0: no limit
    "answer_after_ms": 0,  # every message is answered so long after it came
    "retry_scale": 1,  # multiplies the waits 1, 2, 4 … 30 s of the webhook
    "batch_wait": 2,  # seconds that a batch waits to be full
}


class Store:
    """Thread-safe access to the ledger. Times are Unix seconds of the simulator's own clock."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        # What is written survives the end of this process, however it ends; only a power cut could lose it.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.executescript(_SCHEMA)
        path.chmod(0o600)
        self._settings = self._stored_settings()

    def close(self) -> None:
        """Close for good; whoever comes later waits until the process ends."""
        self._lock.acquire()
        self._connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else read or write meanwhile."""
        with self._lock:
            yield

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """Return the rows of a query."""
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def run(self, sql: str, *values: object) -> int:
        """Execute one statement and return the id of the row it inserted."""
        with self._lock:
            return self._connection.execute(sql, values).lastrowid or 0

    def run_all(self, statements: Iterable[tuple[str, tuple[object, ...]]]) -> None:
        """Execute several statements, all or none."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for sql, values in statements:
                    self._connection.execute(sql, values)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def settings(self) -> dict[str, float]:
        """Return all settings, defaults included."""
        return dict(self._settings)

    def _stored_settings(self) -> dict[str, float]:
        stored = {row["name"]: json.loads(row["value"]) for row in self.rows("SELECT * FROM settings")}
        return {**DEFAULT_SETTINGS, **stored}

    def save_settings(self, values: Mapping[str, float]) -> None:
        """Store settings. Raises KeyError for a name that does not exist, ValueError for no number."""
        for name, value in values.items():
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise ValueError(name)
            if name not in DEFAULT_SETTINGS:
                raise KeyError(name)
        sql = "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        self.run_all((sql, (name, json.dumps(value))) for name, value in values.items())
        self._settings = self._stored_settings()

    def now(self) -> float:
        """Return the time of the simulator's world: the machine's clock plus the stored offset."""
        return time.time() + self._settings["offset"]

    def reset(self) -> None:
        """Forget everything but the settings given at the start, and bring the clock back."""
        tables = ("faults", "chaos", "calls", "buttons", "reached", "inbound", "mails", "sms", "webhooks")
        self.run_all([(f"DELETE FROM {table}", ()) for table in tables])
        self.save_settings({"offset": 0})
