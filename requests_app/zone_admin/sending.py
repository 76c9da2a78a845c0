"""The limits of sending: how many people may be written to, what is kept for answers, quiet hours."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from requests_app.models import SendingPolicy
from requests_app.operations.budget import budget_now
from requests_app.operations.office import FieldRefused
from requests_app.operations.routes import read_policy
from requests_app.operations.sending_policy import RANGES, set_sending_policy
from requests_app.rules.dates import format_count
from requests_app.rules.quantities import QuantityError, read_quantity
from requests_app.rules.roles import may
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.pages import ACTION, refuse, render_admin

CHANGES_SHOWN = 10
TOLD: dict[str, tuple[str, str]] = {
    "portfolio_limit": (
        "Batas orang per 24 jam, semua nomor bersama",
        "Batas dari Meta untuk seluruh akun: 250 untuk akun baru, lalu 2.000, 10.000, 100.000. Lihat WhatsApp Manager, "
        "bagian Batas pesan. Salin angkanya ke sini setiap kali Meta menaikkannya. Isi 0 bila Meta tidak membatasi.",
    ),
    "reserve_percent": (
        "Cadangan untuk jawaban (%)",
        "Bagian dari batas itu yang hanya dipakai untuk jawaban, undangan, permintaan maaf, dan kode. Pesan lain "
        "pindah ke SMS atau surel lebih dulu, atau menunggu.",
    ),
    "warn_percent": (
        "Peringatkan pengawas mulai (%)",
        "Bila sebanyak ini dari batas sudah terpakai, pengawas diberi tahu sebelum warga merasakannya.",
    ),
    "rate_per_second": (
        "Pesan per detik untuk setiap nomor",
        "Meta menerima 80 per detik dari satu nomor. Nomor yang juga dipakai di aplikasi WhatsApp Business hanya 20; "
        "karena itu biasanya 15.",
    ),
    "quiet_from": (
        "Jam tenang mulai (jam WIB)",
        "Pengingat dan kabar yang dapat menunggu tidak dikirim pada jam tenang. Jawaban selalu dikirim.",
    ),
    "quiet_until": ("Jam tenang selesai (jam WIB)", "Jam yang sama dengan jam mulai: tidak ada jam tenang."),
}
"""Label and explanation of each number."""


class _Number(forms.CharField):
    """A whole number as people write it: `2000`, `2.000`."""

    def __init__(self, name: str) -> None:
        least, most = RANGES[name]
        label, hint = TOLD[name]
        self._least, self._most = least, most
        self._wrong = f"Isi angka {least} sampai {format_count(most)}."
        super().__init__(
            label=label, help_text=hint, max_length=20,
            widget=forms.TextInput({"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
            error_messages=dict.fromkeys(["required", "max_length"], self._wrong),
        )  # fmt: skip

    def clean(self, value: Any) -> int:
        try:
            number = read_quantity(super().clean(value))
        except QuantityError as problem:
            raise ValidationError(self._wrong) from problem
        if not self._least <= number <= self._most:
            raise ValidationError(self._wrong)
        return number


class SendingForm(forms.Form):
    """The limits; `values` of a valid form is what set_sending_policy takes."""

    def __init__(self, data: Any = None, *, policy: SendingPolicy) -> None:
        super().__init__(data, initial={name: format_count(getattr(policy, name)) for name in RANGES})
        for name in RANGES:
            self.fields[name] = _Number(name)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("see_limits")
def sending(request: StaffRequest) -> HttpResponse:
    """GET: the limits in force, what is used of them, what they were. POST: new ones from now on, by admins only."""
    may_change = may(request.user.role, ACTION)
    if request.method == "POST" and not may_change:
        return render(request, "403.html", status=403)
    form = SendingForm(request.POST or None, policy=SendingPolicy.current())
    if request.method == "POST" and form.is_valid():
        try:
            set_sending_policy(values=form.cleaned_data, officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, "Batas pengiriman tersimpan dan berlaku mulai sekarang.")
            return redirect("zone_admin_sending")
    policy = read_policy()
    budget = budget_now(policy, now=request.now)
    context = {
        "form": form, "may_change": may_change, "policy": policy, "budget": budget,
        "for_others": max(budget.free - budget.reserve, 0), "percent": min(round(budget.share * 100), 999),
        "is_close": bool(budget.limit) and budget.share * 100 >= policy.warn_percent,
        "history": SendingPolicy.objects.select_related("changed_by")[:CHANGES_SHOWN],
    }  # fmt: skip
    return render_admin(request, "zone_admin/sending.html", context, status=422 if form.is_bound else 200)
