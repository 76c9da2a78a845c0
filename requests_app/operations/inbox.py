"""What officers do with a conversation that waits: reply within the 24 hours, or close it without a reply."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from requests_app.models import Conversation, InboundMessage, InboxNote, Notice, Officer
from requests_app.operations.notices import owe_to_phone
from requests_app.operations.status_words import own_site
from requests_app.operations.steps import NotNow
from requests_app.rules.dates import format_moment
from requests_app.rules.inbound import Intent, check_reply
from requests_app.rules.routes import WHATSAPP
from requests_app.rules.visits import Sender

LOOKED_BACK, BATCH = timedelta(days=3), 200
"""A reply has left, or has not, within the 24 hours that it means something."""
NOT_SENT, ARRIVED = ["failed", "expired", "superseded"], ["delivered", "read"]
ANSWERED_AT_ONCE = [Intent.STATUS, Intent.REPORT, Intent.PROOF]
NEEDS_SOMEBODY = Q(needs_officer=True) | Q(intent__in=ANSWERED_AT_ONCE, reply__state__in=NOT_SENT)
"""What is not all answered at once, and what was until its reply was lost. A question of a moment ago that is asked
again has no reply of its own, and needs none."""

Replied = TypeVar("Replied", InboxNote, InboundMessage)


class Overtaken(Exception):
    """Somebody else has replied or closed since the page was opened."""


@transaction.atomic
def reply_to_conversation(
    *, conversation_id: int, officer: Officer, text: str, seen: int, after: int, now: datetime
) -> InboxNote:
    """Send an officer's words from the zone's own number, and note who did.

    `seen`: the latest message that the officer has read; newer ones keep waiting. `after`: the latest note that the
    page showed (0 without one): the same press twice is one reply. Raises ValueError (the text cannot be sent), NotNow
    (the 24 hours are over, the number is hidden, or the zone cannot send), Overtaken.
    """
    check_reply(text, site=own_site())
    words = "\n".join(" ".join(line.split()) for line in text.strip().splitlines())
    conversation = _locked(conversation_id)
    last = _last_note(conversation)
    if last is not None and last.pk != after:
        if last.act == "replied" and last.officer_id == officer.pk and _says(last, words):
            return last
        raise Overtaken
    why_not = cannot_reply(conversation, now=now)
    if why_not:
        raise NotNow(why_not)
    notice = owe_to_phone(
        conversation.phone, "reply_officer", way=(conversation.zone_id, WHATSAPP),
        params={"isi": _sentence(words), "zona": conversation.zone.name},
        dedup_key=f"answer:{conversation.pk}:{after}", now=now, expires_at=conversation.window_until,
    )  # fmt: skip
    return _settle(conversation, officer, "replied", seen, now, reply=notice)


@transaction.atomic
def close_conversation(*, conversation_id: int, officer: Officer, seen: int, now: datetime) -> InboxNote:
    """It needs no reply. Messages that came after `seen` keep waiting. Raises NotNow when it does not wait any more."""
    conversation = _locked(conversation_id)
    if conversation.waits_since is None:
        raise NotNow("Percakapan ini tidak menunggu jawaban lagi. Petugas lain sudah menanganinya.")
    return _settle(conversation, officer, "closed", seen, now)


def reopen_unsent(*, now: datetime) -> int:
    """Conversations in which a reply surely did not arrive wait again, unless a later answer did arrive. How many.

    An officer's reply and one that was given at once alike; whatever an officer does about it ends the matter.
    """
    notes = list(_lost_notes(now)[:BATCH])
    messages = list(_lost_answers(now)[:BATCH])
    return sum(_wait_again(note, now) for note in notes) + sum(_wait_again(message, now) for message in messages)


def _lost_notes(now: datetime) -> QuerySet[InboxNote]:
    replied = InboxNote.objects.filter(at__gt=now - LOOKED_BACK)
    return _unanswered(replied, now, pk__gt=OuterRef("pk")).only("conversation_id", "at").order_by("pk")


def _lost_answers(now: datetime) -> QuerySet[InboundMessage]:
    since = now - LOOKED_BACK
    asked = InboundMessage.objects.filter(intent__in=ANSWERED_AT_ONCE, received_at__gt=since)
    recent = asked.filter(conversation__last_heard_at__gt=since)
    return _unanswered(recent, now).only("conversation_id", "at").order_by("pk")


def _unanswered(replied: QuerySet[Replied], now: datetime, **done: Any) -> QuerySet[Replied]:
    """Those whose reply surely did not arrive, where no officer has done anything since it was lost (`done`: what else
    must hold of that), and no later answer in the same conversation arrived: one that has only left may be lost too."""
    over = Q(reply__state__in=[*NOT_SENT, "held"], reply__expires_at__lte=now)
    lost = replied.filter(Q(reply__state="failed") | over, conversation__waits_since=None)
    dated = lost.annotate(lost_at=Coalesce("reply__failed_at", "reply__expires_at"))
    same = {"conversation": OuterRef("conversation")}
    later = {**same, "reply__created_at__gt": OuterRef("reply__created_at"), "reply__state__in": ARRIVED}
    return dated.filter(
        ~Exists(InboundMessage.objects.filter(intent__in=ANSWERED_AT_ONCE, **later)),
        ~Exists(InboxNote.objects.filter(**later)),
        ~Exists(InboxNote.objects.filter(at__gte=OuterRef("lost_at"), **same, **done)),
    )


def _wait_again(lost: InboxNote | InboundMessage, now: datetime) -> int:
    quiet = Conversation.objects.filter(pk=lost.conversation_id, waits_since=None)
    return quiet.exclude(notes__at__gt=now).update(waits_since=lost.at)


def cannot_reply(conversation: Conversation, *, now: datetime) -> str:
    """Why no reply can be sent, and what to do instead; empty when one can."""
    if not conversation.phone_hash:
        return "Warga ini menyembunyikan nomornya, jadi tidak dapat dibalas dari sini. Tutup percakapan ini."
    if conversation.window_until <= now:
        until = format_moment(conversation.window_until)
        waits = conversation.waits_since is not None
        instead = "Telepon warga ini, lalu tutup percakapannya." if waits else "Bila perlu, telepon warga ini."
        return f"Batas 24 jam untuk membalas lewat pada {until}. {instead}"
    if conversation.zone.sender is not Sender.API:
        return "Nomor zona ini tidak tersambung ke WhatsApp saat ini. Telepon warga ini, atau hubungi admin."
    return ""


def _locked(conversation_id: int) -> Conversation:
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("zone")
    return rows.get(pk=conversation_id)


def _last_note(conversation: Conversation) -> InboxNote | None:
    return conversation.notes.select_related("reply").order_by("-pk").first()


def _says(note: InboxNote, words: str) -> bool:
    return note.reply is not None and note.reply.params.get("isi") == _sentence(words)


def _sentence(words: str) -> str:
    """With a full stop, so that the zone's name after it stands apart."""
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _settle(
    conversation: Conversation, officer: Officer, act: str, seen: int, now: datetime, *, reply: Notice | None = None
) -> InboxNote:
    """Note it; what came after the latest message that was seen still waits."""
    unseen = conversation.messages.filter(NEEDS_SOMEBODY, pk__gt=seen).order_by("pk")
    conversation.waits_since = unseen.values_list("at", flat=True).first()
    conversation.save(update_fields=["waits_since"])
    return InboxNote.objects.create(conversation=conversation, officer=officer, at=now, act=act, reply=reply)
