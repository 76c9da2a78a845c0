"""The first question of a legalisir: who signed, a pen or a computer. What a computer signed needs no stamp."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import HintedRadioSelect
from requests_app.questions.base import StepForm

WET = "wet"
SIGNATURES = {
    "electronic": (_("Ya, ada kode QR"), _("Atau tertulis “ditandatangani secara elektronik”.")),
    WET: (_("Tidak ada"), _("Dokumen lama, ditandatangani dengan pena dan dicap.")),
    "ktp_el": (_("Dokumen saya KTP-el"), _("Kartu dengan cip di dalamnya.")),
}


class SignatureForm(StepForm):
    """Documents signed electronically and KTP-el need no legalisir (Permendagri 104/2019 Ps 19 ayat (6))."""

    signature = forms.ChoiceField(
        label=_("Apakah dokumen Anda punya kode QR atau tanda tangan elektronik?"),
        help_text=_("Kode QR adalah kotak kecil bertitik-titik, biasanya di bagian bawah."),
        choices=[(value, label) for value, (label, _hint) in SIGNATURES.items()],
        widget=HintedRadioSelect(hints={value: hint for value, (_label, hint) in SIGNATURES.items()}),
        error_messages={"required": _("Pilih apakah ada kode QR di dokumen.")},
    )

    @property
    def needs_nothing(self) -> bool:
        """Whether the answer is that of a document that needs no legalisir."""
        return self.has_error("signature", "needs_nothing")

    def clean_signature(self) -> str:
        """Only an old document, signed with a pen, is certified."""
        signature: str = self.cleaned_data["signature"]
        if signature != WET:
            text = gettext("Dokumen ini tidak perlu legalisir, jadi permohonannya tidak kami terima.")
            raise forms.ValidationError(text, code="needs_nothing")
        return signature
