"""What people of the set have written to the numbers of the example zones: no inbox is empty at first sight.

All of it is made up. Unlike the rest of the set it goes through the operations themselves: there are a few only.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from requests_app.demo.accounts import write_text
from requests_app.demo.letters import send
from requests_app.demo.office import Office
from requests_app.demo.rows import demo_applications, mark
from requests_app.demo.zones import DESK_ZONE
from requests_app.models import (
    AccessLog,
    Application,
    Conversation,
    Event,
    InboundMessage,
    InboxNote,
    Notice,
    NoticeAttempt,
    WebhookEvent,
    Zone,
)
from requests_app.operations.conversations import WINDOW, take_inbound
from requests_app.operations.inbox import reply_to_conversation
from requests_app.rules.messages import REPLY

OURS = "demo-"
"""How the provider's ids of these messages begin; real ones begin with `wamid.`."""
QUESTIONS = (
    "Selamat siang, apakah pengambilan bisa diwakilkan anak saya?",
    "Pak, kalau KTP lama saya hilang harus bawa surat polisi dulu atau tidak?",
    "Saya kerja sampai sore. Apakah hari Sabtu buka?",
    "Alamat saya sudah pindah RT. Perlu mengajukan lagi?",
)
ANSWERED = (
    ("Jam berapa loket mulai buka besok?", "Loket buka pukul 08.00 WIB. Anda tidak perlu datang sebelum ada undangan."),
    (
        "Foto KK saya agak gelap, apakah harus diulang?",
        "Tidak perlu. Fotonya masih terbaca; kami periksa seperti biasa.",
    ),
)
COMPLAINT = "LAPOR sudah lewat janji lima hari, belum ada jawaban yang saya terima"
QUIET, MINUTE, MOST = timedelta(hours=3), timedelta(minutes=1), 12
"""So long nothing has happened to their application: what a reply says of it was true then as it is now."""
PUSHED = [
    "state", "attempt", "next_attempt_at", "accepted_at", "sent_at", "delivered_at", "read_at", "provider_id",
    "evidence",
]  # fmt: skip


@dataclass
class _Talks:
    """The conversations of one load. `first`: the number of its first application. `phones`: whose they are.
    `heard`: what was written, for the simulated WhatsApp."""

    office: Office
    first: int
    phones: set[str] = field(default_factory=set)
    heard: list[dict[str, Any]] = field(default_factory=list)

    def hear(self, zone: Zone, person: Application, at: datetime, words: str) -> InboundMessage:
        """Somebody writes, and is answered as anybody is."""
        body = {
            "kind": "inbound", "id": f"{OURS}{uuid.uuid4().hex}", "at": at.isoformat(), "from": person.phone,
            "user": None, "type": "text", "payload": "", "text": words, "context": None,
            "phone_number_id": zone.whatsapp_phone_id,
        }  # fmt: skip
        event = WebhookEvent.objects.create(digest=uuid.uuid4().bytes, body=body, received_at=at)
        take_inbound(event, now=at)
        event.delete()
        self.heard.append(_as_heard(body, at))
        return InboundMessage.objects.select_related("conversation").get(provider_id=body["id"])

    def people(self, zone: Zone, **which: str) -> Iterator[Application]:
        """Of this load, with WhatsApp, to whom nothing happened lately: those who came last, each phone once."""
        own = demo_applications().filter(draft_id__gte=mark(self.first), zone=zone, contact="whatsapp", **which)
        lately = Event.objects.filter(application=OuterRef("pk"), at__gt=self.office.now - QUIET)
        for person in own.filter(~Exists(lately)).only("phone").order_by("-submitted_at", "-pk")[:MOST]:
            if person.phone not in self.phones:
                self.phones.add(person.phone)
                yield person


