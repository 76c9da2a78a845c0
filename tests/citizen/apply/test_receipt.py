"""The receipt: number, promise, QR, PDF, and the secret of whoever is told by nobody."""

import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdfium2
import pytest
import segno
from django.test import Client
from PIL import Image

from requests_app.citizen.apply.receipt import receipt_of
from requests_app.models import Draft
from requests_app.operations.sent_proofs import prove
from requests_app.receipts import image as receipt_image
from requests_app.rules.dates import format_moment
from requests_app.vault.keyring import keyed_hash
from tests.citizen.apply.walk import BASE, apply, text_of

pytestmark = pytest.mark.django_db

NOBODY = {"contact": "none"}


def pdf_text(content: bytes) -> str:
    """The words of a PDF."""
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    assert len(document) == 1
    return " ".join(document[0].get_textpage().get_text_range().split())


def test_number_promise_zone_and_what_happens_next(client: Client) -> None:
    application = apply(client)
    words = text_of(client.get(f"{BASE}bukti/"))
    for expected in (
        application.number,
        format_moment(application.due_at),
        application.zone.name,
        "Petugas memeriksa",
        "laporan dibuat otomatis",
    ):
        assert expected in words


def test_whoever_applied_before_and_whoever_did_not_read_the_same(client: Client) -> None:
    pages = []
    for visitor in (client, Client()):
        application = apply(visitor)
        pages.append(text_of(visitor.get(f"{BASE}bukti/")).replace(application.number, ""))
    words = "Pernah mengajukan hal yang sama dan belum selesai? Petugas melihat keduanya dan melanjutkan satu."
    assert all(words in page for page in pages)


def test_nothing_personal_is_on_the_receipt(client: Client) -> None:
    application = apply(client)
    page = client.get(f"{BASE}bukti/")
    words = text_of(page) + pdf_text(client.get(f"{BASE}bukti/bukti.pdf").content)
    for value in (
        application.nik,
        application.kk_number,
        application.phone,
        application.phone[3:],
        application.address,
    ):
        assert value not in words
    assert "no-store" in page["Cache-Control"]


def test_the_pdf_says_the_same(client: Client) -> None:
    application = apply(client)
    answer = client.get(f"{BASE}bukti/bukti.pdf")
    assert answer["Content-Type"] == "application/pdf"
    words = pdf_text(answer.content)
    assert application.number in words
    assert format_moment(application.due_at) in words


def test_the_secret_is_shown_on_this_device_and_survives_a_reload(client: Client) -> None:
    application = apply(client, contact=NOBODY)
    pages = [text_of(client.get(f"{BASE}bukti/")) for _ in range(2)]
    secret = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", pages[0].replace(application.number, ""))
    assert secret is not None
    assert secret[0] in pages[1]
    assert keyed_hash("secret", secret[0]) == application.secret_hash
    assert secret[0] in pdf_text(client.get(f"{BASE}bukti/bukti.pdf").content)
    assert set(Draft.objects.get().answers) == {"secret"}


def test_whoever_is_told_gets_no_secret(client: Client) -> None:
    application = apply(client)
    assert application.secret_hash is None
    assert "Kode rahasia" not in text_of(client.get(f"{BASE}bukti/"))


def test_the_qr_code_leads_to_tracking_with_the_number_only(client: Client) -> None:
    application = apply(client, contact=NOBODY)
    receipt = receipt_of(Draft.objects.get())
    assert receipt.track_url.endswith(f"/lacak/?nomor={application.number}")
    assert receipt.secret not in receipt.track_url
    assert receipt.qr.startswith("data:image/svg+xml")


def test_others_have_no_receipt(client: Client) -> None:
    apply(client)
    assert Client().get(f"{BASE}bukti/")["Location"] == BASE
    assert Client().get(f"{BASE}bukti/bukti.pdf")["Location"] == BASE
    assert Client().get(f"{BASE}bukti/bukti.png")["Location"] == BASE


def qr_of(content: bytes) -> list[list[bool]]:
    """The squares of the only QR code on a white picture: the black part, one sample a square."""
    image = Image.open(io.BytesIO(content)).convert("L")
    black = image.point(lambda value: 255 if value < 8 else 0)
    left, top, right, _bottom = black.getbbox()
    first = black.crop((left, top, right, top + 1)).tobytes()
    side = first.index(0) // 7
    count = (right - left) // side
    middle = side // 2
    return [
        [image.getpixel((left + x * side + middle, top + y * side + middle)) < 128 for x in range(count)]
        for y in range(count)
    ]


