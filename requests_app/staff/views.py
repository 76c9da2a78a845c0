"""Signing in and out, and the second factor."""

import base64
from typing import Any

import segno
from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django_otp import login as remember_device
from django_otp.plugins.otp_totp.models import TOTPDevice

from requests_app.models import Officer
from requests_app.operations.second_factor import check_code, own_device, prepare_device
from requests_app.rules.roles import Role
from requests_app.staff.forms import CodeForm, SignInForm
from requests_app.staff.second_factor import DUE, owes_second_factor

# A working day; visitors who fill in a form keep their draft for longer than that.
SESSION_SECONDS = 12 * 3600
DESKS = {Role.COUNTER: "/uptd/", Role.SUPERVISOR: "/pengawas/", Role.ADMIN: "/kelola/"}


class SignIn(auth.LoginView):
    """Name and password; whoever has a device, or must have one, gives its code next."""

    form_class = SignInForm
    template_name = "staff/sign_in.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, and ask for the code where there is a device."""
        response = super().form_valid(form)
        self.request.session.set_expiry(SESSION_SECONDS)
        officer = form.get_user()
        if own_device(officer) is not None:
            self.request.session[DUE] = True
        if owes_second_factor(self.request):
            self.request.session["after_code"] = response.headers["Location"]
            return redirect("staff_second_factor")
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """422, the typed name kept."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_default_redirect_url(self) -> str:
        """Each role's own desk."""
        return desk_of(self.request)


class SignOut(auth.LogoutView):
    """POST only."""


def desk_of(request: HttpRequest) -> str:
    """The first page of this person's role."""
    return DESKS.get(Role(request.user.role), reverse("officer_home")) if isinstance(request.user, Officer) else "/"


@never_cache
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the device; without one, it is set up first."""
    officer = _officer(request)
    device = own_device(officer)
    if device is None:
        return redirect("staff_second_factor_setup")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _try_code(request, form, device) or _code_page(request, form, 422)
    return _code_page(request, form, 422 if form.is_bound else 200)


@never_cache
@login_required
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    """Show the QR code of a new device, and confirm it by its first code. A confirmed device is never replaced here."""
    officer = _officer(request)
    if own_device(officer) is not None:
        return redirect("staff_second_factor")
    device = prepare_device(officer=officer)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = _try_code(request, form, device)
        if done is not None:
            return done
    context = {"form": form, "qr": _qr(device), "secret": _readable_secret(device)}
    return render(request, "staff/second_factor_setup.html", context, status=422 if form.is_bound else 200)


def _try_code(request: HttpRequest, form: CodeForm, device: TOTPDevice) -> HttpResponse | None:
    checked = check_code(device_id=device.pk, code=form.cleaned_data["code"])
    if checked is None:
        form.add_error("code", "Kode tidak cocok. Tunggu kode berikutnya di ponsel, lalu coba lagi.")
        return None
    remember_device(request, checked)
    request.session.pop(DUE, None)
    return redirect(request.session.pop("after_code", None) or desk_of(request))


def _code_page(request: HttpRequest, form: CodeForm, status: int) -> HttpResponse:
    return render(request, "staff/second_factor.html", {"form": form}, status=status)


def _officer(request: HttpRequest) -> Officer:
    if not isinstance(request.user, Officer):
        raise TypeError("signed in without being staff")
    return request.user


def _qr(device: TOTPDevice) -> str:
    return segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2)


def _readable_secret(device: TOTPDevice) -> str:
    secret = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
