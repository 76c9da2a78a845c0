"""A text is changed by a new version; what could not be sent is refused, and seen before it is saved."""

from datetime import datetime

import pytest

from requests_app.models import MessageText
from requests_app.operations.routes import route_of
from requests_app.operations.texts import TextRefused, change_text, show_text, usable_in
from requests_app.rules.messages import ANSWER_PURPOSES
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
WORDS = "Halo {nama}. Permohonan {nomor} sudah Anda batalkan sendiri. Gratis. Kode pesan: {kode_pesan}."


def current(purpose: str) -> MessageText:
    return MessageText.objects.get(purpose=purpose, is_current=True)


def test_a_change_is_a_version_with_its_author_and_the_old_one_stays(now: datetime) -> None:
    officer, before = OfficerFactory(role="admin"), current("withdrawn").body
    text = change_text(purpose="withdrawn", subject="Dibatalkan", body=WORDS, officer=officer, now=now)
    assert (text.version, text.created_by, text.created_at, text.is_current) == (2, officer, now, True)
    old = MessageText.objects.get(purpose="withdrawn", version=1)
    assert (old.body, old.is_current) == (before, False)


@pytest.mark.parametrize(
    ("subject", "body", "words"),
    [
        ("Dibatalkan", WORDS.replace("{nomor}", "{jadwal}"), "{jadwal} tidak dikenal"),
        ("Dibatalkan {jadwal}", WORDS, "{jadwal} tidak dikenal"),
        ("Dibatalkan", WORDS.replace("Halo ", ""), "Jangan mulai"),
    ],
)
def test_what_could_not_be_sent_changes_nothing(now: datetime, subject: str, body: str, words: str) -> None:
    officer = OfficerFactory(role="admin")
    with pytest.raises(TextRefused, match=words):
        change_text(purpose="withdrawn", subject=subject, body=body, officer=officer, now=now)
    assert MessageText.objects.filter(purpose="withdrawn").count() == 1


def test_all_that_is_wrong_is_said_at_once(now: datetime) -> None:
    with pytest.raises(TextRefused) as refused:
        change_text(purpose="withdrawn", subject="x", body="{nama}", officer=OfficerFactory(role="admin"), now=now)
    assert len(refused.value.reasons) == 4  # no code, begins, ends, too few words


def test_only_a_message_about_an_application_may_name_it() -> None:
    assert "nomor" in usable_in(current("received"))
    assert usable_in(current("number_test")) == ["zona", "kode_pesan"]


def test_every_text_can_be_looked_at_before_it_is_saved(settings) -> None:  # type: ignore[no-untyped-def]
    settings.PUBLIC_URL = "https://adminduk.example"
    for text in MessageText.objects.all():
        shown = show_text(text, subject=text.subject, body=text.body)
        assert "{" not in shown.words + shown.mail + shown.subject + shown.sms, text
        assert shown.sms_parts <= 2, text
        assert shown.letters <= 1024, text
        if text.purpose in ANSWER_PURPOSES:
            assert shown.button == "Buka permohonan"
            others = route_of(text.purpose).channels[1:]
            assert ("https://adminduk.example/" in shown.mail) is ("email" in others)
            assert ("https://adminduk.example/" in shown.sms) is ("sms" in others)


def test_a_reply_shows_the_buttons_that_stand_below_it() -> None:
    titles = {
        purpose: show_text(text, subject=text.subject, body=text.body).reply_buttons
        for purpose in ("reply_help", "reply_officer", "received")
        if (text := current(purpose))
    }
    assert titles == {"reply_help": ("Cek status", "Lapor", "Tanya petugas"), "reply_officer": (), "received": ()}


def test_a_code_looks_as_meta_writes_it(settings) -> None:  # type: ignore[no-untyped-def]
    text = current("code")
    shown = show_text(text, subject=text.subject, body=text.body)
    assert (shown.is_code, shown.button, shown.footer) == (True, "Salin kode", "Kode ini kedaluwarsa dalam 5 menit.")
    assert "Adminduk Online" not in shown.words
    assert "Adminduk Online" in shown.sms
