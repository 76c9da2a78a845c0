"""Who it is for and who applies: the owner of a card or of a document, or the member who applies for a family."""

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import HintedRadioSelect, needed_by_condition
from requests_app.language import refused
from requests_app.questions.base import Option, StepForm
from requests_app.questions.fields import DatePartsField, kk_field, name_field, nik_field, sex_field
from requests_app.questions.nik_line import NikLine
from requests_app.rules.catalogue import Reason
from requests_app.rules.eligibility import AgeError, check_birth_date
from requests_app.rules.reading import read_aloud
from requests_app.words import Text, with_words

Applicants = dict[str, tuple[Text, Text]]
"""Who may apply: what they choose, and the line below it."""

OUTSIDER = (_("Orang lain"), _("Kami tidak ada di KK yang sama. Perlu surat kuasa F-1.07."))
OTHERS_FIELDS = ("applicant_name", "applicant_nik", "applicant_relation")


class PersonForm(StepForm):
    """A person as the office knows one, and the one who applies when that is somebody else.

    The questions about the one who applies come once: they belong to all options that need them. `person` heads the
    questions about the person.
    """

    applicants: ClassVar[Applicants]
    ask: ClassVar[Text]
    needed: ClassVar[Text]
    person: ClassVar[Text]

    applicant = forms.ChoiceField(widget=HintedRadioSelect)
    applicant_name = name_field(
        _("Nama Anda"), _("Isi nama Anda."), required=False, autocomplete="section-pengaju name"
    )
    applicant_nik = nik_field(_("NIK Anda"), _("Isi NIK Anda."), required=False, help_text=_("16 angka di KTP Anda."))
    applicant_relation = forms.CharField(
        max_length=60,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
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
    sex = sex_field(required=True)

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        applicant = self.fields["applicant"]
        assert isinstance(applicant, forms.ChoiceField)
        assert isinstance(applicant.widget, HintedRadioSelect)
        applicant.label, applicant.error_messages["required"] = self.ask, self.needed
        applicant.choices = [(value, label) for value, (label, _hint) in self.applicants.items()]
        applicant.widget.hints = {value: hint for value, (_label, hint) in self.applicants.items()}
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
        """The one who applies is named when it is somebody else."""
        for name in OTHERS_FIELDS:
            if self.cleaned_data.get("applicant") in {"family", "outsider"}:
                self._demand(name)
            else:
                self._forget(name)
        return self.cleaned_data

    def _relation(self, label: Text, needed: Text) -> None:
        field = self.fields["applicant_relation"]
        field.label, field.error_messages["required"] = label, needed
        field.help_text = _("Misalnya anak, ibu, atau tetangga.")


class OwnerForm(PersonForm):
    """The owner of a KTP-el."""

    applicants = {
        "self": (_("Saya sendiri"), _("Kartu ini untuk saya.")),
        "family": (_("Anggota keluarga saya"), _("Kami ada di Kartu Keluarga yang sama.")),
        "outsider": OUTSIDER,
    }
    ask = _("KTP-el ini untuk siapa?")
    needed = _("Pilih untuk siapa KTP-el ini.")
    person = _("Data pemilik kartu")

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self._relation(_("Hubungan Anda dengan pemilik kartu"), _("Isi hubungan Anda dengan pemilik kartu."))


class DocumentOwnerForm(PersonForm):
    """The owner of a document to be certified; of a death certificate the one who has died."""

    applicants = {
        "self": (_("Saya sendiri"), _("Nama saya ada di dokumen itu.")),
        "family": (_("Anggota keluarga saya"), _("Kami ada di Kartu Keluarga yang sama.")),
        "outsider": OUTSIDER,
    }
    ask = _("Dokumen ini milik siapa?")
    needed = _("Pilih milik siapa dokumen ini.")
    person = _("Data pemilik dokumen")

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self._relation(_("Hubungan Anda dengan pemilik dokumen"), _("Isi hubungan Anda dengan pemilik dokumen."))
        if self.answers.get("reason") == Reason.AKTA_KEMATIAN:
            self.fields["name"].help_text = _("Nama orang yang meninggal, seperti di aktanya.")


class FamilyForm(PersonForm):
    """A family by its card, and the member who applies. Who arrives has the number of the place before."""

    applicants = {
        "self": (_("Saya sendiri"), _("Saya anggota keluarga ini.")),
        "outsider": (_("Orang lain"), _("Saya bukan anggota keluarga ini. Perlu surat kuasa F-1.07.")),
    }
    ask = _("Siapa yang mengajukan?")
    needed = _("Pilih siapa yang mengajukan.")
    person = _("Anggota keluarga yang menjadi pemohon")
    field_order = ("applicant", *OTHERS_FIELDS, "kk_number", "head_name")

    head_name = name_field(
        _("Nama kepala keluarga"), _("Isi nama kepala keluarga."), autocomplete="off", help_text=_("Seperti di KK.")
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self._relation(_("Hubungan Anda dengan pemohon"), _("Isi hubungan Anda dengan pemohon."))
        label, hint = FAMILY_CARDS.get(self.answers.get("reason", ""), THE_CARD)
        self.fields["kk_number"].label, self.fields["kk_number"].help_text = label, hint
        if self.answers.get("reason") in NEW_CARDS:
            self.fields["head_name"].label = _("Nama kepala keluarga di KK yang baru")
            self.fields["head_name"].help_text = ""


THE_CARD = (_("Nomor Kartu Keluarga (KK)"), _("16 angka di bagian atas Kartu Keluarga."))
FAMILY_CARDS: dict[str, tuple[Text, Text]] = {
    Reason.BARU_KELUARGA: (_("Nomor KK lama"), with_words(_("16 angka di {KK} tempat Anda tertulis sekarang."))),
    Reason.BARU_PINDAH_DATANG: (_("Nomor KK di tempat asal"), _("16 angka di KK dari daerah sebelum Palembang.")),
    Reason.BARU_PISAH_KK: (_("Nomor KK lama"), with_words(_("16 angka di {KK} tempat Anda tertulis sekarang."))),
    Reason.HILANG: (_("Nomor KK yang hilang"), _("Lihat fotokopi atau foto lama. Tanya petugas bila tidak tahu.")),
}
"""Which number is asked for, where there is more than one that could be meant, or none at hand."""
NEW_CARDS = frozenset({Reason.BARU_KELUARGA, Reason.BARU_PINDAH_DATANG, Reason.BARU_PISAH_KK})
