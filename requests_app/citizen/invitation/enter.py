"""The code of an invitation typed by hand, for whoever has it on paper."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.rules.numbers import normalise_secret


class InvitationCodeForm(forms.Form):
    """Twelve characters; dashes, spaces and lower case are forgiven."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Kode undangan"),
        help_text=_("Dua belas huruf dan angka di bawah kode QR, misalnya 7K3M-9QTX-4ABC."),
        max_length=40,
        widget=forms.TextInput(
            {"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Isi kode undangan."),
            "max_length": _("Kode undangan hanya dua belas huruf dan angka."),
        },
    )

    def clean_code(self) -> str:
        """The code as it is stored."""
        code = normalise_secret(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("Kode undangan terdiri dari dua belas huruf dan angka. Periksa lagi."))
        return code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and lead to its page; whether there is one is said there."""
    form = InvitationCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect("invitation", code=form.cleaned_data["code"])
    return render(request, "citizen/invitation/enter.html", {"form": form}, status=422 if form.is_bound else 200)
