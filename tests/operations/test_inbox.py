"""What officers do with a conversation: one reply for one press, within the 24 hours, from the zone's own number."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Conversation, InboxNote, Notice, Officer, Zone
from requests_app.operations import conversations
from requests_app.operations.inbox import (
    Overtaken,
    cannot_reply,
    close_conversation,
    reopen_unsent,
    reply_to_conversation,
)
from requests_app.operations.rerouting import reroute_held, reroute_zone
from requests_app.operations.steps import NotNow
from tests.factories import OfficerFactory
from tests.operations.inbound import write

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
EVERYTHING = 10**9


@pytest.fixture
def zone(db: None) -> Zone:
    return Zone.objects.exclude(whatsapp_phone_id="").order_by("code")[0]


@pytest.fixture
def officer(db: None) -> Officer:
    return OfficerFactory(role="counter")


@pytest.fixture
def asked(zone: Zone, now: datetime) -> Conversation:
    write("Apakah besok buka?", now, zone=zone)
    return Conversation.objects.get()


def reply(asked: Conversation, officer: Officer, now: datetime, text: str = "Ya, buka.", **over: Any) -> InboxNote:
    given = {"conversation_id": asked.pk, "officer": officer, "seen": EVERYTHING, "after": 0, "now": now} | over
    return reply_to_conversation(text=text, **given)


def handle(act: str, asked: Conversation, officer: Officer, now: datetime, seen: int) -> None:
    """An officer, who has read what came up to `seen`, replies or closes."""
    if act == "reply":
        reply(asked, officer, now, seen=seen)
    else:
        close_conversation(conversation_id=asked.pk, officer=officer, seen=seen, now=now)


def test_a_reply_is_refused_by_the_rule_of_what_may_be_sent(asked: Conversation, officer: Officer, now: datetime):
    with pytest.raises(ValueError, match="16 angka"):
        reply(asked, officer, now, "NIK Anda 1671045708959001")
    assert not InboxNote.objects.exists()


def test_one_press_is_one_reply_and_a_colleague_reads_it_first(asked: Conversation, officer: Officer, now: datetime):
    first = reply(asked, officer, now)
    assert reply(asked, officer, now) == first
    with pytest.raises(Overtaken):
        reply(asked, officer, now, "Tidak.")
    with pytest.raises(Overtaken):
        reply(asked, OfficerFactory(role="counter"), now)
    assert Notice.objects.filter(purpose="reply_officer").count() == 1
    assert reply(asked, officer, now, "Bawa KK asli.", after=first.pk).pk > first.pk


def test_the_last_second_of_the_24_hours_counts(asked: Conversation, officer: Officer, now: datetime):
    with pytest.raises(NotNow, match="Batas 24 jam"):
        reply(asked, officer, now + DAY)
    note = reply(asked, officer, now + DAY - timedelta(seconds=1))
    assert note.reply is not None
    assert note.reply.expires_at == now + DAY


def test_after_the_24_hours_only_what_waits_is_to_be_closed(asked: Conversation, officer: Officer, now: datetime):
    assert cannot_reply(asked, now=now + DAY).endswith("lalu tutup percakapannya.")
    reply(asked, officer, now)
    asked.refresh_from_db()
    assert cannot_reply(asked, now=now + DAY).endswith("Bila perlu, telepon warga ini.")


def test_a_zone_that_is_no_longer_connected_cannot_reply(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime
):
    Zone.objects.filter(pk=zone.pk).update(whatsapp_phone_id="")
    with pytest.raises(NotNow, match="tidak tersambung"):
        reply(asked, officer, now)


def test_what_does_not_wait_cannot_be_closed(asked: Conversation, officer: Officer, now: datetime):
    close_conversation(conversation_id=asked.pk, officer=officer, seen=EVERYTHING, now=now)
    with pytest.raises(NotNow, match="tidak menunggu jawaban lagi"):
        close_conversation(conversation_id=asked.pk, officer=officer, seen=EVERYTHING, now=now)


def test_a_reply_never_leaves_from_another_zones_number(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime
):
    note = reply(asked, officer, now)
    Notice.objects.filter(pk=note.reply_id).update(state="held", error_code="133010", next_attempt_at=now)
    Zone.objects.filter(pk=zone.pk).update(number_trouble="133010")
    reroute_held(now=now)
    zone.whatsapp_phone_id, zone.number_trouble = "", ""
    zone.save()
    reroute_zone(zone, now=now)
    kept = Notice.objects.get(pk=note.reply_id)
    assert (kept.zone, kept.channel) == (zone, "whatsapp")


@pytest.mark.parametrize(("state", "failed_after"), [("failed", HOUR), ("expired", None)])
def test_who_was_not_answered_after_all_waits_again_until_somebody_does_something(
    asked: Conversation, officer: Officer, now: datetime, state: str, failed_after: timedelta | None
):
    note, later = reply(asked, officer, now), now + DAY
    assert reopen_unsent(now=later) == 0
    failed_at = now + failed_after if failed_after else None
    Notice.objects.filter(pk=note.reply_id).update(state=state, failed_at=failed_at, next_attempt_at=None)
    assert reopen_unsent(now=later) == 1
    asked.refresh_from_db()
    assert asked.waits_since == now
    close_conversation(conversation_id=asked.pk, officer=officer, seen=EVERYTHING, now=later + HOUR)
    assert reopen_unsent(now=later + HOUR) == 0


ALSO_ANSWERED_AT_ONCE: list[tuple[str, dict[str, Any]]] = [
    ("Status. Nama saya salah, tolong", {}),
    ("LAPOR loketnya tutup terus", {}),
    ("STATUS PLG-W1B9-AEJ9-V dan PLG-0000-0000-0", {}),
    ("", {"type": "document", "document": {"id": "1", "caption": "Terima kasih"}, "text": None}),
    ("", {"type": "image", "image": {"id": "1", "caption": "STATUS"}, "text": None}),
]


@pytest.mark.parametrize("act", ["reply", "close"])
@pytest.mark.parametrize(("text", "given"), ALSO_ANSWERED_AT_ONCE)
def test_what_came_after_the_page_was_opened_still_waits_although_the_machine_said_something(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime, text: str, given: dict[str, Any], act: str
):
    seen = asked.messages.get().pk
    kept = write(text, now + SECOND, zone=zone, **given)
    assert kept is not None and kept.reply is not None and kept.needs_officer
    handle(act, asked, officer, now + 2 * SECOND, seen)
    asked.refresh_from_db()
    assert asked.waits_since == now + SECOND


@pytest.mark.parametrize("act", ["reply", "close"])
def test_a_question_that_is_asked_again_in_the_same_minute_waits_for_nothing(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime, act: str
):
    seen = asked.messages.get().pk
    first, again = (write("STATUS", now + n * SECOND, zone=zone) for n in (1, 2))
    assert first is not None and first.reply is not None and again is not None and again.reply is None
    handle(act, asked, officer, now + 3 * SECOND, seen)
    asked.refresh_from_db()
    assert asked.waits_since is None


@pytest.mark.parametrize("act", ["reply", "close"])
def test_a_question_that_was_asked_twice_waits_when_its_one_reply_was_lost(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime, act: str
):
    seen = asked.messages.get().pk
    first, _ = (write("STATUS", now + n * SECOND, zone=zone) for n in (1, 2))
    assert first is not None
    lose(first.reply_id, now + 3 * SECOND)
    handle(act, asked, officer, now + 4 * SECOND, seen)
    asked.refresh_from_db()
    assert asked.waits_since == now + SECOND


@pytest.mark.parametrize("act", ["reply", "close"])
def test_a_question_that_was_asked_twice_waits_again_when_its_one_reply_is_lost_later(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime, act: str
):
    seen = asked.messages.get().pk
    first, _ = (write("STATUS", now + n * SECOND, zone=zone) for n in (1, 2))
    assert first is not None
    handle(act, asked, officer, now + 3 * SECOND, seen)
    lose(first.reply_id, now + 4 * SECOND)
    assert reopen_unsent(now=now + HOUR) == 1
    asked.refresh_from_db()
    assert asked.waits_since == now + SECOND


def test_what_got_no_answer_at_all_still_waits(asked: Conversation, officer: Officer, zone: Zone, now: datetime):
    """The last reply of the day had been given."""
    seen = asked.messages.get().pk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(conversations, "REPLIES_A_DAY", 0)
        write("STATUS", now + SECOND, zone=zone)
    close_conversation(conversation_id=asked.pk, officer=officer, seen=seen, now=now + 2 * SECOND)
    asked.refresh_from_db()
    assert asked.waits_since == now + SECOND


LOST = [
    {"state": "failed", "failed_at": HOUR},
    {"state": "expired", "failed_at": None},
    {"state": "held", "failed_at": None},
]


@pytest.mark.parametrize("lost", LOST, ids=lambda lost: lost["state"])
def test_a_reply_of_the_machine_that_did_not_leave_is_left_to_an_officer_once(
    zone: Zone, officer: Officer, now: datetime, lost: dict[str, Any]
):
    kept = write("STATUS", now, zone=zone)
    assert kept is not None
    goes_on = now + DAY if lost["state"] == "held" else None
    failed_at = now + lost["failed_at"] if lost["failed_at"] else None
    later = now + DAY + HOUR
    assert reopen_unsent(now=later) == 0
    Notice.objects.filter(pk=kept.reply_id).update(state=lost["state"], failed_at=failed_at, next_attempt_at=goes_on)
    assert reopen_unsent(now=later) == 1
    assert Conversation.objects.get().waits_since == now
    assert reopen_unsent(now=later) == 0
    close_conversation(conversation_id=kept.conversation_id, officer=officer, seen=EVERYTHING, now=later)
    assert reopen_unsent(now=later + HOUR) == 0


LATER = [
    ("delivered", 0), ("read", 0),
    ("queued", 1), ("accepted", 1), ("sent", 1), ("unconfirmed", 1), ("failed", 1),
]  # fmt: skip


@pytest.mark.parametrize(("state", "reopened"), LATER)
def test_a_lost_reply_needs_nobody_only_when_a_later_one_arrived(zone: Zone, now: datetime, state: str, reopened: int):
    first, second = write("STATUS", now, zone=zone), write("STATUS", now + HOUR, zone=zone)
    assert first is not None and second is not None
    lose(first.reply_id, now)
    Notice.objects.filter(pk=second.reply_id).update(state=state)
    assert reopen_unsent(now=now + 2 * HOUR) == reopened
    assert Conversation.objects.get().waits_since == (now if reopened else None)


def test_an_earlier_reply_that_arrived_does_not_stand_for_a_lost_one(zone: Zone, now: datetime):
    first, second = write("STATUS", now, zone=zone), write("STATUS", now + HOUR, zone=zone)
    assert first is not None and second is not None
    Notice.objects.filter(pk=first.reply_id).update(state="delivered")
    lose(second.reply_id, now + HOUR)
    assert reopen_unsent(now=now + 2 * HOUR) == 1


def test_what_can_be_asked_is_no_answer_to_what_was_asked(zone: Zone, officer: Officer, now: datetime):
    kept, told = write("STATUS", now, zone=zone), write("Halo?", now + SECOND, zone=zone)
    assert kept is not None and told is not None
    Notice.objects.filter(pk=told.reply_id).update(state="delivered")
    close_conversation(conversation_id=told.conversation_id, officer=officer, seen=EVERYTHING, now=now + 2 * SECOND)
    lose(kept.reply_id, now + 3 * SECOND)
    assert reopen_unsent(now=now + HOUR) == 1


def test_a_lost_reply_needs_nobody_once_an_officers_arrived(zone: Zone, officer: Officer, now: datetime):
    kept = write("STATUS", now, zone=zone)
    assert kept is not None
    note = reply(kept.conversation, officer, now + SECOND)
    lose(kept.reply_id, now + 2 * SECOND)
    Notice.objects.filter(pk=note.reply_id).update(state="read")
    assert reopen_unsent(now=now + HOUR) == 0
    Notice.objects.filter(pk=note.reply_id).update(state="sent")
    assert reopen_unsent(now=now + HOUR) == 1


def test_an_officers_lost_reply_stands_there_again_although_something_else_was_closed_before(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime
):
    note = reply(asked, officer, now)
    write("Ada orang?", now + SECOND, zone=zone)
    close_conversation(conversation_id=asked.pk, officer=officer, seen=EVERYTHING, now=now + 2 * SECOND)
    lose(note.reply_id, now + 3 * SECOND)
    assert reopen_unsent(now=now + HOUR) == 1
    asked.refresh_from_db()
    assert asked.waits_since == now


def lose(reply_id: Any, at: datetime) -> None:
    """The provider says that it cannot be delivered."""
    Notice.objects.filter(pk=reply_id).update(state="failed", failed_at=at, next_attempt_at=None)


def test_what_an_officer_closed_before_the_reply_was_lost_is_no_answer(zone: Zone, officer: Officer, now: datetime):
    kept = write("STATUS", now, zone=zone)
    assert kept is not None
    write("Jam berapa buka?", now, zone=zone)
    close_conversation(conversation_id=kept.conversation_id, officer=officer, seen=EVERYTHING, now=now + HOUR)
    lost = {"state": "failed", "failed_at": now + 2 * HOUR, "next_attempt_at": None}
    Notice.objects.filter(pk=kept.reply_id).update(**lost)
    assert reopen_unsent(now=now + 3 * HOUR) == 1


def test_a_lost_reply_that_nobody_saw_keeps_waiting_when_an_older_message_is_closed(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime
):
    kept = write("STATUS", now + HOUR, zone=zone)
    assert kept is not None
    Notice.objects.filter(pk=kept.reply_id).update(state="failed", failed_at=now + HOUR, next_attempt_at=None)
    close_conversation(conversation_id=asked.pk, officer=officer, seen=kept.pk - 1, now=now + 2 * HOUR)
    asked.refresh_from_db()
    assert asked.waits_since == now + HOUR


def test_the_machine_does_not_speak_into_an_officers_talk(
    asked: Conversation, officer: Officer, zone: Zone, now: datetime
):
    later = now + DAY - HOUR
    reply(asked, officer, later)
    again = write("Dan hari Sabtu?", now + DAY + HOUR, zone=zone)
    assert again is not None
    assert again.reply is None
    asked.refresh_from_db()
    assert asked.waits_since == now + DAY + HOUR
