"""What citizens write to a zone's number: kept once, answered at once where that is sure, else for the zone's officers.

A message opens 24 hours in which the office may write freely, and from that zone's own number only. A reply is a
notice like any other, so it is found again when something breaks; it means nothing after those 24 hours. What a
message asks for is done whether or not it may be replied to; whatever got no answer waits in the zone's inbox
(`waits_since`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from requests_app.models import Application, Conversation, InboundMessage, Notice, WebhookEvent, Zone
from requests_app.operations.citizen_reports import report_by_message
from requests_app.operations.notices import owe_to_phone
from requests_app.operations.sent_proofs import opens_page, prove
from requests_app.operations.status_words import own_site, standings, status_words, tracking_page
from requests_app.rules.inbound import (
    Intent,
    application_number,
    application_numbers,
    proof_code,
    read_intent,
    same_question,
    says_more,
)
from requests_app.rules.reply_buttons import OFFICER
from requests_app.rules.routes import WHATSAPP
from requests_app.vault.keyring import keyed_hash

WINDOW = timedelta(hours=24)
"""So long after their last message Meta lets us write freely to a person."""
REPLIES_A_DAY = 20
SAME_AGAIN = timedelta(seconds=60)
NOT_SAID_BY_ANYBODY = frozenset({"system", "request_welcome"})
"""Kinds by which WhatsApp itself speaks: a changed number, a chat that was opened."""
KINDS = {
    "image": "foto", "video": "video", "audio": "pesan suara", "voice": "pesan suara", "document": "dokumen",
    "sticker": "stiker", "location": "lokasi", "contacts": "kontak",
}  # fmt: skip
TYPED = frozenset({"text", "button", "interactive"})
FILES = frozenset({"image", "video", "audio", "voice", "document"})
"""What somebody may take for an upload: it is never fetched, and they are told so."""
NOT_OPENED = "Berkas di WhatsApp tidak kami buka. Unggah berkas hanya lewat situs {site}."
PROVEN = "Terima kasih. Nomor WhatsApp ini terbukti untuk permohonan {number}. Kabarnya kami kirim ke sini."
# Somebody else may have opened the page and talked the holder of the phone into sending its code.
PAGE_GOES_ON = (
    " Halaman yang tadi Anda buka dapat dilanjutkan. Bila bukan Anda yang membukanya, atau orang lain yang menyuruh"
    " Anda mengirim kode ini, segera beri tahu kami di sini."
)
NOT_PROVEN = (
    "Kode itu tidak berlaku untuk nomor ini: waktunya sudah lewat, atau permohonannya memakai nomor lain."
    " Buka lagi {page} untuk mendapat kode baru."
)


@dataclass(frozen=True)
class Said:
    """One stored message, as the webhook brought it. `phone` is E.164, or empty while the person hides the number;
    `user` is Meta's name for the person, where it was given. A message that names nobody stands alone."""

    id: str
    phone: str
    user: str
    at: datetime
    kind: str
    text: str
    payload: str
    context: str

    @classmethod
    def read(cls, event: WebhookEvent, now: datetime) -> "Said":
        """The body of an event; nobody writes later than now, whatever the stamp says."""
        body = event.body
        given = {name: str(body.get(name) or "") for name in ("text", "payload", "context")}
        phone, kind = body.get("from") or "", str(body.get("type") or "text")
        user = body.get("user") or ("" if phone else body["id"])
        at = min(datetime.fromisoformat(body["at"]), now)
        return cls(id=body["id"][:120], phone=phone, user=user, at=at, kind=kind, **given)

    @property
    def phone_hash(self) -> bytes | None:
        """What the phone is found by."""
        return keyed_hash("phone", self.phone) if self.phone else None

    @property
    def user_hash(self) -> bytes | None:
        """What a person who hides the number is found by."""
        return keyed_hash("whatsapp user", self.user) if self.user else None

    @property
    def intent(self) -> Intent:
        """What it asks for. A reaction to one of our messages asks for nothing."""
        return Intent.THANKS if self.kind == "reaction" else read_intent(self.text, self.payload)

    @property
    def is_file(self) -> bool:
        """Whether something came that we do not open."""
        return self.kind in FILES

    @property
    def shown(self) -> str:
        """The words, and what they came with: pictures and voices are not fetched."""
        what = "" if self.kind in TYPED else f"[{KINDS.get(self.kind, 'bukan teks')}]"
        return " ".join(filter(None, [what, self.text]))


