"""Requirements, reasons, holidays, the reckoning of the promise."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from requests_app.admin.base import Kept, ReadOnly, SentWords
from requests_app.models import DecisionReason, Holiday, PromisePolicy, Requirement
from requests_app.rules.catalogue import KINDS
from requests_app.rules.conditions import PREDICATES


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
class RequirementAdmin(SentWords):
    form = RequirementForm
    list_display = ["service", "reason", "name", "kind", "mandatory", "condition_code", "legal_source"]
    list_filter = ["service", "reason", "kind", "confidence"]
    search_fields = ["name", "document_code", "legal_source"]


@admin.register(DecisionReason)
class DecisionReasonAdmin(SentWords, Kept):
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
