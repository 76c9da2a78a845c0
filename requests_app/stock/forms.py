"""What is typed about blanks: deliveries, numbers box by box, spoiled blanks, use outside the system, the rules."""

import re
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from requests_app.files.inspect import CheckedUpload, UploadRefused
from requests_app.forms_layout import needed_by_condition
from requests_app.models import BlankBox, BlankHolding, BlankStock, CardPolicy, PlannedDelivery, Zone
from requests_app.models.box_names import names_among, with_letter
from requests_app.operations.card_policy import RANGES
from requests_app.operations.counts import NOT_FOUND_AGAIN
from requests_app.operations.stock import UNPRINTED_REASONS
from requests_app.operations.stock_photos import check_photo
from requests_app.queries.stock import boxes_at, code_of
from requests_app.rules.blanks import SPOIL_REASONS, PickupAsked, WaitingOrder
from requests_app.rules.box_lines import BoxLineError, read_boxes
from requests_app.rules.dates import format_count, format_day
from requests_app.rules.quantities import QuantityError, read_quantity
from requests_app.uploads.taking import ACCEPT

PHOTO_AGAIN = "Pilih fotonya lagi: berkas tidak tersimpan selama ada isian yang belum betul."
WORDS = {"max_length": "Paling panjang 300 huruf."}
BOX_FIELD = re.compile(r"box_([0-9]{1,18})", re.ASCII)