@transaction.atomic
def take_inbound(event: WebhookEvent, *, now: datetime, to_inbox: bool = False) -> None:
    """Work on one stored message, once: the message, its conversation, and what it asks for, in one commit.

    The event ends as inbound. What somebody wrote to a number that is no zone's waits until it is (`find_its_zone`).
    Twice or at once by two changes nothing more.
    `to_inbox`: nothing is read into it and nothing answered, an officer reads it.
    """
    locked = WebhookEvent.objects.select_for_update().filter(pk=event.pk, processed_at=None).first()
    if locked is None:
        return
    said, phone_id = Said.read(locked, now), str(locked.body.get("phone_number_id") or "")
    zone = Zone.objects.filter(whatsapp_phone_id=phone_id).first() if phone_id else None
    is_said = said.kind not in NOT_SAID_BY_ANYBODY
    if zone is not None and is_said:
        _take(zone, said, now, to_inbox)
    if zone is None and is_said:
        locked.outcome = WebhookEvent.NO_ZONE
    else:
        locked.processed_at, locked.outcome = now, "inbound" if zone is not None else "orphan"
    locked.save(update_fields=["processed_at", "outcome"])


def _take(zone: Zone, said: Said, now: datetime, to_inbox: bool) -> None:
    if InboundMessage.objects.filter(provider_id=said.id).exists():
        return
    conversation = _conversation(zone, said)
    unread = Intent.FREE if said.text else Intent.OTHER
    message = InboundMessage.objects.create(
        conversation=conversation, provider_id=said.id, at=said.at, received_at=now, text=said.shown,
        intent=unread if to_inbox else said.intent, application_id=None if to_inbox else _spoken_of(said),
    )  # fmt: skip
    if to_inbox or _must_wait(_Turn(zone, conversation, message, said, now)):
        message.needs_officer = True
        message.save(update_fields=["needs_officer"])
        conversation.waits_since = conversation.waits_since or said.at
        conversation.save(update_fields=["waits_since"])


def _conversation(zone: Zone, said: Said) -> Conversation:
    """The conversation of this person with this zone, locked; the window only ever moves ahead."""
    known = _find(zone, said)
    if known is None:
        return _begin(zone, said)
    known.window_until = max(known.window_until, said.at + WINDOW)
    known.last_heard_at = max(known.last_heard_at, said.at)
    if said.phone and not known.phone_hash:
        known.phone, known.phone_hash = said.phone, said.phone_hash
    if said.user_hash and not known.user_hash and not _user_is_known(zone, said):
        known.user_hash = said.user_hash
    known.save(update_fields=["window_until", "last_heard_at", "phone", "phone_hash", "user_hash"])
    return known


def _find(zone: Zone, said: Said) -> Conversation | None:
    """By the phone; else by Meta's name for the person, under which they may have written with a hidden number."""
    rows = Conversation.objects.select_for_update().filter(zone=zone)
    by_phone = rows.filter(phone_hash=said.phone_hash).first() if said.phone else None
    if by_phone is not None or said.user_hash is None:
        return by_phone
    by_user = rows.filter(user_hash=said.user_hash)
    return (by_user.filter(phone_hash=None) if said.phone else by_user).first()


def _user_is_known(zone: Zone, said: Said) -> bool:
    return Conversation.objects.filter(zone=zone, user_hash=said.user_hash).exists()


def _begin(zone: Zone, said: Said) -> Conversation:
    user_hash = None if said.user_hash and _user_is_known(zone, said) else said.user_hash
    try:
        with transaction.atomic():
            return Conversation.objects.create(
                zone=zone, phone=said.phone, phone_hash=said.phone_hash, user_hash=user_hash,
                window_until=said.at + WINDOW, last_heard_at=said.at,
            )  # fmt: skip
    except IntegrityError:
        # Another worker has just begun it with the person's other message.
        return _conversation(zone, said)


def _spoken_of(said: Said) -> int | None:
    """The application of the message of ours that this one answers, when that went to the same phone."""
    if not said.context or not said.phone:
        return None
    ours = Notice.objects.filter(provider_id=said.context[:120], recipient_hash=said.phone_hash)
    return ours.values_list("application_id", flat=True).first()


@dataclass(frozen=True)
class _Turn:
    """One message of a conversation, and what is needed to reply to it."""

    zone: Zone
    conversation: Conversation
    message: InboundMessage
    said: Said
    now: datetime


def _must_wait(turn: _Turn) -> bool:
    """Do what the message asks for. Returns whether an officer has to read it: nobody has answered it, or not all.

    A file is never all answered, whatever is written below it: nobody has looked at it.
    """
    intent = turn.said.intent
    if turn.said.is_file and intent in (Intent.FREE, Intent.OTHER, Intent.THANKS):
        _tell(turn, "reply_file", within=SAME_AGAIN)
        return True
    if intent is Intent.THANKS:
        return False
    if intent is Intent.PROOF:
        return _prove(turn) or turn.said.is_file
    if intent in (Intent.FREE, Intent.OTHER):
        _help(turn)
        return True
    unanswered = _status(turn) if intent is Intent.STATUS else _report(turn)
    more = intent is Intent.STATUS and says_more(turn.said.text)
    return unanswered or more or _names_more_than_one(turn) or turn.said.is_file


