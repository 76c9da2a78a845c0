"""What the admin pages share."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest

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
