"""The owner's suket on the tracking page: after the proof only, to keep as a sheet, and to renew."""

import io
from datetime import timedelta

import pypdfium2
import pytest
from lxml import html

from requests_app.models import Application, Suket
from requests_app.operations.sukets import issue_suket
from requests_app.rules.dates import format_day, local_date
from requests_app.rules.numbers import in_fours
from tests.citizen.track.conftest import look_up
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def suket(now):
    (card,) = queued_cards(now, 1, name="Siti Rahasia Contoh")
    return issue_suket(application_id=card.pk, officer=OfficerFactory(), now=now)


def page_of(suket):
    return f"/lacak/{suket.application.number}/"


def block(page):
    found = html.fromstring(page.content).xpath("//section[@aria-labelledby='suket']")
    return " ".join(found[0].text_content().split()) if found else ""


def words_of(pdf):
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_range().split())


def test_it_stands_on_the_page_after_the_proof_only(visitor, prove, suket):
    assert block(visitor.get(look_up(visitor, suket.application).url)) == ""
    shown = block(prove(suket.application).get(page_of(suket)))
    assert suket.number in shown
    assert f"Berlaku sampai {format_day(suket.expires_on)}." in shown
    assert "Dapat diperpanjang mulai" in shown


def test_the_sheet_says_who_where_until_when_and_how_to_check_it(prove, suket, settings):
    answer = prove(suket.application).get(page_of(suket) + "suket/suket.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    person, words = suket.application, words_of(answer.content)
    for fact in (
        suket.number, "SITI RAHASIA CONTOH", person.nik, "17 Agustus 1995", "Lrg. Contoh No. 1", "RT 003 RW 001",
        person.kelurahan.name, "sebagai pengganti sementara KTP-el", person.number, "Hilang",
        "sudah disetujui dan belum diserahkan",
        f"berlaku sampai {format_day(suket.expires_on)}", in_fours(suket.code), settings.SUKET_SIGNED_BY[:20],
        "tanda tangan, dan cap", settings.SUKET_NOTE[:40],
    ):  # fmt: skip
        assert fact in words, fact
    assert person.nik not in str(pypdfium2.PdfDocument(io.BytesIO(answer.content)).get_metadata_dict())


def test_the_sheet_opens_only_after_the_proof_and_only_while_there_is_one(visitor, prove, suket, now):
    look_up(visitor, suket.application)
    assert visitor.get(page_of(suket) + "suket/suket.pdf").status_code == 302
    client = prove(suket.application)
    Suket.objects.update(ended_at=now, end_reason="handed_over")
    assert client.get(page_of(suket) + "suket/suket.pdf").url == page_of(suket)
    assert block(client.get(page_of(suket))) == ""


def test_the_longest_name_and_address_still_fit_one_sheet(prove, now):
    (card,) = queued_cards(now, 1, name="Contoh " * 17, address="Lorong Contoh yang Panjang Nomor 1 " * 5)
    issue_suket(application_id=card.pk, officer=OfficerFactory(), now=now)
    words_of(prove(card).get(f"/lacak/{card.number}/suket/suket.pdf").content)


def test_renewed_by_its_owner_when_it_is_nearly_over(prove, suket, now):
    client, press = prove(suket.application), page_of(suket) + "suket/"
    refused = client.post(press, follow=True)
    assert "Surat keterangan ini masih lama berlaku. Lihat di sini mulai kapan" in refused.content.decode()
    Suket.objects.update(expires_on=local_date(now + 30 * DAY), issued_at=now - 150 * DAY)
    assert "Perpanjang" in block(client.get(page_of(suket)))
    done = client.post(press, follow=True)
    new = Suket.objects.get(ended_at=None)
    assert new.renews == suket
    assert f"Surat keterangan {new.number} berlaku sampai {format_day(new.expires_on)}." in done.content.decode()


def test_one_that_is_over_says_so_and_can_be_renewed(prove, suket, now):
    Suket.objects.update(expires_on=local_date(now - DAY))
    shown = block(prove(suket.application).get(page_of(suket)))
    assert f"Habis berlaku {format_day(local_date(now - DAY))}." in shown
    assert "Perpanjang" in shown


def test_renewing_needs_the_proof(visitor, suket, now):
    Suket.objects.update(expires_on=local_date(now + 10 * DAY))
    look_up(visitor, suket.application)
    assert visitor.post(page_of(suket) + "suket/").status_code == 302
    assert Suket.objects.count() == 1


def test_it_is_not_renewed_once_the_card_is_there(prove, suket, now):
    Suket.objects.update(expires_on=local_date(now + DAY), issued_at=now - 150 * DAY)
    Application.objects.filter(pk=suket.application_id).update(status="printed")
    assert "Perpanjang" in block(prove(suket.application).get(page_of(suket)))
