"""Texts of notices: a change is a new version, checked and looked at before it is saved; all versions side by side."""

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from requests_app.admin.base import Kept
from requests_app.clock import database_now
from requests_app.models import MessageText, Officer
from requests_app.operations.texts import (
    TextRefused,
    change_text,
    check_subject,
    check_text,
    show_text,
    template_after,
    usable_in,
)
from requests_app.rules.differences import Kind, differences
from requests_app.rules.placeholders import placeholder

VERSIONS_SHOWN = 100
LISTED = "admin:requests_app_messagetext_changelist"
CHANGED = "admin:requests_app_messagetext_change"
PREVIEWED = "requests_app_messagetext_preview"
UNTIL_APPROVED = (
    "Pesan WhatsApp jenis ini yang ditulis sesudah disimpan menunggu sampai WhatsApp menyetujui templat {template}: "
    "jalankan manage.py export_templates, ajukan berkasnya di WhatsApp Manager, lalu pesan berangkat sendiri dalam "
    "sepuluh menit. Yang sudah ditulis sebelumnya berangkat dengan versi lama. Surel dan SMS memakai teks baru."
)


@dataclass(frozen=True)
class Version:
    """A version, and what it changed of the one before; nothing for the first."""

    text: MessageText
    subject: list[tuple[Kind, str]]
    body: list[tuple[Kind, str]]


class MessageTextForm(forms.ModelForm):
    """The next version of a text; everything that is wrong with it is said at once."""

    class Meta:
        model = MessageText
        fields = ["subject", "body"]
        labels = {"subject": "Judul surel, dan pokok SMS", "body": "Isi pesan"}
        help_texts = {"body": "Satu alinea; tanda isian ditulis dengan kurung kurawal, misalnya {nomor}."}

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"]
        try:
            check_subject(self.instance, subject)
        except TextRefused as refused:
            raise ValidationError(refused.reasons) from refused
        return subject

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        try:
            check_text(self.instance, body)
        except TextRefused as refused:
            raise ValidationError(refused.reasons) from refused
        return body


@admin.register(MessageText)
class MessageTextAdmin(Kept):
    """Saving writes a new version; the old ones stay for what was sent with them."""

    form = MessageTextForm
    list_display = ["purpose", "version", "subject", "is_current", "created_at", "written_by"]
    list_filter = ["is_current", "purpose"]
    search_fields = ["purpose", "subject", "body"]
    readonly_fields = ["purpose", "version", "may_use"]
    fields = ["purpose", "version", "subject", "body", "may_use"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or bool(obj.is_current)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        template = template_after(obj)
        text = change_text(
            purpose=obj.purpose,
            subject=obj.subject,
            body=obj.body,
            officer=cast(Officer, request.user),
            now=database_now(),
        )
        obj.pk, obj.version = text.pk, text.version
        if template:
            messages.warning(request, UNTIL_APPROVED.format(template=template))

    @admin.display(description="ditulis oleh", ordering="created_by")
    def written_by(self, text: Any) -> str:
        """Who wrote this version; those that came with the program were written by nobody."""
        return str(text.created_by or "bawaan")

    @admin.display(description="tanda yang dapat dipakai")
    def may_use(self, text: Any) -> SafeString:
        """Each with what it stands for and how it looks."""
        known = [found for name in usable_in(text) if (found := placeholder(text.purpose, name))]
        rows = (("{" + found.name.rpartition(".")[2] + "}", found.meaning, found.example) for found in known)
        return format_html("<ul>{}</ul>", format_html_join("", "<li><b>{}</b> {}: {}</li>", rows))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("created_by")

    def get_urls(self) -> list[URLPattern]:
        """The preview beside the pages of every model."""
        view = self.admin_site.admin_view(self.preview)
        return [path("<int:text_id>/pratinjau/", view, name=PREVIEWED), *super().get_urls()]

    def preview(self, request: HttpRequest, text_id: int) -> HttpResponse:
        """What was typed, as it would arrive; nothing is saved. It is typed again or saved from here."""
        text = self._text(request, text_id)
        if not self.has_change_permission(request, text):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(CHANGED, text_id)
        form = MessageTextForm(request.POST, instance=self._text(request, text_id))
        is_good = form.is_valid()
        shown = show_text(text, subject=request.POST.get("subject", ""), body=request.POST.get("body", ""))
        template = template_after(text)
        context = self._around(request, text) | {
            "form": form, "shown": shown, "has_errors": not is_good, "may_use": self.may_use(text),
            "until_approved": UNTIL_APPROVED.format(template=template) if template else "",
        }  # fmt: skip
        return render(request, "admin/requests_app/messagetext/preview.html", context, status=200 if is_good else 422)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """All versions, the newest first: who, when, and what was changed."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        text = self._text(request, object_id)
        texts = list(self.get_queryset(request).filter(purpose=text.purpose).order_by("-version")[:VERSIONS_SHOWN])
        context = self._around(request, text) | {"versions": _compared(texts)}
        return render(request, "admin/requests_app/messagetext/versions.html", context)

    def _text(self, request: HttpRequest, text_id: Any) -> MessageText:
        text = self.get_object(request, str(text_id))
        if text is None:
            raise Http404
        return cast(MessageText, text)

    def _around(self, request: HttpRequest, text: MessageText) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request), "opts": self.opts, "text": text, "listed": reverse(LISTED),
            "change": reverse(CHANGED, args=[text.pk]), "again": reverse(f"admin:{PREVIEWED}", args=[text.pk]),
        }  # fmt: skip


def _compared(texts: list[MessageText]) -> list[Version]:
    """Each version with the next older one."""
    older: list[MessageText | None] = [*texts[1:], None]
    return [
        Version(
            text,
            differences(before.subject, text.subject) if before else [],
            differences(before.body, text.body) if before else [],
        )
        for text, before in zip(texts, older, strict=True)
    ]
