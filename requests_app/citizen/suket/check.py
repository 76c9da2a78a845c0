"""Is this suket genuine, and does it still count? For whoever is shown one: by its QR, or by its code typed here.

Whoever looks has the paper in hand, so the page says only what is needed to compare: no NIK, one word of the name.
"""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.citizen.limited import too_many
from requests_app.clock import database_now
from requests_app.operations.guessing import count_guess
from requests_app.operations.limits import TooMany
from requests_app.queries.sukets import suket_by_code
from requests_app.rules.numbers import in_fours, normalise_long_code
from requests_app.rules.sukets import End
from requests_app.visitor import visitor_address
from requests_app.words import Text

ENDS: dict[str, Text] = {
    End.HANDED_OVER: _("Kartunya sudah diserahkan kepada pemiliknya."),
    End.RENEWED: _("Surat ini sudah diganti dengan yang baru. Mintalah surat yang baru."),
    End.ENDED: _("Permohonan kartunya sudah berakhir."),
}


class SuketCodeForm(forms.Form):
    """Sixteen characters; dashes, spaces and lower case are forgiven."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Kode surat keterangan"),
        help_text=_("Enam belas huruf dan angka di bawah kode QR, misalnya 7K3M-9QTX-4ABC-2DEF."),
        max_length=40,
        widget=forms.TextInput(
            {"class": "code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={
            "required": _("Isi kode surat keterangan."),
            "max_length": _("Kode surat keterangan hanya enam belas huruf dan angka."),
        },
    )

    def clean_code(self) -> str:
        """The code as it is stored."""
        code = normalise_long_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(_("Kode ini terdiri dari enam belas huruf dan angka. Periksa lagi."))
        return code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and lead to its page; whether there is one is said there."""
    form = SuketCodeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return redirect("suket", code=in_fours(form.cleaned_data["code"]))
    return _unlisted(render(request, "citizen/suket/enter.html", {"form": form}, status=422 if form.is_bound else 200))


@never_cache
@require_safe
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Valid, over, or ended and why; 404 with what to do for a code that nobody has. Never stored, never listed.

    A code has 80 random bits, so a right one is never refused; wrong ones slow the visitor down.
    """
    now, stored = database_now(), normalise_long_code(code)
    suket = suket_by_code(stored, now=now) if stored else None
    if suket is None:
        return _unlisted(_unknown(request))
    why = ENDS.get(suket.end_reason, "")
    context = {"suket": suket, "why": why, "code": in_fours(stored or ""), "now": now}
    return _unlisted(render(request, "citizen/suket/show.html", context))


def _unknown(request: HttpRequest) -> HttpResponse:
    now, address = database_now(), visitor_address(request)
    try:
        count_guess(address=address, number=f"suket {address}", now=now)
    except TooMany as refusal:
        return too_many(request, refusal, now=now)
    return render(request, "citizen/suket/unknown.html", status=404)


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
