"""Sends one message as plain e-mail over SMTP, the second channel."""

from __future__ import annotations

import re
import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from requests_app.channels.base import Channel, Message, Outcome, OutcomeKind, sanitise_parameter

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

_ADDRESS = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")


class EmailChannel(Channel):
    """One SMTP server. Without a host or a from-address nothing is sent (``not_configured``).

    ``accepted`` means that the server took the message (SMTP 250): never evidence that it
    arrived. ``timeout`` is in seconds.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int = 587,
        username: str = "",
        password: str = "",
        use_tls: bool = False,
        use_ssl: bool = False,
        timeout: float = 10,
    ) -> None:
        self._host = host
        self._options = {
            "host": host,
            "port": port,
            "username": username,
            "password": password,
            "use_tls": use_tls,
            "use_ssl": use_ssl,
            "timeout": timeout,
        }

    def send(self, message: Message) -> Outcome:
        """Hand the message to the SMTP server, once."""
        if not self._host or not _ADDRESS.search(message.sender):
            return _outcome("account", "not_configured")
        if not _ADDRESS.fullmatch(message.to):
            return _outcome("permanent", "invalid_recipient")
        connection = get_connection(SMTP_BACKEND, fail_silently=False, **self._options)
        try:
            connection.open()
        except smtplib.SMTPAuthenticationError as problem:
            return _outcome("account", f"smtp_{problem.smtp_code}")
        except smtplib.SMTPNotSupportedError:
            return _outcome("account", "smtp_not_supported")
        except (smtplib.SMTPException, OSError) as problem:
            return _outcome("retry", type(problem).__name__)
        try:
            return _hand_over(message, connection)
        finally:
            # The fate of the message is known by now; a clumsy goodbye changes nothing.
            with suppress(smtplib.SMTPException, OSError):
                connection.close()


def _hand_over(message: Message, connection: BaseEmailBackend) -> Outcome:
    message_id = _message_id(message)
    mail = EmailMessage(
        subject=sanitise_parameter(message.subject),
        body=message.text,
        from_email=message.sender,
        to=[message.to],
        connection=connection,
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send(fail_silently=False)
    except smtplib.SMTPRecipientsRefused as problem:
        return _by_reply(min(code for code, _ in problem.recipients.values()), "permanent")
    except smtplib.SMTPSenderRefused as problem:
        return _by_reply(problem.smtp_code, "account")
    except smtplib.SMTPResponseException as problem:
        return _by_reply(problem.smtp_code, "permanent")
    except ValueError:
        # Django's BadHeaderError and its refusal of addresses that can't be written in a header.
        return _outcome("permanent", "invalid_recipient")
    except (smtplib.SMTPException, OSError) as problem:
        return _outcome("unknown", type(problem).__name__)
    return Outcome(kind="accepted", provider_id=message_id, code="smtp_250", detail="code=smtp_250")


def _message_id(message: Message) -> str:
    """Return the same id for the same attempt, so that a doubled mail can be told as one."""
    local = re.sub(r"[^A-Za-z0-9.\-]", "-", message.opaque)[:128] or "notice"
    domain = re.sub(r"[^A-Za-z0-9.\-]", "", message.sender.rpartition("@")[2]) or "localhost"
    return f"<{local}@{domain}>"


def _by_reply(code: int, refused: OutcomeKind) -> Outcome:
    """4yz replies are temporary (RFC 5321, 4.2.1); 5yz mean what ``refused`` says."""
    return _outcome(refused if code >= 500 else "retry", f"smtp_{code}")


def _outcome(kind: OutcomeKind, code: str) -> Outcome:
    return Outcome(kind=kind, code=code, detail=f"code={code}")
