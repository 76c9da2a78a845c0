"""Words of the office that people may not know: each can be tapped for its plain meaning, without a script."""

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING

from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text
else:
    Text = str
"""The type of a text that may be translated later, when it is shown."""


@dataclass(frozen=True)
class Word:
    """How it stands in a sentence, what it means, and under which term the office's glossary has it."""

    shown: Text
    meaning: Text
    glossary: str


WORDS = {
    "KK": Word(_("KK"), _("Kartu Keluarga, daftar semua anggota satu keluarga."), "KK (Kartu Keluarga)"),
    "NIK": Word(
        _("NIK"),
        _("Nomor Induk Kependudukan. Satu orang punya satu nomor, seumur hidup."),
        "NIK (Nomor Induk Kependudukan)",
    ),
    "UPTD": Word(
        _("UPTD"),
        _("Unit Pelaksana Teknis Daerah, kantor cabang Dukcapil di dekat rumah Anda."),
        "UPTD (Unit Pelaksana Teknis Daerah)",
    ),
    "kelurahan": Word(_("kelurahan"), _("Bagian dari kecamatan. Namanya tertulis di Kartu Keluarga."), "Kelurahan"),
    "RT_RW": Word(
        _("RT dan RW"),
        _("Rukun Tetangga dan Rukun Warga. Angkanya tertulis di Kartu Keluarga, misalnya 003 dan 001."),
        "RT / RW",
    ),
    "surat_kuasa": Word(
        _("surat kuasa F-1.07"),
        _("Surat izin dari pemilik kartu untuk Anda. Formulirnya ada di kantor Dukcapil dan UPTD."),
        "Kuasa / surat kuasa",
    ),
    "perekaman": Word(
        _("perekaman"),
        _("Petugas mengambil foto, sidik jari, dan gambar iris mata di kantor. Cukup satu kali."),
        "Perekaman",
    ),
    "surat_kehilangan": Word(
        _("surat kehilangan"),
        _("Surat dari kantor polisi yang menyatakan KTP-el Anda hilang. Gratis."),
        "Surat kehilangan",
    ),
    "luar_domisili": Word(
        _("luar domisili"),
        _("Anda terdaftar di daerah lain, tetapi tinggal di Palembang."),
        "Luar domisili",
    ),
}


def word(name: str) -> SafeString:
    """One word with its meaning folded below it; not inside a `<p>`, which cannot hold it."""
    found = WORDS[name]
    return format_html(
        '<details class="word"><summary>{}</summary><span>{}</span></details>', found.shown, found.meaning
    )


def _with_words(text: Text) -> SafeString:
    names = {name for _, name, _, _ in Formatter().parse(str(text)) if name}
    return format_html(str(text), **{name: word(name) for name in names})


with_words = lazy(_with_words, SafeString)
"""A text of our own with {KK} and the like replaced by words that can be tapped."""
