"""Forms of the pages that explain."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.queries.apply import kelurahan_groups
from requests_app.rules.numbers import normalise_check_code


class OfficeForm(forms.Form):
    """Which office: decided by the kelurahan where somebody lives now, never by the NIK."""

    use_required_attribute = False

    kelurahan = forms.ChoiceField(
        label=_("Kelurahan tempat tinggal Anda"),
        error_messages={"required": _("Pilih kelurahan."), "invalid_choice": _("Pilih kelurahan dari daftar.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kelurahan"].choices = [("", _("Pilih kelurahan")), *kelurahan_groups()]  # type: ignore[attr-defined]


class MessageCodeForm(forms.Form):
    """The code printed in every message."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Kode pesan"),
        help_text=_("Enam huruf dan angka di akhir pesan, misalnya X8QZ7H."),
        max_length=40,
        widget=forms.TextInput(
            {"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Isi kode pesan."),
            "max_length": _("Kode pesan hanya enam huruf dan angka."),
        },
    )

    def clean_code(self) -> str:
        """The code as it is stored: lower case, spaces, and O for 0 are forgiven."""
        code = normalise_check_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("Kode pesan terdiri dari enam huruf dan angka. Periksa lagi."))
        return code
