"""The offices (UPTD) and whom they serve, as citizens read it."""

from dataclasses import dataclass
from datetime import date

from requests_app.models import Zone, ZoneCoverage


@dataclass(frozen=True)
class Served:
    """A kecamatan that an office serves; `wards` are its kelurahan when others of it belong to another office."""

    kecamatan: str
    wards: tuple[str, ...] = ()


@dataclass(frozen=True)
class Office:
    """An office with its official WhatsApp number and the kecamatan that it serves on a day."""

    zone: Zone
    serves: list[Served]


def zones_by_kecamatan(day: date) -> list[Office]:
    """All offices with what they serve on `day` (WIB), in the order of their codes. Two queries."""
    rows = ZoneCoverage.objects.filter(valid__contains=day).order_by("kelurahan__kecamatan_id", "kelurahan__name")
    wards: dict[str, dict[int, list[str]]] = {}
    for zone_id, kecamatan, ward in rows.values_list("zone_id", "kelurahan__kecamatan__name", "kelurahan__name"):
        wards.setdefault(kecamatan, {}).setdefault(zone_id, []).append(ward)
    return [Office(zone, _served(zone.pk, wards)) for zone in Zone.objects.order_by("code")]


def _served(zone_id: int, wards: dict[str, dict[int, list[str]]]) -> list[Served]:
    return [
        Served(kecamatan, tuple(by_zone[zone_id]) if len(by_zone) > 1 else ())
        for kecamatan, by_zone in wards.items()
        if zone_id in by_zone
    ]
