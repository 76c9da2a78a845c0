"""The decision forms: each turns what an officer filled in into one Verdict."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from requests_app.forms_layout import HintedRadioSelect
from requests_app.models import Application, DecisionReason, Document
from requests_app.officer.answers import CORRECTABLE, shown
from requests_app.operations.decisions import Verdict
from requests_app.operations.invitations import FACE_TO_FACE
from requests_app.queries.findings import missing_documents
from requests_app.queries.review import reasons_for
from requests_app.rules.dates import format_day_long, local_date
from requests_app.rules.labels import ANSWER_LABELS, target_label
from requests_app.staff.sent_words import may_be_sent

NOTE_LENGTH = 400
OWN_WORDS = "lain"
ABOUT_FILES = {"foto_buram", "foto_gelap", "foto_terpotong", "bukan_asli", "berkas_salah", "surat_lama"}
DAYS_TO_MAKE_A_CARD = 3


class DecisionForm(forms.Form):
    """What every decision has: the officer's own words, which the citizen reads at the end of the message."""

    kind = ""
    title = ""
    button = ""
    note = forms.CharField(
        label="Catatan untuk warga",
        help_text="Tanpa NIK, nomor KK, alamat, atau nama lengkap.",
        required=False,
        max_length=NOTE_LENGTH,
        validators=[may_be_sent],
        widget=forms.Textarea({"rows": 2}),
        error_messages={"max_length": f"Paling panjang {NOTE_LENGTH} huruf."},
    )

    def __init__(self, *args: Any, application: Application, now: datetime, **kwargs: Any) -> None:
        self.application, self.now, self.today = application, now, local_date(now)
        super().__init__(*args, **kwargs)
        self.auto_id = f"{self.kind}_%s"
        self.order_fields([name for name in self.fields if name != "note"])


class BringForm(DecisionForm):
    """With what somebody has to come."""

    bring = forms.CharField(
        label="Yang dibawa",
        max_length=200,
        validators=[may_be_sent],
        error_messages={"required": "Isi apa yang perlu dibawa."},
    )

    def __init__(self, *args: Any, application: Application, now: datetime, **kwargs: Any) -> None:
        kwargs["initial"] = {"bring": self.to_bring(application)} | kwargs.get("initial", {})
        super().__init__(*args, application=application, now=now, **kwargs)

    def to_bring(self, application: Application) -> str:
        """What this person brings, unless the officer says otherwise."""
        return "Kartu Keluarga asli"


class ComeForm(BringForm):
    """Where, from when and with what somebody has to come."""

    place = forms.CharField(
        label="Di mana",
        max_length=200,
        validators=[may_be_sent],
        error_messages={"required": "Isi tempatnya, misalnya nama kantor UPTD."},
    )
    from_day = forms.DateField(
        label="Mulai tanggal",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"],
        error_messages={"required": "Isi tanggalnya.", "invalid": "Tanggal ini tidak ada. Contoh: 30-11-2026."},
    )
    hours = forms.CharField(
        label="Hari dan jam",
        max_length=120,
        validators=[may_be_sent],
        error_messages={"required": "Isi hari dan jamnya."},
    )

    def __init__(self, *args: Any, application: Application, now: datetime, **kwargs: Any) -> None:
        zone = application.zone
        defaults = {
            "place": ", ".join(filter(None, [zone.name, zone.address])),
            "from_day": first_day(local_date(now)),
            "hours": zone.hours,
        }
        kwargs["initial"] = defaults | kwargs.get("initial", {})
        super().__init__(*args, application=application, now=now, **kwargs)
        self.order_fields(["place", "from_day", "hours", "bring", "note"])

    def clean_from_day(self) -> date:
        """Today at the earliest, half a year from now at the latest."""
        day: date = self.cleaned_data["from_day"]
        if not self.today <= day <= self.today + timedelta(days=180):
            raise forms.ValidationError("Pilih tanggal mulai hari ini sampai enam bulan ke depan.")
        return day

    def verdict(self) -> Verdict:
        """Place, time and things to bring go into the details."""
        data = self.cleaned_data
        when = f"mulai {format_day_long(data['from_day'])}, {data['hours']}"
        details = {"place": data["place"], "when": when, "bring": data["bring"]}
        return Verdict(self.kind, note=data["note"], details=details)


