"""Zones, what they cover and when they are closed, to look at: they are changed at /kelola/."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from requests_app.admin.base import ReadOnly
from requests_app.models import Closure, Kecamatan, ProtocolItem, Zone, ZoneCoverage


@admin.register(Zone)
class ZoneAdmin(ReadOnly):
    list_display = ["code", "name", "whatsapp_number", "kelurahan_today", "is_active", "is_example"]
    search_fields = ["code", "name", "address"]
    list_filter = ["is_active", "is_example"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        covered = models.Count("zonecoverage", filter=models.Q(zonecoverage__valid__upper_inf=True))
        return super().get_queryset(request).annotate(covered=covered)

    @admin.display(description="jumlah kelurahan")
    def kelurahan_today(self, zone: Any) -> int:
        return int(zone.covered)


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
    """What covered what, the past too."""

    list_display = ["kecamatan", "kelurahan_name", "zone", "since", "until"]
    list_filter = [InKecamatan, "zone"]
    search_fields = ["kelurahan__name", "kelurahan__kecamatan__name"]
    list_select_related = ["kelurahan__kecamatan", "zone"]
    ordering = ["kelurahan__kecamatan__code", "kelurahan__name", "valid"]
    list_per_page = 120

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


@admin.register(Closure)
class ClosureAdmin(ReadOnly):
    list_display = ["zone", "starts_at", "ends_at", "reason", "declared_by", "declared_at", "revoked_at"]
    list_filter = ["zone"]
    list_select_related = ["zone", "declared_by"]


@admin.register(ProtocolItem)
class ProtocolItemAdmin(ReadOnly):
    list_display = ["position", "text", "in_force"]
