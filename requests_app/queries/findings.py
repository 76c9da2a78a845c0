"""What the office's own data say about an application: hints for the officer, never a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from requests_app.models import Application, Document, NikRegion, Report, Requirement
from requests_app.rules.catalogue import KTP_AGE, UPLOAD, Reason, Service, in_a_sentence
from requests_app.rules.conditions import condition_holds
from requests_app.rules.dates import age_on, format_day, local_date
from requests_app.rules.elements import EVER_MARRIED
from requests_app.rules.labels import target_label
from requests_app.rules.nik import nik_hints
from requests_app.rules.phone import phone_hints
from requests_app.rules.statuses import Status

FRESH_LETTER = timedelta(days=14)
DOCUMENT_HINTS = {"too_small": "Foto kecil", "dark": "Foto gelap", "blurred": "Foto buram"}


@dataclass(frozen=True)
class Finding:
    """One line beside an answer or document (`target`) or about the whole (empty). `number`: another application."""

    target: str
    tone: str
    text: str
    number: str = ""


@dataclass(frozen=True)
class Related:
    """Other applications of the same person or the same phone, as far as their numbers and statuses."""

    same_nik: Sequence[Application]
    phone_users: int
    report: Report | None


def related_to(application: Application) -> Related:
    """Others with the same NIK (newest first, at most 20), and how many other people use the same phone."""
    fields = ("number", "service", "reason", "status", "submitted_at", "key_hash")
    same_nik = Application.objects.filter(nik_hash=application.nik_hash).exclude(pk=application.pk).only(*fields)
    phone_users = 0
    if application.phone_hash:
        others = Application.objects.filter(phone_hash=application.phone_hash).exclude(nik_hash=application.nik_hash)
        phone_users = others.values("nik_hash").distinct().count()
    report = Report.objects.filter(application=application).exclude(status="closed").only("number", "status").first()
    return Related(list(same_nik.order_by("-submitted_at")[:20]), phone_users, report)


def missing_documents(application: Application, documents: Sequence[Document]) -> list[str]:
    """Codes of the uploads that this application's answers ask for and that are not there."""
    asked = Requirement.objects.filter(
        Q(reason=application.reason) | Q(reason="*"), service=application.service, kind=UPLOAD
    ).exclude(mandatory="no")
    present = {document.document_code for document in documents}
    return [
        row.document_code
        for row in asked
        if row.document_code not in present and condition_holds(row.condition_code, application.answers)
    ]


def findings_of(
    application: Application, documents: Sequence[Document], related: Related, missing: Sequence[str], now: datetime
) -> list[Finding]:
    """All findings, the serious ones first."""
    found = [
        *_others(application, related),
        *_nik(application),
        *_age(application, now),
        *_police_letter(application),
        *_phone(application, related),
        *_documents(documents, missing),
    ]
    order = {"bad": 0, "warn": 1, "act": 2, "good": 3}
    return sorted(found, key=lambda finding: order[finding.tone])


def _others(application: Application, related: Related) -> list[Finding]:
    found = []
    if related.report is not None:
        found.append(Finding("", "bad", f"Ada laporan {related.report.number}: dahulukan permohonan ini."))
    if application.not_by_id is not None:
        found.append(Finding("", "warn", "Ini keberatan atas penolakan. Petugas sebelumnya tidak memeriksa lagi."))
    for other in related.same_nik:
        status = Status(other.status)
        same_key = other.key_hash == application.key_hash and other.service == application.service
        text = f"{_what(other)}, {format_day(local_date(other.submitted_at))}: {status.officer_label.split(' {')[0]}"
        if same_key and status.is_open:
            found.append(Finding("nik", "bad", f"Permohonan lain untuk NIK ini masih berjalan. {text}", other.number))
        else:
            found.append(Finding("nik", "act", f"Pernah mengajukan: {text}", other.number))
    return found


def _what(application: Application) -> str:
    service = Service(application.service)
    return f"{service.label} {in_a_sentence(service, Reason(application.reason))}"


def _nik(application: Application) -> list[Finding]:
    place = NikRegion.objects.filter(code6=application.nik[:6]).first()
    birth = _day(application.answers.get("birth_date"))
    codes = nik_hints(
        application.nik,
        birth_date=birth,
        sex=application.answers.get("sex"),
        known_regions=lambda _code: place.status if place else None,
    )
    where = f"{place.kecamatan}, {place.kabupaten}" if place else ""
    texts = {
        "region_unknown": "Kode wilayah NIK tidak ada dalam daftar.",
        "region_historic": f"NIK dari wilayah lama: {where}.",
        "region_other": f"NIK terbit di {where}.",
        "sex_mismatch": "Berbeda dari NIK; cocokkan dengan KK.",
        "date_mismatch": "Berbeda dari NIK; cocokkan dengan KK.",
    }
    targets = {"sex_mismatch": "sex", "date_mismatch": "birth_date"}
    found = [Finding(targets.get(code, "nik"), "warn", texts[code]) for code in codes]
    return found or [Finding("nik", "good", "Cocok dengan data")]


def _age(application: Application, now: datetime) -> list[Finding]:
    birth = _day(application.answers.get("birth_date"))
    if birth is None or application.service != Service.KTP_EL:
        return []
    age = age_on(birth, local_date(now))
    if age >= KTP_AGE:
        return [Finding("birth_date", "good", f"{age} tahun")]
    if application.answers.get("marital_status") in EVER_MARRIED:
        text = f"{age} tahun, sudah atau pernah kawin: cocokkan dengan KK atau buku nikah."
        return [Finding("birth_date", "warn", text)]
    return [Finding("birth_date", "bad", f"{age} tahun dan belum kawin.")]


def _police_letter(application: Application) -> list[Finding]:
    written = _day(application.answers.get("police_date"))
    if written is None:
        return []
    days = (local_date(application.submitted_at) - written).days
    if timedelta(days=days) > FRESH_LETTER:
        return [Finding("police_date", "warn", f"Surat berumur {days} hari saat diajukan (lebih dari 14 hari).")]
    return [Finding("police_date", "good", f"Surat berumur {days} hari")]


def _phone(application: Application, related: Related) -> list[Finding]:
    if not application.phone_hash:
        return []
    found = [Finding("phone", "warn", "Awalan nomor ini tidak dikenal.") for _ in phone_hints(application.phone)]
    if related.phone_users:
        found.append(Finding("phone", "act", f"Nomor ini juga dipakai {related.phone_users} orang lain."))
    return found


def _documents(documents: Sequence[Document], missing: Sequence[str]) -> list[Finding]:
    found = [Finding(code, "bad", f"{target_label(code)} tidak ada.") for code in missing]
    for document in documents:
        for hint in document.hints:
            text = f"{target_label(document.document_code)}: {DOCUMENT_HINTS.get(hint, hint).lower()}"
            found.append(Finding(document.document_code, "warn", text))
    return found


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