class ApproveForm(BringForm):
    """Approve: with what the card is collected. Where is the zone's office unless the citizen chooses another; when is
    told once the card is there."""

    kind, title, button = "approved", "Setujui", "Setujui"

    def to_bring(self, application: Application) -> str:
        """Old cards are exchanged; a collector from outside brings the power of attorney."""
        answers = application.answers
        items = ["Kartu Keluarga asli"]
        if application.reason in {"rusak", "perubahan_data"} or answers.get("cause") == "rusak":
            items.append("KTP-el lama")
        if answers.get("collector") == "outsider":
            items.append("surat kuasa F-1.07 asli")
        return " dan ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else items[0]

    def verdict(self) -> Verdict:
        """The place is the zone's office."""
        zone, data = self.application.zone, self.cleaned_data
        place = ", ".join(filter(None, [zone.name, zone.address]))
        return Verdict(self.kind, note=data["note"], details={"place": place, "bring": data["bring"]})


class InviteForm(DecisionForm):
    """Approve KK or legalisir: the slot is proposed by the system, so nothing has to be filled in."""

    kind, title, button = "approved", "Setujui", "Setujui dan undang"

    def verdict(self) -> Verdict:
        """The officer's own words, if any, stand at the end of the invitation."""
        return Verdict(self.kind, note=self.cleaned_data["note"])


class RecordingForm(ComeForm):
    """Perlu perekaman: where and when to come, and what to bring, as long as there is no slot to invite to."""

    kind, title, button = "recording_needed", "Perlu perekaman", "Minta datang untuk perekaman"


