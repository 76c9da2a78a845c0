"""What a text of ours must keep to, so that Meta approves it, a phone shows it, and no citizen is misled."""

import re
from collections.abc import Collection, Iterator

from requests_app.rules.messages import (
    CODE_MINUTES,
    MOST_LETTERS,
    PLACEHOLDER,
    REPLY,
    placeholders,
    render,
)
from requests_app.rules.placeholders import longest_values
from requests_app.rules.sent_words import REFUSED, has_id_number
from requests_app.rules.sms import MOST_PARTS, plain_sms, sms_parts

WORD = re.compile(r"[^\W_]+(?:[-'/.][^\W_]+)*")
ODD_SPACE = re.compile(r"[\t\n\r\x0b\x0c\u200b\u2028\u2029\ufeff]| {4}")
ADDRESS = re.compile(r"\b(?:https?:|www\.|wa\.me|bit\.ly)", re.IGNORECASE)
ADVERTISING = re.compile(
    r"\b(?:promo\w*|diskon|potongan harga|cashback|hadiah|undian|voucher|kupon|penawaran|klik sekarang)\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"[^.!?]+")
ASKS = re.compile(r"\b(?:kirim|balas|isi|sebut|tulis|beri|ketik|masuk|unggah)\w*\b", re.IGNORECASE)
SECRET = re.compile(r"\b(?:nik|nomor kk|no\.? kk|otp|pin|sandi|password|kode verifikasi|ibu kandung)\b", re.IGNORECASE)
FORBIDS = re.compile(r"\b(?:jangan|tidak pernah|tidak perlu)\b", re.IGNORECASE)


def faults(purpose: str, body: str, *, known: Collection[str], needed: Collection[str]) -> list[str]:
    """Everything that is wrong with a text, in Indonesian; empty when it can be used.

    `known`: the placeholders that its notice fills; `needed`: those without which it would be of no use.
    """
    found = [*_placeholder_faults(body, known, needed), *_wording_faults(body), *_length_faults(purpose, body)]
    if purpose not in CODE_MINUTES and not purpose.startswith(REPLY):
        found += _template_faults(body)
    return found


def _placeholder_faults(body: str, known: Collection[str], needed: Collection[str]) -> Iterator[str]:
    used = placeholders(body)
    for name in used:
        if name not in known:
            yield f"Tanda {{{name}}} tidak dikenal untuk pesan ini."
    if "kode_pesan" in needed and "kode_pesan" not in used:
        yield "Cantumkan {kode_pesan}; dengan kode itu warga memeriksa keaslian pesan."
    if "kode" in needed and "kode" not in used:
        yield "Cantumkan {kode}; tanpa itu warga tidak mendapat kodenya."
    if set("{}") & set(PLACEHOLDER.sub("", body)):
        yield "Tanda { dan } hanya untuk tanda isian seperti {nomor}."


def _wording_faults(body: str) -> Iterator[str]:
    """Source: Meta, template guidelines: no promotion in UTILITY, nothing that asks for what identifies a person."""
    if ODD_SPACE.search(body):
        yield "Tulis dalam satu alinea, tanpa baris baru, tab, atau empat spasi berurutan."
    if ADDRESS.search(body):
        yield "Jangan tulis alamat web; tautan resmi ditambahkan sendiri. Alamat situs ini adalah {situs}."
    if advert := ADVERTISING.search(body):
        yield f"Hapus kata “{advert[0]}”; pesan berbau promosi ditolak Meta."
    if has_id_number(body):
        yield REFUSED
    for sentence in SENTENCE.findall(body):
        if ASKS.search(sentence) and SECRET.search(sentence) and not FORBIDS.search(sentence):
            yield "Jangan meminta NIK, nomor KK, OTP, atau kata sandi lewat pesan."
            return


def _length_faults(purpose: str, body: str) -> Iterator[str]:
    if not body.strip():
        yield "Isi teksnya."
    filled = render(body, longest_values(purpose, body))
    if max(len(body), len(filled)) > MOST_LETTERS:
        yield f"Paling panjang 1.024 huruf, atau WhatsApp menolak; dengan isian terpanjang ada {len(filled)} huruf."
    if purpose in CODE_MINUTES and sms_parts(plain_sms(filled)) > MOST_PARTS:
        yield "Terlalu panjang untuk SMS: paling banyak dua bagian (306 huruf)."


def _template_faults(body: str) -> Iterator[str]:
    """What Meta refuses in a template's body.

    Sources: Meta, template guidelines (begin and end, neighbours); the least number of words is not published, partners
    found words and parameters together to be at least three times the parameters and one.
    """
    text = body.strip()
    between = PLACEHOLDER.split(text)[::2]
    if len(between) == 1:
        return
    if not WORD.search(between[0]):
        yield "Jangan mulai dengan tanda isian; tulis dulu beberapa kata."
    if not between[-1].strip():
        yield "Jangan akhiri dengan tanda isian; tutup dengan kata atau titik."
    names = PLACEHOLDER.findall(text)
    for number, words in enumerate(between[1:-1]):
        if not WORD.search(words):
            yield f"Tulis kata di antara {{{names[number]}}} dan {{{names[number + 1]}}}, atau Meta menolaknya."
    words, least = sum(len(WORD.findall(part)) for part in between), 2 * len(names) + 1
    if words < least:
        yield f"Terlalu banyak tanda isian: {len(names)} tanda perlu paling sedikit {least} kata, ada {words}."


def needed_in(first_body: str) -> set[str]:
    """The placeholders that a text may not lose: those of the first version by which it is checked or used."""
    return {"kode_pesan", "kode"} & set(placeholders(first_body))
