"""The forms of production: a new batch, more blanks, a spoiled card, and the count at the end."""

from typing import Any

from django import forms

from requests_app.forms_layout import needed_by_condition
from requests_app.models import Zone
from requests_app.queries.printing import BoxRow, Pile
from requests_app.rules.blanks import MOST_IN_A_BATCH, SPOIL_REASONS
from requests_app.rules.dates import format_count
from requests_app.rules.printing import LOST, TOLD_AS_WITHDRAWN
from requests_app.uploads.taking import ACCEPT

USUAL_SIZE = 100
OTHER = "other"
NO_NUMBER = "Tulis jumlahnya dengan angka."
Boxes = list[tuple[int, str, int]]


def count_field(label: str, most: int, **over: Any) -> forms.IntegerField:
    """A number of blanks or cards."""
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        widget=forms.NumberInput({"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        error_messages={
            "required": "Isi jumlahnya.",
            "invalid": NO_NUMBER,
            "min_value": "Paling sedikit 1.",
            "max_value": f"Paling banyak {format_count(most)}.",
        },
        **over,
    )


class BatchForm(forms.Form):
    """How many cards, for which office, from which boxes. The key makes the same form twice one batch."""

    size = count_field("Jumlah kartu", MOST_IN_A_BATCH)
    zone = forms.ChoiceField(label="Untuk", required=False)
    boxes = forms.MultipleChoiceField(
        label="Dari kotak", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Tanpa pilihan: dari kotak yang paling lama.",
    )  # fmt: skip
    request_key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"invalid": "Muat ulang halaman ini."})

    def __init__(self, *args: Any, piles: list[Pile], boxes: Boxes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_by_condition(self, "zone", "boxes")
        everybody = ("", "Semua tempat, yang paling lama menunggu lebih dulu")
        zones = [(pile.code, f"{pile.name} saja ({format_count(pile.count)})") for pile in piles if pile.code]
        self.fields["zone"].choices = [everybody, *zones]  # type: ignore[attr-defined]
        named = [(str(pk), f"{number}: {format_count(left)} blangko") for pk, number, left in boxes]
        self.fields["boxes"].choices = named  # type: ignore[attr-defined]

    @property
    def chosen_zone(self) -> Zone | None:
        """The only office whose cards are wanted."""
        code = self.cleaned_data["zone"]
        return Zone.objects.get(code=code) if code else None

    @property
    def chosen_boxes(self) -> list[int]:
        """Boxes that were named."""
        return [int(pk) for pk in self.cleaned_data["boxes"]]


class MoreForm(forms.Form):
    """Extra blanks for reprints. What was drawn so far makes the same form twice one draw."""

    box = forms.ChoiceField(label="Kotak", error_messages={"required": "Pilih kotaknya."})
    count = count_field("Jumlah blangko", MOST_IN_A_BATCH)
    drawn_before = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, boxes: Boxes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["box"].choices = [  # type: ignore[attr-defined]
            (str(pk), f"{number}: {format_count(left)} blangko") for pk, number, left in boxes
        ]


class CloseForm(forms.Form):
    """What came back, box by box; and whether what was not printed goes back to the queue."""

    def __init__(self, *args: Any, boxes: list[BoxRow], pending: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in boxes:
            field = forms.IntegerField(
                label=f"Kotak {row.number}: blangko yang kembali", min_value=0, max_value=MOST_IN_A_BATCH,
                help_text=f"Diambil {row.tally.drawn}, tercetak {row.tally.printed}, rusak {row.tally.spoiled}.",
                widget=forms.NumberInput({"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
                error_messages={
                    "required": "Isi 0 bila tidak ada yang kembali.", "invalid": NO_NUMBER,
                    "min_value": "Paling sedikit 0.", "max_value": f"Paling banyak {MOST_IN_A_BATCH}.",
                },
            )  # fmt: skip
            self.fields[f"box_{row.box_id}"] = field
        if pending:
            label = f"{format_count(pending)} kartu yang belum ada hasilnya kembali ke antrean"
            self.fields["drop_pending"] = forms.BooleanField(label=label, required=False)
            needed_by_condition(self, "drop_pending")

    def returned(self) -> dict[int, int]:
        """Blanks by box."""
        given = self.cleaned_data
        return {int(name[4:]): given[name] for name in self.fields if name.startswith("box_")}


class SpoilForm(forms.Form):
    """Why a card is no good, and a photo of it."""

    reason = forms.ChoiceField(
        label="Apa yang rusak?", widget=forms.RadioSelect, error_messages={"required": "Pilih apa yang rusak."}
    )
    note = forms.CharField(
        label="Penjelasan", required=False, max_length=120,
        help_text="Hanya untuk “Lainnya”. Tanpa nama, NIK, atau nomor ponsel.",
        error_messages={"max_length": "Paling panjang 120 huruf."},
    )  # fmt: skip
    photo = forms.FileField(
        label="Foto kartu", allow_empty_file=True,
        help_text="Seluruh kartu dalam satu foto. Foto ini disimpan terkunci.",
        widget=forms.FileInput({"accept": ACCEPT, "capture": "environment"}),
        error_messages={"required": "Ambil atau pilih foto kartunya."},
    )  # fmt: skip

    def __init__(self, *args: Any, withdrawn: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, label) for code, label in SPOIL_REASONS.items() if code not in (TOLD_AS_WITHDRAWN, LOST)]
        if withdrawn:
            choices = [(TOLD_AS_WITHDRAWN, SPOIL_REASONS[TOLD_AS_WITHDRAWN])]
            self.fields["reason"].initial = TOLD_AS_WITHDRAWN
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]
        needed_by_condition(self, "note")

    def clean_note(self) -> str:
        """Needed where the list has no word for it."""
        note = str(self.cleaned_data["note"]).strip()
        if not note and self.cleaned_data.get("reason") == OTHER:
            raise forms.ValidationError("Jelaskan apa yang rusak.")
        return note
