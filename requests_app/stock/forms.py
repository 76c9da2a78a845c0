"""What is typed about blanks: deliveries, numbers box by box, spoiled blanks, use outside the system, the rules."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from requests_app.files.inspect import CheckedUpload, UploadRefused
from requests_app.forms_layout import needed_by_condition
from requests_app.models import BlankBox, BlankHolding, BlankStock, CardPolicy, PlannedDelivery, Zone
from requests_app.operations.card_policy import RANGES
from requests_app.operations.stock import UNPRINTED_REASONS
from requests_app.operations.stock_photos import check_photo
from requests_app.rules.blanks import SPOIL_REASONS, PickupAsked, WaitingOrder
from requests_app.rules.box_lines import BoxLineError, read_boxes
from requests_app.rules.dates import format_count, format_day
from requests_app.rules.quantities import QuantityError, read_quantity
from requests_app.uploads.taking import ACCEPT

PHOTO_AGAIN = "Pilih fotonya lagi: berkas tidak tersimpan selama ada isian yang belum betul."
WORDS = {"max_length": "Paling panjang 300 huruf."}


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
    """A delivery from the centre, or what was there when the ledger began."""

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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].label = "Foto surat"
        self.fields["photo"].help_text = "Foto atau PDF; tidak perlu untuk saldo awal."
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

    def add_boxes(self, boxes: Iterable[tuple[BlankBox, str]], *, required: bool) -> None:
        """A field for each box; with it goes a hint."""
        self.box_names = []
        for box, hint in boxes:
            name = f"box_{box.pk}"
            missing = "Isi jumlah yang Anda hitung; tulis 0 bila kosong."
            label = f"Kotak {box.number}"
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
        self.add_boxes([(box, f"Ada {format_count(n)}.") for box, n in inside if n], required=False)


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

    def __init__(self, data: Any = None, *, boxes: Iterable[BlankBox]) -> None:
        super().__init__(data)
        self.add_boxes([(box, "") for box in boxes], required=True)
        needed_by_condition(self, "explanation")


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
        box.queryset = BlankBox.objects.filter(holdings__stock=stock, holdings__quantity__gt=0)


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
