"""Forms of the tracking pages."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import needed_by_condition
from requests_app.questions.fields import DatePartsField, RuleField
from requests_app.rules.nik import clean_digits
from requests_app.rules.numbers import normalise_number, normalise_secret
from requests_app.rules.phone import normalise_phone
from requests_app.words import Text

NUMBER = forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"})
WORDS_LIMIT = 1000


class PlainForm(forms.Form):
    """Errors are told by us, not by the browser."""

    use_required_attribute = False


class LookUpForm(PlainForm):
    """Application number, and the last four digits of the WhatsApp number given, or the birth date where none was."""

    number = forms.CharField(
        label=_("Nomor permohonan"),
        help_text=_("Ada pada bukti dan pesan kami, misalnya PLG-7K3M-9QTX-4."),
        max_length=40,
        widget=NUMBER,
        error_messages={"required": _("Isi nomor permohonan.")},
    )
    four_digits = forms.CharField(
        label=_("Empat angka terakhir nomor WhatsApp Anda"),
        help_text=_("Nomor yang Anda tulis saat mengajukan."),
        required=False,
        max_length=20,
        widget=forms.TextInput({"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
    )
    birth_date = DatePartsField(
        label=_("Tanggal lahir yang diisi di permohonan"),
        help_text=_("Hanya bila Anda tidak memberi nomor WhatsApp. Misalnya 17 8 1995."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_by_condition(self, "four_digits", "birth_date")

    def clean_number(self) -> str:
        """The number as it is stored; the check character finds typing mistakes, and tells nothing about existence."""
        number = normalise_number(self.cleaned_data["number"])
        if number is None:
            raise forms.ValidationError(_("Nomor ini kurang lengkap atau salah ketik. Periksa lagi."))
        return number

    def clean_four_digits(self) -> str:
        """Four digits; of a longer number the last four."""
        typed = self.cleaned_data["four_digits"]
        digits = clean_digits(typed).removeprefix("+")
        if typed and not re.fullmatch(r"[0-9]{4,}", digits):
            raise forms.ValidationError(_("Isi empat angka terakhir, misalnya 0001."))
        return digits[-4:]

    def clean(self) -> dict[str, Any]:
        """One of both is needed."""
        both = ("four_digits", "birth_date")
        if not any(self.cleaned_data.get(name) or name in self.errors for name in both):
            self.add_error("four_digits", _("Isi empat angka terakhir nomor WhatsApp, atau tanggal lahir."))
        return self.cleaned_data


class CodeForm(PlainForm):
    """The code of six digits."""

    code = forms.CharField(
        label=_("Kode enam angka"),
        help_text=_("Berlaku lima menit. Jangan berikan kepada siapa pun."),
        max_length=20,
        widget=forms.TextInput({"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Isi kode enam angka dari pesan kami.")},
    )

    def clean_code(self) -> str:
        """Six digits, spaces allowed."""
        code = clean_digits(self.cleaned_data["code"])
        if not re.fullmatch(r"[0-9]{6}", code):
            raise forms.ValidationError(_("Kode terdiri dari enam angka."))
        return code


class SecretForm(PlainForm):
    """The secret printed on the receipt."""

    code = forms.CharField(
        label=_("Kode rahasia pada bukti permohonan"),
        help_text=_("Dua belas huruf dan angka, misalnya 7K3M-9QTX-4ABC."),
        max_length=40,
        widget=NUMBER,
        error_messages={"required": _("Isi kode rahasia yang tercetak pada bukti.")},
    )

    def clean_code(self) -> str:
        """The secret as it was printed."""
        secret = normalise_secret(self.cleaned_data["code"])
        if secret is None:
            raise forms.ValidationError(_("Kode rahasia terdiri dari dua belas huruf dan angka."))
        return secret


def _phone_or_email(text: str) -> str:
    """An e-mail address in lower case, or a phone as E.164. Raises PhoneError."""
    if "@" in text:
        return (
            forms.EmailField(error_messages={"invalid": _("Alamat surel ini tidak lengkap.")})
            .clean(text.strip())
            .lower()
        )
    return normalise_phone(text, allow_fictitious=settings.LOCAL)


class LostNumberForm(PlainForm):
    """The phone or e-mail that was given."""

    to = RuleField(
        _phone_or_email,
        label=_("Nomor WhatsApp atau alamat surel"),
        help_text=_("Yang Anda tulis saat mengajukan."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "on"}),
        error_messages={"required": _("Isi nomor WhatsApp atau alamat surel.")},
    )


def _words(label: Text, message: Text) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea({"rows": 5}),
        error_messages={
            "required": message,
            "max_length": _("Tulisan ini terlalu panjang. Paling banyak 1.000 huruf."),
        },
    )


class ReportForm(PlainForm):
    """The citizen's words for the Report."""

    words = _words(_("Apa yang ingin Anda sampaikan?"), _("Tuliskan laporan Anda."))


class ObjectionForm(PlainForm):
    """Why the rejection is wrong."""

    words = _words(_("Mengapa Anda keberatan?"), _("Tuliskan keberatan Anda."))
