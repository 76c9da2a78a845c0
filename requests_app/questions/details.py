"""Step 4: what decides the requirements and needs more than one choice, only where it does."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.language import refused
from requests_app.questions.base import Option, StepForm
from requests_app.questions.fields import DatePartsField
from requests_app.rules.catalogue import ELEMENTS, EVER_MARRIED, MARITAL_STATUSES
from requests_app.rules.eligibility import AgeError, check_age
from requests_app.rules.texts import N_
from requests_app.words import with_words

RELIGIONS = (
    N_("Islam"),
    N_("Kristen"),
    N_("Katolik"),
    N_("Hindu"),
    N_("Buddha"),
    N_("Khonghucu"),
    N_("Kepercayaan terhadap Tuhan YME"),
)
VALUES: dict[str, tuple[str, ...]] = {
    "jenis_kelamin": ("Laki-laki", "Perempuan"),
    "golongan_darah": ("A", "B", "AB", "O", "-"),
    "agama": RELIGIONS,
    "status_perkawinan": tuple(MARITAL_STATUSES.values()),
    "kewarganegaraan": (N_("WNI"), N_("WNA")),
}
HEADINGS = {
    "marital_status": _("Status perkawinan pemilik kartu"),
    "police_number": _("Surat kehilangan dari polisi"),
    "elements": _("Data apa yang berubah?"),
}
LETTER_DATE = _("Isi tanggal surat, misalnya 20 11 2026.")
YES_NO = [("yes", _("Ya")), ("no", _("Belum"))]


def _old_and_new(element: str) -> tuple[str, str]:
    return f"old_{element}", f"new_{element}"


class DetailsForm(StepForm):
    """Marital status under 17, changed elements (form F-1.06), and the police letter of a lost card."""

    more = {"elements": {element: _old_and_new(element) for element in ELEMENTS}}

    marital_status = forms.ChoiceField(
        label=_("Status perkawinan"),
        help_text=_("Pemilik kartu belum 17 tahun, jadi kami perlu tahu."),
        choices=[(value, _(label)) for value, label in MARITAL_STATUSES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih status perkawinan.")},
    )
    marriage_in_kk = forms.ChoiceField(
        label=_("Apakah perkawinan itu sudah tertulis di Kartu Keluarga?"),
        help_text=_("Jawab bila sudah atau pernah menikah."),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": _("Pilih apakah perkawinan sudah tertulis di Kartu Keluarga.")},
    )
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
        choices=[(value, _(label)) for value, label in ELEMENTS.items()],
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
        asked = [str(heading) for name, heading in HEADINGS.items() if name in self.fields]
        return asked[0] if len(asked) == 1 else ""

    def asks(self, name: str) -> bool:
        """What depends on a choice of this page is on the page: marriage in KK."""
        return super().asks("marital_status" if name == "marriage_in_kk" else name)

    def initial_from(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The list of changes becomes ticked boxes and their two values."""
        shown = super().initial_from(answers)
        changes = answers.get("elements") or []
        shown["elements"] = [change["element"] for change in changes]
        for change in changes:
            old, new = _old_and_new(change["element"])
            shown[old], shown[new] = change["old"], change["new"]
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
        """Under 17 only whoever is or was married; a changed value must differ from the old one."""
        super().clean()
        if "marital_status" in self.fields:
            self._check_marriage()
        for element in self.cleaned_data.get("elements", []):
            old, new = (self.cleaned_data.get(name) for name in _old_and_new(element))
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
        inner = {"elements", *(n for e in ELEMENTS for n in _old_and_new(e))}
        return [field for field in self if field.name not in inner]

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

    def _add_old_and_new(self) -> None:
        for element, data in ELEMENTS.items():
            words = (gettext("%(data)s sekarang tertulis"), gettext("%(data)s seharusnya"))
            for name, label in zip(_old_and_new(element), words, strict=True):
                self.fields[name] = self._value_field(element, label % {"data": gettext(data)})
                self.fields[name].needed_by_condition = True  # type: ignore[attr-defined]

    @staticmethod
    def _value_field(element: str, label: str) -> forms.Field:
        needed = {"required": gettext("Isi %(label)s.") % {"label": f"{label[0].lower()}{label[1:]}"}}
        if element in VALUES:
            choices = [("", gettext("Pilih")), *((value, gettext(value)) for value in VALUES[element])]
            return forms.ChoiceField(label=label, choices=choices, required=False, error_messages=needed)
        typed = forms.TextInput({"autocomplete": "off"})
        return forms.CharField(label=label, max_length=200, required=False, error_messages=needed, widget=typed)
