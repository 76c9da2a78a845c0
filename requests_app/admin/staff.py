"""Staff and shifts."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest

from requests_app.models import Officer, Shift

admin.site.unregister(Group)  # rights follow from the role alone (rules/roles.py)


class NewOfficerForm(BaseUserCreationForm):
    """Name, role and first password."""

    class Meta:
        model = Officer
        fields = ("username", "role")


@admin.register(Officer)
class OfficerAdmin(UserAdmin):
    add_form = NewOfficerForm
    list_display = ["username", "first_name", "role", "is_active", "is_demo", "last_login"]
    list_filter = ["role", "is_active", "is_demo", "zones"]
    search_fields = ["username", "first_name", "last_name"]
    filter_horizontal = ["zones"]
    readonly_fields = ["last_login", "date_joined", "is_demo"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Orang", {"fields": ["first_name", "last_name"]}),
        ("Tugas", {"fields": ["role", "zones", "services", "is_active", "is_staff", "is_superuser"]}),
        ("Catatan", {"fields": ["last_login", "date_joined", "is_demo"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "role", "password1", "password2"]})]

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Their decisions and accesses refer to them: deactivate instead."""
        return False


@admin.register(Shift)
class ShiftAdmin(admin.ModelAdmin):
    list_display = ["date", "officer", "quota"]
    list_filter = ["date", "officer"]
    date_hierarchy = "date"
    list_select_related = ["officer"]
