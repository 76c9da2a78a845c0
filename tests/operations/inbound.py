"""What citizens write, as Meta posts it and as it is kept."""

from datetime import datetime
from typing import Any

from requests_app.models import InboundMessage, Zone
from requests_app.operations.receipts import process_webhooks, store_webhook

PHONE = "+6280000007777"


def message(
    words: str, at: datetime, *, id: str = "", phone: str = PHONE, user: str = "", zone: Zone | None = None, **over: Any
) -> dict[str, Any]:
    """What Meta posts for one message that somebody writes to a zone's number."""
    phone_id = (zone or Zone.objects.exclude(whatsapp_phone_id="").order_by("code")[0]).whatsapp_phone_id
    item = {
        "id": id or f"wamid.{at.timestamp()}.{words[:40]}.{phone[-4:]}", "from": phone.lstrip("+"), "type": "text",
        "timestamp": str(int(at.timestamp())), "text": {"body": words},
    } | over  # fmt: skip
    contact = {"wa_id": phone.lstrip("+"), "profile": {}} | ({"user_id": user} if user else {})
    value = {"metadata": {"phone_number_id": phone_id}, "contacts": [contact], "messages": [item]}
    return {"entry": [{"changes": [{"value": value}]}]}


def write(words: str, now: datetime, **given: Any) -> InboundMessage | None:
    """Somebody writes; the message as it is kept."""
    before = set(InboundMessage.objects.values_list("pk", flat=True))
    store_webhook(payload=message(words, given.pop("at", now), **given), now=now)
    process_webhooks(now=now)
    return InboundMessage.objects.select_related("reply", "conversation").exclude(pk__in=before).first()


def reply_to(words: str, now: datetime, **given: Any) -> str:
    """The words of the reply, empty without one."""
    kept = write(words, now, **given)
    assert kept is not None
    return "" if kept.reply is None else str(kept.reply.params.get("isi", kept.reply.purpose))
