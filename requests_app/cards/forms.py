"""The form of a handover: whose identity, who takes the card, what became of the old one, and the signature."""

from typing import Any

from django import forms

from requests_app.files.inspect import UploadRefused
from requests_app.forms_layout import HintedRadioSelect, needed_by_condition
from requests_app.models import Application
from requests_app.operations.handovers import WRONG_CARD, Handing
from requests_app.operations.stock_photos import check_photo
from requests_app.rules.desk import is_signature
from requests_app.rules.names import LONGEST_NAME, check_name
from requests_app.rules.nik import check_kk_number, check_nik
from requests_app.rules.numbers import normalise_card_code
from requests_app.rules.pickups import old_card_choices
from requests_app.rules.texts import Refusal

OWNER, FAMILY, MANDATE = "owner", "family", "mandate"
DRAWN, PAPER = "drawn", "paper"
DIGITS = {"class": "nik", "inputmode": "numeric", "autocomplete": "off"}


class HandOverForm(forms.Form):
    """What the desk sees. The NIK is typed from the paper, so it cannot be copied from the screen."""

    nik = forms.CharField(
        label="NIK pemilik kartu", max_length=40, widget=forms.TextInput(DIGITS),
        help_text="Ketik dari identitas yang ditunjukkan: KK, KTP lama, atau surat kuasa.",
        error_messages={"required": "Ketik NIK dari identitas yang ditunjukkan."},
    )  # fmt: skip
    receiver = forms.ChoiceField(
        label="Siapa yang menerima?",
        choices=[(OWNER, "Pemilik kartu sendiri"), (FAMILY, "Keluarga satu KK"), (MANDATE, "Orang lain")],
        widget=HintedRadioSelect(hints={FAMILY: "Membawa KK asli.", MANDATE: "Membawa surat kuasa F-1.07."}),
        error_messages={"required": "Pilih siapa yang menerima kartu."},
    )
    representative = forms.CharField(
        label="Nama yang menerima", required=False, max_length=LONGEST_NAME * 2,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
    )  # fmt: skip
    representative_nik = forms.CharField(
        label="NIK yang menerima", required=False, max_length=40, widget=forms.TextInput(DIGITS)
    )
    family_kk = forms.CharField(
        label="Nomor KK yang dibawa", required=False, max_length=40, widget=forms.TextInput(DIGITS),
        help_text="Hanya untuk keluarga satu KK.",
    )  # fmt: skip
    letter = forms.FileField(
        label="Foto surat kuasa", required=False, help_text="Hanya untuk orang lain. Foto atau PDF.",
        widget=forms.FileInput({"accept": "image/*,application/pdf", "capture": "environment"}),
    )  # fmt: skip
    old_card = forms.ChoiceField(
        label="Kartu lama", widget=forms.RadioSelect, error_messages={"required": "Pilih keadaan kartu lama."}
    )
    card_code = forms.CharField(
        label="Kode pada slip kartu", required=False, max_length=40,
        widget=forms.TextInput({"class": "short", "autocomplete": "off", "autocapitalize": "characters"}),
        help_text="Untuk memastikan kartunya tidak tertukar.",
    )  # fmt: skip
    how = forms.ChoiceField(
        label="Tanda terima",
        choices=[(DRAWN, "Tanda tangan di layar ini"), (PAPER, "Tanda tangan di kertas")],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih cara tanda tangan."},
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, application: Application) -> None:
        super().__init__(data, files, initial={"receiver": OWNER, "how": DRAWN})
        self.application = application
        choices = old_card_choices(application.reason)
        self.fields["old_card"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial["old_card"] = choices[0][0]
        needed_by_condition(self, "representative", "representative_nik", "family_kk", "letter")

    def clean_nik(self) -> str:
        """As it is stored."""
        return self._checked(check_nik, self.cleaned_data["nik"])

    def clean_card_code(self) -> str:
        """As it is stored; what is no card's code at all is another card's."""
        typed = self.cleaned_data["card_code"].strip()
        code = normalise_card_code(typed) if typed else ""
        if code is None:
            raise forms.ValidationError(WRONG_CARD)
        return code

    def clean(self) -> dict[str, Any]:
        """A representative is named and shows a family card or a letter; somebody signs."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        receiver = data.get("receiver")
        data["upload"] = None
        if receiver in (FAMILY, MANDATE):
            self._check("representative", check_name, "Isi nama yang menerima.")
            self._check("representative_nik", check_nik, "Ketik NIK yang menerima, dari KTP-nya.")
        if receiver == FAMILY:
            self._check("family_kk", check_kk_number, "Ketik nomor KK asli yang dibawa.")
        if receiver == MANDATE:
            self._check_letter()
        if data.get("how") == DRAWN and not is_signature(data.get("signature", "")):
            self.add_error("how", "Minta penerima menandatangani di kotak, atau pilih tanda tangan di kertas.")
        return data

    def handing(self, *, by_code: bool) -> Handing:
        """As the operation takes it."""
        data, own = self.cleaned_data, self.cleaned_data["receiver"] == OWNER
        return Handing(
            nik=data["nik"],
            old_card=data["old_card"],
            signed_by=self.application.name if own else data["representative"],
            signature=data["signature"] if data["how"] == DRAWN else "",
            by_code=by_code,
            representative="" if own else data["representative"],
            representative_nik="" if own else data["representative_nik"],
            family_kk=data["family_kk"] if data["receiver"] == FAMILY else "",
            letter=data["upload"],
            card_code=data["card_code"],
        )

    @property
    def is_for_another(self) -> bool:
        """Whether the part about a representative is to be shown at once."""
        another = ("receiver", "representative", "representative_nik", "family_kk", "letter")
        return self.is_bound and (self.data.get("receiver") != OWNER or any(name in self.errors for name in another))

    def _check(self, name: str, check: Any, needed: str) -> None:
        typed = self.cleaned_data.get(name, "")
        if not typed.strip():
            self.add_error(name, needed)
            return
        try:
            self.cleaned_data[name] = check(typed)
        except Refusal as refusal:
            self.add_error(name, str(refusal.message))

    def _checked(self, check: Any, typed: str) -> str:
        try:
            return str(check(typed))
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal

    def _check_letter(self) -> None:
        """Opened and re-encoded now, before any row is locked; only when the rest is right, as it takes seconds."""
        file = self.cleaned_data.get("letter")
        if not file:
            self.add_error("letter", "Foto surat kuasanya.")
        elif not self.errors:
            try:
                self.cleaned_data["upload"] = check_photo(file)
            except UploadRefused as refusal:
                self.add_error("letter", str(refusal.message))
