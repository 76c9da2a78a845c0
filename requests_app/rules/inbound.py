"""What citizens write to a zone's number: what it asks for, and what may stand in a message to them.

Nobody is held to a form: capitals, punctuation, polite words and common slips mean nothing. Whatever is not surely
one of the few things that are answered at once is for an officer to read.
"""

import re
import unicodedata
from enum import StrEnum
from urllib.parse import urlsplit

from requests_app.rules.numbers import normalise_number, normalise_sent_code
from requests_app.rules.reply_buttons import OFFICER, REPORT, STATUS

REPLY_LIMIT = 700
REPORT_LIMIT = 1000
REDACTED = "[16 angka dihapus]"

ID_LENGTH = 16
_SIDE_BY_SIDE = re.compile(r"(?<!\d)\d(?:(?:[^\S\r\n]|[.\-\u2010-\u2015\u2212_/]){0,3}\d){15,}")
"""Sixteen digits and more on one line, with blanks and marks between them."""
_HOUR = r"(?:[01]?\d|2[0-4])\.[0-5]\d"
_DATE_OR_HOURS = re.compile(
    r"(?<!\S)(?:"
    r"(?:0?[1-9]|[12]\d|3[01])([-./])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d"
    r"|(?:19|20)\d\d-\d\d-\d\d"
    rf"|{_HOUR}(?:[-\u2013]{_HOUR})?"
    r")(?=\.?(?!\S))"
)
_PHONE = re.compile(r"(?<!\S)(?:(?:0|62[\s.-]?)8\d\d[\s.-]?\d{3,4}[\s.-]?\d{3,5}|0\d{2,3}-\d{5,8})(?=\.?(?!\S))")
_NUMBER = re.compile(r"\bPLG[\s-]*[0-9A-Z]{4}[\s-]*[0-9A-Z]{4}[\s-]*[0-9A-Z]\b", re.IGNORECASE)
_CODE = re.compile(r"\bKODE[\s:]+(?P<code>[0-9A-Z]{4}\s?-\s?[0-9A-Z]{4})(?![0-9A-Z])", re.IGNORECASE)
_CODE_ALONE = re.compile(r"\s*(?=.*[A-Z])(?!([0-9A-Z]{4})-\1)(?P<code>[0-9A-Z]{4}-[0-9A-Z]{4})\s*", re.IGNORECASE)
"""No word that is said twice ("sama-sama", "hati-hati"), and no years or hours ("2025-2026")."""
_WORD = re.compile(r"[a-z]+")
_WELCOME = re.compile(r"\b(sam[aio])(?:\W*\1|2)\b")
_GREETING = re.compile(r"\bselamat\W+(?:pagi|siang|sore|malam)\b")
_HELD_DOWN = re.compile(r"([a-z])\1{2,}")
_WITH_SCHEME = re.compile(r"\bhttps?://[^\s<>\"]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HOST = re.compile(
    r"\b(?:[a-z0-9-]+\.)+(?:com|net|org|id|co|info|me|ly|link|xyz|site|online|app|page|io|gg|to|biz|top|shop|click)\b"
    r"(?::\d+)?",
    re.IGNORECASE,
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_POLITE = _set("""
    pak bu bapak ibu kak kakak min admin mas mbak mba bang assalamualaikum assalamu alaikum wr wb salam selamat pagi
    siang sore malam halo hallo hai helo permisi punten maaf mohon tolong minta info informasi dong ya yah yaa nih sih
    saya sy aku mau ingin hendak tanya bertanya nanya cek ngecek lihat melihat tahu tau untuk yang yg dan di dengan
    nya balas ketik kirim nomor no ktp el kk permohonan pengajuan berkas
""")
_THANKS = _set("""
    terima terimakasih kasih makasih makasi mksh mks trims trimakasih trimks tq thx thanks thank you ok oke okey okay
    oks baik baiklah siap sip noted mantap paham mengerti alhamdulillah syukron amin aamiin samasama
""")
_BESIDE_THANKS = _set("""
    banyak sangat sekali atas dan infonya informasinya bantuannya jawabannya balasannya penjelasannya nya ya yah yaa
    nih semoga lancar sehat selalu sukses maaf merepotkan mengganggu salam assalamualaikum assalamu alaikum
    waalaikumsalam wr wb pak bu bapak ibu kak kakak min admin mas mbak mba bang
""")
"""What may stand beside thanks: whom they are said to, and how. No word that asks, answers or tells anything."""
_OF_A_PERSON = _set("""
    kawin perkawinan pernikahan nikah menikah cerai bercerai lajang janda duda hubungan pekerjaan agama
""")
"""After "status" these speak of what stands on a card, not of an application."""
_NOT_ABOUT_US = _set("""
    mati kematian meninggal lahir kelahiran pindah kepindahan datang hilang kehilangan diri polisi kawin perkawinan
    nikah pernikahan cerai perceraian spt pajak
""")
"""After "lapor" these speak of an event of life, which the office records, not of an answer that is late."""
_DONE = _set("jadi selesai siap keluar beres kelar dicetak diproses disetujui rampung")
_ASKED = _set("kapan belum blm blum apakah apa sudah sdh udah")
_STATUS_WORDS = _set("status sts statusnya progres progress")
_REPORT_WORDS = _set("lapor laporan melapor melaporkan lapur pelaporan laporkan")
_OTHER_WORDS = _set("lapar")
_WHERE = _set("mana sampai smpai sejauh posisi")
_OF_A_CARD = _set("kartu kartunya ktpnya kknya ktpku elektronik permohonannya pengajuannya berkasnya legalisir")
_STATUS_LENGTH, _QUESTION_LENGTH = 6, 8
_PRESSED = {STATUS.id: "status", REPORT.id: "report", OFFICER.id: "free"}


class Intent(StrEnum):
    """What a message asks for; see models.InboundMessage."""

    STATUS = "status"
    REPORT = "report"
    PROOF = "proof"
    THANKS = "thanks"
    FREE = "free"
    OTHER = "other"


def read_intent(text: str, payload: str = "") -> Intent:
    """What a message asks for. `payload`: what a pressed button carries; it is ours, so it counts before the words.

    An empty text (a picture, a voice) is OTHER.
    """
    pressed = _PRESSED.get(payload.strip().upper())
    if pressed is not None:
        return Intent(pressed)
    if proof_code(text) is not None:
        return Intent.PROOF
    if not text.strip():
        return Intent.OTHER
    content = _content(text)
    if _reports(content):
        return Intent.REPORT
    if _asks_for_status(content) or (not content and application_number(text) is not None):
        return Intent.STATUS
    return Intent.THANKS if _thanks(text) else Intent.FREE


def proof_code(text: str) -> str | None:
    """The one-time code of a message that was prepared for sending (`KODE ABCD-EFGH …`), as `ABCD-EFGH`."""
    found = _CODE.search(text) or _CODE_ALONE.fullmatch(text)
    return normalise_sent_code(found["code"]) if found else None


def application_number(text: str) -> str | None:
    """The first number of an application in a text, as it is stored; one with a wrong character is none."""
    return next(iter(application_numbers(text)), None)


def application_numbers(text: str) -> list[str]:
    """The numbers of applications in a text, each once, in its order."""
    numbers = (normalise_number(found[0]) for found in _NUMBER.finditer(text))
    return list(dict.fromkeys(number for number in numbers if number is not None))


def same_question(text: str, other: str) -> bool:
    """Whether two messages of a kind ask the same: about the same applications, in the same words but for polite ones.

    A word and a single mark of it ("STATUS", "status?") are the same; the same thing put differently is asked again.
    """
    return asked_for(text) == asked_for(other) and _content(text) == _content(other)


def says_more(text: str) -> bool:
    """Whether a question for the status says something besides, which the answer does not speak of."""
    known = _STATUS_WORDS | _DONE | _ASKED | _WHERE | _OF_A_CARD | _THANKS
    return any(word not in known and not _is_nearly(word, "status") for word in _content(text))


def asked_for(text: str) -> frozenset[str]:
    """The applications and the code that a text names."""
    code = proof_code(text)
    return frozenset([*application_numbers(text), *([code] if code else [])])


def report_words(text: str) -> str:
    """What somebody reports, without the word LAPOR and the application's number; empty when nothing is left."""
    rest = _NUMBER.sub(" ", text)
    if not [word for word in _words(rest) if word not in _POLITE and not _is_report(word)]:
        return ""
    return without_id_numbers(text).strip()[:REPORT_LIMIT]


def without_id_numbers(text: str) -> str:
    """The text with each NIK or KK number (sixteen digits, however they are grouped) struck out.

    Dates, hours and phones side by side stay, where they are surely that.
    """
    return _SIDE_BY_SIDE.sub(lambda found: REDACTED if _may_be_id_number(found[0]) else found[0], text)


def check_reply(text: str, *, site: str) -> None:
    """Raise ValueError unless an officer may send this: not empty or too long, no NIK, no link but to `site` (a host).

    Citizens are told that we never ask for a NIK and only link to ourselves; a reply must not teach otherwise.
    """
    if not text.strip():
        raise ValueError("Tulis jawaban Anda.")
    if len(text) > REPLY_LIMIT:
        raise ValueError(f"Jawaban ini terlalu panjang: {len(text)} huruf. Paling banyak {REPLY_LIMIT} huruf.")
    if without_id_numbers(text) != text:
        raise ValueError("Jawaban ini memuat 16 angka seperti NIK atau nomor KK. Hapus dulu angkanya.")
    if any(host.lower() != site.lower() for host in _hosts(text)):
        raise ValueError(f"Jawaban hanya boleh memuat tautan ke {site}. Hapus tautan lainnya.")


def _may_be_id_number(digits: str) -> bool:
    """In doubt it may: only what is all dates, hours and phones is none. Where there are just sixteen digits, a phone
    does not count: "0812 0690 0001" is how a NIK may end."""
    count = sum(sign.isdecimal() for sign in digits)
    rest = _PHONE.sub(" ", digits) if count > ID_LENGTH else digits
    return any(sign.isdecimal() for sign in _DATE_OR_HOURS.sub(" ", rest))


def _hosts(text: str) -> list[str]:
    """Where the links of a text lead, e-mail addresses left out."""
    links = _WITH_SCHEME.findall(text)
    rest = _MAIL.sub(" ", _WITH_SCHEME.sub(" ", text))
    return [_host(link) for link in links] + _HOST.findall(rest)


def _host(link: str) -> str:
    try:
        return urlsplit(link.rstrip(".,;:!?)")).netloc
    except ValueError:
        return ""


def _words(text: str) -> list[str]:
    """Plain small words: no digits, no application's number, no key held down."""
    bare = _plain(_NUMBER.sub(" ", text.replace(REDACTED, " ")))
    return _WORD.findall(_HELD_DOWN.sub(r"\1", re.sub(r"(?<!\S)\S*\d\S*", " ", bare)))


def _plain(text: str) -> str:
    """In small letters, without accents."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def _content(text: str) -> list[str]:
    return [word for word in _words(text) if word not in _POLITE]


def _reports(content: list[str]) -> bool:
    return bool(content) and _is_report(content[0]) and not _NOT_ABOUT_US.intersection(content)


def _is_report(word: str) -> bool:
    return word in _REPORT_WORDS or _is_nearly(word, "lapor")


def _asks_for_status(content: list[str]) -> bool:
    if _OF_A_PERSON.intersection(content):
        return False
    if len(content) <= _STATUS_LENGTH and any(w in _STATUS_WORDS or _is_nearly(w, "status") for w in content):
        return True
    said = set(content)
    where = "mana" in said and len(said & _WHERE) > 1
    when = bool(said & _DONE) and bool(said & _ASKED)
    return len(content) <= _QUESTION_LENGTH and (where or when)


def _is_nearly(word: str, wanted: str) -> bool:
    """One letter wrong, missing or too many, or two neighbours swapped."""
    if word in _OTHER_WORDS or abs(len(word) - len(wanted)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(word, wanted, strict=False)) if a != b), min(len(word), len(wanted)))
    left, right = word[start:], wanted[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


def _thanks(text: str) -> bool:
    """Thanks, an acknowledgement, or nothing but pictures and marks; never a question, and nothing beside it.

    One word or digit more is something that somebody says, and nobody would see it.
    """
    said = _GREETING.sub("salam", _WELCOME.sub("samasama", _HELD_DOWN.sub(r"\1", _plain(text))))
    if "?" in said or any(sign.isalnum() for sign in _WORD.sub("", said)):
        return False
    words = set(_WORD.findall(said))
    return not words or (bool(words & _THANKS) and words <= _THANKS | _BESIDE_THANKS)
