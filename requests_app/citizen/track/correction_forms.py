"""The fields that an officer found fault with, as the application form asks them; everything else stays as it is."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from requests_app.queries.track import ToCorrect
from requests_app.questions.base import StepForm
from requests_app.questions.contact import ContactForm
from requests_app.questions.forms import FORMS


class CorrectionPart:
    """One step of the application form, of which only the faulted fields are shown and taken."""

    def __init__(
        self,
        step: type[StepForm],
        faulted: Collection[str],
        sent: ToCorrect,
        *,
        today: date,
        typed: QueryDict | None,
        judge: bool,
    ) -> None:
        stored = step(None, answers=sent.answers, today=today, service=sent.service)
        self.names = [name for name in stored.fields if _belongs(name, faulted)]
        if typed is not None and judge:
            merged = self._merged(stored, typed)
            self.form = step(merged, answers=sent.answers, today=today, service=sent.service)
        else:
            self.form = stored
            self._fill_in(typed)

    @property
    def fields(self) -> list[BoundField]:
        """The faulted fields."""
        return [self.form[name] for name in self.names]

    def problems(self) -> dict[str, list[str]]:
        """What is wrong with the faulted fields; the others were accepted when they were sent."""
        wrong = self.form.errors
        return {name: [str(error) for error in wrong[name]] for name in self.names if name in wrong}

    def answers(self) -> dict[str, Any]:
        """The answers of this step as they are stored; call it when there are no problems."""
        return self.form.to_answers()

    def _fill_in(self, typed: QueryDict | None) -> None:
        """Show what was typed without judging it yet."""
        for name in self.names if typed is not None else ():
            self.form.initial[name] = self.form.fields[name].widget.value_from_datadict(typed, {}, name)

    def _merged(self, stored: StepForm, typed: QueryDict) -> MultiValueDict[str, Any]:
        """The stored answers as a browser would send them, with what was typed in place of the faulted ones."""
        data = stored.stored_data()
        ours = {key for key in [*data, *typed] if any(key == name or _is_part(key, name) for name in self.names)}
        for key in ours:
            data.setlist(key, typed.getlist(key))
        return data


def _belongs(name: str, faulted: Collection[str]) -> bool:
    """Old and new values of changed elements belong to the question about them."""
    return name in faulted or (name.startswith(("old_", "new_")) and "elements" in faulted)


def _is_part(key: str, name: str) -> bool:
    """Whether this is one of the inputs of a field with several: birth_date_0."""
    return key.rpartition("_")[0] == name and key.rpartition("_")[2].isdigit()


def correction_parts(
    faulted: Collection[str], sent: ToCorrect, *, today: date, typed: QueryDict | None, judge: bool
) -> list[CorrectionPart]:
    """The steps that have a faulted field. `judge`: check what was typed, or only keep it on the page."""
    # Whom to tell is changed on a page of its own, without the office.
    steps = [step for step in FORMS[sent.service] if step is not ContactForm]
    parts = [CorrectionPart(step, faulted, sent, today=today, typed=typed, judge=judge) for step in steps]
    return [part for part in parts if part.names]
