"""The zone's inbox: who waits, the conversation, the officer's reply, and closing without one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from requests_app.models import AccessLog, Conversation, InboundMessage, InboxNote, Notice, Officer, Zone
from requests_app.operations.inbox import reply_to_conversation
from requests_app.queries import inbox as lists
from requests_app.queries.inbox import reply_state, thread
from tests.factories import OfficerFactory, new_phone, submitted
from tests.operations.inbound import PHONE, write
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db
PAGE = "/uptd/Z7/pesan/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def waiting(zone: Zone, now: datetime) -> Conversation:
    """Somebody asked this zone something ten minutes ago."""
    write("Apakah besok buka?", now - timedelta(minutes=10), zone=zone)
    return Conversation.objects.get()


def page_of(conversation: Conversation, what: str = "") -> str:
    return f"{PAGE}{conversation.pk}/{what}"


def marks(desk: Client, conversation: Conversation, address: str = "") -> dict[str, str]:
    """What the page says it showed."""
    page = desk.get(address or page_of(conversation))
    form = html.fromstring(page.text).cssselect("form[action$='jawab/']")[0]
    return {name: str(form.fields[name]) for name in ("seen", "after")}


def answer(desk: Client, conversation: Conversation, text: str, *, address: str = "", **over: str) -> Any:
    given = {"text": text, **marks(desk, conversation, address), **over}
    return desk.post(f"{address or page_of(conversation)}jawab/", given)


def test_who_waits_longest_is_first_and_the_tab_counts(desk: Client, zone: Zone, now: datetime):
    mine = submitted(now, phone=PHONE)
    type(mine).objects.filter(pk=mine.pk).update(zone=zone)
    write("Halo, ada petugas?", now - 2 * HOUR, zone=zone, phone=new_phone())
    write("Apakah besok buka?", now - 3 * HOUR, zone=zone)
    page = desk.get(PAGE)
    rows = [row.text_content() for row in html.fromstring(page.text).cssselect("ul.visits li")]
    assert mine.number in rows[0] and "Nomor belum terdaftar" in rows[1]
    assert "Pesan masuk (2)" in page.text
    assert "besok buka" not in page.text and PHONE[-4:] not in page.text


def test_the_conversation_tells_everything_in_order(desk: Client, clerk: Officer, zone: Zone, now: datetime):
    write("STATUS", now - HOUR, zone=zone)
    write("Apakah <besok> buka?", now - HOUR / 2, zone=zone)
    known = Conversation.objects.get()
    Notice.objects.filter(purpose="reply_status").update(state="read")
    answer(desk, known, "Buka pukul 08.00.")
    chat = html.fromstring(desk.get(page_of(known)).text).cssselect(".chat")[0]
    told = [bubble.text_content() for bubble in chat.cssselect(".bubble")]
    assert [words.split(":")[0] for words in told] == ["Warga", "Kami", "Warga", "Kami", "Kami"]
    assert "tanya status" in told[0] and "otomatis · dibaca" in told[1]
    assert "Apakah <besok> buka?" in told[2]
    assert "Buka pukul 08.00." in told[4] and f"{clerk.get_full_name()} · menunggu dikirim" in told[4]


def test_each_opening_leaves_an_access_row(desk: Client, clerk: Officer, waiting: Conversation):
    desk.get(page_of(waiting))
    row = AccessLog.objects.get()
    assert (row.officer, row.action, row.conversation_id) == (clerk, "conversation", waiting.pk)


def test_a_reply_is_owed_to_the_person_from_this_zone_and_nobody_waits_any_more(
    desk: Client, clerk: Officer, zone: Zone, waiting: Conversation
):
    assert answer(desk, waiting, "Ya, buka.\nBawa KK asli").status_code == 302
    note = InboxNote.objects.get()
    assert note.reply is not None
    assert (note.officer, note.act, note.reply.zone, note.reply.recipient) == (clerk, "replied", zone, PHONE)
    assert note.reply.params["isi"] == "Ya, buka.\nBawa KK asli."
    assert note.reply.expires_at == waiting.window_until
    waiting.refresh_from_db()
    assert waiting.waits_since is None
    assert clerk.get_full_name() in desk.get(PAGE).text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Tulis jawaban Anda."),
        ("x" * 701, "terlalu panjang"),
        ("NIK Anda 1671045708959001?", "16 angka"),
        ("Buka https://contoh.com/", "tautan"),
    ],
)
def test_what_may_not_be_sent_is_refused_and_what_was_typed_is_kept(
    desk: Client, waiting: Conversation, text: str, says: str
):
    page = answer(desk, waiting, text)
    assert page.status_code == 422
    assert says in page.text and text in page.text
    assert not InboxNote.objects.exists()


def test_a_browser_counts_the_end_of_a_line_as_one_sign(desk: Client, waiting: Conversation):
    """It sends two: 700 signs as they are counted while typing must not be too many."""
    words = "\n".join(["x" * 69] * 10)
    typed = f"{words}x"
    assert len(typed) == 700
    assert answer(desk, waiting, typed.replace("\n", "\r\n")).status_code == 302
    reply = InboxNote.objects.get().reply
    assert reply is not None and reply.params["isi"] == f"{typed}."


def test_the_same_press_twice_is_one_reply(desk: Client, waiting: Conversation):
    given = marks(desk, waiting)
    codes = [answer(desk, waiting, "Ya, buka.", **given).status_code for _ in range(2)]
    assert codes == [302, 302]
    assert InboxNote.objects.count() == Notice.objects.filter(purpose="reply_officer").count() == 1


def test_who_comes_second_reads_first_and_loses_nothing(desk: Client, waiting: Conversation, zone: Zone):
    given = marks(desk, waiting)
    colleague = OfficerFactory(role="counter")
    colleague.zones.add(zone)
    answer(signed_in(colleague), waiting, "Ya, buka.")
    page = answer(desk, waiting, "Tutup.", **given)
    assert page.status_code == 409
    assert "Petugas lain baru saja" in page.text and "Tutup." in page.text and "Ya, buka." in page.text
    assert InboxNote.objects.count() == 1
    assert answer(desk, waiting, "Tutup.").status_code == 302


def test_what_came_after_the_page_was_opened_keeps_waiting(
    desk: Client, waiting: Conversation, zone: Zone, now: datetime
):
    given = marks(desk, waiting)
    write("Dan hari Sabtu?", now, zone=zone)
    answer(desk, waiting, "Ya, buka.", **given)
    waiting.refresh_from_db()
    assert waiting.waits_since == InboundMessage.objects.latest("pk").at
    desk.post(page_of(waiting, "tutup/"), {"seen": given["seen"]})
    waiting.refresh_from_db()
    assert waiting.waits_since is not None


def test_closing_without_a_reply_is_noted_and_cannot_be_done_twice(desk: Client, clerk: Officer, waiting: Conversation):
    seen = {"seen": marks(desk, waiting)["seen"]}
    assert desk.post(page_of(waiting, "tutup/"), seen).headers["Location"] == PAGE
    note = InboxNote.objects.get()
    assert (note.officer, note.act, note.reply) == (clerk, "closed", None)
    assert desk.post(page_of(waiting, "tutup/"), seen).status_code == 409
    assert "menutup tanpa jawaban" in desk.get(page_of(waiting)).text
    assert "Ditutup tanpa jawaban" in desk.get(PAGE).text


def test_after_24_hours_nothing_can_be_sent_and_the_page_says_what_to_do(
    desk: Client, clerk: Officer, waiting: Conversation, now: datetime
):
    given = marks(desk, waiting)
    Conversation.objects.update(window_until=now - HOUR)
    page = desk.get(page_of(waiting))
    assert "Batas 24 jam" in page.text and f'href="tel:{PHONE}"' in page.text
    assert "jawab/" not in page.text
    late = desk.post(page_of(waiting, "jawab/"), {"text": "Ya, buka.", **given})
    assert late.status_code == 409
    assert "Ya, buka." in late.text
    assert not InboxNote.objects.exists()
    assert "Batas 24 jam lewat" in desk.get(PAGE).text


def test_a_hidden_number_can_be_read_and_closed_but_not_answered(desk: Client, zone: Zone, now: datetime):
    write("Halo", now, zone=zone, phone="", user="ID.1")
    known = Conversation.objects.get()
    page = desk.get(page_of(known))
    assert "menyembunyikan nomornya" in page.text and "tel:" not in page.text
    assert desk.post(page_of(known, "tutup/"), {"seen": "99999"}).status_code == 302


def test_a_reply_whose_window_closed_before_it_left_shows_as_not_sent(
    desk: Client, clerk: Officer, waiting: Conversation, now: datetime
):
    answer(desk, waiting, "Ya, buka.")
    reply = InboxNote.objects.get().reply
    assert reply is not None
    assert reply_state(reply, now) == "menunggu dikirim"
    Notice.objects.filter(pk=reply.pk).update(expires_at=now - HOUR)
    reply.refresh_from_db()
    for state in ("queued", "expired"):
        reply.state = state
        assert reply_state(reply, now) == "tidak terkirim: batas 24 jam lewat"
    for page in (desk.get(PAGE), desk.get(page_of(waiting))):
        assert "tidak terkirim: batas 24 jam lewat" in page.text


def test_another_zones_conversation_does_not_exist(desk: Client, other_desk: Client, waiting: Conversation):
    for address in (page_of(waiting), page_of(waiting).replace("Z7", "Z3")):
        assert other_desk.get(address).status_code == 404
        for what in ("jawab/", "tutup/"):
            assert other_desk.post(address + what, {"text": "Ya.", "seen": "1", "after": "0"}).status_code == 404
    assert f"/pesan/{waiting.pk}/" not in other_desk.get("/uptd/pesan/", follow=True).text
    waiting.refresh_from_db()
    assert waiting.waits_since is not None and not InboxNote.objects.exists()


def test_an_application_of_another_zone_is_not_named(desk: Client, zone: Zone, waiting: Conversation, now: datetime):
    theirs = submitted(now, phone=PHONE)
    elsewhere = Zone.objects.exclude(pk=zone.pk)[0]
    type(theirs).objects.filter(pk=theirs.pk).update(zone=elsewhere)
    assert theirs.number not in desk.get(PAGE).text + desk.get(page_of(waiting)).text


def test_a_supervisor_sees_all_zones_and_a_clerk_of_one_goes_straight_to_it(
    desk: Client, zone: Zone, other_zone: Zone, waiting: Conversation, now: datetime
):
    write("Halo", now, zone=other_zone, phone=new_phone())
    page = signed_in(OfficerFactory(role="supervisor")).get("/uptd/pesan/").text
    assert zone.name in page and other_zone.name in page
    assert "2 menunggu" in signed_in(OfficerFactory(role="supervisor")).get("/uptd/").text
    assert desk.get("/uptd/pesan/").headers["Location"] == PAGE


def test_who_oversees_everything_also_reads_the_inbox_of_a_zone_that_is_closed_down(now: datetime):
    closed = Zone.objects.create(
        code="Z0", name="UPTD lama", is_active=False, whatsapp_number="+6280000009000", whatsapp_phone_id="9000"
    )
    write("Halo, ada petugas?", now - HOUR, zone=closed)
    address = f"/uptd/Z0/pesan/{Conversation.objects.get().pk}/"
    boss, elsewhere, clerk = (signed_in(OfficerFactory(role=role)) for role in ("supervisor", "supervisor", "counter"))
    Officer.objects.get(pk=elsewhere.session["_auth_user_id"]).zones.add(Zone.objects.get(code="Z3"))
    assert "1 menunggu" in boss.get("/uptd/").text
    assert "UPTD lama (ditutup)" in boss.get("/uptd/pesan/").text
    tabs = html.fromstring(boss.get(address).text).cssselect("nav a[href*='/Z0/']")
    assert [tab.get("href") for tab in tabs] == ["/uptd/Z0/pesan/"], "nothing else can be done there"
    assert answer(boss, Conversation.objects.get(), "UPTD ini pindah.", address=address).status_code == 302
    assert boss.get("/uptd/Z0/pesan/").status_code == 200 and boss.get("/uptd/Z0/").status_code == 404
    assert {browser.get(address).status_code for browser in (elsewhere, clerk)} == {404}


def test_a_long_list_goes_on_where_it_ended(desk: Client, zone: Zone, now: datetime, monkeypatch: Any):
    monkeypatch.setattr("requests_app.queries.paging.PAGE", 2)
    for minute in range(3):
        write("Halo", now - timedelta(minutes=minute + 1), zone=zone, phone=new_phone())
    tree = html.fromstring(desk.get(PAGE).text)
    (older,) = tree.cssselect("a[rel=next]")
    assert len(tree.cssselect("ul.visits li")) == 2
    assert len(html.fromstring(desk.get(older.get("href")).text).cssselect("ul.visits li")) == 1
    assert desk.get(f"{PAGE}?dari=x").status_code == 200


def test_a_long_conversation_is_shown_in_pages_and_each_note_on_one(
    desk: Client, clerk: Officer, waiting: Conversation, zone: Zone, now: datetime, monkeypatch: Any
):
    monkeypatch.setattr(lists, "SHOWN", 3)
    for hour in range(1, 6):
        at = now + hour * HOUR
        write(f"Pertanyaan {hour}", at, zone=zone)
        waiting.refresh_from_db()
        last = InboxNote.objects.order_by("-pk").first()
        reply_to_conversation(
            conversation_id=waiting.pk, officer=clerk, text=f"Jawaban {hour}", seen=10**6,
            after=last.pk if last else 0, now=at + HOUR / 2,
        )  # fmt: skip
    later, told = now + 9 * HOUR, []
    place = ""
    while True:
        page = thread(waiting, before=place, now=later)
        told = [
            line.message.text if line.message else line.reply.text for line in page.lines if line.message or line.reply
        ] + told
        place = page.older
        if not place:
            break
    asked = [words for words in told if words.startswith("Pertanyaan")]
    answered = [words[:9] for words in told if words.startswith("Jawaban")]
    assert asked == [f"Pertanyaan {n}" for n in range(1, 6)]
    assert answered == [f"Jawaban {n}" for n in range(1, 6)]


def test_pages_cost_the_same_however_much_was_written(
    desk: Client, waiting: Conversation, zone: Zone, now: datetime, django_assert_max_num_queries: Any
):
    for minute in range(5):
        write(f"STATUS {minute}", now - timedelta(minutes=5 - minute), zone=zone)
        answer(desk, waiting, f"Jawaban {minute}")
        write("Halo", now - timedelta(minutes=minute), zone=zone, phone=new_phone())
    with django_assert_max_num_queries(9):
        desk.get(PAGE)
    with django_assert_max_num_queries(16):
        desk.get(page_of(waiting))
