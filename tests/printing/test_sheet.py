"""The batch sheet and the slips: what stands on them, and what must not."""

import os
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
import segno

from requests_app.models import Application
from requests_app.operations.followup import withdraw
from requests_app.operations.pickups import ensure_pickup
from requests_app.printing.sheet import draw_qr
from tests.operations.blanks import queued_cards
from tests.operations.printing import batch_of, cards_of, printed

pytestmark = pytest.mark.django_db
ODD = "Ny. Ķalniņš محمد 山田 🙂 Contoh"


def pages_of(content: bytes, name: str) -> list[str]:
    """The text of every page; the file and its pages as pictures where SCREENSHOTS names a folder."""
    document = pypdfium2.PdfDocument(content)
    if os.environ.get("SCREENSHOTS"):
        folder = Path(os.environ["SCREENSHOTS"])
        for number, page in enumerate(document):
            page.render(scale=1.6).to_pil().save(folder / f"{name}-{number + 1}.png")
    return [page.get_textpage().get_text_range() for page in document]


def sheet(printer, batch, kind: str = "lembar") -> list[str]:
    answer = printer.get(f"/cetak/{batch.number}/{kind}.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    return pages_of(answer.content, kind)


def test_the_sheet_names_batch_boxes_officer_and_every_card(printer, batch, cards):
    (page,) = sheet(printer, batch)
    box = cards[0].box.number
    for words in (
        f"Lembar cetak {batch.number}", "Kantor Dukcapil", f"Blangko diambil: 3 ({box} = 3)", "Halaman 1 dari 1",
        batch.created_by.username, "Yang mencetak", "Yang menghitung",
    ):  # fmt: skip
        assert words in page, words
    for card in cards:
        for words in (card.code, card.application.number, "Siti C.", card.application.zone.name):
            assert words in page, words


def test_neither_sheet_nor_slip_shows_nik_phone_address_or_the_whole_name(printer, batch, cards):
    for kind in ("lembar", "slip"):
        text = " ".join(sheet(printer, batch, kind))
        for card in cards:
            application = Application.objects.get(pk=card.application_id)
            for secret in (application.nik, application.kk_number, application.phone[3:], application.address):
                assert secret not in text
            assert application.name not in text


def test_long_batches_take_several_numbered_pages_with_one_place_for_signatures(printer, stock, now):
    queued_cards(now - timedelta(hours=1), 40)
    pages = sheet(printer, batch_of(now, 40))
    assert [f"Halaman {n} dari {len(pages)}" in page for n, page in enumerate(pages, start=1)] == [True] * len(pages)
    assert len(pages) == 4
    assert [("Yang menghitung" in page) for page in pages] == [False, False, False, True]
    assert sum(page.count("PLG-") for page in pages) == 40


def test_a_sheet_printed_again_shows_what_became_of_each_card(printer, batch, cards, now):
    withdraw(application_id=cards[0].application_id, now=now)
    printed(batch, now)
    (page,) = sheet(printer, batch)
    assert page.count("Tercetak") == 3, "two cards, and the heading of the column"
    assert page.count("Batal") == 1
    slips = sheet(printer, batch, "slip")[0]
    assert cards[0].code not in slips
    assert cards[1].code in slips


@pytest.mark.parametrize("name", [ODD, "X", "Muhammad-Al-Fatih-Nuruddin-Syarifuddin-Hidayatullah Contoh"])
def test_every_name_fits_and_breaks_nothing(printer, stock, now, name):
    (application,) = queued_cards(now - timedelta(hours=1), 1, name=name)
    batch = batch_of(now, 1)
    assert application.number in sheet(printer, batch)[0]
    assert application.number in sheet(printer, batch, "slip")[0]


def test_the_place_is_the_one_that_the_citizen_chose(printer, queue, now):
    pickup = ensure_pickup(queue[0])
    pickup.zone = None
    pickup.save()
    (page,) = sheet(printer, batch_of(now, 1))
    assert page.count("Kantor Dukcapil") == 2, "where it is printed, and where it is collected"


def test_the_qr_of_a_card_holds_its_code(printer, batch):
    """As a scanner reads it: the squares that are drawn are those of the code."""
    drawn: list[tuple[float, float, float, float]] = []

    class Paper:
        def beginPath(self):
            return self

        def rect(self, *where):
            drawn.append(where)

        def drawPath(self, path, **how):
            assert how == {"stroke": 0, "fill": 1}

    code = cards_of(batch)[0].code
    draw_qr(Paper(), code, 0, 0, 21)
    wanted = [list(row) for row in segno.make(code, error="m", micro=False).matrix_iter(border=0)]
    assert len(wanted) == 21
    found = [[0] * 21 for _ in range(21)]
    for left, bottom, wide, _high in drawn:
        for x in range(round(left), round(left + wide)):
            found[20 - round(bottom)][x] = 1
    assert found == [[int(bool(dark)) for dark in row] for row in wanted]
