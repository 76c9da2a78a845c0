"""What is no typed message: pressed buttons; pictures and voices, which are not fetched and never left unanswered."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Conversation, InboundMessage, Notice, WebhookEvent, Zone
from requests_app.rules.reply_buttons import BELOW, OFFICER
from tests.factories import submitted
from tests.operations.inbound import PHONE, reply_to, write
from tests.operations.post_office import PostOffice

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
SENT_INSTEAD_OF_WORDS: list[dict[str, Any]] = [
    {"type": "image", "image": {"id": "1"}},
    {"type": "image", "image": {"id": "1", "caption": "Ini KK saya"}},
    {"type": "image", "image": {"id": "1", "caption": "Terima kasih"}},
    {"type": "audio", "audio": {"id": "1", "voice": True}},
    {"type": "video", "video": {"id": "1"}},
    {"type": "document", "document": {"id": "1", "filename": "kk.pdf"}},
]
PICTURE = SENT_INSTEAD_OF_WORDS[0]


@pytest.fixture
def zone(db: None) -> Zone:
    return Zone.objects.exclude(whatsapp_phone_id="").order_by("code")[0]


def pressed(id: str, title: str = "") -> dict[str, Any]:
    button = {"type": "button_reply", "button_reply": {"id": id, "title": title}}
    return {"type": "interactive", "interactive": button, "text": None}


# --- pictures, voices, files


@pytest.mark.parametrize("sent", SENT_INSTEAD_OF_WORDS, ids=lambda sent: str(sent[sent["type"]]))
def test_whoever_sends_a_file_learns_at_once_where_it_belongs_and_an_officer_sees_that_it_came(
    now: datetime, zone: Zone, sent: dict[str, Any]
):
    assert reply_to("", now, text=None, **sent) == "reply_file"
    assert Conversation.objects.get().waits_since == now
    assert InboundMessage.objects.get().text.startswith("[")
    assert "kk.pdf" not in str(WebhookEvent.objects.get().body), "nothing of the file is kept"


def test_an_album_is_answered_once_and_a_later_picture_again(now: datetime, zone: Zone):
    told = [reply_to("", now + n * SECOND, id=f"wamid.{n}", text=None, **PICTURE) for n in (0, 1, 2, 90)]
    assert told == ["reply_file", "", "", "reply_file"]


def test_a_picture_is_answered_although_what_can_be_asked_was_just_told(now: datetime, zone: Zone):
    assert reply_to("Halo, ini KK saya", now) == "reply_help"
    assert reply_to("", now + SECOND, text=None, **PICTURE) == "reply_file"


@pytest.mark.parametrize("caption", ["STATUS", "LAPOR"])
def test_a_question_below_a_picture_is_answered_and_the_picture_too(now: datetime, zone: Zone, caption: str):
    application = submitted(now, phone=PHONE)
    told = reply_to("", now, text=None, type="image", image={"id": "1", "caption": caption})
    assert application.number in told and "tidak kami buka" in told


@pytest.mark.parametrize("caption", ["STATUS", "LAPOR", "KODE ABCD-EFGH"])
def test_whatever_stands_below_a_picture_somebody_looks_at_what_came(now: datetime, zone: Zone, caption: str):
    submitted(now, phone=PHONE)
    write("", now, text=None, type="image", image={"id": "1", "caption": caption})
    assert Conversation.objects.get().waits_since == now


@pytest.mark.parametrize("kind", ["sticker", "location"])
def test_what_nobody_takes_for_an_upload_is_answered_as_any_question(now: datetime, zone: Zone, kind: str):
    assert reply_to("", now, text=None, type=kind, **{kind: {"id": "1"}}) == "reply_help"


def test_the_answer_says_the_site_and_who_answers_questions(now: datetime, zone: Zone, settings: Any):
    settings.PUBLIC_URL = "https://adminduk.example"
    kept = write("", now, text=None, **PICTURE)
    assert kept is not None and kept.reply is not None
    assert (kept.reply.params["situs"], kept.reply.params["zona"]) == ("adminduk.example", zone.name)


# --- pressed buttons


def test_whoever_presses_for_an_officer_is_told_to_write_and_stands_in_the_inbox(now: datetime, zone: Zone):
    kept = write("", now, **pressed(OFFICER.id, OFFICER.title))
    assert kept is not None and kept.reply is not None
    assert (kept.text, kept.intent, kept.reply.purpose) == (OFFICER.title, "free", "reply_talk")
    assert kept.conversation.waits_since == now
    assert reply_to("Jam berapa buka?", now + HOUR) == "", "and is not told then what can be asked"


def test_a_button_pressed_twice_is_answered_once(now: datetime, zone: Zone):
    for number in range(2):
        write("", now + number * SECOND, id=f"wamid.{number}", **pressed("PETUGAS", "Tanya petugas"))
    assert Notice.objects.filter(purpose="reply_talk").count() == 1


def test_a_button_that_is_not_ours_is_for_an_officer(now: datetime, zone: Zone):
    assert reply_to("", now, **pressed("HAPUS", "Hapus")) == "reply_help"
    assert Conversation.objects.get().waits_since == now


# --- through the simulator and the door


@pytest.mark.parametrize("asked", ["STATUS", "LAPOR", "Jam berapa buka?"])
def test_an_automatic_answer_leaves_with_buttons_and_each_of_them_is_answered(
    office: PostOffice, now: datetime, zone: Zone, asked: str
):
    submitted(now, phone=PHONE)
    first = said(office, zone, now, {"text": asked})
    buttons = [(row["id"], row["title"]) for row in office.simulator.ledger()["buttons"]]
    assert buttons == [(each.id, each.title) for each in BELOW[first.purpose]]
    for turn, (button, _) in enumerate(buttons, start=1):
        address = f"{office.simulator.url}/telepon/{PHONE[1:]}/tekan/"
        office.simulator.http.post(address, data={"pesan": office.accepted(first)[0]["wamid"], "tombol": button})
        answer = taken(office, now + turn * timedelta(minutes=2), turn)
        assert answer.purpose == {"STATUS": "reply_status", "LAPOR": "reply_report"}.get(button, "reply_talk")


def said(office: PostOffice, zone: Zone, now: datetime, what: dict[str, str]) -> Notice:
    asked = {"from": PHONE[1:], "phone_number_id": zone.whatsapp_phone_id} | what
    office.simulator.control("inbound", asked)
    return taken(office, now, 0)


def taken(office: PostOffice, now: datetime, before: int) -> Notice:
    """What the person has just sent comes in, and is answered; `before`: how many messages came before it."""
    posts = office.webhook.wait_for(lambda posts: sum("messages" in post.value for post in posts) > before)
    office.take([[post for post in posts if "messages" in post.value][before]], now)
    office.deliver(now)
    return Notice.objects.filter(purpose__startswith="reply").latest("created_at")


def test_a_picture_of_somebody_who_hides_the_number_waits_without_a_word(now: datetime, zone: Zone):
    kept = write("", now, phone="", user="ID.1", text=None, **PICTURE)
    assert kept is not None and kept.reply is None
    assert Conversation.objects.get().waits_since == now
