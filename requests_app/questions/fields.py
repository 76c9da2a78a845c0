"""Fields that clean like the rules do, and say what to do when they cannot."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import DatePartsWidget
from requests_app.language import refused
from requests_app.rules.dates import DateError, parse_birth_date
from requests_app.rules.names import check_name
from requests_app.rules.nik import NikError, check_kk_number, check_nik, clean_digits
from requests_app.rules.phone import normalise_phone
from requests_app.rules.texts import N_, Refusal
from requests_app.words import Text, with_words


class RuleField(forms.CharField):
    """Text that a rule cleans; the rule's own message is shown when it refuses."""

    def __init__(self, rule: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rule = rule

    def to_python(self, value: Any) -> str:
        """The cleaned text; blank stays blank, `required` speaks about that."""
        text = super().to_python(value) or ""
        if not text:
            return ""
        try:
            return self.rule(text)
        except Refusal as problem:
            raise ValidationError(refused(problem), code=problem.code) from problem


def nik_field(label: Text = _("NIK"), needed: Text = _("Isi NIK."), **kwargs: Any) -> RuleField:
    """Sixteen digits; spaces, dots and dashes are ignored."""
    kwargs.setdefault("help_text", with_words(_("16 angka di KTP atau {KK}. Spasi dan titik boleh.")))
    return RuleField(check_nik, label=label, widget=_digits(), error_messages={"required": needed}, **kwargs)


def kk_field() -> RuleField:
    """The number of the family card."""
    return RuleField(
        check_kk_number,
        label=_("Nomor Kartu Keluarga (KK)"),
        help_text=_("16 angka di bagian atas Kartu Keluarga."),
        widget=_digits(),
        error_messages={"required": _("Isi nomor Kartu Keluarga.")},
    )


def name_field(
    label: Text,
    needed: Text = _("Isi nama lengkap sesuai Kartu Keluarga."),
    *,
    autocomplete: str = "name",
    **kwargs: Any,
) -> RuleField:
    """A name as the family card has it; almost nothing is refused. `needed` is said when it is missing."""
    typed = {"autocomplete": autocomplete, "autocapitalize": "words", "spellcheck": "false"}
    kwargs.setdefault("widget", forms.TextInput(typed))
    return RuleField(check_name, label=label, error_messages={"required": needed}, **kwargs)


def phone_field(**kwargs: Any) -> RuleField:
    """A mobile number; the fictitious range only where nobody real is told anything."""
    return RuleField(
        lambda text: normalise_phone(text, allow_fictitious=settings.LOCAL),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel", "class": "short"}),
        **kwargs,
    )


def rt_rw_field(label: Text, needed: Text) -> RuleField:
    """Three digits; people write 3 for 003."""

    def check(text: str) -> str:
        digits = clean_digits(text)
        if not (digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) <= 3):
            raise NikError("rt_rw", N_("{part} berisi paling banyak 3 angka, misalnya 003."), part=label)
        return f"{int(digits):03d}"

    return RuleField(
        check,
        label=label,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": needed},
    )


def choice_field(label: Text, choices: Sequence[tuple[str, Text]], needed: Text, **kwargs: Any) -> forms.ChoiceField:
    """One of a few answers, demanded where the form says so; `needed` is said when it is missing."""
    kwargs.setdefault("required", False)
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, error_messages={"required": needed}, **kwargs
    )


def sex_field(**kwargs: Any) -> forms.ChoiceField:
    """As the cards have it."""
    choices = [("L", _("Laki-laki")), ("P", _("Perempuan"))]
    return choice_field(_("Jenis kelamin"), choices, _("Pilih jenis kelamin."), **kwargs)


class DatePartsField(forms.MultiValueField):
    """A day typed in three fields; the month may be a number or a name. Stored as an ISO date.

    `message` replaces the words about birth dates for other kinds of dates.
    """

    def __init__(self, *, birthday: bool = False, message: Text = "", **kwargs: Any) -> None:
        parts = [forms.CharField(required=False, max_length=20) for _ in range(3)]
        super().__init__(parts, require_all_fields=False, widget=DatePartsWidget(birthday=birthday), **kwargs)
        self.message = message

    def compress(self, data_list: list[str]) -> date | None:
        """The day, or ValidationError with what to do about it."""
        if not data_list:
            return None
        try:
            return parse_birth_date(*data_list)
        except DateError as problem:
            raise ValidationError(self.message or refused(problem), code=problem.field) from problem


def _digits() -> forms.TextInput:
    return forms.TextInput({"class": "nik", "inputmode": "numeric", "autocomplete": "off"})