def _status(turn: _Turn) -> bool:
    number = application_number(turn.said.text)
    found = standings(turn.conversation.phone_hash, number=number, now=turn.now)
    _name_application(turn, found[0].application if len(found) == 1 else None)
    return not _answer(turn, "reply_status", status_words(found, named=number is not None))


def _report(turn: _Turn) -> bool:
    """A report that nothing could be made of is for an officer to read, when there are words in it."""
    reported = report_by_message(
        phone_hash=turn.conversation.phone_hash, text=turn.said.text, about=turn.message.application_id, now=turn.now
    )
    _name_application(turn, reported.application)
    return not _answer(turn, "reply_report", reported.reply) or reported.words_left


def _names_more_than_one(turn: _Turn) -> bool:
    """A reply speaks of the first application that is named; an officer answers about the others."""
    return len(application_numbers(turn.said.text)) > 1


def _prove(turn: _Turn) -> bool:
    code = proof_code(turn.said.text) or ""
    application = prove(
        code=code, phone_hash=turn.said.phone_hash, zone_id=turn.zone.pk, sent_at=turn.said.at, now=turn.now
    )
    _name_application(turn, application)
    if application is None:
        return not _answer(turn, "reply_proof", NOT_PROVEN.format(page=tracking_page()))
    told = PROVEN + PAGE_GOES_ON if opens_page(code) else PROVEN
    return not _answer(turn, "reply_proof", told.format(number=application.number))


def _help(turn: _Turn) -> None:
    """How to ask an officer, to whoever pressed for one. To others what can be asked, once a day, and not in the middle
    of their talk with an officer."""
    if turn.said.payload == OFFICER.id:
        _tell(turn, "reply_talk", within=SAME_AGAIN)
        return
    talked = turn.conversation.notes.filter(act="replied", at__gt=turn.now - WINDOW).exists()
    if not talked and not _was_told(turn, "reply_talk", WINDOW):
        _tell(turn, "reply_help", within=WINDOW)


def _tell(turn: _Turn, purpose: str, *, within: timedelta) -> None:
    """Words that are always the same, once in so long."""
    if not _was_told(turn, purpose, within) and _can_be_reached(turn) and _may_reply_again(turn):
        owe_reply(turn, purpose, {"zona": turn.zone.name, "situs": own_site()})


def _was_told(turn: _Turn, purpose: str, within: timedelta) -> bool:
    since = turn.now - within
    return turn.conversation.messages.filter(reply__purpose=purpose, reply__created_at__gt=since).exists()


def _answer(turn: _Turn, purpose: str, words: str) -> bool:
    """Reply, if that may leave. Returns whether the person has an answer: this one, or one of a moment ago."""
    if not _can_be_reached(turn):
        return False
    if _was_just_answered(turn):
        return True
    if not _may_reply_again(turn):
        return False
    beside = [NOT_OPENED.format(site=own_site())] if turn.said.is_file else []
    owe_reply(turn, purpose, {"isi": " ".join([words, *beside])})
    return True


def _name_application(turn: _Turn, application: Application | None) -> None:
    if application is not None:
        turn.message.application = application
        turn.message.save(update_fields=["application"])


def _can_be_reached(turn: _Turn) -> bool:
    """Whether a reply can leave: the phone is known, and the 24 hours are not over."""
    return bool(turn.conversation.phone_hash) and turn.conversation.window_until > turn.now


def _was_just_answered(turn: _Turn) -> bool:
    """One reply in a minute to the same question."""
    since = turn.now - SAME_AGAIN
    replied = turn.conversation.messages.filter(intent=turn.said.intent, reply__created_at__gt=since)
    return any(same_question(message.text, turn.message.text) for message in replied.only("text"))


def _may_reply_again(turn: _Turn) -> bool:
    """Twenty replies in a day: two programs that talk to each other end soon."""
    replied = turn.conversation.messages.filter(reply__created_at__gt=turn.now - WINDOW)
    return replied.count() < REPLIES_A_DAY


def owe_reply(turn: _Turn, purpose: str, params: Mapping[str, str]) -> Notice:
    """Owe the reply to one message: by WhatsApp from that zone's number, within the window, once per message."""
    notice = owe_to_phone(
        turn.conversation.phone, purpose, way=(turn.zone.pk, WHATSAPP), params=params,
        dedup_key=f"reply:{turn.message.pk}", now=turn.now, expires_at=turn.conversation.window_until,
    )  # fmt: skip
    turn.message.reply = notice
    turn.message.save(update_fields=["reply"])
    return notice
