"""Zones and the kelurahan that they cover, from when to when."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest

from requests_app.admin.base import Kept, ReadOnly
from requests_app.models import Kecamatan, Kelurahan, Zone, ZoneCoverage
from requests_app.operations.zones import MoveRefused, move_kelurahan
from requests_app.rules.phone import PhoneError, normalise_phone


class ZoneForm(forms.ModelForm):
    """A zone; its number must be one that can exist."""

    class Meta:
        model = Zone
        fields = ["code", "name", "address", "hours", "whatsapp_number", "whatsapp_phone_id", "is_example"]

    def clean_whatsapp_number(self) -> str:
        from django.conf import settings

        try:
            return normalise_phone(self.cleaned_data["whatsapp_number"], allow_fictitious=settings.LOCAL)
        except PhoneError as error:
            raise ValidationError(str(error)) from error


@admin.register(Zone)
class ZoneAdmin(Kept):
    form = ZoneForm
    list_display = ["code", "name", "whatsapp_number", "kelurahan_today", "is_example"]
    search_fields = ["code", "name", "address"]
    list_filter = ["is_example"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        covered = models.Count("zonecoverage", filter=models.Q(zonecoverage__valid__upper_inf=True))
        return super().get_queryset(request).annotate(covered=covered)

    @admin.display(description="jumlah kelurahan")
    def kelurahan_today(self, zone: Any) -> int:
        return int(zone.covered)


class MoveForm(forms.ModelForm):
    """Move one kelurahan to a zone from a day on."""

    first_day = forms.DateField(label="berlaku mulai", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = ZoneCoverage
        fields = ["kelurahan", "zone"]

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        if day < date(2020, 1, 1):
            raise ValidationError("Periksa tahun pada tanggal ini.")
        return day


class InKecamatan(admin.SimpleListFilter):
    """Coverage is looked at by kecamatan."""

    title = "kecamatan"
    parameter_name = "kecamatan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Kecamatan.objects.values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(kelurahan__kecamatan_id=self.value()) if self.value() else queryset


@admin.register(ZoneCoverage)
class ZoneCoverageAdmin(ReadOnly):
    """Adding a row moves a kelurahan; past rows stay as they were."""

    form = MoveForm
    list_display = ["kecamatan", "kelurahan_name", "zone", "since", "until"]
    list_filter = [InKecamatan, "zone"]
    search_fields = ["kelurahan__name", "kelurahan__kecamatan__name"]
    list_select_related = ["kelurahan__kecamatan", "zone"]
    ordering = ["kelurahan__kecamatan__code", "kelurahan__name", "valid"]
    list_per_page = 120

    def has_add_permission(self, request: HttpRequest) -> bool:
        return True

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        moved = move_kelurahan(kelurahan=obj.kelurahan, zone=obj.zone, first_day=form.cleaned_data["first_day"])
        obj.pk = moved.pk

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        class Checked(MoveForm):
            def clean(self) -> dict[str, Any] | None:
                """Ask the operation's own rules before saving, so that a refusal stands beside the form."""
                cleaned = super().clean() or {}
                if {"kelurahan", "zone", "first_day"} <= set(cleaned):
                    _check_move(cleaned["kelurahan"], cleaned["zone"], cleaned["first_day"])
                return cleaned

        return Checked

    @admin.display(description="kecamatan", ordering="kelurahan__kecamatan__name")
    def kecamatan(self, coverage: Any) -> str:
        return str(coverage.kelurahan.kecamatan.name)

    @admin.display(description="kelurahan", ordering="kelurahan__name")
    def kelurahan_name(self, coverage: Any) -> str:
        return str(coverage.kelurahan.name)

    @admin.display(description="sejak")
    def since(self, coverage: Any) -> date:
        day: date = coverage.valid.lower
        return day

    @admin.display(description="sampai sebelum")
    def until(self, coverage: Any) -> date | str:
        return coverage.valid.upper or "seterusnya"


def _check_move(kelurahan: Kelurahan, zone: Zone, first_day: date) -> None:
    """Try the move and undo it, for its refusal only."""
    from django.db import transaction

    try:
        with transaction.atomic():
            move_kelurahan(kelurahan=kelurahan, zone=zone, first_day=first_day)
            transaction.set_rollback(True)
    except MoveRefused as refused:
        raise ValidationError(str(refused)) from refused
