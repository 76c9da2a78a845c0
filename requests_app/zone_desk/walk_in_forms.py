"""The counter's forms: the citizen's own questions as a clerk asks them, on one page, and what only the desk asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django import forms

from requests_app.forms_layout import needed_by_condition
from requests_app.models import Application, ProtocolItem, Zone
from requests_app.operations.walk_ins import Protocol
from requests_app.queries.walk_ins import protocol_in_force, wards_of
from requests_app.questions.address import AddressForm
from requests_app.questions.base import Option, StepForm
from requests_app.questions.contact import ContactForm
from requests_app.questions.details import DetailsForm
from requests_app.questions.fields import choice_field
from requests_app.questions.forms import FORMS
from requests_app.questions.person import PersonForm
from requests_app.questions.reason import ReasonForm
from requests_app.questions.signature import SignatureForm
from requests_app.rules.catalogue import Service, relevant_answers
from requests_app.rules.walk_ins import MOST_PEOPLE, OTHER, TOLD_BY, WALK_IN_REASONS

F = TypeVar("F", bound=StepForm)
# As a clerk says it of somebody else; the citizen's own form asks the person in front of it.
LABELS = {
    "applicant": "Siapa yang mengajukan?",
    "applicant_name": "Nama yang mengajukan",
    "applicant_nik": "NIK yang mengajukan",
    "applicant_relation": "Hubungan yang mengajukan dengan pemiliknya",
    "contact": "Dikabari lewat",
    "phone_owner": "Nomor ini milik siapa?",
    "collector": "Siapa yang datang bila diundang?",
}
CHOICES: dict[str, dict[str, str]] = {
    "applicant": {"self": "Yang bersangkutan", "family": "Anggota satu KK", "outsider": "Orang lain, dengan F-1.07"},
    "contact": {"whatsapp": "WhatsApp", "email": "Surel (email)", "none": "Tidak punya ponsel atau surel"},
    "phone_owner": {"self": "Milik pemohon", "other": "Milik orang lain"},
    "signature": {"electronic": "Ada kode QR atau TTE", "wet": "Tidak ada: pena dan cap", "ktp_el": "KTP-el"},
}
USUAL = {"applicant": "self", "contact": "whatsapp", "phone_owner": "self", "collector": "self"}
"""What is chosen already, since it is so for most."""
SHORT_HINTS = {"email": "Wajib bila dikabari lewat surel, selain itu cadangan.", "members": "Satu baris satu orang."}
KEEPS_HINT = frozenset({"copies", "member_nik", "guardian_name", "birth_letter"})


class CounterContactForm(ContactForm):
    """Whom to tell. Whoever has neither phone nor e-mail says how they want to hear the answer."""

    more = {
        **ContactForm.more,
        "contact": {**ContactForm.more["contact"], "none": ("told_by",)},
    }

    told_by = choice_field("Bagaimana jawabannya sampai?", list(TOLD_BY.items()), "Pilih bagaimana jawabannya sampai.")


@dataclass
class Filled:
    """All questions of one application. `answers` are those that are good so far, as a draft keeps them; `lost` tells
    that something was typed which is not good (yet), and so is kept by the page alone."""

    service: Service
    today: date
    answers: dict[str, Any]
    forms: list[StepForm] = field(default_factory=list)
    lost: bool = False

    def one(self, kind: type[F]) -> F | None:
        """The form of a kind, when the service has one."""
        return next((form for form in self.forms if isinstance(form, kind)), None)

    @property
    def parts(self) -> dict[str, StepForm | None]:
        """The forms by what the page calls them; one that asks nothing is None."""
        return {
            "reason_form": self.one(ReasonForm),
            "signature": self.one(SignatureForm),
            "person": self.one(PersonForm),
            "address": self.one(AddressForm),
            "details": self.details,
            "contact": self.one(ContactForm),
        }

    def raised(self, reason: str) -> list[Any]:
        """The questions that stand below the chosen reason."""
        form = self.one(ReasonForm)
        assert form is not None
        below = [field_ for option, inner in form.reason_options() if option["value"] == reason for field_ in inner]
        return below + [form[name] for name in ("copies",) if name in form.fields]

    @property
    def details(self) -> DetailsForm | None:
        """What the answers ask beyond the rest, if anything."""
        found = self.one(DetailsForm)
        return found if found is not None and found.fields else None

    @property
    def relevant(self) -> dict[str, Any]:
        """The answers without leftovers of questions that are no longer asked."""
        return relevant_answers(self.answers, self.today)

    @property
    def keys(self) -> set[str]:
        """Every answer that this page can give."""
        return set().union(*(form.keys() for form in self.forms))

    def is_valid(self) -> bool:
        """Whether every question is answered; all are looked at."""
        return sum(not form.is_valid() for form in self.forms) == 0


def fill(
    answers: Mapping[str, Any], *, service: Service, today: date, zone: Zone, posted: Any = None, judge: bool = False
) -> Filled:
    """The service's forms, each with the answers to those before it, stored or just `posted`.

    With `judge` they say what is wrong; otherwise they show what was typed, good or not.
    """
    filled = Filled(service, today, dict(answers))
    for kind in FORMS[service]:
        form_class = CounterContactForm if kind is ContactForm else kind
        known: dict[str, Any] = {"answers": filled.relevant, "today": today, "service": service}
        form = _for_the_clerk(form_class(posted, **known), zone, today)
        if posted is not None:
            replaced = form_class.keys()
            kept = {key: value for key, value in filled.answers.items() if key not in replaced}
            filled.answers = {"reason": answers["reason"]} | kept | form.good_answers()
            filled.lost = filled.lost or _has_lost(form)
        if posted is not None and not judge:
            form = _for_the_clerk(_as_typed(form_class(**known), posted), zone, today)
        filled.forms.append(form)
    return filled


def _has_lost(form: StepForm) -> bool:
    data = [form[name].data for name in form.errors if name in form.fields]
    return any(any(given) if isinstance(given, list | tuple) else bool(given) for given in data)


def _as_typed(form: StepForm, posted: Any) -> StepForm:
    for name, field_ in form.fields.items():
        form.initial[name] = field_.widget.value_from_datadict(posted, {}, name)
    return form


def _for_the_clerk(form: StepForm, zone: Zone, today: date) -> StepForm:
    """The same form in a clerk's words, with what is so for most; before anything is read from it."""
    fields: dict[str, Any] = form.fields
    for name, field_ in fields.items():
        field_.label = LABELS.get(name, field_.label)
        if name not in KEEPS_HINT and not (name == "kk_number" and "head_name" in fields):
            field_.help_text = SHORT_HINTS.get(name, "")
        if name in CHOICES:
            words = CHOICES[name]
            field_.choices = [(value, words[value]) for value, _label in field_.choices if value in words]
        if hasattr(field_.widget, "hints"):
            field_.widget.hints = {}
        if not form.is_bound and name in USUAL and not form.initial.get(name):
            form.initial[name] = USUAL[name]
    if isinstance(form, AddressForm):
        _own_wards_first(fields["kelurahan"], zone, today)
    if "whose" in fields:
        fields["whose"].choices = [("self", "Pemohon"), ("other", "Anggota lain")]
    return form


