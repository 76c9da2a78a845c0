"""Step 6: whom to tell."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import HintedRadioSelect
from requests_app.questions.base import Option, StepForm
from requests_app.questions.fields import name_field, phone_field

CONTACTS = {
    "whatsapp": (_("WhatsApp"), _("Kabar masuk ke nomor yang Anda tulis.")),
    "email": (_("Surel (email)"), _("Kabar masuk ke alamat surel Anda.")),
    "none": (_("Saya akan melihat sendiri"), _("Anda melihat jawaban di halaman Lacak dengan kode pada bukti.")),
}
OWNERS = [("self", _("Ya, nomor saya")), ("other", _("Bukan, nomor orang lain"))]


class ContactForm(StepForm):
    """A phone may be shared or belong to a neighbour; an e-mail address may come in addition."""

    more = {
        "contact": {"whatsapp": ("phone", "phone_owner")},
        "phone_owner": {"other": ("phone_owner_name",)},
    }

    contact = forms.ChoiceField(
        label=_("Cara dikabari"),
        choices=[(value, label) for value, (label, _hint) in CONTACTS.items()],
        widget=HintedRadioSelect(hints={value: hint for value, (_label, hint) in CONTACTS.items()}),
        error_messages={"required": _("Pilih cara kami mengabari Anda.")},
    )
    phone = phone_field(
        label=_("Nomor WhatsApp"),
        help_text=_("Misalnya 0812 3456 7890. Hanya untuk mengabari permohonan ini."),
        required=False,
        error_messages={"required": _("Isi nomor WhatsApp.")},
    )
    phone_owner = forms.ChoiceField(
        label=_("Apakah nomor ini milik Anda?"),
        help_text=_("Nomor anak, tetangga, atau ketua RT juga boleh."),
        choices=OWNERS,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": _("Pilih apakah nomor ini milik Anda.")},
    )
    phone_owner_name = name_field(
        _("Nama pemilik nomor"), _("Isi nama pemilik nomor."), required=False, autocomplete="off"
    )
    email = forms.EmailField(
        label=_("Alamat surel (email)"),
        help_text=_("Wajib bila Anda memilih surel. Bila memilih WhatsApp, ini jalur cadangan."),
        required=False,
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={
            "required": _("Isi alamat surel."),
            "invalid": _("Alamat surel ini tidak lengkap. Contoh: nama@contoh.id."),
        },
    )

    def contact_options(self) -> list[Option]:
        """How to be told; the phone questions belong to WhatsApp."""
        return self.options("contact")

    def phone_owner_options(self) -> list[Option]:
        """Whose phone it is."""
        return self.options("phone_owner")

    def clean(self) -> dict[str, Any]:
        """E-mail needs an address; whoever looks it up themselves leaves none."""
        super().clean()
        contact = self.cleaned_data.get("contact")
        if contact == "email":
            self._demand("email")
        if contact == "none":
            self._forget("email")
        if contact != "whatsapp":
            self._forget("phone_owner_name")
        return self.cleaned_data
