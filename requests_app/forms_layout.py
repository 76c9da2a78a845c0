"""Widgets and marks that the form template pack (`templates/adminduk/`) knows how to draw."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.words import Text

DATE_PARTS = (
    (_("Tanggal"), "day", "bday-day"),
    (_("Bulan"), "month", "bday-month"),
    (_("Tahun"), "year", "bday-year"),
)


class HintedRadioSelect(forms.RadioSelect):
    """Radio buttons whose options can carry a second, smaller line: `hints` maps a value to its sentence."""

    def __init__(self, attrs: Any = None, choices: Any = (), hints: Mapping[str, Text] | None = None) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """One option, with its hint for the template."""
        return {**super().create_option(name, value, *args, **kwargs), "hint": self.hints.get(str(value), "")}


class DatePartsWidget(forms.MultiWidget):
    """A date as three labelled text fields: day, month (a number or a name) and year.

    `decompress` takes a date, or the three typed texts; nothing typed is ever lost. With `birthday` the
    browser may fill in the user's own birth date.
    """

    use_fieldset = True

    def __init__(self, attrs: Any = None, birthday: bool = False) -> None:
        inputs = []
        for _label, css_class, autocomplete in DATE_PARTS:
            part: dict[str, str] = {"class": css_class, "autocomplete": autocomplete if birthday else "off"}
            inputs.append(forms.TextInput(part if css_class == "month" else {**part, "inputmode": "numeric"}))
        super().__init__(inputs, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """The three parts of a date; three blanks for nothing."""
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Django's own context, with a label for each part."""
        context = super().get_context(name, value, attrs)
        for part, (label, _css_class, _autocomplete) in zip(context["widget"]["subwidgets"], DATE_PARTS, strict=True):
            part["part_label"] = label
        return context


def needed_by_condition(form: forms.BaseForm, *names: str) -> None:
    """Fields that `clean` demands only in some cases: they are not marked "(boleh dikosongkan)"."""
    for name in names:
        setattr(form.fields[name], "needed_by_condition", True)  # noqa: B010 (Field declares no such attribute)
