"""Reference data: places, NIK regions, requirements, holidays, reasons, texts, example zones. Safe to repeat.

What the office may change (zones, holidays, protocol, requirements, reasons, texts) is only added, never overwritten.
"""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from requests_app.models import (
    DecisionReason,
    Holiday,
    Kecamatan,
    Kelurahan,
    MessageText,
    NikRegion,
    NoticeRoute,
    ProtocolItem,
    Requirement,
    Zone,
    ZoneCoverage,
)
from requests_app.operations.blanks import stock_of
from requests_app.operations.routes import first_routes
from requests_app.rules.reference import read_reference

COVERED_SINCE = date(2020, 1, 1)
NATIONAL = "libur_nasional"


@transaction.atomic
def load_reference_data(*, now: datetime) -> None:
    """Fill what is missing from `requests_app/reference/`."""
    _load_places()
    _load_holidays()
    _load_zones()
    _load_stocks()
    _load_protocol()
    _load_requirements()
    _load_words(now)
    _load_routes()


def _load_places() -> None:
    Kecamatan.objects.bulk_create(
        [
            Kecamatan(code=r["code"], name=r["name"], official_name=r["official_name_2025"])
            for r in read_reference("kecamatan")
        ],
        ignore_conflicts=True,
    )
    Kelurahan.objects.bulk_create(
        [
            Kelurahan(
                code=r["code"],
                kecamatan_id=r["kecamatan_code"],
                name=r["name"],
                official_name=r["official_name_2025"],
                postal_code=r["postal_code"],
            )
            for r in read_reference("kelurahan")
        ],
        ignore_conflicts=True,
    )
    if not NikRegion.objects.exists():
        NikRegion.objects.bulk_create(
            [
                NikRegion(
                    code6=r["code6"],
                    kecamatan=r["kecamatan"],
                    kabupaten=r["kabupaten"],
                    province=r["province"],
                    status=r["status"],
                )
                for r in read_reference("wilayah_nik")
            ]
        )


def _load_holidays() -> None:
    """The decreed days of years that the office has none of yet: what it has removed or moved stays so."""
    known = {year.year for year in Holiday.objects.filter(kind=NATIONAL).dates("date", "year")}
    rows = [row for row in read_reference("holidays_id") if int(row["date"][:4]) not in known]
    Holiday.objects.bulk_create(
        [Holiday(date=row["date"], name=row["name"], kind=row["kind"]) for row in rows], ignore_conflicts=True
    )


def _load_zones() -> None:
    """The example zones, only into a database that has no zones yet."""
    if Zone.objects.exists():
        return
    for row in read_reference("uptd_zones"):
        zone, _ = Zone.objects.get_or_create(
            code=row["zone_code"],
            defaults={
                "name": row["zone_name"],
                "address": f"Kantor UPTD di Kecamatan {row['kecamatan_name']} (contoh)",
                "whatsapp_number": row["wa_e164_fictitious"],
                "whatsapp_phone_id": f"1000000000000{row['zone_code'][1:]}",
                "is_example": True,
            },
        )
        ZoneCoverage.objects.bulk_create(
            [
                ZoneCoverage(zone=zone, kelurahan=kelurahan, valid=DateRange(COVERED_SINCE, None))
                for kelurahan in Kelurahan.objects.filter(kecamatan_id=row["kecamatan_code"])
            ]
        )


def _load_stocks() -> None:
    """A location for the head office and for each zone, all of them empty."""
    for zone in (None, *Zone.objects.filter(blank_stocks=None)):
        stock_of(zone)


def _load_protocol() -> None:
    """First lines, only into a database that has none."""
    if not ProtocolItem.objects.exists():
        ProtocolItem.objects.bulk_create(
            ProtocolItem(text=row["text"], position=position)
            for position, row in enumerate(read_reference("protocol"), start=1)
        )


def _load_requirements() -> None:
    Requirement.objects.bulk_create(
        [
            Requirement(
                service=r["service"],
                reason=r["reason"],
                document_code=r["document_code"],
                name=r["document_name_id"],
                kind=r["kind"],
                mandatory=r["mandatory"],
                condition_code=r["condition_code"],
                condition=r["condition"],
                legal_source=r["legal_source"],
                confidence=r["confidence"],
                position=position,
            )
            for position, r in enumerate(read_reference("requirements"))
        ],
        ignore_conflicts=True,
    )


def _load_words(now: datetime) -> None:
    DecisionReason.objects.bulk_create(
        [
            DecisionReason(
                code=r["code"],
                kind=r["kind"],
                label=r["label"],
                sentence=r["sentence"],
                legal_ground=r["legal_ground"],
                next_step=r["next_step"],
                position=position,
            )
            for position, r in enumerate(read_reference("reasons"))
        ],
        ignore_conflicts=True,
    )
    known = set(MessageText.objects.values_list("purpose", flat=True))
    MessageText.objects.bulk_create(
        [
            MessageText(purpose=r["purpose"], version=1, subject=r["subject"], body=r["body"], created_at=now)
            for r in read_reference("messages")
            if r["purpose"] not in known
        ]
    )


def _load_routes() -> None:
    known = set(NoticeRoute.objects.values_list("purpose", flat=True))
    NoticeRoute.objects.bulk_create(
        NoticeRoute(**asdict(route) | {"channels": list(route.channels)})
        for purpose, route in first_routes().items()
        if purpose not in known
    )
