"""What the forms of all steps share: from answers to fields and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.datastructures import MultiValueDict

from requests_app.forms_layout import needed_by_condition
from requests_app.rules.catalogue import Service, is_asked

Option = tuple[dict[str, Any], list[BoundField]]


class StepForm(forms.Form):
    """One step. `answers` are those given so far on all steps of the `service`, `today` the day in Asia/Jakarta.

    Fields to which the answers of earlier steps do not lead are left out. `more` names the fields that belong to
    one option of a choice: they are shown below it once it is chosen (by the stylesheet alone), and count only then.
    """

    more: ClassVar[dict[str, dict[str, tuple[str, ...]]]] = {}
    optional: ClassVar[frozenset[str]] = frozenset()
    use_required_attribute = False

    def __init__(self, data: Any = None, *, answers: Mapping[str, Any], today: date, service: Service) -> None:
        self.answers, self.today, self.service = answers, today, service
        super().__init__(data, initial=self.initial_from(answers))
        for name in [name for name in self.fields if not self.asks(name)]:
            del self.fields[name]
        needed_by_condition(self, *(self.below_options() & set(self.fields) - self.optional))
        self._fit_phone_keyboards()

    @classmethod
    def keys(cls) -> set[str]:
        """The answers that this step replaces when it is saved."""
        return set(cls.base_fields)

    def asks(self, name: str) -> bool:
        """Whether the answers lead to this field; a choice on the same page is no reason to hide it."""
        return is_asked(name, self.answers, self.today)

    def below_options(self) -> set[str]:
        """The fields that stand below an option of a choice on this page."""
        asked = [options for choice, options in self.more.items() if choice in self.fields]
        return {name for options in asked for names in options.values() for name in names}

    def initial_from(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Stored answers as the fields show them."""
        shown = dict(answers)
        for name, field in self.base_fields.items():
            if isinstance(field, forms.MultiValueField) and answers.get(name):
                shown[name] = date.fromisoformat(answers[name])
        return shown

    def to_answers(self) -> dict[str, Any]:
        """What is stored of a valid form: texts only, nothing for blanks."""
        kept = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in kept.items()}

    def stored_data(self) -> MultiValueDict[str, Any]:
        """The stored answers as a browser would send them, to check a step again."""
        data: MultiValueDict[str, Any] = MultiValueDict()
        for name, field in self.fields.items():
            value = self.get_initial_for_field(field, name)
            if isinstance(field.widget, forms.MultiWidget):
                for index, part in enumerate(field.widget.decompress(value) or []):
                    data[f"{name}_{index}"] = str(part)
            elif isinstance(value, list):
                data.setlist(name, value)
            elif value is not None:
                data[name] = value
        return data

    def clean(self) -> dict[str, Any]:
        """Fields below an option that was not chosen are forgotten, those below the chosen one demanded."""
        for name, options in self.more.items():
            if name not in self.fields:
                continue
            chosen = self.cleaned_data.get(name, [])
            chosen = chosen if isinstance(chosen, list) else [chosen]
            for value, names in options.items():
                for inner in names:
                    self._demand(inner) if value in chosen else self._forget(inner)
        return self.cleaned_data

    def options(self, name: str) -> list[Option]:
        """The options of a choice, each with the fields that belong to it."""
        below = self.more.get(name, {})
        return [
            (option.data, [self[inner] for inner in below.get(str(option.data["value"]), ()) if inner in self.fields])
            for option in self[name].subwidgets
        ]

    def good_answers(self) -> dict[str, Any]:
        """What is good so far of a form that is not complete; the rest is left as it was stored."""
        self.full_clean()
        return self.to_answers()

    def _fit_phone_keyboards(self) -> None:
        """The keyboard offers "next" in each text field and "done" in the last; no browser cuts off what was pasted."""
        widgets = [part for field in self.fields.values() for part in getattr(field.widget, "widgets", [field.widget])]
        typed = [widget for widget in widgets if getattr(widget, "input_type", "") in {"text", "email"}]
        for widget in typed:
            widget.attrs["enterkeyhint"] = "done" if widget is typed[-1] else "next"
            widget.attrs.pop("maxlength", None)

    def _demand(self, name: str) -> None:
        asked = name in self.fields and name not in self.optional
        if asked and name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, self.fields[name].error_messages["required"])

    def _forget(self, name: str) -> None:
        self.cleaned_data.pop(name, None)
        self.errors.pop(name, None)
