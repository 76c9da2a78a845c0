"""What citizens send to a zone's number by pressing a link, so that it need not be typed."""

from datetime import datetime

from requests_app.operations.sent_proofs import kept_code
from requests_app.wa_me import chat_link


def proof_words(code: str) -> str:
    """What is sent to prove a phone. Understood by its first two words, in both languages."""
    return f"KODE {code} Adminduk Online"


def keep_number_link(application_id: int, number: str, now: datetime) -> str:
    """The message that proves the phone of an application and leaves our number in the citizen's chats; empty when
    that is done, or cannot be."""
    kept = kept_code(application_id=application_id, now=now)
    return chat_link(kept.number, f"KODE {kept.code} Permohonan {number}") if kept else ""
