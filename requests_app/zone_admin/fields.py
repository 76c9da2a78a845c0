"""Days and times of day in the admin's forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from requests_app.rules.opening import HoursError, clock_time


def day_field(label: str, missing: str) -> forms.DateField:
    """A calendar day, picked or typed: 2026-12-24, 24-12-2026 or 24/12/2026."""
    wrong = "Tulis tanggal seperti 24-12-2026."
    return forms.DateField(
        label=label, input_formats=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"],
        widget=forms.DateInput({"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"required": missing, "invalid": wrong},
    )  # fmt: skip


class ClockField(forms.CharField):
    """A time of day as people write it; cleaned to `08:00`, or nothing."""

    def __init__(self, label: str) -> None:
        super().__init__(
            label=label, required=False, max_length=8,
            widget=forms.TextInput({"class": "short", "inputmode": "decimal", "autocomplete": "off"}),
            error_messages={"max_length": "Tulis jam seperti 08.00."},
        )  # fmt: skip

    def to_python(self, value: Any) -> str:
        text = (super().to_python(value) or "").strip()
        try:
            return clock_time(text) if text else ""
        except HoursError as error:
            raise ValidationError(error.message) from error