def test_the_picture_holds_number_promise_and_the_code_that_leads_to_tracking(client: Client, monkeypatch: Any) -> None:
    written: list[str] = []
    plain = receipt_image.Sheet.line
    monkeypatch.setattr(
        receipt_image.Sheet,
        "line",
        lambda sheet, top, text, *a, **k: written.append(text) or plain(sheet, top, text, *a, **k),
    )
    application = apply(client)
    answer = client.get(f"{BASE}bukti/bukti.png")
    assert answer["Content-Type"] == "image/png"
    assert "no-store" in answer["Cache-Control"]
    assert len(answer.content) < 24_000
    assert application.number in written
    assert format_moment(application.due_at) == " ".join(line for line in written if "WIB" in line or "202" in line)
    address = f"http://127.0.0.1:8000/lacak/?nomor={application.number}"
    expected = [[bool(dark) for dark in row] for row in segno.make(address, error="m").matrix_iter(border=0)]
    assert qr_of(answer.content) == expected


def test_the_code_opens_tracking_with_the_number_typed_in(client: Client) -> None:
    application = apply(client)
    address = urlsplit(receipt_of(Draft.objects.get()).track_url)
    page = client.get(f"{address.path}?{address.query}")
    assert f'value="{application.number}"' in page.content.decode()


def test_the_picture_says_nothing_about_the_person_and_holds_no_secret(client: Client, monkeypatch: Any) -> None:
    written: list[str] = []
    monkeypatch.setattr(receipt_image.Sheet, "line", lambda sheet, top, text, *a, **k: written.append(text))
    application = apply(client, contact=NOBODY)
    client.get(f"{BASE}bukti/bukti.png")
    secret = Draft.objects.get().answers["secret"]
    words = " ".join(written)
    for value in (application.nik, application.name.split()[0], application.address, secret):
        assert value not in words


def test_a_long_line_of_the_picture_is_written_smaller_and_never_cut() -> None:
    sheet = receipt_image.Sheet()
    sheet.line(0, "UPTD " + "Nama Kantor Yang Panjang " * 3, 26)
    ink = sheet.image.convert("L").point(lambda value: 255 - value).getbbox()
    assert ink[0] > 10 and ink[2] < receipt_image.WIDTH - 10


def test_what_is_shared_over_whatsapp_is_the_number_and_the_address_only(client: Client) -> None:
    application = apply(client, contact=NOBODY)
    receipt = receipt_of(Draft.objects.get())
    assert receipt.whatsapp_url in client.get(f"{BASE}bukti/").content.decode().replace("&amp;", "&")
    link = urlsplit(receipt.whatsapp_url)
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/")
    text = parse_qs(link.query)["text"][0]
    assert application.number in text
    assert receipt.track_url in text
    for value in (receipt.secret, receipt.name, application.nik, application.address):
        assert value not in text


def keep_number_link(page: Any) -> tuple[str, str]:
    """The number that the button writes to, and the words that stand ready."""
    found = re.search(r'href="([^"]*/\d+\?text=[^"]*)"', page.content.decode())
    assert found is not None
    link = urlsplit(found[1])
    return link.path.rsplit("/")[-1], parse_qs(link.query)["text"][0]


def test_the_offices_number_is_kept_by_a_message_that_proves_the_phone(client: Client) -> None:
    application = apply(client)
    page = client.get(f"{BASE}bukti/")
    to, words = keep_number_link(page)
    assert to == application.zone.whatsapp_number.removeprefix("+")
    code = re.fullmatch(rf"KODE (\S{{4}}-\S{{4}}) Permohonan {application.number}", words)
    assert code is not None
    assert keep_number_link(client.get(f"{BASE}bukti/")) == (to, words)
    whose, at = {"phone_hash": application.phone_hash, "zone_id": application.zone_id}, application.submitted_at
    assert prove(code=code[1], **whose, sent_at=at, now=at) == application
    assert "Simpan nomor ini ke WhatsApp" not in text_of(client.get(f"{BASE}bukti/"))


def test_whoever_gave_no_whatsapp_number_is_offered_none(client: Client) -> None:
    apply(client, contact=NOBODY)
    assert "Simpan nomor ini ke WhatsApp" not in text_of(client.get(f"{BASE}bukti/"))


def kept(page: Any) -> str:
    """What the page hands to the device to keep; nothing when it hands over none."""
    found = re.search(r'<script id="bukti" type="application/json">(.*?)</script>', page.content.decode())
    return found[1] if found else ""


def test_what_the_device_keeps_is_no_more_than_the_picture_says(client: Client) -> None:
    application = apply(client, contact=NOBODY)
    receipt = receipt_of(Draft.objects.get())
    words = kept(client.get(f"{BASE}bukti/"))
    assert application.number in words
    assert format_moment(application.due_at) in words
    for value in (receipt.secret, receipt.name, application.nik, application.address):
        assert value not in words


def test_a_shared_device_keeps_nothing(client: Client) -> None:
    apply(client)
    session = client.session
    session["shared"] = True
    session.save()
    assert kept(client.get(f"{BASE}bukti/")) == ""