def play_conversations(office: Office, first: int) -> None:
    """A few in each example zone with a connected number: a STATUS that was answered, a question that waits, one that
    an officer answered, a report of a broken promise; at the desk zone one more, whose 24 hours are nearly over."""
    talks = _Talks(office, first)
    zones = {zone.pk: zone for zone in office.zones.values() if zone.is_example and zone.whatsapp_phone_id}
    for turn, zone in enumerate(sorted(zones.values(), key=lambda zone: zone.code)):
        _play(talks, zone, turn)
    _arrive(office)
    if settings.SIMULATOR_URL:
        transaction.on_commit(lambda: _tell_simulator(talks.heard))


def _play(talks: _Talks, zone: Zone, turn: int) -> None:
    now = talks.office.now
    late = next(talks.people(zone, reports__status="open"), None)
    if late is not None:
        talks.hear(zone, late, now - 40 * MINUTE, COMPLAINT)
    asked = [(now - 130 * MINUTE, "STATUS"), (now - (95 - 7 * turn) * MINUTE, QUESTIONS[turn % len(QUESTIONS)])]
    if zone.code == DESK_ZONE:
        asked.append((now - WINDOW + 100 * MINUTE, QUESTIONS[-1]))
    others = talks.people(zone)
    for (at, words), person in zip(asked, others, strict=False):
        talks.hear(zone, person, at, words)
    patient = next(others, None)
    if patient is not None:
        _answer(talks, zone, patient, *ANSWERED[turn % len(ANSWERED)])


def _answer(talks: _Talks, zone: Zone, person: Application, question: str, answer: str) -> None:
    """In office hours, by whoever works at the zone's desk."""
    office = talks.office
    at = office.calendar.office_moment_before(office.now - 50 * MINUTE)
    asked = talks.hear(zone, person, at - 25 * MINUTE, question)
    reply_to_conversation(
        conversation_id=asked.conversation_id,
        officer=office.clerks[zone.pk],
        text=answer,
        seen=asked.pk,
        after=0,
        now=at,
    )


def _arrive(office: Office) -> None:
    """What is owed to them left at once and arrived."""
    for notice in Notice.objects.filter(pk__in=_replies(), state="queued").defer("params", "recipient"):
        send(office, notice)
        notice.save(update_fields=PUSHED)
    office.rows.write()


def _as_heard(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    sender, phone_id = str(body["from"]).removeprefix("+"), body["phone_number_id"]
    return {"id": body["id"], "at": at.timestamp(), "sender": sender, "phone_number_id": phone_id, "text": body["text"]}


def _tell_simulator(heard: list[dict[str, Any]]) -> None:
    """Else it takes no reply to them. Over its control door, or, before it runs, into the folder where it looks."""
    try:
        url = f"{settings.SIMULATOR_URL}/_ctl/heard"
        httpx.post(url, json={"messages": heard}, timeout=5, trust_env=False).raise_for_status()
    except httpx.TransportError:
        write_text(settings.DATA_DIR / "simulator" / "heard.json", json.dumps({"messages": heard}))


def _conversations() -> set[int]:
    ours = InboundMessage.objects.filter(provider_id__startswith=OURS)
    return set(ours.values_list("conversation", flat=True))


def _replies() -> set[uuid.UUID]:
    talks, found = _conversations(), set[uuid.UUID]()
    for model in (InboundMessage, InboxNote):
        replied = model._default_manager.filter(conversation__in=talks, reply__purpose__startswith=REPLY)
        found.update(replied.values_list("reply", flat=True))
    return found


def remove_conversations() -> None:
    """Those of the set, with whatever people wrote in them since. No guard and no foreign key is looked at now."""
    talks, replies = _conversations(), _replies()
    for rows in (
        AccessLog.objects.filter(conversation__in=talks),
        InboxNote.objects.filter(conversation__in=talks),
        InboundMessage.objects.filter(conversation__in=talks),
        NoticeAttempt.objects.filter(notice__in=replies),
        Notice.objects.filter(pk__in=replies),
        Conversation.objects.filter(pk__in=talks),
    ):
        rows._raw_delete(rows.db)
