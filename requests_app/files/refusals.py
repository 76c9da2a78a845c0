"""Why an upload is refused, and what the citizen is told to do about it."""

from typing import Final

from requests_app.rules.texts import N_

MESSAGES: Final[dict[str, str]] = {
    "empty": N_("Berkas ini kosong. Pilih ulang foto atau PDF dari perangkat Anda, lalu unggah lagi."),
    "too_large": N_("Berkas ini terlalu besar. Unggah foto atau PDF yang paling besar 15 MB."),
    "unknown_type": N_("Jenis berkas ini tidak dapat dibuka. Unggah foto (JPG, PNG, WebP, HEIC) atau PDF."),
    "program": N_("Berkas ini bukan foto atau PDF. Ambil foto dokumennya, lalu unggah foto itu."),
    "truncated": N_("Berkas terpotong saat dikirim. Ambil ulang foto atau buat ulang PDF, lalu unggah lagi."),
    "encrypted_pdf": N_("PDF ini dikunci kata sandi. Buka kuncinya, atau unggah foto dokumennya."),
    "too_many_pages": N_("PDF ini lebih dari 10 halaman. Unggah halaman yang diminta saja."),
    "bomb": N_("Berkas ini terlalu rumit untuk dibuka. Foto ulang dokumennya, lalu unggah foto itu."),
    "animated": N_("Gambar ini bergerak. Ambil foto biasa dari dokumennya, lalu unggah foto itu."),
    "unreadable": N_("Berkas ini rusak dan tidak dapat dibuka. Foto ulang dokumennya, lalu unggah lagi."),
    "busy": N_("Banyak berkas sedang diperiksa. Tunggu satu menit, lalu unggah lagi."),
}

HINTS: Final[dict[str, str]] = {
    "too_small": N_("Foto ini kecil. Pastikan tulisannya terbaca, atau ambil foto lebih dekat."),
    "dark": N_("Foto ini gelap. Pastikan tulisannya terbaca, atau ambil ulang di tempat terang."),
    "blurred": N_("Foto ini buram. Pastikan tulisannya terbaca, atau ambil ulang dengan tangan diam."),
}
"""Sentences for the hints of a checked upload. A hint never refuses."""


class UploadRefused(Exception):
    """The upload is not stored. `code` is a key of MESSAGES; `message` is what to show beside the field."""

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message or MESSAGES[code]
        super().__init__(code)
