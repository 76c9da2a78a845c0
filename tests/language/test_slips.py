"""No string of the other language slips in: every citizen page, in every state, in both languages.

The robust half: the catalogue is replaced by one that puts brackets around whatever it is asked for. Then every
word outside brackets was never marked for translation, unless it is a name, a number or a date. The other half reads
the real pages with a list of words that belong to one language only.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import trans_real

from requests_app.models import Kecamatan, Kelurahan, Zone
from tests.language.reading import CLOSE, OPEN, language_of, unbracketed, without_brackets, words_of
from tests.language.seen import Tour
from tests.language.tour import PARTS, tour
from wording.catalogue import read_catalogue

pytestmark = [pytest.mark.django_db, pytest.mark.long]

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
DATE = re.compile(rf"(?:(?:{DAYS}), )?\d+ (?:{MONTHS}) \d{{4}}(?:, \d\d:\d\d WIB)?|\d\d:\d\d WIB")
HOURS = re.compile(
    rf"(?:{DAYS})(?:–(?:{DAYS}))? \d\d:\d\d–\d\d:\d\d(?: and \d\d:\d\d–\d\d:\d\d)*(?: WIB)?|^(?:{DAYS})$"
)
SPAN = re.compile(
    r"\d+ (?:days?|hours?|minutes?)(?: \d+ (?:hours?|minutes?))? (?:left|late)|(?:days?|hours?)(?: \d+ hours?)? left"
)
MONTH_OF_A_CHART = re.compile(rf"^(?:{'|'.join(month[:3] for month in MONTHS.split('|'))})$")
NAMES = (
    "Adminduk Online Palembang", "Adminduk Online", "WhatsApp", "KTP-el", "Bahasa Indonesia", "English",
    "www.lapor.go.id", MONTHS.replace("|", " "), "AB",
)  # fmt: skip
TYPED = (
    "Siti Contoh", "Siti Conto", "Lrg. Contoh No. 1", "Jl. Contoh 5", "Kabupaten Contoh", "Polsek Contoh", "Siti",
    "Budi Contoh", "Bayi Contoh", "Adik Contoh", "Paman Contoh", "LP/123/XI/2020", "Saya menunggu.", "Keliru.",
    "siti@contoh.id", "testserver",
)  # fmt: skip
"""What the tour types: it is shown as it was typed."""
CODE = re.compile(
    r"\b(?:PLG|LAP)(?:-\w+)+|\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){1,2}\b|\b[0-9A-Z]{6}\b|470/\d{4}/SUKET/\d{4}|(?:http|127\.0\.0\.1)\S+|x{20,}|\b[KM]B\b"
)

INDONESIAN_ONLY = re.compile(
    r"\b(yang|dan|atau|Anda|tidak|untuk|dengan|kami|sudah|belum|paling lambat|dari|bila|sesudah|permohonan|petugas|"
    r"pukul|hari|jam|lagi|nomor|tanggal|berkas|jawaban|kode|kartu|surat|gratis|halaman|lanjut|kirim|isi|pilih|"
    r"Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu|Januari|Februari|Maret|Mei|Juni|Juli|Agustus|Oktober|Desember)\b",
    re.IGNORECASE,
)
ENGLISH_ONLY = re.compile(
    r"\b(the|and|your|you|of|is|are|not|with|for|this|please|must|have|was|from|submit|error|required|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|June|July|August|October|"
    r"December)\b",
    re.IGNORECASE,
)
STAFF_FOLDERS = {
    "officer",
    "oversight",
    "staff",
    "zone_admin",
    "zone_desk",
    "admin",
    "gaya",
    "stock",
    "printing",
    "cards",
}
FOREIGN = {"en": INDONESIAN_ONLY, "id": ENGLISH_ONLY}
OTHER_LANGUAGE_NAMES = (
    "English",
    "Bahasa Indonesia", "Kartu Keluarga, the family card", "Nomor Induk Kependudukan", "Halo Dukcapil", "Lrg. Contoh",
    "Dinas Kependudukan dan Pencatatan Sipil Kota Palembang", *TYPED,
)  # fmt: skip


class Bracketing(trans_real.DjangoTranslation):
    """Puts brackets around every text that a catalogue knows, ours or Django's own."""

    def __init__(self, known: set[str]) -> None:
        super().__init__("en")
        self.known = known

    def gettext(self, message: str) -> str:
        """The English text in brackets; a text that no catalogue knows stays as it is."""
        own = super().gettext(message)
        return f"{OPEN}{own}{CLOSE}" if message in self.known or own != message else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """The same, with a number."""
        return f"{OPEN}{super().ngettext(singular, plural, number)}{CLOSE}"


