"""Everything one running simulator has, in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adminduk.embedded.simulator import heard, receipts
from adminduk.embedded.simulator.deliver import Deliverer, Door
from adminduk.embedded.simulator.holds import Holds
from adminduk.embedded.simulator.limits import Limits
from adminduk.embedded.simulator.registry import Registry
from adminduk.embedded.simulator.store import Store


@dataclass(frozen=True)
class Secrets:
    """What the two sides share; from the environment, never from the command line."""

    WHATSAPP_ACCESS_TOKEN: str
    WHATSAPP_APP_SECRET: str
    WHATSAPP_VERIFY_TOKEN: str
    SMS_API_TOKEN: str = ""  # without it no SMS is taken
    SMS_REPORT_SECRET: str = ""  # without it nobody reports what became of an SMS

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Secrets:
        """Read the secrets; a missing one is empty."""
        return cls(**{name: environment.get(name, "") for name in cls.__dataclass_fields__})

    def missing(self) -> list[str]:
        """Return the names of those that are not set and must be."""
        return [each.name for each in fields(self) if each.default is MISSING and not getattr(self, each.name)]


def pending(receipt: receipts.Receipt, value: dict[str, Any]) -> tuple[str, tuple[object, ...]]:
    """Return the statement that puts a receipt, and what is posted of it, into the ledger."""
    return (
        "INSERT INTO webhooks (wamid, status, at, due_at, error_code, value, signature, batch, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            receipt.wamid,
            receipt.status,
            receipt.at,
            receipt.due_at,
            receipt.error_code,
            json.dumps(value),
            receipt.signature,
            receipt.batch,
            "lost" if receipt.lost else "pending",
        ),
    )


class Simulator:
    """The provider, its phones, and their people."""

    def __init__(
        self, folder: Path, *, callback: str, secrets: Secrets, home: str = "", sms_callback: str = ""
    ) -> None:
        """``home``: the address that citizens know the office by; else where the webhook is.

        ``sms_callback``: where reports of SMS are posted; empty: nowhere.
        """
        self.store = Store(folder / "ledger.sqlite3")
        self.registry = Registry(folder)
        heard.read_file(self.store, folder)
        self.holds = Holds()
        self.limits = Limits(self.store)
        self.callback = callback
        self.home = home or "{0.scheme}://{0.netloc}".format(urlsplit(callback))
        self.secrets = secrets
        self.deliverer = Deliverer(
            self.store,
            whatsapp=Door(callback, secrets.WHATSAPP_APP_SECRET),
            sms=Door(sms_callback, secrets.SMS_REPORT_SECRET),
        )

    def reset(self) -> None:
        """Forget messages, mails, receipts, faults and time travel; let everybody go who is held."""
        self.holds.release()
        self.limits.forget()
        self.store.reset()
        self.deliverer.settle()

    def insertion(self, receipt: receipts.Receipt) -> tuple[str, tuple[object, ...]]:
        """Return the statement that puts a receipt into the ledger, to be posted when due."""
        display = self.registry.known_sender(receipt.phone_number_id)["display_phone_number"]
        return pending(receipt, receipts.value(receipt, str(display).lstrip("+")))

    def open_chat(self, phone: str) -> None:
        """The person looks at the phone: what has arrived is read now."""
        now = self.store.now()
        unread = self.store.rows(
            "SELECT c.* FROM calls c WHERE c.recipient = ? AND c.wamid IS NOT NULL AND EXISTS"
            " (SELECT 1 FROM webhooks w WHERE w.wamid = c.wamid AND w.at <= ? AND w.status = 'delivered')"
            " AND NOT EXISTS (SELECT 1 FROM webhooks w WHERE w.wamid = c.wamid AND w.at <= ?"
            " AND w.status IN ('read', 'failed'))",
            phone,
            now,
            now,
        )
        for call in unread:
            self.store.run_all(self._read_now(call, now))
        if unread:
            self.deliverer.wake()

    def _read_now(self, call: dict[str, Any], now: float) -> list[tuple[str, tuple[object, ...]]]:
        receipt = receipts.Receipt(
            wamid=call["wamid"],
            status="read",
            at=now,
            due_at=now,
            recipient=call["recipient"],
            phone_number_id=call["phone_number_id"],
            opaque=call["opaque"] or "",
        )
        later = ("DELETE FROM webhooks WHERE wamid = ? AND status = 'read' AND at > ?", (call["wamid"], now))
        return [later, *map(self.insertion, receipts.bend([receipt], json.loads(call["faults"])))]

    def write_back(
        self,
        *,
        sender: str,
        phone_number_id: str,
        text: str,
        context: str | None = None,
        hide_number: bool = False,
        kind: str = "text",
        payload: str = "",
    ) -> str:
        """The person writes to a zone's number; the webhook is told. Returns the message's id."""
        wamid, now = receipts.new_wamid(), self.store.now()
        display = self.registry.known_sender(phone_number_id)["display_phone_number"]
        value = receipts.inbound_value(
            wamid=wamid,
            sender=sender,
            at=now,
            text=text,
            context=context,
            hide_number=hide_number,
            kind=kind,
            payload=payload,
            phone_number_id=phone_number_id,
            display_phone_number=str(display).lstrip("+"),
        )
        self.store.run_all(
            [
                (
                    "INSERT INTO inbound (wamid, at, sender, phone_number_id, text) VALUES (?, ?, ?, ?, ?)",
                    (wamid, now, sender, phone_number_id, receipts.shown(kind, text)),
                ),
                (
                    "INSERT INTO webhooks (wamid, status, at, due_at, value, signature)"
                    " VALUES (?, 'inbound', ?, ?, ?, 'good')",
                    (wamid, now, now, json.dumps(value)),
                ),
            ]
        )
        self.deliverer.wake()
        return wamid
