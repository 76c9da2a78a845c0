"""What a supervisor types beside the forecast: an assumption, a promised delivery, and what the letter asks for."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from requests_app.rules.blank_use import LEAST_PERCENT, MOST_LATE, MOST_PERCENT, WhatIf
from requests_app.rules.blanks import MOST_OF_A_LETTER
from requests_app.rules.dates import format_count
from requests_app.rules.quantities import QuantityError, read_quantity
from requests_app.stock.forms import day_field

FURTHEST_AHEAD = timedelta(days=366)
MOST_COVER = 366


class NumberField(forms.CharField):
    """A whole number between two others, as people write it: `8.020`; one message says where and what is wanted."""

    def __init__(self, label: str, least: int, most: int, *, needed: bool = True) -> None:
        self.least, self.most = least, most
        self.wanted = f"{label}: isi angka {format_count(least)} sampai {format_count(most)}."
        widget = forms.TextInput(
            {"class": "short", "autocomplete": "off", **({"inputmode": "numeric"} if least >= 0 else {})}
        )
        super().__init__(label=label, required=needed, widget=widget, error_messages={"required": self.wanted})

    def clean(self, value: Any) -> Any:
        """The number; None for nothing in an optional field."""
        text = super().clean(value).removeprefix("+").removesuffix("%")
        if not text:
            return None
        try:
            number = read_quantity(text)
        except QuantityError as problem:
            raise forms.ValidationError(self.wanted) from problem
        if not self.least <= number <= self.most:
            raise forms.ValidationError(self.wanted)
        return number


class WhatIfForm(forms.Form):
    """Names are those of the address: an assumption can be kept as a bookmark."""

    permintaan = NumberField("Permintaan berubah (%)", LEAST_PERCENT, MOST_PERCENT, needed=False)
    terlambat = NumberField("Kiriman terlambat (hari)", 0, MOST_LATE, needed=False)
    bagian = NumberField("Yang datang dari tiap kiriman (%)", 0, 100, needed=False)
    tambahan = NumberField("Kiriman tambahan (blangko)", 0, MOST_OF_A_LETTER, needed=False)
    tanggal = day_field("Kiriman tambahan tiba", "", required=False)

    def __init__(self, data: Mapping[str, Any], *, today: date) -> None:
        asked = any(name in data for name in self.base_fields)
        super().__init__(data if asked else None, initial={"permintaan": 0, "terlambat": 0, "bagian": 100})
        self.today = today

    def clean(self) -> dict[str, Any]:
        """An extra delivery needs a day, between today and a year from now."""
        cleaned = super().clean() or self.cleaned_data
        day = cleaned.get("tanggal")
        if cleaned.get("tambahan") and "tanggal" in cleaned:
            if day is None:
                self.add_error("tanggal", "Isi tanggal kiriman tambahan tiba.")
            elif not self.today <= day <= self.today + FURTHEST_AHEAD:
                self.add_error("tanggal", "Isi tanggal mulai hari ini, paling jauh setahun lagi.")
        return cleaned

    def assumed(self) -> WhatIf:
        """What is typed; fields that are empty change nothing."""
        if not self.is_bound or not self.is_valid():
            return WhatIf()
        given = self.cleaned_data
        share = 100 if given["bagian"] is None else given["bagian"]
        return WhatIf(
            demand=given["permintaan"] or 0, late=given["terlambat"] or 0, share=share,
            extra=given["tambahan"] or 0, extra_on=given["tanggal"],
        )  # fmt: skip


class DeliveryForm(forms.Form):
    """A delivery that the centre has promised."""

    expected_on = day_field("Diperkirakan tiba", "Isi tanggal kiriman diperkirakan tiba.")
    quantity = NumberField("Jumlah blangko", 1, MOST_OF_A_LETTER)
    note = forms.CharField(
        label="Keterangan", max_length=120, required=False, help_text="Misalnya nomor surat pemberitahuan.",
        error_messages={"max_length": "Paling panjang 120 huruf."},
    )  # fmt: skip


def _line(label: str, most: int, *, needed: str = "", hint: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=bool(needed), help_text=hint,
        error_messages={"required": needed, "max_length": f"Paling panjang {most} huruf."},
    )  # fmt: skip


class LetterForm(forms.Form):
    """What the request letter needs from people. Nothing of it is stored."""

    number = _line("Nomor surat", 60, hint="Kosong: disediakan tempat untuk menulisnya.")
    addressee = _line("Kepada", 120, needed="Isi kepada siapa surat ini.")
    wanted_days = NumberField("Cukup untuk berapa hari sesudah tiba", 1, MOST_COVER)
    quantity = NumberField("Jumlah yang diminta (blangko)", 1, MOST_OF_A_LETTER)
    position = _line("Jabatan penanda tangan", 120, needed="Isi jabatan penanda tangan.")
    signer = _line("Nama penanda tangan", 80, hint="Kosong: disediakan tempat untuk menulisnya.")
    nip = _line("NIP", 30, hint="18 angka; spasi boleh. Kosong: disediakan tempat untuk menulisnya.")

    def clean_nip(self) -> str:
        """Eighteen digits, in the groups in which a NIP is written."""
        typed = "".join(self.cleaned_data["nip"].split())
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) == 18):
            raise forms.ValidationError("NIP terdiri dari 18 angka. Periksa lagi, atau kosongkan.")
        return " ".join(filter(None, [typed[:8], typed[8:14], typed[14:15], typed[15:]]))
