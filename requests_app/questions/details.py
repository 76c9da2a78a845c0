"""What decides the requirements and needs more than one choice, only where it does."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.language import refused
from requests_app.questions.base import Option, StepForm
from requests_app.questions.fields import DatePartsField, choice_field, name_field, nik_field, sex_field
from requests_app.rules.catalogue import Reason
from requests_app.rules.elements import (
    CARD_ELEMENTS,
    DRAWN,
    ELEMENTS,
    EVER_MARRIED,
    FAMILY_ELEMENTS,
    MARITAL_STATUSES,
    RELATIONS,
    VALUES,
)
from requests_app.rules.eligibility import AgeError, check_age, check_birth_date
from requests_app.words import Text, with_words

HEADINGS: dict[str, Text] = {
    "marital_status": _("Status perkawinan pemilik kartu"),
    "police_number": _("Surat kehilangan dari polisi"),
    "elements": _("Data apa yang berubah?"),
    "members": _("Siapa saja di KK yang baru?"),
    "new_head_name": _("Siapa kepala keluarga yang baru?"),
    "member_name": _("Siapa anggota itu?"),
}
LETTER_DATE = _("Isi tanggal surat, misalnya 20 11 2026.")
YES_NO = [("yes", _("Ya")), ("no", _("Belum"))]


def _old_and_new(element: str) -> tuple[str, ...]:
    return () if element == DRAWN else (f"old_{element}", f"new_{element}")


class DetailsForm(StepForm):
    """What both cards may need: changed data (form F-1.06), and the police letter of a lost one."""

    listed: tuple[str, ...] = ()
    """The elements that this card has."""

    police_number = forms.CharField(
        label=_("Nomor surat kehilangan"),
        help_text=with_words(_("Tertulis di bagian atas {surat_kehilangan} dari polisi.")),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Isi nomor surat kehilangan.")},
    )
    police_date = DatePartsField(
        label=_("Tanggal surat kehilangan"), message=LETTER_DATE, error_messages={"required": LETTER_DATE}
    )
    police_station = forms.CharField(
        label=_("Kantor polisi"),
        help_text=_("Misalnya Polsek Ilir Timur I."),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
        error_messages={"required": _("Isi nama kantor polisi.")},
    )
    elements = forms.MultipleChoiceField(
        label=_("Data apa yang berubah?"),
        help_text=_("Boleh lebih dari satu. NIK tidak pernah berubah."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih paling sedikit satu data yang berubah.")},
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        if "elements" in self.fields:
            self._add_old_and_new()
            self._fit_phone_keyboards()

    @property
    def heading(self) -> str:
        """What the page asks, when it asks one thing only."""
        asked = [str(heading) for name, heading in HEADINGS.items() if name in set(self.fields) - self.below_options()]
        return asked[0] if len(asked) == 1 else ""

    def initial_from(self, answers: Any) -> dict[str, Any]:
        """The list of changes becomes ticked boxes and their two values."""
        shown = super().initial_from(answers)
        changes = answers.get("elements") or []
        shown["elements"] = [change["element"] for change in changes]
        for change in changes:
            shown[f"old_{change['element']}"], shown[f"new_{change['element']}"] = change["old"], change["new"]
        return shown

    def to_answers(self) -> dict[str, Any]:
        """Old and new values go into the list of changes."""
        kept = super().to_answers()
        changes = [
            {"element": element, "old": kept.pop(f"old_{element}", ""), "new": kept.pop(f"new_{element}", "")}
            for element in kept.pop("elements", [])
        ]
        return kept | ({"elements": changes} if changes else {})

    def clean_police_date(self) -> date | None:
        """A letter cannot be dated tomorrow."""
        written: date | None = self.cleaned_data["police_date"]
        if written and written > self.today:
            raise forms.ValidationError(gettext("Tanggal surat ini belum terjadi. Periksa lagi."))
        return written

    def clean(self) -> dict[str, Any]:
        """A changed value must differ from the old one."""
        super().clean()
        for element in self.cleaned_data.get("elements", []):
            old, new = (self.cleaned_data.get(f"{part}_{element}") for part in ("old", "new"))
            if old and new and old.casefold() == new.casefold():
                text = gettext("%(data)s: isi data baru yang berbeda dari data lama.") % {
                    "data": gettext(ELEMENTS[element])
                }
                self.add_error(f"new_{element}", text)
        return self.cleaned_data

    def element_options(self) -> list[Option]:
        """The elements, each with its old and new value."""
        return self.options("elements")

    def plain_fields(self) -> list[Any]:
        """The fields that stand by themselves, in order."""
        return [field for field in self if field.name not in {"elements", *self.below_options()}]

    def _add_old_and_new(self) -> None:
        field = self.fields["elements"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(element, _(ELEMENTS[element])) for element in self.listed]
        for element in self.listed:
            words = (gettext("%(data)s sekarang tertulis"), gettext("%(data)s seharusnya"))
            for name, label in zip(_old_and_new(element), words, strict=False):
                self.fields[name] = self._value_field(element, label % {"data": gettext(ELEMENTS[element])})
                self.fields[name].needed_by_condition = True  # type: ignore[attr-defined]

    @staticmethod
    def _value_field(element: str, label: str) -> forms.Field:
        needed = {"required": gettext("Isi %(label)s.") % {"label": f"{label[0].lower()}{label[1:]}"}}
        if element in VALUES:
            choices = [("", gettext("Pilih")), *((value, gettext(value)) for value in VALUES[element])]
            return forms.ChoiceField(label=label, choices=choices, required=False, error_messages=needed)
        typed = forms.TextInput({"autocomplete": "off"})
        return forms.CharField(label=label, max_length=200, required=False, error_messages=needed, widget=typed)


class CardDetailsForm(DetailsForm):
    """Of a KTP-el also the marital status of whoever is not 17 yet."""

    listed = CARD_ELEMENTS
    more = {"elements": {element: _old_and_new(element) for element in CARD_ELEMENTS}}
    field_order = ("marital_status", "marriage_in_kk")

    marital_status = forms.ChoiceField(
        label=_("Status perkawinan"),
        help_text=_("Pemilik kartu belum 17 tahun, jadi kami perlu tahu."),
        choices=[(value, _(label)) for value, label in MARITAL_STATUSES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih status perkawinan.")},
    )
    marriage_in_kk = choice_field(
        _("Apakah perkawinan itu sudah tertulis di Kartu Keluarga?"),
        YES_NO,
        _("Pilih apakah perkawinan sudah tertulis di Kartu Keluarga."),
        help_text=_("Jawab bila sudah atau pernah menikah."),
    )

    def asks(self, name: str) -> bool:
        """What depends on a choice of this page is on the page: marriage in KK."""
        return super().asks("marital_status" if name == "marriage_in_kk" else name)

    def clean(self) -> dict[str, Any]:
        """Under 17 only whoever is or was married."""
        super().clean()
        if "marital_status" in self.fields:
            self._check_marriage()
        return self.cleaned_data

    def _check_marriage(self) -> None:
        status = self.cleaned_data.get("marital_status")
        if status in EVER_MARRIED:
            self._demand("marriage_in_kk")
        else:
            self._forget("marriage_in_kk")
        if status:
            try:
                check_age({**self.answers, "marital_status": status}, self.today)
            except AgeError as problem:
                self.add_error("marital_status", refused(problem))


class FamilyDetailsForm(DetailsForm):
    """Of a family card whom it is about: the members of a new one, who comes or goes, whose data change."""

    listed = FAMILY_ELEMENTS
    more = {
        "whose": {"other": ("member_name", "member_nik")},
        "elements": {element: _old_and_new(element) for element in FAMILY_ELEMENTS},
    }
    field_order = ("members", "new_head_name", "new_head_nik", "guardian_name", "guardian_nik", "whose",
                   "member_name", "member_nik", "member_birth_date", "member_sex", "member_relation")  # fmt: skip

    members = forms.CharField(
        label=_("Nama semua anggota"),
        help_text=_("Satu baris satu orang, termasuk kepala keluarga."),
        max_length=1000,
        widget=forms.Textarea({"rows": 4, "autocapitalize": "words", "spellcheck": "false"}),
        error_messages={"required": _("Isi nama semua anggota.")},
    )
    new_head_name = name_field(
        _("Nama kepala keluarga yang baru"), _("Isi nama kepala keluarga yang baru."), autocomplete="off"
    )
    new_head_nik = nik_field(_("NIK kepala keluarga yang baru"), _("Isi NIK kepala keluarga yang baru."))
    guardian_name = name_field(_("Nama wali"), _("Isi nama wali."), autocomplete="off", help_text=_("Orang dewasa."))
    guardian_nik = nik_field(_("NIK wali"), _("Isi NIK wali."))
    whose = choice_field(_("Data siapa yang berubah?"), [], _("Pilih data siapa yang berubah."), required=True)
    member_name = name_field(_("Nama anggota"), _("Isi nama anggota itu."), autocomplete="off")
    member_nik = nik_field(_("NIK anggota"), _("Isi NIK anggota itu."))
    member_birth_date = DatePartsField(
        label=_("Tanggal lahir anggota baru"), error_messages={"required": _("Isi tanggal lahir anggota baru.")}
    )
    member_sex = sex_field(required=True)
    member_relation = forms.ChoiceField(
        label=_("Hubungan dengan kepala keluarga"),
        choices=[("", _("Pilih")), *((value, _(value)) for value in RELATIONS[1:])],
        error_messages={"required": _("Pilih hubungan dengan kepala keluarga.")},
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        if "whose" in self.fields:
            self._offer_the_applicant()
        elif "member_nik" in self.fields and self.answers.get("reason") == Reason.TAMBAH_ANGGOTA:
            self.fields["member_name"].label = _("Nama anggota baru")
            self.fields["member_nik"].label, self.fields["member_nik"].required = _("NIK anggota baru"), False
            self.fields["member_nik"].help_text = _("Kosongkan bila belum punya NIK.")

    def asks(self, name: str) -> bool:
        """What depends on a choice of this page is on the page: the member whose data change."""
        return (super().asks("whose") and name in self.more["whose"]["other"]) or super().asks(name)

    def whose_options(self) -> list[Option]:
        """The applicant, or another member with name and number."""
        return self.options("whose")

    def plain_fields(self) -> list[Any]:
        """Whose data change stands with its own options."""
        return [field for field in super().plain_fields() if field.name != "whose"]

    def clean_member_birth_date(self) -> date:
        """A day that has not come yet is refused."""
        birth: date = self.cleaned_data["member_birth_date"]
        try:
            check_birth_date(birth, self.today)
        except AgeError as problem:
            raise forms.ValidationError(refused(problem)) from problem
        return birth

    def _offer_the_applicant(self) -> None:
        """The applicant by name; another member's name and number are demanded below that choice only."""
        whose = self.fields["whose"]
        assert isinstance(whose, forms.ChoiceField)
        whose.choices = [("self", self.answers.get("name", "")), ("other", _("Anggota keluarga lain"))]
        for name in self.more["whose"]["other"]:
            self.fields[name].required = False
