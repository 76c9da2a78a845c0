"""Is this message genuine? The page tells whether we sent it, and nothing about anybody."""

from datetime import datetime, timedelta

import pytest
from lxml import html

from requests_app.citizen.pages.genuine import PER_ADDRESS
from requests_app.citizen.pages.messages import ABOUT, NEWS, about
from requests_app.models import MessageText, Notice
from requests_app.rules.phone import spaced_phone
from tests.factories import submitted

pytestmark = pytest.mark.django_db
PAGE = "/cek-pesan/"
PHONE = "+628000009876"


@pytest.fixture
def sent(now: datetime) -> Notice:
    """A message that a phone has."""
    application = submitted(now, name="Nama Rahasia", phone=PHONE)
    row = Notice.objects.select_related("zone", "application").get(application=application, purpose="received")
    row.state, row.accepted_at, row.sent_at = "delivered", now, now + timedelta(minutes=1)
    row.save()
    return row


def main(answer) -> str:
    return " ".join(html.fromstring(answer.content).cssselect("main")[0].text_content().split())


def title(answer) -> str:
    return html.fromstring(answer.content).cssselect("title")[0].text_content()


def test_a_message_of_ours_says_when_from_where_and_about_what(client, sent):
    answer = client.post(PAGE, {"code": sent.check_code})
    shown = main(answer)
    assert "Ya, kami mengirim pesan dengan kode" in shown
    for fact in (
        "Senin, 23 November 2026 pukul 10.01 WIB",
        spaced_phone(sent.zone.whatsapp_number),
        "Permohonan sudah kami terima",
    ):
        assert fact in shown
    assert title(answer).startswith("Kami mengirim pesan ini")


def test_a_copied_code_is_warned_of(client, sent):
    assert "orang lain menyalin kode kami" in main(client.post(PAGE, {"code": sent.check_code}))


def test_nothing_about_the_person_or_the_application_is_told(client, sent):
    shown = client.post(PAGE, {"code": sent.check_code}).content.decode()
    person = sent.application
    for secret in (person.number, person.number[4:8], "Rahasia", person.nik, PHONE, PHONE[-4:], str(sent.pk)):
        assert secret not in shown.replace(sent.check_code, "")


def test_the_code_is_read_as_people_type_it(client, sent, now):
    Notice.objects.filter(pk=sent.pk).update(check_code="A0B1C2")
    for typed in ("a0b1c2", " A0 B1-C2 ", "aobic2", "AOBLC2"):
        assert "Ya, kami mengirim" in main(client.post(PAGE, {"code": typed}))


def test_a_message_that_never_left_and_a_code_that_nobody_has_get_the_same_page(client, sent):
    never_left = Notice.objects.create(**{**_copy(sent), "state": "superseded", "accepted_at": None, "sent_at": None})
    pages = []
    for code in (never_left.check_code, "ZZZZZ9"):
        answer = client.post(PAGE, {"code": code})
        assert answer.status_code == 200
        assert "Kami tidak mengirim pesan dengan kode" in main(answer)
        pages.append(answer.content.decode().replace(code, "CODE"))
    assert _without_token(pages[0]) == _without_token(pages[1])


def _copy(row: Notice) -> dict:
    columns = {field.attname: getattr(row, field.attname) for field in Notice._meta.fields if field.name != "id"}
    return columns | {"check_code": "ZZZZZ8", "dedup_key": "another", "provider_id": None, "link_hash": None}


def _without_token(page: str) -> str:
    tree = html.fromstring(page)
    for field in tree.cssselect("[name=csrfmiddlewaretoken]"):
        field.drop_tree()
    return html.tostring(tree, encoding="unicode")


def test_an_email_names_the_address_it_came_from(client, sent, settings):
    settings.DEFAULT_FROM_EMAIL = "kabar@contoh.example"
    Notice.objects.filter(pk=sent.pk).update(channel="email")
    shown = main(client.post(PAGE, {"code": sent.check_code}))
    assert "Dari alamatkabar@contoh.example" in shown
    assert spaced_phone(sent.zone.whatsapp_number) not in shown


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", "Isi kode pesan."), ("ABC", "enam huruf dan angka"), ("ABCDEU", "enam huruf dan angka"), ("A" * 41, "hanya")],
)
def test_what_cannot_be_a_code_is_said_beside_the_field_and_kept(client, typed, message):
    answer = client.post(PAGE, {"code": typed})
    assert answer.status_code == 422
    assert message in main(answer)
    assert f'value="{typed}"' in answer.content.decode() or not typed


def test_known_and_unknown_codes_cost_the_same_work(client, sent, django_assert_num_queries):
    client.get(PAGE)
    for code in (sent.check_code, "ZZZZZ9"):
        with django_assert_num_queries(3):
            client.post(PAGE, {"code": code})


def test_guessing_is_stopped_and_what_was_typed_stays(client, sent):
    limit = PER_ADDRESS[0][0]
    for n in range(limit):
        assert client.post(PAGE, {"code": f"ZZZZ{n:02d}"}).status_code == 200
    answer = client.post(PAGE, {"code": sent.check_code})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 15 * 60 + 1
    assert "Terlalu banyak percobaan" in main(answer)
    assert f'value="{sent.check_code}"' in answer.content.decode()
    assert "Ya, kami mengirim" not in main(answer)
    assert client.post(PAGE, {"code": sent.check_code}, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_the_code_is_never_part_of_an_address(client, sent):
    assert "Ya, kami mengirim" not in main(client.get(PAGE, {"code": sent.check_code}))


def test_the_page_says_what_we_never_ask_and_how_to_report(client):
    shown = main(client.get(PAGE))
    for word in ("Uang", "OTP", "Foto KTP", "APK", "lapor.go.id", "UPTD"):
        assert word in shown


def test_every_kind_of_message_has_words_that_tell_no_outcome():
    assert about("withdrawn") == NEWS
    assert set(ABOUT) <= set(MessageText.objects.values_list("purpose", flat=True))
    for purpose in ("approved", "rejected", "needs_correction", "recording_needed"):
        assert about(purpose) == "Jawaban atas permohonan"


def test_every_page_and_the_first_message_lead_here(client):
    assert 'href="/cek-pesan/"' in client.get("/privasi/").content.decode().split("<footer")[1]
    assert "cek keaslian pesan di {situs}" in MessageText.objects.get(purpose="received", is_current=True).body