class RejectForm(DecisionForm):
    """Reject: a reason with its legal ground, and what the citizen can do next."""

    kind, title, button = "rejected", "Tolak", "Tolak permohonan"
    reason = forms.ChoiceField(
        label="Alasan", widget=HintedRadioSelect(), error_messages={"required": "Pilih alasan penolakan."}
    )
    next_step = forms.CharField(
        label="Langkah berikutnya bagi warga",
        help_text="Kosongkan untuk memakai kalimat dari alasan.",
        required=False,
        max_length=300,
        validators=[may_be_sent],
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = reasons_for("rejected")
        field: Any = self.fields["reason"]
        field.choices = [(reason.code, reason.label) for reason in reasons]
        field.widget.hints = {reason.code: f"{reason.sentence} ({reason.legal_ground})" for reason in reasons}

    def verdict(self) -> Verdict:
        """The reason's own next step stands unless the officer wrote another."""
        data = self.cleaned_data
        details = {"next": data["next_step"]} if data["next_step"] else {}
        return Verdict(self.kind, reason_code=data["reason"], note=data["note"], details=details)


class CorrectionForm(DecisionForm):
    """Ask for correction: for each document and answer, nothing, a preset reason, or the officer's own words."""

    kind, title, button = "needs_correction", "Perlu perbaikan", "Minta perbaikan"

    def __init__(self, *args: Any, documents: Iterable[Document] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = _targets(self.application, documents)
        reasons = reasons_for("needs_correction")
        for target, _value in self.targets:
            choices = _reason_choices(reasons, about_file=target not in CORRECTABLE)
            self.fields[f"reason_for_{target}"] = forms.ChoiceField(choices=choices, required=False)
            own_words = forms.TextInput({"placeholder": "Kata-kata sendiri"})
            self.fields[f"note_for_{target}"] = forms.CharField(
                required=False, max_length=200, validators=[may_be_sent], widget=own_words
            )

    def lines(self) -> list[dict[str, Any]]:
        """Each document and answer with its two fields, for the template."""
        return [
            {
                "label": target_label(target),
                "value": value,
                "reason": self[f"reason_for_{target}"],
                "words": self[f"note_for_{target}"],
            }
            for target, value in self.targets
        ]

    def clean(self) -> dict[str, Any]:
        """At least one item; own words where they were chosen, and a reason beside own words."""
        data = super().clean() or {}
        for target, _value in self.targets:
            reason, words = data.get(f"reason_for_{target}"), data.get(f"note_for_{target}")
            if reason == OWN_WORDS and not words and f"note_for_{target}" not in self.errors:
                self.add_error(f"note_for_{target}", f"Tuliskan apa yang perlu diperbaiki pada {target_label(target)}.")
            if words and not reason:
                self.add_error(f"reason_for_{target}", f"Pilih alasan untuk {target_label(target)}.")
        if not self.errors and not any(data.get(f"reason_for_{target}") for target, _value in self.targets):
            raise forms.ValidationError("Pilih sedikitnya satu berkas atau data yang perlu diperbaiki.")
        return data

    def verdict(self) -> Verdict:
        """Own words carry the name of what they speak of."""
        items = []
        for target, _value in self.targets:
            reason = self.cleaned_data[f"reason_for_{target}"]
            words = self.cleaned_data[f"note_for_{target}"]
            if reason:
                code = "" if reason == OWN_WORDS else reason
                note = f"{target_label(target)}: {words}" if words else ""
                items.append({"target": target, "reason": code, "note": note})
        return Verdict(self.kind, items=items, note=self.cleaned_data["note"])


VerdictForm = ApproveForm | CorrectionForm | InviteForm | RecordingForm | RejectForm
FORMS: dict[str, type[VerdictForm]] = {
    ApproveForm.kind: ApproveForm,
    CorrectionForm.kind: CorrectionForm,
    RecordingForm.kind: RecordingForm,
    RejectForm.kind: RejectForm,
}


def verdict_form(
    kind: str, *, application: Application, documents: Iterable[Document], now: datetime, data: Any = None
) -> VerdictForm:
    """The form of one kind of decision, empty or with what was typed."""
    extra = {"documents": documents} if kind == CorrectionForm.kind else {}
    return form_class(kind, application)(data, application=application, now=now, **extra)


def form_class(kind: str, application: Application) -> type[VerdictForm]:
    """Which form a kind of decision has: whoever is invited to a desk is told no place by the officer."""
    by_invitation = kind == InviteForm.kind and application.service in FACE_TO_FACE
    return InviteForm if by_invitation else FORMS[kind]


def default_approval(form: VerdictForm) -> Verdict | None:
    """The approval of a form as it stands before anybody touched it, if that is complete."""
    untouched = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    filled = type(form)(untouched, application=form.application, now=form.now)
    return filled.verdict() if filled.is_valid() else None


def first_day(today: date) -> date:
    """Three days from today, and not on a weekend."""
    day = today + timedelta(days=DAYS_TO_MAKE_A_CARD)
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def _targets(application: Application, documents: Iterable[Document]) -> list[tuple[str, str]]:
    """Documents first, then answers that were given, each with what stands there now."""
    present = list(documents)
    codes = list(dict.fromkeys(document.document_code for document in present))
    listed = [(code, f"{sum(d.document_code == code for d in present)} berkas") for code in codes]
    listed += [(code, "tidak ada") for code in missing_documents(application, present)]
    for key in CORRECTABLE:
        value = str(application.answers.get(key) or "") if key in {"address", "rt", "rw"} else shown(application, key)
        if value and key in ANSWER_LABELS:
            listed.append((key, value))
    return listed


def _reason_choices(reasons: Iterable[DecisionReason], *, about_file: bool) -> list[tuple[str, str]]:
    """What is said of a file (blurred, not the original) cannot be said of a typed answer."""
    presets = [(reason.code, reason.label) for reason in reasons if about_file or reason.code not in ABOUT_FILES]
    return [("", "Sudah benar"), *presets, (OWN_WORDS, "Alasan lain (tulis)")]
