"""The form of a zone: what it is, where, when it is open, by which number it sends."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from requests_app.forms_layout import needed_by_condition
from requests_app.models import Zone
from requests_app.operations.zones import ZoneFacts
from requests_app.questions.fields import phone_field
from requests_app.rules.dates import DAYS, format_span
from requests_app.rules.opening import USUAL_HOURS, HoursError, check_hours, clock_time, hours_in_words
from requests_app.rules.phone import spaced_phone
from requests_app.rules.visits import VISIT_SERVICES
from requests_app.staff.sent_words import may_be_sent

INTERVALS = 3
"""Pairs of times a day; two are usual (before and after the break)."""
CODE = re.compile(r"[A-Z]{1,5}[0-9]{1,5}")
PHONE_ID = re.compile(r"[0-9]{5,40}")
POINT = re.compile(r"-?\d+(?:[.,]\d+)?")
LATITUDES, LONGITUDES = (Decimal(-11), Decimal(6)), (Decimal(95), Decimal(141))
"""Between them lies Indonesia."""
HOURS_LENGTH = 200
"""So long can the hours be in words (Zone.hours)."""


def _number(label: str, least: int, most: int) -> forms.IntegerField:
    wrong = f"Isi angka {least} sampai {most}."
    return forms.IntegerField(
        label=label, min_value=least, max_value=most,
        widget=forms.NumberInput({"class": "short", "inputmode": "numeric"}),
        error_messages={"required": wrong, "invalid": wrong, "min_value": wrong, "max_value": wrong},
    )  # fmt: skip


def _text(
    label: str, most: int, hint: str = "", *, missing: str = "", css: str = "",
    checks: Iterable[Callable[[str], None]] = (),
) -> forms.CharField:  # fmt: skip
    return forms.CharField(
        label=label, max_length=most, required=bool(missing), help_text=hint, validators=checks,
        widget=forms.TextInput({"class": css} if css else {}),
        error_messages={"required": missing, "max_length": f"Paling panjang {most} huruf."},
    )  # fmt: skip


class ZoneForm(forms.Form):
    """Everything of a zone but whether it is at work; `facts` is what save_zone takes."""

    code = _text("Kode", 10, "Huruf dan angka, misalnya Z10. Dipakai dalam alamat halaman.", missing="Isi kode zona.",
                 css="short")  # fmt: skip
    name = _text("Nama", 80, missing="Isi nama zona.", checks=[may_be_sent])
    is_example = forms.BooleanField(label="Data contoh (warga melihat tandanya)", required=False)
    address = _text("Alamat kantor", 200, checks=[may_be_sent])
    latitude = _text("Lintang", 40, css="short")
    longitude = _text("Bujur", 40, css="short")
    whatsapp_number = phone_field(
        label="Nomor WhatsApp zona", required=False,
        help_text="Undangan hanya dikirim dari nomor ini. Kosong: undangan menunggu.",
    )  # fmt: skip
    whatsapp_phone_id = _text(
        "Phone number ID (Meta)", 40, "Kosong: petugas mengirim sendiri dari ponsel zona.", css="short"
    )
    services = forms.MultipleChoiceField(
        label="Layanan tatap muka", choices=list(VISIT_SERVICES.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    desks = _number("Jumlah loket", 1, 99)
    slot_minutes = _number("Panjang slot (menit)", 5, 240)
    slot_capacity = _number("Kunjungan per slot", 1, 200)
    room_capacity = _number("Orang di dalam ruangan", 1, 999)

    def __init__(self, data: Mapping[str, Any] | None = None, *, zone: Zone | None = None) -> None:
        super().__init__(data, initial=_initial(zone or Zone()))
        needed_by_condition(self, "services")
        for name, label in _time_fields():
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=8, error_messages={"max_length": "Tulis jam seperti 08.00."},
                widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "aria-label": label}),
            )  # fmt: skip

    def week(self) -> list[tuple[str, list[tuple[BoundField, BoundField]]]]:
        """The days with their pairs of inputs, for the template."""
        return [
            (day, [(self[f"from_{number}_{n}"], self[f"to_{number}_{n}"]) for n in range(1, INTERVALS + 1)])
            for number, day in enumerate(DAYS, start=1)
        ]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip().upper()
        if not CODE.fullmatch(code):
            raise forms.ValidationError("Kode terdiri dari huruf lalu angka, misalnya Z10.")
        return code

    def clean_whatsapp_phone_id(self) -> str:
        typed = "".join(str(self.cleaned_data["whatsapp_phone_id"]).split())
        if typed and not PHONE_ID.fullmatch(typed):
            raise forms.ValidationError("Phone number ID terdiri dari angka. Salin dari halaman WhatsApp di Meta.")
        return typed

    def clean(self) -> dict[str, Any]:
        """What hangs together: the point on the map, the number and its id, the hours of the week."""
        cleaned = super().clean() or self.cleaned_data
        self._clean_point(cleaned)
        if cleaned.get("whatsapp_phone_id") and cleaned.get("whatsapp_number") == "":
            self.add_error("whatsapp_number", "Isi nomor yang memiliki Phone number ID ini.")
        cleaned["weekly_hours"] = self._clean_week(cleaned)
        return cleaned

    def _clean_point(self, cleaned: dict[str, Any]) -> None:
        """Both, or none; a pair as the map's app copies it may stand in the first field."""
        typed = cleaned.get("latitude", ""), cleaned.get("longitude", "")
        found = POINT.findall(typed[0]) + POINT.findall(typed[1])
        cleaned["latitude"] = cleaned["longitude"] = None
        if not any(part.strip() for part in typed):
            return
        try:
            latitude, longitude = (round(Decimal(part.replace(",", ".")), 6) for part in found)
        except (ValueError, InvalidOperation):
            self.add_error("latitude", "Isi lintang dan bujur, misalnya -2.990934 dan 104.756554, atau kosongkan.")
            return
        if not (LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]):
            self.add_error("latitude", "Titik ini di luar Indonesia. Periksa apakah lintang dan bujur tertukar.")
            return
        cleaned["latitude"], cleaned["longitude"] = latitude, longitude

    def _clean_week(self, cleaned: dict[str, Any]) -> list[dict[str, Any]]:
        found = []
        for day in range(1, len(DAYS) + 1):
            for n in range(1, INTERVALS + 1):
                interval = self._interval(cleaned, day, n)
                if interval is not None:
                    found.append(interval)
        try:
            hours = check_hours(found)
        except HoursError as error:
            day = DAYS.index(str(error.places["day"])) + 1
            self.add_error(f"from_{day}_1", error.message)
            return []
        if len(hours_in_words(hours)) > HOURS_LENGTH:
            self.add_error("from_1_1", "Jam ini terlalu beragam untuk ditulis singkat. Samakan jam beberapa hari.")
        return hours

    def _interval(self, cleaned: dict[str, Any], day: int, n: int) -> dict[str, Any] | None:
        """One pair; an empty one is none, half a pair is asked about."""
        names = f"from_{day}_{n}", f"to_{day}_{n}"
        typed = [cleaned.get(name, "").strip() for name in names]
        if not any(typed):
            return None
        times = []
        for name, text in zip(names, typed, strict=True):
            try:
                times.append(clock_time(text))
            except HoursError:
                self.add_error(name, f"{DAYS[day - 1]}: tulis jam buka dan tutup seperti 08.00.")
        return {"day": day, "from": times[0], "to": times[1]} if len(times) == len(names) else None

    def facts(self) -> ZoneFacts:
        """What was given, for save_zone; the form is valid."""
        given = self.cleaned_data
        return ZoneFacts(**{name: given[name] for name in ZoneFacts.__dataclass_fields__})


