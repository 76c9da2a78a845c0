"""The mail server that delivers to nobody: what it takes it writes into the ledger."""

from __future__ import annotations

import email
import logging
import socket
import sys
from email import policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from adminduk.embedded.simulator.store import Store

_MAX_MAIL = 1024 * 1024  # bytes


def take_mail(store: Store, port: int) -> None:
    """Take mail on 127.0.0.1 from now to the end of the process. Raises OSError when the port is taken."""
    # What the library logs names addresses and texts.
    for name in ("mail", "asyncio"):
        logging.getLogger(name).propagate = False
        logging.getLogger(name).addHandler(logging.NullHandler())
    # The library would tell only after five seconds that the port is taken.
    socket.create_server(("127.0.0.1", port)).close()
    # With its own name given, the library does not look up the machine's.
    Controller(
        _Sink(store), "127.0.0.1", port, server_hostname="localhost", ident="adminduk", data_size_limit=_MAX_MAIL
    ).start()


class _Sink:
    def __init__(self, store: Store) -> None:
        self._store = store

    # The library looks for this very name.
    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store the mail for each recipient, then say so: who was told 250 finds it after a sudden death too."""
        mail = email.message_from_bytes(cast(bytes, envelope.original_content), policy=policy.default)
        at, subject, text = self._store.now(), str(mail["subject"] or ""), _text(mail)
        sql = "INSERT INTO mails (at, address, subject, text) VALUES (?, ?, ?, ?)"
        self._store.run_all((sql, (at, address.lower(), subject, text)) for address in envelope.rcpt_tos)
        return "250 OK"

    async def handle_exception(self, problem: Exception) -> str:
        """Name the kind of trouble only: a traceback could show what somebody wrote."""
        print(f"simulator: {type(problem).__name__}", file=sys.stderr, flush=True)
        return "451 not stored"


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()).replace("\r\n", "\n").strip() if body else ""
