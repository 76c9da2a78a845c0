"""Requirements, reasons, texts, holidays, the reckoning of the promise."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from requests_app.admin.base import Kept, ReadOnly
from requests_app.clock import database_now
from requests_app.models import DecisionReason, Holiday, MessageText, Officer, PromisePolicy, Requirement
from requests_app.operations.texts import TextRefused, change_text, check_text
from requests_app.rules.catalogue import KINDS
from requests_app.rules.conditions import PREDICATES
from requests_app.rules.messages import placeholders


class RequirementForm(forms.ModelForm):
    """A condition is one of the predicates that the program knows; a typo here must not stop applications."""

    kind = forms.ChoiceField(label="jenis", choices=list(KINDS.items()))
    mandatory = forms.ChoiceField(label="wajib", choices=[("yes", "ya"), ("conditional", "bersyarat"), ("no", "tidak")])

    class Meta:
        model = Requirement
        exclude: list[str] = []

    def clean_condition_code(self) -> str:
        code: str = self.cleaned_data["condition_code"]
        unchanged = code == self.initial.get("condition_code")
        if code and code not in PREDICATES and not unchanged:
            raise ValidationError("Kode syarat harus salah satu dari: " + ", ".join(sorted(PREDICATES)))
        return code


@admin.register(Requirement)
class RequirementAdmin(admin.ModelAdmin):
    form = RequirementForm
    list_display = ["service", "reason", "name", "kind", "mandatory", "condition_code", "legal_source"]
    list_filter = ["service", "reason", "kind", "confidence"]
    search_fields = ["name", "document_code", "legal_source"]


@admin.register(DecisionReason)
class DecisionReasonAdmin(Kept):
    list_display = ["label", "kind", "sentence", "legal_ground", "is_active", "position"]
    list_filter = ["kind", "is_active"]
    search_fields = ["label", "sentence", "legal_ground"]
    prepopulated_fields = {"code": ["label"]}


@admin.register(Holiday)
class HolidayAdmin(ReadOnly):
    """To look at: a change moves visits, so it is made at /kelola/libur/."""

    list_display = ["date", "name", "kind"]
    list_filter = ["kind"]
    search_fields = ["name"]
    date_hierarchy = "date"


@admin.register(PromisePolicy)
class PromisePolicyAdmin(Kept):
    """How promises are reckoned from a moment on; those that were made stay as they were."""

    list_display = ["kind", "valid_from"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MessageTextForm(forms.ModelForm):
    """The next version of a text."""

    class Meta:
        model = MessageText
        fields = ["subject", "body"]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"]
        try:
            check_text(self.instance, body)
        except TextRefused as refused:
            raise ValidationError(str(refused)) from refused
        return body


@admin.register(MessageText)
class MessageTextAdmin(Kept):
    """Saving writes a new version; the old ones stay for what was sent with them."""

    form = MessageTextForm
    list_display = ["purpose", "version", "subject", "is_current", "created_at", "created_by"]
    list_filter = ["is_current", "purpose"]
    search_fields = ["purpose", "subject", "body"]
    readonly_fields = ["purpose", "version", "may_use"]
    fields = ["purpose", "version", "subject", "body", "may_use"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None or bool(obj.is_current)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        text = change_text(
            purpose=obj.purpose,
            subject=obj.subject,
            body=obj.body,
            officer=cast(Officer, request.user),
            now=database_now(),
        )
        obj.pk, obj.version = text.pk, text.version

    @admin.display(description="tanda yang dipakai")
    def may_use(self, text: Any) -> str:
        return ", ".join(f"{{{name}}}" for name in placeholders(text.body))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).select_related("created_by")
