"""The last page: the statement, without which nothing is sent."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CheckForm(forms.Form):
    """Everything else was given on the steps before."""

    use_required_attribute = False
    statement = forms.BooleanField(
        label=_("Saya menyatakan data dan berkas ini benar. Saya tahu memalsukan data dapat dipidana."),
        error_messages={"required": _("Centang pernyataan bahwa data ini benar.")},
    )