@cache
def walked(language: str, part: str) -> Tour:
    """What a part of the tour shows; in English with the brackets, which the lists of words look past."""
    with pytest.MonkeyPatch.context() as patch:
        if language == "en":
            known = {str(message.id) for message in read_catalogue() if message.id}
            patch.setitem(trans_real._translations, "en", Bracketing(known))
        return tour(language, part)


def unexplained(text: str, data: list[str]) -> str:
    """What is left of a text without dates, codes, names and what the tour typed."""
    text = CODE.sub(" ", text)  # before the names: a code may hold one
    text = _without(text, sorted({*data, *NAMES, *TYPED}, key=len, reverse=True))
    return MONTH_OF_A_CHART.sub(" ", SPAN.sub(" ", DATE.sub(" ", HOURS.sub(" ", text))))


def names_of_places() -> list[str]:
    return [
        *Kelurahan.objects.values_list("name", flat=True),
        *Kecamatan.objects.values_list("name", flat=True),
        *Zone.objects.values_list("name", flat=True),
        *filter(None, Zone.objects.values_list("address", flat=True)),
        settings.DEFAULT_FROM_EMAIL,
    ]


DRAWN: dict[str, set[str]] = {}
"""Which templates each part of the tour drew, for the test that none is left out."""


@pytest.mark.parametrize("part", PARTS)
def test_every_visible_string_is_marked(part):
    seen = walked("en", part)
    DRAWN[part] = seen.templates
    places = names_of_places()
    left = {piece for page in seen.pages for piece in unbracketed(page.html)}
    assert {piece for piece in left if re.search(r"[A-Za-z]{2}", unexplained(piece, places))} == set()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("language", FOREIGN)
def test_no_word_of_the_other_language_stands_on_any_page(language, part):
    seen = walked(language, part)
    allowed = sorted({*names_of_places(), *OTHER_LANGUAGE_NAMES}, key=len, reverse=True)
    pieces = {piece for page in [*seen.pages, *seen.texts] for piece in words_of(page.html)}
    assert {piece for piece in map(without_brackets, pieces) if is_slip(piece, language, allowed)} == set()
    whole = [page for page in seen.pages if "<html" in page.html]  # a part goes into a page that said it
    assert {language_of(page.html) for page in whole} == {language}


def is_slip(piece: str, language: str, allowed: list[str]) -> bool:
    return bool(FOREIGN[language].search(_without(CODE.sub(" ", piece), allowed)))


def test_no_page_is_left_out_of_the_tour():
    if set(DRAWN) != set(PARTS):
        pytest.skip("only a part of the tour was walked")
    folder = Path(settings.BASE_DIR) / "templates"
    wanted = {path.relative_to(folder).as_posix() for path in (folder / "citizen").rglob("*.html")}
    assert wanted - set().union(*DRAWN.values()) == set()


def _without(text: str, names: list[str]) -> str:
    for name in names:
        text = text.replace(name, " ")
    return text


def scripts_of_citizens() -> list[Path]:
    """All scripts but those that only pages of the staff load: there it is always Indonesian."""
    loaded: dict[bool, set[str]] = {True: set(), False: set()}
    for page in (settings.BASE_DIR / "templates").rglob("*.html"):
        is_staff = page.name == "base_staff.html" or bool(STAFF_FOLDERS & set(page.parts))
        loaded[is_staff].update(re.findall(r"static '(\w+\.js)'", page.read_text()))
    all_scripts = sorted((settings.BASE_DIR / "static").glob("*.js"))
    return [path for path in all_scripts if path.name not in loaded[True] - loaded[False]]


@pytest.mark.parametrize("script", scripts_of_citizens(), ids=lambda path: path.name)
def test_scripts_hold_no_words_of_their_own(script):
    """What a script says stands in the page that loads it, translated there."""
    source = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", script.read_text(), flags=re.S | re.M)
    said = re.findall(r'"([^"\n]* [^"\n]*)"|`([^`\n]* [^`\n]*)`', source)
    sentences = [text for pair in said for text in pair if not re.search(r"[\[#<]", text)]
    assert [text for text in sentences if INDONESIAN_ONLY.search(text) or ENGLISH_ONLY.search(text)] == []