def _own_wards_first(field_: Any, zone: Zone, today: date) -> None:
    """Most who come live nearby: what this office serves stands on top, all others below by kecamatan."""
    own, (blank, *groups) = set(wards_of(zone, today)), list(field_.choices)
    nearby = [ward for _name, members in groups for ward in members if ward[0] in own]
    others = [(name, [ward for ward in members if ward[0] not in own]) for name, members in groups]
    field_.choices = [blank, (f"Dilayani {zone.name}", nearby), *((name, rest) for name, rest in others if rest)]


class ProtocolForm(forms.Form):
    """The health protocol in force: each line ticked, or a note why not; and how many come in."""

    use_required_attribute = False
    people = forms.IntegerField(
        label="Berapa orang yang masuk?",
        min_value=1,
        max_value=MOST_PEOPLE,
        initial=1,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={
            "required": "Isi jumlah orang yang masuk.",
            "invalid": "Tulis jumlah orang dengan angka.",
            "min_value": "Paling sedikit 1 orang.",
            "max_value": f"Paling banyak {MOST_PEOPLE} orang.",
        },
    )

    def __init__(self, data: Any = None, *, lines: list[ProtocolItem] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.lines = protocol_in_force() if lines is None else lines
        for line in self.lines:
            self.fields[f"rule_{line.pk}"] = forms.BooleanField(label=line.text, required=False)
            self.fields[f"why_{line.pk}"] = forms.CharField(
                label=f"Mengapa tidak: {line.text}",
                required=False,
                max_length=120,
                widget=forms.TextInput({"autocomplete": "off", "placeholder": "Bila tidak, mengapa?"}),
            )

    def rules(self) -> list[Option]:
        """Each line with its box and, below it, the field for the note."""
        return [(self[f"rule_{line.pk}"], self[f"why_{line.pk}"]) for line in self.lines]  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        """A line that was not ticked needs its note."""
        given: dict[str, Any] = self.cleaned_data
        for line in self.lines:
            if not given.get(f"rule_{line.pk}") and not given.get(f"why_{line.pk}"):
                self.add_error(f"rule_{line.pk}", f"{line.text}: centang, atau tulis mengapa tidak.")
        return given

    @property
    def protocol(self) -> Protocol:
        """What a valid form says."""
        given = self.cleaned_data
        kept = tuple(line.pk for line in self.lines if given[f"rule_{line.pk}"])
        notes = {line.pk: given[f"why_{line.pk}"] for line in self.lines if line.pk not in kept}
        return Protocol(kept, tuple(notes.items()))


class StatementForm(ProtocolForm):
    """What stands at the end of a registration: without the statement nothing is sent, here as online."""

    statement = forms.BooleanField(
        label="Pemohon menyatakan data dan berkas ini benar, dan tahu memalsukan data dapat dipidana.",
        error_messages={"required": "Bacakan pernyataan ini kepada pemohon, lalu centang."},
    )


class AdmitForm(ProtocolForm):
    """Why somebody is taken now, and who of the family is served with them."""

    reason = forms.ChoiceField(
        label="Mengapa diterima sekarang?",
        choices=list(WALK_IN_REASONS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih alasan menerima sekarang."},
    )
    words = forms.CharField(
        label="Keterangan",
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        help_text="Tercatat bersama nama Anda.",
    )
    family = forms.MultipleChoiceField(
        label="Layani sekalian untuk keluarga yang sama", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, family: Mapping[str, Application], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        if not family:
            del self.fields["family"]
            return
        needed_by_condition(self, "family")
        choices = [(number, f"{other.name}, {other.number}") for number, other in family.items()]
        self.fields["family"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Another reason needs words."""
        given = super().clean()
        if given.get("reason") == OTHER and not given.get("words", "").strip():
            self.add_error("words", "Tulis alasan menerima sekarang.")
        return given
