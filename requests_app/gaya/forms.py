"""A form with one field of each kind, blank and as it comes back: what the template pack can draw."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from requests_app.forms_layout import DatePartsWidget, HintedRadioSelect, needed_by_condition


class DateInParts(forms.MultiValueField):
    """A date in three texts, enough for the template pack."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([forms.CharField()] * 3, widget=DatePartsWidget(birthday=True), **kwargs)

    def compress(self, data_list: list[str]) -> list[str]:
        """The three texts as they are."""
        return data_list


class SampleForm(forms.Form):
    """One field of each kind that the pages use."""

    who = forms.ChoiceField(
        label="Untuk siapa Anda mengajukan?",
        choices=[("self", "Diri sendiri"), ("family", "Anggota keluarga")],
        widget=HintedRadioSelect(hints={"family": "Di KK yang sama"}),
        error_messages={"required": "Pilih untuk siapa Anda mengajukan."},
    )
    nik = forms.CharField(
        label="NIK",
        help_text="16 angka di KTP atau Kartu Keluarga.",
        widget=forms.TextInput({"class": "nik", "inputmode": "numeric"}),
        error_messages={"required": "Isi NIK, 16 angka."},
    )
    born = DateInParts(label="Tanggal lahir", error_messages={"required": "Isi tanggal lahir."})
    kelurahan = forms.ChoiceField(
        label="Kelurahan",
        choices=[("", "Pilih kelurahan"), ("1", "35 Ilir")],
        error_messages={"required": "Pilih kelurahan."},
    )
    changes = forms.MultipleChoiceField(
        label="Data apa yang berubah?",
        choices=[("name", "Nama"), ("address", "Alamat")],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Pilih data yang berubah."},
    )
    photo = forms.FileField(label="Foto Kartu Keluarga", error_messages={"required": "Unggah foto Kartu Keluarga."})
    email = forms.EmailField(label="Alamat e-mail", required=False)
    letter = forms.CharField(label="Nomor surat polisi", required=False)
    truth = forms.BooleanField(label="Data saya benar.", error_messages={"required": "Centang pernyataan ini."})
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_by_condition(self, "letter")
        self.helper = FormHelper()
        self.helper.add_input(Submit("next", "Lanjut"))
        self.helper.add_input(Submit("save", "Simpan", css_class="plain"))


def wrong_form() -> SampleForm:
    """The form as it comes back: little typed, and that wrong."""
    form = SampleForm({"nik": "1671 0457 0895 990", "born_0": "17", "email": "budi@", "token": "x"}, {})
    form.add_error("nik", "NIK harus 16 angka. Anda mengisi 15.")
    form.add_error(None, "Formulir ini terbuka di dua tempat.")
    return form
