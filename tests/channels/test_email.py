"""E-mail against a real SMTP conversation on loopback."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from email import policy

import pytest

from requests_app.channels.base import Message
from requests_app.channels.email import EmailChannel

MESSAGE = Message(
    to="warga@example.org",
    template="adm_diterima",
    language="id",
    parameters=("Siti",),
    text="Halo Siti,\nkartu Anda siap – silakan datang.",
    button_url_suffix=None,
    opaque="5f0c:1",
    sender="Dukcapil <dukcapil@example.org>",
    subject="Permohonan\nditerima",
)


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks just enough SMTP. ``replies`` overrides the answer to a verb; "" hangs up."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        self.replies: dict[str, str] = {}
        self.received: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say("HELLO", "220 ready")
        while line := self.rfile.readline():
            verb = line.split()[0].decode().upper()
            if not self._say(verb, {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")):
                return
            if verb == "DATA" and "DATA" not in self.server.replies:
                self._take()
            if verb == "QUIT":
                return

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if self._say("END", "250 queued") and "END" not in self.server.replies:
            self.server.received.append(b"".join(lines))

    def _say(self, verb: str, usual: str) -> bool:
        reply = self.server.replies.get(verb, usual)
        if reply:
            self.wfile.write(f"{reply}\r\n".encode())
        return bool(reply)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield made
        made.shutdown()


def channel(server: MailServer, **options: object) -> EmailChannel:
    return EmailChannel(host="127.0.0.1", port=server.server_address[1], timeout=1, **options)  # type: ignore[arg-type]


def test_the_mail_arrives_as_written(server: MailServer) -> None:
    outcome = channel(server).send(MESSAGE)
    (raw,) = server.received
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert (outcome.kind, outcome.provider_id) == ("accepted", mail["Message-ID"])
    assert mail["Message-ID"] == "<5f0c-1@example.org>"
    assert (mail["Subject"], mail["To"]) == ("Permohonan diterima", "warga@example.org")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().strip().splitlines() == MESSAGE.text.splitlines()


@pytest.mark.parametrize(
    ("verb", "reply", "kind", "code"),
    [
        ("RCPT", "550 no such user", "permanent", "smtp_550"),
        ("RCPT", "451 greylisted", "retry", "smtp_451"),
        ("MAIL", "553 sender refused", "account", "smtp_553"),
        ("MAIL", "450 busy", "retry", "smtp_450"),
        ("DATA", "554 no", "permanent", "smtp_554"),
        ("END", "452 full", "retry", "smtp_452"),
        ("END", "", "unknown", "SMTPServerDisconnected"),
        ("HELLO", "421 closed", "retry", "SMTPConnectError"),
    ],
)
def test_a_reply_decides_what_follows(server: MailServer, verb: str, reply: str, kind: str, code: str) -> None:
    server.replies[verb] = reply
    outcome = channel(server).send(MESSAGE)
    assert (outcome.kind, outcome.code) == (kind, code)
    assert server.received == []


def test_a_server_without_login_is_a_matter_for_the_admin(server: MailServer) -> None:
    outcome = channel(server, username="a", password="b").send(MESSAGE)
    assert (outcome.kind, outcome.code) == ("account", "smtp_not_supported")


@pytest.mark.parametrize(
    "goodbye", [pytest.param("", id="hangs up"), pytest.param("221 " + "x" * 9000, id="a line longer than SMTP allows")]
)
def test_a_rude_goodbye_changes_nothing(server: MailServer, goodbye: str) -> None:
    server.replies["QUIT"] = goodbye
    assert channel(server).send(MESSAGE).kind == "accepted"


def test_nobody_listening_means_try_again(server: MailServer) -> None:
    port = server.server_address[1]
    server.server_close()
    assert EmailChannel(host="127.0.0.1", port=port, timeout=1).send(MESSAGE).kind == "retry"


@pytest.mark.parametrize(("host", "sender"), [("", MESSAGE.sender), ("127.0.0.1", "")])
def test_without_configuration_nothing_is_sent(host: str, sender: str) -> None:
    outcome = EmailChannel(host=host).send(replace(MESSAGE, sender=sender))
    assert (outcome.kind, outcome.code) == ("account", "not_configured")


@pytest.mark.parametrize("to", ["", "+6281", "a@b\nBcc: c@d", "a@b, c@d"])
def test_only_one_plain_address_is_tried(server: MailServer, to: str) -> None:
    outcome = channel(server).send(replace(MESSAGE, to=to))
    assert (outcome.kind, outcome.code) == ("permanent", "invalid_recipient")
    assert server.received == []
