"""Posts signed receipts to the webhooks, and again until they answer 200."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import queue
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from adminduk.embedded.simulator import receipts
from adminduk.embedded.simulator.store import Store

_POST_TIMEOUT = 5.0
_WORKERS = 8
_LONGEST_WAIT = 30.0
_KEEP_TRYING = 7 * 24 * 3600.0
_LEAST_ATTEMPTS = 20
_BATCH = "batch"
_ROWS_PER_HAND = 4
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.02, 0.5
_NO_SECOND_TRY = frozenset({"forged", "missing", "sha1", "tampered"})
SMS_ID = "sms-"  # begins the ids of messages that left by SMS; the others' are Meta's
_META, _GATEWAY = "X-Hub-Signature-256", "X-Signature-256"

Row = dict[str, Any]


@dataclass(frozen=True)
class Door:
    """A webhook of the office, and the secret that its posts are signed with."""

    address: str
    secret: str

    @property
    def is_open(self) -> bool:
        """Whether anything can be posted there."""
        return bool(self.address and self.secret)


def signature_headers(secret: str, body: bytes, mode: str, header: str = _META) -> dict[str, str]:
    """Return the signature headers; ``mode`` says good, or how they are to be wrong."""
    good = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    sha1 = "sha1=" + hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    forged = hmac.new(b"not the secret", body, hashlib.sha256).hexdigest()
    headers = {
        "missing": {},
        "sha1": {"X-Hub-Signature": sha1},
        "forged": {header: f"sha256={forged}"},
    }
    return headers.get(mode, {"X-Hub-Signature": sha1, header: f"sha256={good}"})


class Deliverer:
    """Reads due receipts from the ledger and posts them, a few at a time.

    Receipts of one message go one after the other; a restart goes on where it stopped.
    """

    def __init__(self, store: Store, *, whatsapp: Door, sms: Door) -> None:
        self._store, self._whatsapp, self.sms = store, whatsapp, sms
        self._jobs: queue.Queue[list[Row]] = queue.Queue()
        self._changed = threading.Condition()
        self._busy: set[str] = set()
        self._next_look = 0.0

    def start(self) -> None:
        """Start the threads; they end with the process."""
        for target in [self._watch] + [self._work] * _WORKERS:
            threading.Thread(target=target, daemon=True).start()

    def wake(self, due_at: float = 0.0) -> None:
        """Look at the ledger again at this moment, or now: something new is in it."""
        with self._changed:
            if due_at < self._next_look:
                self._changed.notify_all()

    def subscribe(self, verify_token: str) -> tuple[int, bool]:
        """Make Meta's GET that proves whose webhook this is. Returns status and whether it echoed right."""
        challenge = secrets.token_hex(8)
        question = {"hub.mode": "subscribe", "hub.verify_token": verify_token, "hub.challenge": challenge}
        address = urlsplit(self._whatsapp.address)
        connection = _connection(address)
        try:
            connection.request("GET", f"{address.path or '/'}?{urlencode(question)}")
            answer = connection.getresponse()
            return answer.status, answer.read(1024) == challenge.encode()
        finally:
            connection.close()

    def post(self, body: bytes, mode: str = "good", *, by_sms: bool = False) -> int | str:
        """Post these bytes to Meta's webhook, or the SMS gateway's. Returns the HTTP status, or what went wrong."""
        door = self.sms if by_sms else self._whatsapp
        address = urlsplit(door.address)
        connection = _connection(address)
        headers = {"Content-Type": "application/json"} | ({} if by_sms else {"User-Agent": "facebookexternalua"})
        headers |= signature_headers(door.secret, body, mode, _GATEWAY if by_sms else _META)
        sent = body.replace(b'": "', b'" : "', 1) if mode == "tampered" else body
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
        by_sms = rows[0]["wamid"].startswith(SMS_ID)
        values = [json.loads(row["value"]) for row in rows]
        body = json.dumps(values).encode() if by_sms else receipts.envelope(values)
        answer = self.post(body, rows[0]["signature"], by_sms=by_sms)
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

    @contextmanager
    def kept_from_posting(self, wamid: str) -> Iterator[None]:
        """Nobody else posts the receipts of this message meanwhile."""
        with self._changed:
            self._busy.add(wamid)
        try:
            yield
        finally:
            with self._changed:
                self._busy.discard(wamid)
                self._changed.notify_all()

    def _watch(self) -> None:
        while True:
            with self._changed:
                now = self._store.now()
                for job in self._due(now):
                    self._jobs.put(job)
                pause = self._pause(now)
                self._next_look = now + pause
                self._changed.wait(pause)

    def _pause(self, now: float) -> float:
        if len(self._busy) >= _WORKERS:
            return _LONGEST_PAUSE
        rows = self._store.rows("SELECT min(due_at) AS due_at FROM webhooks WHERE state = 'pending'")
        due = rows[0]["due_at"]
        return _LONGEST_PAUSE if due is None else min(max(due - now, _SHORTEST_PAUSE), _LONGEST_PAUSE)

    def settle(self) -> None:
        """Wait until no post is under way (at most as long as one may take)."""
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, _POST_TIMEOUT + 1)

    def _due(self, now: float) -> list[list[Row]]:
        """Return what to post now, as much as there are hands; several rows in one list go out as one post."""
        jobs: list[list[Row]] = []
        free = _WORKERS - len(self._busy)
        if free > 0 and _BATCH not in self._busy and (batch := self._full_batch(now)):
            self._busy.add(_BATCH)
            jobs.append(batch)
            free -= 1
        if free > 0:
            marks = ",".join("?" * len(self._busy))
            rows = self._store.rows(
                f"SELECT * FROM webhooks WHERE state = 'pending' AND due_at <= ? AND batch = 0"
                f" AND wamid NOT IN ({marks}) ORDER BY due_at, id LIMIT ?",
                now,
                *self._busy,
                free * _ROWS_PER_HAND,
            )
            for row in rows:
                if row["wamid"] not in self._busy and len(self._busy) < _WORKERS:
                    self._busy.add(row["wamid"])
                    jobs.append([row])
        return jobs

    def _full_batch(self, now: float) -> list[Row]:
        """Return the rows that go out in one post, when there are enough of them or the first has waited enough."""
        rows = self._store.rows(
            "SELECT * FROM webhooks WHERE state = 'pending' AND batch > 0 AND due_at <= ?"
            " ORDER BY due_at, id LIMIT 1000",
            now,
        )
        if not rows:
            return []
        size = rows[0]["batch"]
        waited = now - rows[0]["due_at"] > self._store.settings()["batch_wait"]
        return rows[:size] if waited or len(rows) >= size else []

    def _work(self) -> None:
        while True:
            rows = self._jobs.get()
            try:
                self.deliver(rows)
            finally:
                with self._changed:
                    self._busy.discard(_BATCH if rows[0]["batch"] else rows[0]["wamid"])
                    self._changed.notify_all()


def _connection(address: SplitResult) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    return kind(address.hostname or "127.0.0.1", address.port, timeout=_POST_TIMEOUT)
