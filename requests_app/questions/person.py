"""Steps 2 and 3: who the card is for, who applies, and where the owner lives."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import HintedRadioSelect, needed_by_condition
from requests_app.language import refused
from requests_app.queries.apply import kelurahan_groups
from requests_app.questions.base import Option, StepForm
from requests_app.questions.fields import DatePartsField, kk_field, name_field, nik_field, rt_rw_field
from requests_app.questions.nik_line import NikLine
from requests_app.rules.eligibility import AgeError, check_birth_date
from requests_app.rules.reading import read_aloud
from requests_app.words import with_words

APPLICANTS = {
    "self": (_("Saya sendiri"), _("Kartu ini untuk saya.")),
    "family": (_("Anggota keluarga saya"), _("Kami ada di Kartu Keluarga yang sama.")),
    "outsider": (_("Orang lain"), _("Kami tidak ada di KK yang sama. Perlu surat kuasa F-1.07.")),
}
OTHERS_FIELDS = ("applicant_name", "applicant_nik", "applicant_relation")
OUTSIDE_CITY = _("Pilih kelurahan di Kota Palembang dari daftar.")


class OwnerForm(StepForm):
    """The owner of the card, and the one who applies when that is somebody else.

    The questions about the one who applies come once: they belong to both options that need them.
    """

    applicant = forms.ChoiceField(
        label=_("KTP-el ini untuk siapa?"),
        choices=[(value, label) for value, (label, _hint) in APPLICANTS.items()],
        widget=HintedRadioSelect(hints={value: hint for value, (_label, hint) in APPLICANTS.items()}),
        error_messages={"required": _("Pilih untuk siapa KTP-el ini.")},
    )
    applicant_name = name_field(
        _("Nama Anda"), _("Isi nama Anda."), required=False, autocomplete="section-pengaju name"
    )
    applicant_nik = nik_field(_("NIK Anda"), _("Isi NIK Anda."), required=False, help_text=_("16 angka di KTP Anda."))
    applicant_relation = forms.CharField(
        label=_("Hubungan Anda dengan pemilik kartu"),
        help_text=_("Misalnya anak, ibu, atau tetangga."),
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
        error_messages={"required": _("Isi hubungan Anda dengan pemilik kartu.")},
    )
    name = name_field(_("Nama lengkap"), help_text=_("Seperti di Kartu Keluarga. Satu kata juga boleh."))
    nik = nik_field()
    kk_number = kk_field()
    birth_date = DatePartsField(
        label=_("Tanggal lahir"),
        help_text=_("Misalnya 17 8 1995. Bulan boleh angka atau nama."),
        birthday=True,
        error_messages={"required": _("Isi tanggal lahir.")},
    )
    sex = forms.ChoiceField(
        label=_("Jenis kelamin"),
        choices=[("L", _("Laki-laki")), ("P", _("Perempuan"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis kelamin.")},
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        needed_by_condition(self, *OTHERS_FIELDS)

    def asks(self, name: str) -> bool:
        """The questions about the one who applies stand on this very page."""
        return name in OTHERS_FIELDS or super().asks(name)

    def applicant_options(self) -> list[Option]:
        """Who applies."""
        return self.options("applicant")

    def others_fields(self) -> list[Any]:
        """What is asked of somebody who applies for another person."""
        return [self[name] for name in OTHERS_FIELDS]

    @property
    def nik_line(self) -> NikLine:
        """What the typed NIK says, beside what was typed of birth date and sex."""
        known = self.cleaned_data if self.is_bound and self.errors is not None else self.initial
        birth = known.get("birth_date")
        reading = read_aloud(
            self["nik"].value() or "",
            today=self.today,
            birth_date=birth if isinstance(birth, date) else None,
            sex=known.get("sex") or "",
        )
        return NikLine(reading, self.today)

    def clean_birth_date(self) -> date:
        """A day that has not come yet is refused."""
        birth: date = self.cleaned_data["birth_date"]
        try:
            check_birth_date(birth, self.today)
        except AgeError as problem:
            raise forms.ValidationError(refused(problem)) from problem
        return birth

    def clean(self) -> dict[str, Any]:
        """The one who applies is named when it is not the owner."""
        for name in OTHERS_FIELDS:
            if self.cleaned_data.get("applicant") in {"family", "outsider"}:
                self._demand(name)
            else:
                self._forget(name)
        return self.cleaned_data


class AddressForm(StepForm):
    """Where the owner lives; the kelurahan decides the zone. Luar domisili has a registered address elsewhere too."""

    registered_address = forms.CharField(
        label=_("Alamat di KTP-el"),
        help_text=_("Jalan dan nomor seperti tertulis di KTP-el. Boleh di mana saja di Indonesia."),
        max_length=200,
        error_messages={"required": _("Isi alamat yang tertulis di KTP-el.")},
    )
    registered_region = forms.CharField(
        label=_("Kabupaten atau kota di KTP-el"),
        help_text=_("Misalnya Kabupaten Ogan Ilir."),
        max_length=100,
        error_messages={"required": _("Isi kabupaten atau kota yang tertulis di KTP-el.")},
    )
    kelurahan = forms.ChoiceField(
        label=_("Kelurahan"),
        help_text=with_words(_("Dikelompokkan menurut kecamatan. Ini menentukan kantor {UPTD} Anda.")),
        error_messages={"required": OUTSIDE_CITY, "invalid_choice": OUTSIDE_CITY},
    )
    address = forms.CharField(
        label=_("Alamat"),
        help_text=_("Jalan atau lorong dan nomor rumah."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "address-line1"}),
        error_messages={"required": _("Isi jalan atau lorong dan nomor rumah.")},
    )
    rt = rt_rw_field(_("RT"), _("Isi RT. Tulis 0 bila tidak ada."))
    rw = rt_rw_field(_("RW"), _("Isi RW. Tulis 0 bila tidak ada."))

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        kelurahan = self.fields["kelurahan"]
        assert isinstance(kelurahan, forms.ChoiceField)
        kelurahan.choices = [("", _("Pilih kelurahan")), *kelurahan_groups()]
        if "registered_address" in self.fields:
            self.fields["address"].label = _("Alamat tempat tinggal di Palembang")