def _time_fields() -> Iterator[tuple[str, str]]:
    for number, day in enumerate(DAYS, start=1):
        for n in range(1, INTERVALS + 1):
            again = f" lagi ({n})" if n > 1 else ""
            yield f"from_{number}_{n}", f"{day} buka{again}"
            yield f"to_{number}_{n}", f"{day} tutup{again}"


def _initial(zone: Zone) -> dict[str, Any]:
    """A zone as the form shows it; a new one begins with the usual week."""
    names = (
        "code", "name", "is_example", "address", "whatsapp_phone_id", "services", "desks", "slot_minutes",
        "slot_capacity", "room_capacity",
    )  # fmt: skip
    given: dict[str, Any] = {name: getattr(zone, name) for name in names}
    given |= {"latitude": zone.latitude, "longitude": zone.longitude}
    given["whatsapp_number"] = spaced_phone(zone.whatsapp_number) if zone.whatsapp_number else ""
    counts: dict[int, int] = {}
    for interval in zone.weekly_hours if zone.pk else USUAL_HOURS:
        day = interval["day"]
        counts[day] = n = counts.get(day, 0) + 1
        begin, end = format_span(interval["from"], interval["to"]).split("–")
        given |= {f"from_{day}_{n}": begin, f"to_{day}_{n}": end}
    return given
