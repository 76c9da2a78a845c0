"""Posts signed receipts to the webhook, and again until it answers 200."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import secrets
import threading
from typing import Any
from urllib.parse import urlencode, urlsplit

from adminduk.embedded.simulator import receipts
from adminduk.embedded.simulator.store import Store

_POST_TIMEOUT = 5.0
_WORKERS = 8
_LONGEST_WAIT = 30.0
_KEEP_TRYING = 7 * 24 * 3600.0
_LEAST_ATTEMPTS = 20
_NO_SECOND_TRY = frozenset({"forged", "missing", "sha1", "tampered"})

Row = dict[str, Any]


def signature_headers(secret: str, body: bytes, mode: str) -> dict[str, str]:
    """Return the signature headers; ``mode`` says good, or how they are to be wrong."""
    good = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sha1 = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    forged = hmac.new(b"not the secret", body, hashlib.sha256).hexdigest()
    headers = {
        "missing": {},
        "sha1": {"X-Hub-Signature": sha1},
        "forged": {"X-Hub-Signature-256": f"sha256={forged}"},
    }
    return headers.get(mode, {"X-Hub-Signature": sha1, "X-Hub-Signature-256": f"sha256={good}"})


class Deliverer:
    """Reads due receipts from the ledger and posts them, a few at a time.

    Receipts of one message go one after the other; a restart goes on where it stopped.
    """

    def __init__(self, store: Store, *, callback: str, app_secret: str) -> None:
        self._store, self._callback, self._app_secret = store, callback, app_secret
        self._jobs: queue.Queue[list[Row]] = queue.Queue()
        self._changed = threading.Condition()
        self._busy: set[str] = set()

    def start(self) -> None:
        """Start the threads; they end with the process."""
        for target in [self._watch] + [self._work] * _WORKERS:
            threading.Thread(target=target, daemon=True).start()

    def wake(self) -> None:
        """Look at the ledger again now: something new is due."""
        with self._changed:
            self._changed.notify_all()

    def subscribe(self, verify_token: str) -> tuple[int, bool]:
        """Make Meta's GET that proves whose webhook this is. Returns status and whether it echoed right."""
        challenge = secrets.token_hex(8)
        question = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
        address = urlsplit(self._callback)
        connection = self._connection()
        try:
            connection.request("GET", f"{address.path or '/'}?{urlencode(question)}")
            answer = connection.getresponse()
            return answer.status, answer.read(1024) == challenge.encode()
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        address = urlsplit(self._callback)
        kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        return kind(address.hostname or "127.0.0.1", address.port, timeout=_POST_TIMEOUT)

    def post(self, body: bytes, mode: str = "good") -> int | str:
        """Post these bytes and return the HTTP status, or what went wrong."""
        address = urlsplit(self._callback)
        connection = self._connection()
        headers = {"Content-Type": "application/json", "User-Agent": "facebookexternalua"}
        headers |= signature_headers(self._app_secret, body, mode)
        sent = body.replace(b'"messaging_product"', b'"messaging_produkt"', 1) if mode == "tampered" else body
        path = address.path or "/"
        try:
            connection.request("POST", f"{path}?{address.query}" if address.query else path, sent, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__
        finally:
            connection.close()

    def deliver(self, rows: list[Row]) -> int | str:
        """Post these rows as one envelope and write down what came of it."""
        body = receipts.envelope([json.loads(row["value"]) for row in rows])
        answer = self.post(body, rows[0]["signature"])
        settings, now = self._store.settings(), self._store.now()
        statements = []
        for row in rows:
            attempts = row["attempts"] + 1
            given_up = now - row["due_at"] > _KEEP_TRYING and attempts >= _LEAST_ATTEMPTS
            ended = answer == 200 or row["signature"] in _NO_SECOND_TRY or given_up
            wait = min(2.0 ** (attempts - 1), _LONGEST_WAIT) * settings["retry_scale"]
            statements.append(
                (
                    "UPDATE webhooks SET attempts = ?, last_answer = ?, posted_at = ?, state = ?, due_at = ?"
                    " WHERE id = ?",
                    (
                        attempts,
                        str(answer),
                        now,
                        "done" if ended else "pending",
                        row["due_at"] if ended else now + wait,
                        row["id"],
                    ),
                )
            )
        self._store.run_all(statements)
        return answer

    def _watch(self) -> None:
        while True:
            for job in self._due():
                self._jobs.put(job)
            with self._changed:
                self._changed.wait(self._pause())

    def _pause(self) -> float:
        rows = self._store.rows("SELECT min(due_at) AS due_at FROM webhooks WHERE state = 'pending'")
        due = rows[0]["due_at"]
        return 0.5 if due is None else min(max(due - self._store.now(), 0.02), 0.5)

    def settle(self) -> None:
        """Wait until no post is under way (at most as long as one may take)."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, _POST_TIMEOUT + 1)

    def _due(self) -> list[list[Row]]:
        """Return what to post now; several rows in one list go out as one post."""
        jobs: list[list[Row]] = []
        with self._changed:
            now = self._store.now()
            rows = self._store.rows(
                "SELECT * FROM webhooks WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, id LIMIT 500", now
            )
            for row in rows:
                if not row["batch"] and row["wamid"] not in self._busy and len(self._busy) < _WORKERS:
                    self._busy.add(row["wamid"])
                    jobs.append([row])
            batch = [row for row in rows if row["batch"]]
            if batch and "batch" not in self._busy and self._batch_is_ready(batch, now):
                self._busy.add("batch")
                jobs.append(batch[: batch[0]["batch"]])
        return jobs

    def _batch_is_ready(self, batch: list[Row], now: float) -> bool:
        full = len(batch) >= batch[0]["batch"]
        return bool(full or now - batch[0]["due_at"] > self._store.settings()["batch_wait"])

    def _work(self) -> None:
        while True:
            rows = self._jobs.get()
            try:
                self.deliver(rows)
            finally:
                with self._changed:
                    self._busy.discard("batch" if rows[0]["batch"] else rows[0]["wamid"])
                    self._changed.notify_all()