class QuantityField(forms.CharField):
    """A number of blanks, as people write it: `500`, `8.020`."""

    def __init__(self, *, label: str, missing: str = "Isi jumlahnya.", **kwargs: Any) -> None:
        widget = forms.TextInput({"class": "short", "inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label=label, widget=widget, error_messages={"required": missing}, **kwargs)

    def clean(self, value: Any) -> Any:
        """The whole number; None for nothing in an optional field."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_quantity(text)
        except QuantityError as problem:
            raise ValidationError(str(problem)) from problem


def day_field(label: str, missing: str, **kwargs: Any) -> forms.DateField:
    """A calendar day, picked or typed: 2026-12-24, 24-12-2026 or 24/12/2026."""
    return forms.DateField(
        label=label, input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"],
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": "Tulis tanggal seperti 24-12-2026."}, **kwargs,
    )  # fmt: skip


class WithPhoto(forms.Form):
    """A form with a photo, which is opened and checked last: only when all else is right."""

    photo = forms.FileField(
        label="Foto", required=False, allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPT}),
    )  # fmt: skip
    checked: CheckedUpload | None = None

    def clean(self) -> dict[str, Any]:
        """The photo as it would be stored in `checked`."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        file = data.get("photo")
        if file and self.errors:
            self.add_error("photo", PHOTO_AGAIN)
        elif file:
            try:
                self.checked = check_photo(file)
            except UploadRefused as refusal:
                self.add_error("photo", refusal.message)
        return data


class ReceiptForm(WithPhoto):
    """A delivery from the centre, or what was there when the ledger began.

    `may_open`: whether it has not begun yet. What was sent all the same is kept, so that its refusal stands beside it.
    """

    letter_number = forms.CharField(
        label="Nomor surat pusat", max_length=60, widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "Isi nomor surat.", "max_length": "Nomor surat paling panjang 60 huruf."},
    )  # fmt: skip
    letter_date = day_field("Tanggal surat", "Isi tanggal surat.")
    quantity = QuantityField(
        label="Jumlah menurut surat", missing="Isi jumlah blangko menurut surat.", help_text="Misalnya 8.020."
    )
    boxes = forms.CharField(
        label="Isi tiap kotak",
        help_text="Satu kotak satu baris: nomor kotak, spasi, isinya. Kotak bernomor urut: K-001 s/d K-032 500.",
        widget=forms.Textarea({"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        max_length=8000,
        error_messages={"required": "Isi paling sedikit satu kotak.", "max_length": "Terlalu panjang."},
    )
    planned = forms.ModelChoiceField(
        label="Kiriman yang dijanjikan", queryset=PlannedDelivery.objects.none(), required=False,
        empty_label="Bukan dari daftar",
        error_messages={"invalid_choice": "Kiriman ini sudah diterima atau dibatalkan."},
    )  # fmt: skip
    opening = forms.BooleanField(label="Saldo awal: blangko yang sudah ada sebelum buku ini dimulai", required=False)
    field_order = ("letter_number", "letter_date", "quantity", "boxes", "planned", "opening", "photo")

    def __init__(self, *args: Any, may_open: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].label = "Foto surat"
        self.fields["photo"].help_text = (
            "Foto atau PDF; tidak perlu untuk saldo awal." if may_open else "Foto atau PDF."
        )
        if not may_open and "opening" not in self.data:
            del self.fields["opening"]
        needed_by_condition(self, "photo")
        planned = self.fields["planned"]
        assert isinstance(planned, forms.ModelChoiceField)
        planned.queryset = PlannedDelivery.objects.filter(receipt=None, cancelled_at=None)
        planned.label_from_instance = _planned  # type: ignore[method-assign, assignment]

    def clean_boxes(self) -> list[tuple[str, int]]:
        """(number, quantity) of each."""
        try:
            return read_boxes(self.cleaned_data["boxes"])
        except BoxLineError as problem:
            raise ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        """Without a photo only for an opening balance."""
        data = super().clean()
        if not data.get("photo") and not data.get("opening") and "photo" not in self.errors:
            self.add_error("photo", "Unggah foto surat dari pusat.")
        return data


def _planned(delivery: PlannedDelivery) -> str:
    note = f", {delivery.note}" if delivery.note else ""
    return f"{format_day(delivery.expected_on)}: {format_count(delivery.quantity)} blangko{note}"


class BoxesForm(forms.Form):
    """A number for each box, in fields `box_<id>`."""

    def add_boxes(self, boxes: Collection[tuple[BlankBox, str]], *, required: bool) -> None:
        """A field for each box; with it goes a hint."""
        self.box_names = []
        names = names_among(box for box, _hint in boxes)
        for box, hint in boxes:
            name = f"box_{box.pk}"
            missing = "Isi jumlah yang Anda hitung; tulis 0 bila kosong."
            label = f"Kotak {names[box.pk]}"
            self.fields[name] = QuantityField(label=label, help_text=hint, required=required, missing=missing)
            self.box_names.append(name)
        needed_by_condition(self, *self.box_names)  # not every box is "(boleh dikosongkan)": one of them is needed

    @property
    def box_fields(self) -> list[forms.BoundField]:
        """As the page lists them."""
        return [self[name] for name in self.box_names]

    def numbers(self) -> dict[int, int]:
        """What was typed, by the id of the box."""
        typed = ((name, self.cleaned_data[name]) for name in self.box_names)
        return {int(name.removeprefix("box_")): number for name, number in typed if number is not None}


def typed_boxes(data: Mapping[str, str]) -> set[int]:
    """The ids of boxes for which a number was typed: a box that somebody emptied meanwhile is still on the form."""
    found = ((BOX_FIELD.fullmatch(name), value) for name, value in data.items())
    return {int(match[1]) for match, value in found if match and value.strip()}


class SendForm(BoxesForm):
    """From a location to another one: so many of each box."""

    to_stock = forms.ModelChoiceField(
        label="Ke lokasi", queryset=BlankStock.objects.none(), empty_label="Pilih lokasi",
        error_messages={"required": "Pilih lokasi tujuan.", "invalid_choice": "Pilih lokasi lain yang aktif."},
    )  # fmt: skip
    last_seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self, data: Any = None, *, stock: BlankStock, holdings: Iterable[BlankHolding], last_seen: int
    ) -> None:
        super().__init__(data, initial={"last_seen": last_seen})
        field = self.fields["to_stock"]
        assert isinstance(field, forms.ModelChoiceField)
        active = BlankStock.objects.filter(zone=None) | BlankStock.objects.filter(zone__is_active=True)
        field.queryset = active.exclude(pk=stock.pk).select_related("zone")
        inside = [(row.box, row.quantity - row.drawn) for row in holdings]
        typed = typed_boxes(data or {})
        shown = [(box, _there(n)) for box, n in inside if n or box.pk in typed]
        self.add_boxes(shown, required=False)
        self.inside = inside

    def propose(self, *, code: str, number: int) -> None:
        """Fill in a location by its code and so many blanks, from the oldest boxes on; people may change both."""
        field = self.fields["to_stock"]
        assert isinstance(field, forms.ModelChoiceField)
        self.initial["to_stock"] = next((to.pk for to in field.queryset or () if code_of(to) == code), None)
        for box, there in self.inside:
            taken = min(there, number)
            if taken:
                self.initial[f"box_{box.pk}"] = taken
            number -= taken


def _there(number: int) -> str:
    return f"Ada {format_count(number)}." if number else "Sekarang tidak ada lagi yang dapat dikirim dari kotak ini."


class ArrivedForm(BoxesForm):
    """What the other side counted."""

    def __init__(self, data: Any = None, *, boxes: Iterable[BlankBox]) -> None:
        super().__init__(data)
        self.add_boxes([(box, "") for box in boxes], required=True)


class CountForm(BoxesForm):
    """A physical count. What the ledger says is not shown: it would be written down instead of counted."""

    explanation = forms.CharField(
        label="Penjelasan selisih", required=False, max_length=300, error_messages=WORDS,
        help_text="Hanya bila jumlahnya berbeda dari buku.", widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip

    again = forms.ModelChoiceField(
        label="Nomor kotak", queryset=BlankBox.objects.none(), required=False, empty_label="Tidak ada",
        error_messages={"invalid_choice": f"{NOT_FOUND_AGAIN} Pilih kotak lain."},
    )  # fmt: skip
    again_quantity = QuantityField(label="Jumlah di dalamnya", required=False)

    def __init__(self, data: Any = None, *, boxes: Iterable[BlankBox], closed: QuerySet[BlankBox]) -> None:
        super().__init__(data)
        self.add_boxes([(box, "") for box in boxes], required=True)
        needed_by_condition(self, "explanation", "again", "again_quantity")
        again = self.fields["again"]
        assert isinstance(again, forms.ModelChoiceField)
        again.queryset = closed
        again.label_from_instance = with_letter  # type: ignore[method-assign, assignment]

    def clean(self) -> dict[str, Any]:
        """A box that turned up and what is in it go together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("again") and data.get("again_quantity") is None and "again_quantity" not in self.errors:
            self.add_error("again_quantity", "Isi jumlah blangko di kotak yang ditemukan.")
        if data.get("again_quantity") is not None and not data.get("again") and "again" not in self.errors:
            self.add_error("again", "Pilih kotak yang ditemukan lagi.")
        return data

    def turned_up(self) -> dict[int, int]:
        """What is in the box that turned up again, by its id; nothing when none did."""
        box = self.cleaned_data["again"]
        return {box.pk: self.cleaned_data["again_quantity"]} if box else {}


class ExplainForm(forms.Form):
    """Where a transfer's difference came from."""

    explanation = forms.CharField(
        label="Penjelasan selisih", max_length=300, widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Jelaskan dari mana selisihnya.", **WORDS},
    )  # fmt: skip


class SpoilForm(WithPhoto):
    """Unprinted blanks that are of no use."""

    box = forms.ModelChoiceField(
        label="Kotak", queryset=BlankBox.objects.none(), empty_label="Pilih kotak",
        error_messages={"required": "Pilih kotaknya.", "invalid_choice": "Kotak ini sudah kosong. Pilih kotak lain."},
    )  # fmt: skip
    quantity = QuantityField(label="Jumlah yang rusak")
    reason = forms.ChoiceField(
        label="Sebab", choices=[(code, SPOIL_REASONS[code]) for code in UNPRINTED_REASONS], widget=forms.RadioSelect,
        error_messages={"required": "Pilih sebab kerusakan.", "invalid_choice": "Pilih sebab kerusakan."},
    )  # fmt: skip
    words = forms.CharField(
        label="Penjelasan", required=False, max_length=200, help_text="Wajib bila sebabnya “Lainnya”.",
        error_messages={"max_length": "Paling panjang 200 huruf."},
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "Muat ulang halaman ini."})
    field_order = ("box", "quantity", "reason", "words", "photo", "key")

    def __init__(self, data: Any = None, files: Any = None, *, stock: BlankStock) -> None:
        super().__init__(data, files, initial={"key": uuid.uuid4()})
        needed_by_condition(self, "words")
        photo = self.fields["photo"]
        photo.label, photo.required = "Foto blangko yang rusak", True
        photo.error_messages["required"] = "Unggah foto blangko yang rusak."
        box = self.fields["box"]
        assert isinstance(box, forms.ModelChoiceField)
        # Its box is on a form that is sent again, too, when the first one took the last of it.
        sent = self.data.get("box", "")
        here = [row.box for row in boxes_at(stock, also=[int(sent)] if sent.isdecimal() and len(sent) < 19 else [])]
        box.queryset = BlankBox.objects.filter(pk__in=[one.pk for one in here])
        names = names_among(here)
        box.label_from_instance = lambda one: names[one.pk]  # type: ignore[method-assign, assignment]


class OutsideForm(forms.Form):
    """Blanks that were printed outside the system on one day."""

    day = day_field("Hari pemakaian", "Isi harinya.")
    quantity = QuantityField(label="Jumlah kartu dicetak")


class PolicyForm(forms.ModelForm):
    """The rules for cards."""

    class Meta:
        model = CardPolicy
        fields = ("waiting_order", "pickup_asked", *RANGES)
        widgets = {"waiting_order": forms.RadioSelect, "pickup_asked": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in RANGES.items():
            self.fields[name] = forms.IntegerField(
                label=str(self.fields[name].label).capitalize(), min_value=least, max_value=most,
                widget=forms.TextInput({"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
                error_messages=dict.fromkeys(
                    ("required", "invalid", "min_value", "max_value"), f"Isi angka {least} sampai {format_count(most)}."
                ),
            )  # fmt: skip
        self.fields["reorder_level"].label = "Batas pemesanan (blangko)"
        for name, choices in (("waiting_order", WaitingOrder), ("pickup_asked", PickupAsked)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(choice.value, choice.label) for choice in choices]
            field.label = str(field.label).capitalize()


class PrintingForm(forms.Form):
    """Which location prints for each zone, in fields `zone_<code>`."""

    def __init__(self, data: Any = None, *, zones: Iterable[Zone], stocks: Iterable[BlankStock]) -> None:
        super().__init__(data)
        places = list(stocks)
        head = next((stock.pk for stock in places if stock.zone_id is None), None)
        for zone in zones:
            self.fields[f"zone_{zone.code}"] = forms.TypedChoiceField(
                label=zone.name, choices=[(stock.pk, str(stock)) for stock in places], coerce=int,
                initial=zone.printed_at_id or head,
                error_messages={"required": "Pilih lokasinya.", "invalid_choice": "Pilih lokasi yang aktif."},
            )  # fmt: skip
