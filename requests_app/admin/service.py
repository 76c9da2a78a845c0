"""Notices of service: what stands above the citizens' pages, from when to when."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from requests_app.admin.base import Kept
from requests_app.clock import database_now
from requests_app.models import ServiceNotice
from requests_app.vault.redact import PERSONAL

NOT_PLAIN = re.compile(r"[<>\x00-\x1f\x7f]")


class ServiceNoticeForm(forms.ModelForm):
    """One plain sentence or two, for everybody to read."""

    class Meta:
        model = ServiceNotice
        fields = ["text", "tone", "shown_on", "starts_at", "ends_at"]
        help_texts = {
            "text": "Paling panjang 200 huruf, tanpa kode HTML. Sebutkan sampai kapan dan apa yang dapat dilakukan.",
            "ends_at": "Untuk mengakhiri lebih awal, ganti waktu ini.",
        }

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if NOT_PLAIN.search(text):
            raise ValidationError("Tulis kalimat biasa saja, tanpa tanda < atau >.")
        if PERSONAL.search(text):
            raise ValidationError("Jangan cantumkan NIK, nomor ponsel, atau surel; halaman ini dibaca semua orang.")
        return text


@admin.register(ServiceNotice)
class ServiceNoticeAdmin(Kept):
    """Ended, never deleted: what the public was told can be looked up. Shown within ten seconds."""

    form = ServiceNoticeForm
    list_display = ["text", "tone", "shown_on", "starts_at", "ends_at"]
    list_filter = ["tone", "shown_on"]
    search_fields = ["text"]
    date_hierarchy = "starts_at"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": database_now()}
