"""The nine questions, and room for what else there is to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy

from requests_app.rules.survey import ELEMENTS, WORDS_LIMIT, Element


class SurveyForm(forms.Form):
    """A group of four answers for each element, then free words."""

    use_required_attribute = False
    words = forms.CharField(
        label=gettext_lazy("Ada yang ingin Anda sampaikan?"),
        help_text=gettext_lazy("Jangan menulis nama, NIK, atau nomor telepon."),
        required=False,
        max_length=WORDS_LIMIT,
        widget=forms.Textarea({"rows": 4}),
        error_messages={"max_length": gettext_lazy("Tulisan ini terlalu panjang. Paling banyak 1.000 huruf.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, element in enumerate(ELEMENTS, start=1):
            self.fields[element.code.lower()] = _question(number, element)
        self.order_fields([element.code.lower() for element in ELEMENTS])

    @property
    def answers(self) -> list[int]:
        """The nine answers in the order of the elements."""
        return [self.cleaned_data[element.code.lower()] for element in ELEMENTS]


def _question(number: int, element: Element) -> forms.TypedChoiceField:
    """The best answer last, as on the regulation's sheet."""
    return forms.TypedChoiceField(
        label=f"{number}. {gettext(element.question)}",
        choices=[(str(worth), gettext(answer)) for worth, answer in enumerate(element.answers, start=1)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            code: gettext("Pilih satu jawaban untuk pertanyaan {number}.").format(number=number)
            for code in ("required", "invalid_choice")
        },
    )
