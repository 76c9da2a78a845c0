"""Forms of the sign-in pages."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm


class SignInForm(AuthenticationForm):
    """Name and password; one message for every wrong pair."""

    error_messages = {
        "invalid_login": "Nama atau sandi tidak cocok. Periksa lagi, lalu coba sekali lagi.",
        "inactive": "Akun ini tidak dipakai lagi. Hubungi admin kantor.",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Nama pengguna"
        self.fields["username"].error_messages["required"] = "Isi nama pengguna."
        self.fields["password"].label = "Kata sandi"
        self.fields["password"].error_messages["required"] = "Isi kata sandi."


class CodeForm(forms.Form):
    """The six digits of the authenticator app; spaces are ignored."""

    code = forms.CharField(
        label="Kode 6 angka",
        help_text="Buka aplikasi autentikator di ponsel Anda.",
        max_length=12,
        widget=forms.TextInput({"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Isi kode 6 angka."},
    )

    def clean_code(self) -> str:
        """The digits alone."""
        code = "".join(str(self.cleaned_data["code"]).split())
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise forms.ValidationError("Kode terdiri dari 6 angka.")
        return code
