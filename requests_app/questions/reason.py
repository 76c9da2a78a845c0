"""Why: of a card the reason and the one question that some reasons raise, of legalisir the document and how many."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app.forms_layout import HintedRadioSelect
from requests_app.questions.base import Option, StepForm
from requests_app.questions.fields import choice_field
from requests_app.rules.catalogue import APPLIED, REASONS, Reason
from requests_app.words import with_words

MOST_COPIES = 20
TOO_FEW = _("Tulis paling sedikit 1 lembar.")
TOO_MANY = _(
    "Paling banyak 20 lembar untuk satu permohonan. Tulis 20 atau kurang. "
    "Perlu lebih banyak? Sampaikan kepada petugas saat datang."
)


class ReasonForm(StepForm):
    """The reasons of the service; a question that one of them raises stands below it, not on a page of its own."""

    reason = forms.ChoiceField(
        label=_("Alasan"),
        widget=HintedRadioSelect,
        error_messages={"required": _("Pilih satu alasan."), "invalid_choice": _("Pilih satu alasan dari daftar.")},
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        reasons, field = REASONS[self.service], self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        assert isinstance(field.widget, HintedRadioSelect)
        field.choices = [(reason.value, _(reason.label)) for reason in reasons]
        field.widget.hints = {reason.value: _(line) for reason, line in reasons.items()}

    def asks(self, name: str) -> bool:
        """Each question stands below its reason on this very page."""
        return True

    def reason_options(self) -> list[Option]:
        """The reasons, each with the questions that it raises."""
        return self.options("reason")


def origin_field() -> forms.ChoiceField:
    """Somebody who arrives brings the letter of the place before."""
    return choice_field(
        _("Pindah dari mana?"),
        [("indonesia", _("Daerah lain di Indonesia")), ("abroad", _("Luar negeri"))],
        _("Pilih asal kepindahan."),
    )


class CardReasonForm(ReasonForm):
    """Why a KTP-el."""

    more = {
        "reason": {
            Reason.BARU.value: ("recorded_before",),
            Reason.PINDAH_DATANG.value: ("origin",),
            Reason.PERUBAHAN_DATA.value: ("kk_updated",),
            Reason.LUAR_DOMISILI.value: ("cause",),
        }
    }

    recorded_before = choice_field(
        _("Apakah pemilik kartu pernah direkam?"),
        [("yes", _("Pernah")), ("no", _("Belum pernah")), ("unknown", _("Tidak tahu"))],
        _("Pilih apakah pernah direkam."),
        help_text=with_words(_("Saat {perekaman} petugas mengambil foto dan sidik jari.")),
    )
    origin = origin_field()
    kk_updated = choice_field(
        _("Apakah KK sudah memuat data yang baru?"),
        [("yes", _("Sudah")), (APPLIED, _("Belum, tetapi perubahan KK sudah diajukan")), ("no", _("Belum"))],
        _("Pilih apakah KK sudah memuat data yang baru."),
        help_text=_("Lihat baris nama pemilik kartu di Kartu Keluarga."),
    )
    cause = choice_field(
        _("Apa yang terjadi dengan KTP-el?"),
        [(Reason.HILANG.value, _("Hilang")), (Reason.RUSAK.value, _("Rusak"))],
        _("Pilih hilang atau rusak."),
    )

    @property
    def needs_the_card_first(self) -> bool:
        """Whether the family card has to be changed before this can be applied for."""
        return self.has_error("kk_updated", "card_first")

    def clean(self) -> dict[str, Any]:
        """A KTP-el is printed from the family card: while that shows the old data, a new one is wrong too."""
        super().clean()
        if self.cleaned_data.get("kk_updated") == "no":
            text = gettext("Ubah dulu data di Kartu Keluarga. Ajukan perubahan KK, lalu ajukan KTP-el dari buktinya.")
            self.add_error("kk_updated", forms.ValidationError(text, code="card_first"))
        return self.cleaned_data


class FamilyReasonForm(ReasonForm):
    """Why a family card, and what decides its documents."""

    more = {
        "reason": {
            Reason.BARU_KELUARGA.value: ("formed_by", "certificate"),
            Reason.BARU_PINDAH_DATANG.value: ("origin", "house"),
            Reason.BARU_PISAH_KK.value: ("split_cause",),
            Reason.GANTI_KEPALA_KELUARGA.value: ("all_under_17",),
            Reason.TAMBAH_ANGGOTA.value: ("added_by",),
            Reason.KURANG_ANGGOTA.value: ("removed_by",),
        },
        "added_by": {"birth": ("birth_letter",)},
    }

    formed_by = choice_field(
        _("Keluarga ini terbentuk karena apa?"),
        [("marriage", _("Menikah")), ("divorce", _("Bercerai"))],
        _("Pilih menikah atau bercerai."),
    )
    certificate = choice_field(
        _("Apakah buku nikah atau aktanya ada?"),
        [("yes", _("Ada")), ("no", _("Tidak ada, diganti surat pernyataan F-1.05"))],
        _("Pilih apakah buku nikah atau akta ada."),
    )
    origin = origin_field()
    house = choice_field(
        _("Rumah siapa yang ditempati?"),
        [("own", _("Milik sendiri")), ("others", _("Menumpang, sewa, kontrak, atau kos"))],
        _("Pilih rumah siapa yang ditempati."),
    )
    split_cause = choice_field(
        _("Mengapa pisah KK?"),
        [("marriage_or_divorce", _("Menikah atau bercerai")), ("other", _("Sebab lain"))],
        _("Pilih sebab pisah KK."),
    )
    all_under_17 = choice_field(
        _("Apakah semua anggota yang tersisa belum 17 tahun?"),
        [("yes", _("Ya, perlu wali")), ("no", _("Tidak"))],
        _("Pilih apakah semua anggota belum 17 tahun."),
    )
    added_by = choice_field(
        _("Mengapa anggota bertambah?"),
        [("birth", _("Bayi lahir")), ("moved_in", _("Seseorang pindah ke KK ini"))],
        _("Pilih sebab anggota bertambah."),
    )
    birth_letter = choice_field(
        _("Apakah surat atau akta kelahirannya ada?"),
        [("yes", _("Ada")), ("no", _("Tidak ada, diganti surat pernyataan F-2.03"))],
        _("Pilih apakah surat atau akta kelahiran ada."),
        help_text=_("Surat dari rumah sakit, puskesmas, atau bidan juga boleh."),
    )
    removed_by = choice_field(
        _("Mengapa anggota berkurang?"),
        [("died", _("Meninggal")), ("moved_out", _("Pindah ke KK atau daerah lain"))],
        _("Pilih meninggal atau pindah."),
    )

    def added_by_options(self) -> list[Option]:
        """How a member comes; a birth has a letter or not."""
        return self.options("added_by")


class CertifiedReasonForm(ReasonForm):
    """Which document is to be certified, and how many copies of it."""

    copies = forms.IntegerField(
        label=_("Berapa lembar fotokopi?"),
        help_text=_("1 sampai 20 lembar. Fotokopinya Anda bawa saat datang."),
        min_value=1,
        max_value=MOST_COPIES,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "short"}),
        error_messages={
            "required": _("Isi jumlah lembar."),
            "invalid": _("Tulis jumlah lembar dengan angka, misalnya 3."),
            "min_value": TOO_FEW,
            "max_value": TOO_MANY,
        },
    )

    def __init__(self, *args: Any, **known: Any) -> None:
        super().__init__(*args, **known)
        self.fields["reason"].label = _("Dokumen")
        needed = {"required": _("Pilih satu dokumen."), "invalid_choice": _("Pilih satu dokumen dari daftar.")}
        self.fields["reason"].error_messages |= needed

    @classmethod
    def keys(cls) -> set[str]:
        """The document is kept under its own name too, which the office's key of the application asks for."""
        return super().keys() | {"document"}

    def to_answers(self) -> dict[str, Any]:
        """The reason of a legalisir is the document."""
        kept = super().to_answers()
        return kept | ({"document": kept["reason"]} if "reason" in kept else {})
