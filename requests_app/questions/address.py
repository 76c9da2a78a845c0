"""Where somebody lives now: the kelurahan decides the office, never the NIK."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.queries.apply import kelurahan_groups
from requests_app.questions.base import StepForm
from requests_app.questions.fields import choice_field, rt_rw_field
from requests_app.rules.catalogue import Service
from requests_app.words import with_words

OUTSIDE_CITY = _("Pilih kelurahan di Kota Palembang dari daftar.")
COLLECTORS = [
    ("self", _("Pemohon sendiri")),
    ("family", _("Anggota KK yang sama")),
    ("outsider", _("Orang lain, dengan surat kuasa")),
]


class AddressForm(StepForm):
    """The present address. Luar domisili has a registered address elsewhere too; KK and legalisir ask who will come."""

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
    collector = choice_field(
        _("Siapa yang akan datang ke kantor?"), COLLECTORS, _("Pilih siapa yang akan datang."), required=True
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        kelurahan = self.fields["kelurahan"]
        assert isinstance(kelurahan, forms.ChoiceField)
        kelurahan.choices = [("", _("Pilih kelurahan")), *kelurahan_groups()]
        if "registered_address" in self.fields:
            self.fields["address"].label = _("Alamat tempat tinggal di Palembang")

    def asks(self, name: str) -> bool:
        """Face to face, somebody comes; a KTP-el is collected by whoever the answer names."""
        return super().asks(name) and not (name == "collector" and self.service is Service.KTP_EL)
