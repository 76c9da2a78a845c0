"""Which zone covers which kelurahan, now and later, as the admin's coverage screen draws it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from requests_app.models import Kelurahan, Zone, ZoneCoverage
from requests_app.rules.dates import local_date

COLOURS = 12
Coverages = dict[str, list[ZoneCoverage]]
"""By the code of the kelurahan: the present one, and what follows it in order."""


@dataclass(frozen=True)
class Painted:
    """A zone with its colour (a class of zones.css), and how many kelurahan it covers now and when all moves began."""

    zone: Zone
    colour: str
    now: int = 0
    later: int = 0


@dataclass(frozen=True)
class Ward:
    """A kelurahan with its zone now, and the moves that have not begun: (zone, first day)."""

    code: str
    name: str
    zone: Painted
    moves: list[tuple[Painted, date]]


@dataclass(frozen=True)
class District:
    """A kecamatan with its kelurahan."""

    code: str
    name: str
    wards: list[Ward] = field(default_factory=list)


@dataclass(frozen=True)
class Move:
    """Moves that have not begun, to one zone from one day on: (coverage id, kelurahan, zone until then)."""

    zone: Zone
    first_day: date
    wards: list[tuple[int, str, str]]


@dataclass(frozen=True)
class CoverageScreen:
    """Everything of the coverage screen."""

    districts: list[District]
    zones: list[Painted]
    moves: list[Move]

    @property
    def most(self) -> int:
        """How many kelurahan the largest zone covers: the length of its bar."""
        return max((painted.now for painted in self.zones), default=1) or 1


def coverage_screen(*, now: datetime) -> CoverageScreen:
    """Every kelurahan with its zone today and what is recorded for later. Three queries."""
    today = local_date(now)
    zones = list(Zone.objects.order_by("code"))
    rows = ZoneCoverage.objects.filter(Q(valid__contains=today) | Q(valid__startswith__gt=today)).order_by("valid")
    found: Coverages = defaultdict(list)
    for row in rows:
        found[row.kelurahan_id].append(row)
    painted = _paint(zones, found)
    wards = list(Kelurahan.objects.select_related("kecamatan").order_by("kecamatan__code", "name"))
    return CoverageScreen(_districts(wards, found, painted), list(painted.values()), _moves(wards, found, painted))


def _paint(zones: Iterable[Zone], found: Coverages) -> dict[int, Painted]:
    """Each zone with its colour and counts, by its id."""
    now = Counter(rows[0].zone_id for rows in found.values())
    later = Counter(rows[-1].zone_id for rows in found.values())
    return {
        zone.pk: Painted(zone, f"zone{number % COLOURS}", now[zone.pk], later[zone.pk])
        for number, zone in enumerate(zones)
    }


def _districts(wards: Iterable[Kelurahan], found: Coverages, painted: dict[int, Painted]) -> list[District]:
    districts: dict[str, District] = {}
    for ward in wards:
        district = districts.setdefault(ward.kecamatan_id, District(ward.kecamatan_id, ward.kecamatan.name))
        present, *later = found[ward.code]
        moves = [(painted[row.zone_id], _first_day(row)) for row in later]
        district.wards.append(Ward(ward.code, ward.name, painted[present.zone_id], moves))
    return list(districts.values())


def _moves(wards: Iterable[Kelurahan], found: Coverages, painted: dict[int, Painted]) -> list[Move]:
    """Only the last move of a kelurahan can be taken back."""
    groups: dict[tuple[date, int], Move] = {}
    for ward in wards:
        *before, last = found[ward.code]
        if before:
            zone, first_day = painted[last.zone_id].zone, _first_day(last)
            move = groups.setdefault((first_day, zone.pk), Move(zone, first_day, []))
            move.wards.append((last.pk, ward.name, painted[before[-1].zone_id].zone.name))
    return [groups[key] for key in sorted(groups)]


def _first_day(row: ZoneCoverage) -> date:
    first_day = row.valid.lower
    assert first_day is not None, "coverage begins on a day"
    return first_day
