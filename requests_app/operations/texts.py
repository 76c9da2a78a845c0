"""Texts of notices are never overwritten: a change is a new version, so that what was sent can always be read again."""

from datetime import datetime

from django.db import transaction

from requests_app.models import MessageText, Officer
from requests_app.rules.messages import placeholders

ALWAYS_FILLED = {"nama", "nomor", "kode_pesan", "zona", "tenggat", "situs"}


class TextRefused(ValueError):
    """The text cannot be used; the message says why, in Indonesian."""


@transaction.atomic
def change_text(*, purpose: str, subject: str, body: str, officer: Officer, now: datetime) -> MessageText:
    """Write the next version of a text and use it from now on.

    Raises TextRefused when a placeholder is not one that this notice fills, the message code is missing (citizens
    check messages by it), or it is longer than WhatsApp takes (1,024 characters).
    """
    current = MessageText.objects.select_for_update().get(purpose=purpose, is_current=True)
    check_text(current, body)
    current.is_current = False
    current.save(update_fields=["is_current"])
    return MessageText.objects.create(
        purpose=purpose, version=current.version + 1, subject=subject, body=body, created_at=now, created_by=officer
    )


def check_text(current: MessageText, body: str) -> None:
    """Raise TextRefused for a body that could not be sent in place of the current one."""
    first = MessageText.objects.filter(purpose=current.purpose).order_by("version").first() or current
    unknown = set(placeholders(body)) - set(placeholders(first.body)) - ALWAYS_FILLED
    if unknown:
        raise TextRefused(f"Tanda {{{sorted(unknown)[0]}}} tidak dikenal untuk pesan ini.")
    if "kode_pesan" in placeholders(first.body) and "kode_pesan" not in placeholders(body):
        raise TextRefused("Cantumkan {kode_pesan}; dengan kode itu warga memeriksa keaslian pesan.")
    if len(body) > 1024:
        raise TextRefused("Paling panjang 1.024 huruf; lebih dari itu WhatsApp menolak.")
