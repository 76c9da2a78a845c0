"""Step 1: why, and the one question that some reasons raise."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import HintedRadioSelect
from requests_app.questions.base import Option, StepForm
from requests_app.rules.catalogue import Reason
from requests_app.words import with_words


class ReasonForm(StepForm):
    """The reason decides the documents; a single question that some reasons raise stands below them, not on a page."""

    more = {
        "reason": {
            Reason.BARU.value: ("recorded_before",),
            Reason.PINDAH_DATANG.value: ("origin",),
            Reason.LUAR_DOMISILI.value: ("cause",),
        }
    }

    reason = forms.ChoiceField(
        label=_("Alasan"),
        choices=[(reason.value, _(reason.label)) for reason in Reason],
        widget=HintedRadioSelect(hints={reason.value: _(reason.description) for reason in Reason}),
        error_messages={"required": _("Pilih satu alasan."), "invalid_choice": _("Pilih satu alasan dari daftar.")},
    )
    recorded_before = forms.ChoiceField(
        label=_("Apakah pemilik kartu pernah direkam?"),
        help_text=with_words(_("Saat {perekaman} petugas mengambil foto dan sidik jari.")),
        choices=[("yes", _("Pernah")), ("no", _("Belum pernah")), ("unknown", _("Tidak tahu"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": _("Pilih apakah pernah direkam.")},
    )
    origin = forms.ChoiceField(
        label=_("Pindah dari mana?"),
        choices=[("indonesia", _("Daerah lain di Indonesia")), ("abroad", _("Luar negeri"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": _("Pilih asal kepindahan.")},
    )
    cause = forms.ChoiceField(
        label=_("Apa yang terjadi dengan KTP-el?"),
        choices=[(Reason.HILANG.value, _("Hilang")), (Reason.RUSAK.value, _("Rusak"))],
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": _("Pilih hilang atau rusak.")},
    )

    def asks(self, name: str) -> bool:
        """Each question stands below its reason on this very page."""
        return True

    def reason_options(self) -> list[Option]:
        """The reasons, each with the question that it raises."""
        return self.options("reason")
