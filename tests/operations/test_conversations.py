"""What citizens write: kept once, answered at once or waiting for an officer, and never more than that."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from requests_app.models import Conversation, InboundMessage, Notice, Report, WebhookEvent, Zone
from requests_app.operations import conversations, sending
from requests_app.operations.clock import break_promises
from requests_app.operations.delivery import claim_notices, expire_notices
from requests_app.operations.receipts import process_webhooks, store_webhook
from requests_app.rules.dates import format_moment
from requests_app.vault.keyring import keyed_hash
from tests.factories import APPROVED, decided, new_phone, submitted
from tests.operations.inbound import PHONE, message, reply_to, write
from tests.operations.post_office import PostOffice

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
NUMBER = "PLG-W1B9-AEJ9-V"


@pytest.fixture
def zone(db: None) -> Zone:
    return Zone.objects.exclude(whatsapp_phone_id="").order_by("code")[0]


# --- the conversation and its window


def test_a_message_opens_a_window_of_24_hours_from_its_own_stamp(now: datetime, zone: Zone):
    write("Halo", now, at=now - HOUR)
    known = Conversation.objects.get()
    assert (known.zone, known.phone, known.window_until) == (zone, PHONE, now - HOUR + DAY)
    assert known.phone_hash == keyed_hash("phone", PHONE)


def test_the_window_never_moves_back_and_nobody_writes_in_the_future(now: datetime, zone: Zone):
    write("Halo", now)
    write("Tadi", now + SECOND, at=now - 5 * HOUR)
    assert Conversation.objects.get().window_until == now + DAY
    write("Nanti", now + 2 * SECOND, at=now + 9 * DAY)
    assert Conversation.objects.get().window_until == now + 2 * SECOND + DAY


def test_a_message_that_comes_a_day_late_opens_nothing_and_waits_for_somebody(now: datetime, zone: Zone):
    submitted(now - DAY, phone=PHONE)
    assert reply_to("STATUS", now, at=now - 25 * HOUR) == ""
    known = Conversation.objects.get()
    assert known.window_until < now
    assert known.waits_since == now - 25 * HOUR


def test_the_same_post_twice_is_one_message_and_one_reply(now: datetime, zone: Zone):
    for _ in range(2):
        store_webhook(payload=message("STATUS", now), now=now)
        process_webhooks(now=now)
    assert InboundMessage.objects.count() == Notice.objects.filter(purpose="reply_status").count() == 1


def test_a_post_that_is_repeated_after_its_event_was_forgotten_changes_nothing(now: datetime, zone: Zone):
    write("Halo", now)
    WebhookEvent.objects.all().delete()
    assert write("Halo", now + 40 * DAY, at=now) is None
    assert Notice.objects.count() == 1
    assert WebhookEvent.objects.get().outcome == "inbound", "and is no trouble"


def test_what_dies_half_way_is_done_once_when_it_is_done_again(now: datetime, zone: Zone, monkeypatch: Any):
    class Killed(BaseException):
        """As a process that ends in the middle of its work."""

    def die(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "status_words", die)
        with pytest.raises(Killed):
            write("STATUS", now)
    assert not InboundMessage.objects.exists() and not Conversation.objects.exists()
    process_webhooks(now=now + SECOND)
    assert InboundMessage.objects.get().reply is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_keep_a_persons_messages_once(now: datetime):
    for number in range(6):
        store_webhook(payload=message(f"STATUS {number}", now, id=f"wamid.{number}"), now=now)

    def work() -> None:
        process_webhooks(now=now)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (Conversation.objects.count(), InboundMessage.objects.count()) == (1, 6)
    assert Notice.objects.filter(purpose="reply_status").count() == 1
    assert not WebhookEvent.objects.exclude(outcome="inbound").exists()


def test_what_is_written_to_a_number_that_is_no_zones_waits_for_its_zone(now: datetime, db: None):
    payload = message("Halo", now)
    payload["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = "42"
    store_webhook(payload=payload, now=now)
    process_webhooks(now=now)
    event = WebhookEvent.objects.get()
    assert (event.outcome, event.processed_at) == (WebhookEvent.NO_ZONE, None)
    assert not Conversation.objects.exists()


def test_what_whatsapp_itself_says_opens_nothing(now: datetime, zone: Zone):
    assert write("+62 … berganti nomor", now, type="system") is None
    assert not Conversation.objects.exists()


def test_a_nik_is_stored_nowhere(now: datetime, zone: Zone):
    kept = write("NIK saya 1671 0457 0895 9001", now, id="wamid.N")
    assert kept is not None
    assert kept.text == "NIK saya [16 angka dihapus]"
    assert "0457" not in str(WebhookEvent.objects.get().body)


def test_when_answering_goes_wrong_the_message_stands_in_the_inbox(now: datetime, zone: Zone, monkeypatch: Any):
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(conversations, "status_words", break_down)
    assert reply_to("STATUS", now) == ""
    assert Conversation.objects.get().waits_since == now
    assert WebhookEvent.objects.get().outcome == "inbound"


@pytest.mark.parametrize("part", ["read_intent", "_spoken_of"])
def test_whatever_cannot_be_read_into_a_message_it_stands_in_the_inbox(
    now: datetime, zone: Zone, monkeypatch: Any, part: str
):
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(conversations, part, break_down)
    kept = write("Jam berapa buka?", now)
    assert kept is not None
    assert (kept.text, kept.intent, kept.conversation.waits_since) == ("Jam berapa buka?", "free", now)


def test_what_cannot_be_kept_at_all_is_left_aside_and_does_not_hold_up_others(
    now: datetime, zone: Zone, monkeypatch: Any
):
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(conversations, "_take", break_down)
        assert write("Jam berapa buka?", now) is None
    event = WebhookEvent.objects.get()
    assert (event.processed_at, event.outcome) == (None, "trouble")
    assert write("Halo", now + SECOND) is not None
    assert InboundMessage.objects.count() == 1, "nor is it tried with each post"


# --- who hides the number


def test_a_hidden_number_reaches_the_inbox_and_gets_no_reply(now: datetime, zone: Zone):
    for text in ("STATUS", "Halo"):
        kept = write(text, now, phone="", user="ID.1")
        assert kept is not None and kept.reply is None
    known = Conversation.objects.get()
    assert (known.phone, known.phone_hash, known.waits_since) == ("", None, now)


def test_a_message_that_names_nobody_is_kept_too(now: datetime, zone: Zone):
    for text in ("Satu", "Dua"):
        write(text, now, phone="")
    assert Conversation.objects.filter(waits_since=now).count() == 2


def test_whoever_shows_the_number_later_is_the_same_person(now: datetime, zone: Zone):
    write("Halo", now, phone="", user="ID.1")
    assert reply_to("STATUS", now + SECOND, user="ID.1") != ""
    assert reply_to("Ada orang?", now + 2 * SECOND, phone="", user="ID.1") == "reply_help"
    assert Conversation.objects.get().phone == PHONE


def test_two_phones_of_one_name_stay_two_conversations(now: datetime, zone: Zone):
    write("Halo", now, user="ID.1")
    write("Halo", now, user="ID.1", phone=new_phone())
    assert Conversation.objects.count() == 2


# --- STATUS


def test_status_says_where_the_applications_of_this_phone_stand(now: datetime, zone: Zone):
    mine, others = submitted(now, phone=PHONE), submitted(now, phone=new_phone())
    told = reply_to("STATUS", now)
    assert f"Permohonan {mine.number} (KTP-el). Permohonan sudah masuk." in told
    assert f"paling lambat {format_moment(mine.due_at)}" in told
    assert others.number not in told and mine.name not in told and mine.nik not in told
    assert InboundMessage.objects.get().application == mine


def test_a_reply_leaves_as_free_text_from_the_zone_that_was_written_to(now: datetime, db: None):
    zone = Zone.objects.exclude(whatsapp_phone_id="").order_by("code")[1]
    kept = write("STATUS", now, zone=zone)
    assert kept is not None and kept.reply is not None
    notice = kept.reply
    assert (notice.zone, notice.channel, notice.recipient, notice.application) == (zone, "whatsapp", PHONE, None)
    assert notice.expires_at == now + DAY
    this = sending.Sending(lambda: now)
    claim_notices(now=now, owner=this.owner, limit=9)
    (prepared,) = sending.prepare([notice.pk], this)
    assert prepared.message.is_reply and prepared.message.sender == zone.whatsapp_phone_id


def test_a_reply_that_could_not_leave_in_its_window_is_not_sent(now: datetime, zone: Zone):
    kept = write("STATUS", now)
    assert kept is not None and kept.reply is not None
    expire_notices(now=now + DAY)
    kept.reply.refresh_from_db()
    assert kept.reply.state == "expired"


def test_an_answer_that_can_still_be_taken_back_is_not_told(now: datetime, zone: Zone):
    decided(now, APPROVED, phone=PHONE)
    assert "Petugas sedang memeriksa" in reply_to("STATUS", now + SECOND)
    assert "disetujui" in reply_to("STATUS", now + 90 * SECOND)


def test_a_broken_promise_is_owned_and_the_report_is_named(now: datetime, zone: Zone):
    application = submitted(now, phone=PHONE)
    late = application.due_at + SECOND
    assert "Balas LAPOR" in reply_to("STATUS", late)
    break_promises(now=late)
    told = reply_to("STATUS", late + 2 * HOUR)
    assert "terlambat" in told and Report.objects.get().number in told


def test_a_number_in_the_text_chooses_and_a_strangers_number_tells_nothing(now: datetime, zone: Zone):
    first, second = submitted(now, phone=PHONE), submitted(now, phone=PHONE)
    stranger = submitted(now, phone=new_phone())
    both = reply_to("status", now)
    assert first.number in both and second.number in both
    one = reply_to(f"STATUS {first.number}", now + 61 * SECOND)
    assert first.number in one and second.number not in one
    theirs, nobodys = (
        reply_to(f"STATUS {number}", now + timedelta(minutes=minute))
        for number, minute in ((stranger.number, 5), ("PLG-0000-0000-0", 10))
    )
    assert theirs == nobodys
    assert stranger.number not in theirs


def test_more_than_three_are_not_all_told_and_whoever_has_none_learns_where_to_look(now: datetime, zone: Zone):
    for _ in range(4):
        submitted(now, phone=PHONE)
    told = reply_to("STATUS", now)
    assert told.count("Permohonan PLG-") == 3 and "tulis STATUS dan nomor permohonannya" in told
    assert "tidak menemukan permohonan" in reply_to("STATUS", now, phone=new_phone())


def test_a_pressed_button_is_answered_by_what_it_carries(now: datetime, zone: Zone):
    pressed = {"button_reply": {"id": "STATUS", "title": "Sampai di mana?"}}
    assert "tidak menemukan permohonan" in reply_to("", now, type="interactive", interactive=pressed, text=None)


# --- what is for an officer, and how often the machine speaks


def test_free_text_waits_since_the_first_one_and_is_told_once_a_day_what_can_be_asked(now: datetime, zone: Zone):
    assert reply_to("Jam berapa buka?", now) == "reply_help"
    assert reply_to("Halo?", now + HOUR) == ""
    assert Conversation.objects.get().waits_since == now
    assert reply_to("Besok buka?", now + DAY + SECOND) == "reply_help"


def test_a_picture_waits_with_its_words_and_a_voice_without(now: datetime, zone: Zone):
    picture = write("", now, type="image", image={"id": "1", "caption": "KK saya"}, text=None)
    voice = write("", now, id="wamid.v", type="audio", audio={"id": "1"}, text=None)
    assert picture is not None and voice is not None
    assert [(one.text, one.intent) for one in (picture, voice)] == [
        ("[foto] KK saya", "free"),
        ("[pesan suara]", "other"),
    ]


@pytest.mark.parametrize("given", [{}, {"type": "reaction", "reaction": {"emoji": "👍"}, "text": None}])
def test_thanks_get_no_reply_and_nobody_has_to_read_them(now: datetime, zone: Zone, given: dict[str, Any]):
    assert reply_to("Terima kasih", now, **given) == ""
    assert Conversation.objects.get().waits_since is None


def test_a_message_that_answers_one_of_ours_is_about_its_application(now: datetime, zone: Zone):
    application = submitted(now, phone=PHONE)
    Notice.objects.filter(application=application).update(provider_id="wamid.OURS")
    mine = write("Apa maksudnya?", now, context={"id": "wamid.OURS"})
    strangers = write("Apa maksudnya?", now, id="wamid.s", context={"id": "wamid.OURS"}, phone=new_phone())
    assert mine is not None and strangers is not None
    assert (mine.application, strangers.application) == (application, None)


def test_one_reply_of_a_kind_in_a_minute(now: datetime, zone: Zone):
    asked = [reply_to("STATUS", now + n * 20 * SECOND) for n in range(4)]
    assert [bool(told) for told in asked] == [True, False, False, True]
    assert reply_to("LAPOR", now + 61 * SECOND) != ""
    assert Conversation.objects.get().waits_since is None


def test_a_question_put_differently_is_answered_again(now: datetime, zone: Zone):
    assert reply_to("STATUS", now) != ""
    assert reply_to("Pak kartu saya kapan jadi ya?", now + 5 * SECOND) != ""
    assert Conversation.objects.get().waits_since is None


def test_what_is_said_beside_a_question_for_the_status_waits_for_an_officer(now: datetime, zone: Zone):
    assert reply_to("Tolong pak kapan jadi KTP saya, saya mau operasi besok", now) != ""
    assert Conversation.objects.get().waits_since == now


@pytest.mark.parametrize("text", ["Baik pak, tolong cek permohonan saya", "Ok, 081234567890", f"Siap, {NUMBER}"])
def test_what_is_said_beside_thanks_waits_for_an_officer(now: datetime, zone: Zone, text: str):
    kept = write(text, now)
    assert kept is not None and kept.needs_officer
    assert kept.conversation.waits_since == now


def test_what_one_says_when_one_is_thanked_is_no_code_that_is_refused(now: datetime, zone: Zone):
    kept = write("Sama-sama", now)
    assert kept is not None and (kept.intent, kept.reply, kept.needs_officer) == ("thanks", None, False)


def test_twenty_replies_a_day(now: datetime, zone: Zone):
    asked = [reply_to("STATUS", now + n * timedelta(minutes=2)) for n in range(22)]
    assert sum(bool(told) for told in asked) == 20
    assert Conversation.objects.get().waits_since == now + 40 * timedelta(minutes=1), "the first without an answer"
    assert reply_to("STATUS", now + DAY + HOUR) != ""


# --- through the simulator and the door


def test_a_question_posted_twice_is_answered_once_on_the_phone_that_asked(
    office: PostOffice, now: datetime, zone: Zone
):
    application = submitted(now, phone=PHONE)
    asked = {"from": PHONE[1:], "phone_number_id": zone.whatsapp_phone_id, "text": "Status?"}
    office.simulator.control("inbound", asked)
    (post,) = office.webhook.wait_for(lambda posts: any("messages" in one.value for one in posts))
    assert office.take([post, post], now) == [200, 200]
    reply = Notice.objects.get(purpose="reply_status")
    for _ in range(2):
        office.deliver(now)
    (call,) = office.accepted(reply)
    assert (call["recipient"], call["phone_number_id"]) == (PHONE[1:], zone.whatsapp_phone_id)
    assert application.number in call["text"]
    office.take(office.receipts("delivered"), now)
    reply.refresh_from_db()
    assert reply.state in ("delivered", "read")
