"""What the pages of a zone's inbox show. Lists never decrypt: words and phones are opened on a conversation's page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from requests_app.models import Application, Conversation, InboundMessage, InboxNote, Notice, Officer, Zone
from requests_app.queries.desk import zones_of
from requests_app.queries.officer import rows, visible
from requests_app.queries.paging import LONGEST_ID, Page, keyset_page
from requests_app.rules.messages import render
from requests_app.rules.roles import Role
from requests_app.rules.statuses import OPEN_STATUSES

HANDLED, SHOWN, APPLICATIONS = 20, 50, 5
COLUMNS = ("zone__code", "zone__name", "zone__is_active", "window_until", "last_heard_at", "waits_since")
NOT_SENT = {"failed", "expired", "superseded"}
ON_ITS_WAY = {"queued", "sending", "retry", "unconfirmed", "held"}
REPLY_STATES = {
    "accepted": "diterima WhatsApp", "sent": "terkirim", "delivered": "sampai di ponsel", "read": "dibaca",
    "sending": "sedang dikirim", "unconfirmed": "belum pasti terkirim", "held": "tertahan, dicoba lagi",
    "failed": "tidak terkirim", "superseded": "tidak terkirim",
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """One of our messages: its words, who wrote them (empty: the machine), and how far it came."""

    text: str
    at: datetime
    by: str
    state: str
    failed: bool


@dataclass(frozen=True)
class Line:
    """One thing in a conversation: what the person wrote, what we replied, or (`closed_by`) that nobody had to."""

    at: datetime
    message: InboundMessage | None = None
    reply: Reply | None = None
    closed_by: str = ""


@dataclass(frozen=True)
class Thread:
    """A conversation in order. `seen`: its latest message; `after`: its latest note (0 without one); `older`: the place
    from which the page before goes back, empty at the beginning."""

    lines: Sequence[Line]
    seen: int
    after: int
    older: str


def zones_read_by(officer: Officer) -> QuerySet[Zone]:
    """The zones whose inbox an officer reads: those of their desk. Whoever oversees all of them also reads those that
    are closed down, whose number people go on writing to."""
    if officer.role in (Role.SUPERVISOR, Role.ADMIN) and not officer.zones.exists():
        return Zone.objects.all()
    return zones_of(officer)


def waiting_count(zones: Iterable[Zone]) -> int:
    """How many conversations of these zones wait; index inbox_of_zone."""
    return Conversation.objects.filter(zone__in=zones, waits_since__isnull=False).count()


def waiting(zones: Iterable[Zone], officer: Officer, cursor: str) -> Page[Conversation]:
    """Who waits, longest first, with the kind of the latest message and the newest application of that phone (as far
    as this officer may see it)."""
    latest = InboundMessage.objects.filter(conversation=OuterRef("pk")).order_by("-pk")
    theirs = visible(officer).filter(phone_hash=OuterRef("phone_hash")).order_by("-submitted_at")
    found = Conversation.objects.filter(zone__in=zones, waits_since__isnull=False).select_related("zone").only(*COLUMNS)
    told = found.annotate(
        latest_intent=Subquery(latest.values("intent")[:1]), number=Subquery(theirs.values("number")[:1])
    )
    return keyset_page(told, "waits_since", cursor, oldest_first=True)


def handled(zones: Iterable[Zone]) -> Sequence[InboxNote]:
    """What officers did last in these zones: who, when, and how far each reply came."""
    found = InboxNote.objects.filter(conversation__zone__in=zones).select_related(
        "conversation__zone", "officer", "reply"
    )
    officer = ("officer__username", "officer__first_name", "officer__last_name")
    reply = ("reply__state", "reply__expires_at", "reply__evidence")
    shown = found.only("at", "act", "conversation__zone__code", "conversation__zone__name", *officer, *reply)
    return list(shown.order_by("-pk")[:HANDLED])


def conversation_of(zone: Zone, conversation_id: int) -> Conversation | None:
    """One conversation of a zone, with its phone; None when it is another's."""
    return Conversation.objects.select_related("zone").filter(zone=zone, pk=conversation_id).first()


def thread(conversation: Conversation, *, before: str, now: datetime) -> Thread:
    """The latest fifty messages before a place, the replies to them, and what officers did in that time, in order.
    Four queries, one more for an older page."""
    found, notes = conversation.messages.order_by("-pk"), conversation.notes.order_by("-pk")
    seen, after = (latest.values_list("pk", flat=True).first() or 0 for latest in (found, notes))
    if before.isascii() and before.isdigit() and len(before) <= LONGEST_ID:
        following = found.filter(pk__gte=int(before)).values_list("received_at", flat=True).last()
        notes = notes.filter(at__lt=following) if following else notes
        found = found.filter(pk__lt=int(before))
    taken = list(found.select_related("reply__text")[: SHOWN + 1])
    messages, has_more = taken[:SHOWN], len(taken) > SHOWN
    if has_more:
        notes = notes.filter(at__gte=messages[-1].received_at)
    lines = [line for message in reversed(messages) for line in _of_message(message, now)]
    lines += [_of_note(note, now) for note in notes.select_related("officer", "reply__text")]
    older = str(messages[-1].pk) if has_more else ""
    return Thread(sorted(lines, key=lambda line: line.at), seen, after, older)


def _of_message(message: InboundMessage, now: datetime) -> Iterable[Line]:
    yield Line(message.received_at, message=message)
    if message.reply is not None:
        yield Line(message.reply.created_at, reply=_reply(message.reply, "", now))


def _of_note(note: InboxNote, now: datetime) -> Line:
    by = note.officer.get_full_name() or note.officer.get_username()
    if note.reply is None:
        return Line(note.at, closed_by=by)
    return Line(note.at, reply=_reply(note.reply, by, now))


def _reply(notice: Notice, by: str, now: datetime) -> Reply:
    text = render(notice.text.body, notice.params)
    return Reply(text, notice.created_at, by, reply_state(notice, now), is_lost(notice, now))


def is_lost(notice: Notice, now: datetime) -> bool:
    """Whether a reply did not and will not leave: refused, or its 24 hours were over before it could."""
    over = notice.expires_at is not None and notice.expires_at <= now
    return notice.state in NOT_SENT or (notice.state in ON_ITS_WAY - {"unconfirmed", "sending"} and over)


def reply_state(notice: Notice, now: datetime) -> str:
    """How far a reply came, in words."""
    if is_lost(notice, now) and notice.state not in ("failed", "superseded"):
        return "tidak terkirim: batas 24 jam lewat"
    return REPLY_STATES.get(notice.state, "menunggu dikirim")


def applications_of(conversation: Conversation, officer: Officer) -> list[Any]:
    """The applications of this phone that the officer may see: the open ones, newest first, else the latest."""
    if conversation.phone_hash is None:
        return []
    theirs: QuerySet[Application] = rows(visible(officer)).filter(phone_hash=conversation.phone_hash)
    newest = theirs.order_by("-submitted_at", "-pk")
    return list(newest.filter(Q(status__in=OPEN_STATUSES))[:APPLICATIONS]) or list(newest[:1])
