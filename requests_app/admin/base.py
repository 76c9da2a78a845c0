"""What the admin pages share."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

from requests_app.staff.sent_words import may_be_sent

admin.site.site_header = "Adminduk Online"
admin.site.site_title = "Adminduk Online"
admin.site.index_title = "Pengaturan"
apps.get_app_config("otp_totp").verbose_name = "Kode kedua saat masuk (hapus di sini bila ponselnya hilang)"


class ReadOnly(admin.ModelAdmin):
    """History: to look at, never to change."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Kept(admin.ModelAdmin):
    """Other rows refer to it: changed, never deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SentWords(admin.ModelAdmin):
    """Its words become part of messages to citizens."""

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.CharField):
            field.validators.append(may_be_sent)
        return field
