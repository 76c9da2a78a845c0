"""Is a text plain? Short sentences, no officialese, "Anda" to the reader, buttons that say what they do."""

import re
from collections.abc import Iterator
from statistics import mean

from requests_app.rules.reference import read_reference
from wording.catalogue import read_catalogue
from wording.marked import ROOT

LONGEST = 20
"""Words in a sentence, at most."""
WORDS_OF_A_MOMENT = "Senin, 29 Juni 2026 pukul 14.30 WIB"
MOMENTS = r"tenggat|batas|moment|until|retry_at|when|date|at"
WHOLE_SENTENCES = r"catatan|alasan|langkah|jawaban|butir|next|reason|items"
"""Places of messages that are filled with sentences of their own."""

OFFICIALESE = {
    "id": (
        "dalam rangka", "sehubungan", "dimaksud", "tersebut di atas", "guna", "mohon", "dimohon", "harap",
        "diharapkan", "dipersilakan", "silahkan", "apabila", "dikarenakan", "agar supaya", "adapun", "bahwasanya",
        "terkait", "berkenaan", "yang bersangkutan", r"melakukan pe\w+", r"dilakukan pe\w+", "sebagaimana", "perihal",
        "selambat-lambatnya", "verifikasi", "validasi", "otentikasi", "invalid", "input", "error", "login", "logout",
        "upload", "download", "submit", "klik", "user", "kamu", "engkau", "saudara", "anda sekalian",
    ),
    "en": (
        "in order to", "with regard to", "pursuant", "hereby", "herein", "aforementioned", "shall", "utili[sz]e",
        "prior to", "please be advised", "kindly", "commence", "in the event of", "failure to", "invalid", "submit",
        "click", "verification failed", "user",
    ),
}  # fmt: skip
NOT_AN_ACT = re.compile(
    r"(ok|oke|okay|submit|ya|tidak|yes|no|klik|klik di sini|click here|here|di sini|proses|kirim|send)\W*", re.I
)
"""What a button or a link may not say: nobody knows from it alone what will happen."""

_BUTTON = re.compile(r'<button[^>]*>(.*?)</button>|<a [^>]*class="btn[^>]*>(.*?)</a>', re.S)
_TEXT = re.compile(
    r"""\{% translate ["'](.*?)["'] %\}|\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}""", re.S
)


def texts(language: str) -> Iterator[tuple[str, str]]:
    """Every text that citizens read, with where it stands: the catalogue, and in Indonesian messages and sentences."""
    for message in read_catalogue():
        if message.id:
            found = message.id if language == "id" else message.string
            yield from ((message.locations[0][0], text) for text in ([found] if isinstance(found, str) else found))
    if language == "id":
        for table, columns in (("messages", ("subject", "body")), ("statuses", ("citizen_sentence",))):
            yield from ((f"{table}.csv", row[column]) for row in read_reference(table) for column in columns)


def sentences(text: str) -> list[str]:
    """The sentences of a text, markup left out; a place is filled as it will be."""
    text = re.sub(r"<(?:br|/p|/b|/li)>", ". ", text)
    text = re.sub(r"<[^>]+>|&nbsp;", " ", text)
    text = re.sub(rf"(?:\{{|%\()(?:{WHOLE_SENTENCES})(?:\}}|\)s)", ". ", text)
    text = re.sub(rf"(?:\{{|%\()(?:{MOMENTS})(?:\}}|\)s)", WORDS_OF_A_MOMENT, text)
    return [part for part in re.split(r"[.!?:;]+(?:\s|$)", text) if re.search(r"\w", part)]


def length(sentence: str) -> int:
    """In words; a sign alone is none."""
    return sum(bool(re.search(r"\w", word)) for word in sentence.split())


def average(language: str) -> float:
    """Words in a sentence on average, over all that citizens read; labels and headings are no sentences."""
    whole = [text for _where, text in texts(language) if text.rstrip().endswith((".", "!", "?"))]
    return mean(length(sentence) for text in whole for sentence in sentences(text))


def officialese(text: str, language: str) -> list[str]:
    """The words of a text that no neighbour would say."""
    return [word for word in OFFICIALESE[language] if re.search(rf"\b{word}\b", text, re.IGNORECASE)]


def buttons() -> Iterator[tuple[str, str]]:
    """What buttons of the citizens' pages say, with the template in which they stand."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if {"officer", "oversight", "staff", "gaya"} & set(path.parts):
            continue
        for pressed in _BUTTON.finditer(path.read_text()):
            for text in _TEXT.finditer(pressed[1] or pressed[2]):
                yield path.name, " ".join((text[1] or text[2]).split())
