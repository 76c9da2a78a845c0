"""What the office's own data say about an application: hints for the officer, never a refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from requests_app.models import HOLDS_KEY, Application, Document, NikRegion, Report
from requests_app.models.keys import family_key
from requests_app.queries.apply import requirements_for
from requests_app.rules.catalogue import APPLIED, KTP_AGE, Reason, Service, in_a_sentence
from requests_app.rules.dates import age_on, format_day, local_date
from requests_app.rules.elements import EVER_MARRIED
from requests_app.rules.labels import target_label
from requests_app.rules.nik import nik_hints
from requests_app.rules.phone import phone_hints
from requests_app.rules.statuses import OPEN_STATUSES, Status

FRESH_LETTER = timedelta(days=14)
COLUMNS = ("number", "service", "reason", "status", "submitted_at", "key_hash")
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
    """Other applications of the same person or the same phone, as far as their numbers and statuses.

    `family_card`: the change of the family card that a KTP-el waits for; `cards`: the KTP-el that wait for this one.
    """

    same_nik: Sequence[Application]
    phone_users: int
    report: Report | None
    family_card: Application | None = None
    cards: Sequence[Application] = ()


def related_to(application: Application) -> Related:
    """Others with the same NIK (newest first, at most 20), and how many other people use the same phone."""
    same_nik = Application.objects.filter(nik_hash=application.nik_hash).exclude(pk=application.pk).only(*COLUMNS)
    phone_users = 0
    if application.phone_hash:
        others = Application.objects.filter(phone_hash=application.phone_hash).exclude(nik_hash=application.nik_hash)
        phone_users = others.values("nik_hash").distinct().count()
    report = Report.objects.filter(application=application).exclude(status="closed").only("number", "status").first()
    newest = list(same_nik.order_by("-submitted_at")[:20])
    return Related(newest, phone_users, report, _family_card(application), _cards(application))


def _family_card(application: Application) -> Application | None:
    """The one that it was linked with, or one of the same family that is open now. No query for other reasons."""
    if application.service != Service.KTP_EL or application.reason != Reason.PERUBAHAN_DATA:
        return None
    of_family = Q(service=Service.KK, key_hash=family_key(application.nik, application.kk_number))
    of_family &= Q(reason=Reason.PERUBAHAN_ELEMEN_DATA, status__in=HOLDS_KEY)
    found = Application.objects.filter(Q(pk=application.depends_on_id) | of_family)
    linked_first = sorted(found.only(*COLUMNS), key=lambda one: one.pk != application.depends_on_id)
    return linked_first[0] if linked_first else None


def _cards(application: Application) -> list[Application]:
    """The open ones that wait for this family card. No query for other reasons."""
    if application.service != Service.KK or application.reason != Reason.PERUBAHAN_ELEMEN_DATA:
        return []
    return list(application.dependents.filter(status__in=OPEN_STATUSES).only(*COLUMNS).order_by("pk"))


def missing_documents(application: Application, documents: Sequence[Document]) -> list[str]:
    """Codes of the uploads that this application's answers ask for and that are not there."""
    answers = {**application.answers, "reason": application.reason}
    asked = [r for r in requirements_for(answers, application.service) if r.needs_file and r.mandatory != "no"]
    present = {document.document_code for document in documents}
    return [requirement.document_code for requirement in asked if requirement.document_code not in present]


def findings_of(
    application: Application, documents: Sequence[Document], related: Related, missing: Sequence[str], now: datetime
) -> list[Finding]:
    """All findings, the serious ones first."""
    found = [
        *_others(application, related),
        *_links(application, related),
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
        text = f"{_what(other)}, {format_day(local_date(other.submitted_at))}: {status.officer_word}"
        if same_key and status.is_open:
            found.append(Finding("nik", "bad", f"Permohonan lain untuk NIK ini masih berjalan. {text}", other.number))
        else:
            found.append(Finding("nik", "act", f"Pernah mengajukan: {text}", other.number))
    return found


def _links(application: Application, related: Related) -> list[Finding]:
    """A KTP-el that changes data is printed after the family card shows them, never before."""
    words = "{what} menunggu KK ini ({now})."
    found = [Finding("", "act", words.format(what=_what(c), now=_now(c)), c.number) for c in related.cards]
    family = related.family_card
    if family is not None:
        found.append(Finding("", *_wait_for(family), family.number))
    elif application.answers.get("kk_updated") == APPLIED:
        text = "Warga menulis perubahan KK sudah diajukan, tetapi permohonannya tidak ada di sini."
        found.append(Finding("", "warn", text))
    return found


def _wait_for(family: Application) -> tuple[str, str]:
    """Tone and words about the family card that a KTP-el waits for."""
    status = Status(family.status)
    if status is Status.COMPLETED:
        return "good", "Perubahan KK sudah selesai."
    if status.is_open:
        return "warn", f"Putuskan sesudah KK selesai. KK sekarang: {_now(family)}."
    return "warn", f"Perubahan KK tidak jadi ({_now(family)}). Cocokkan data baru dengan KK."


def _now(application: Application) -> str:
    return Status(application.status).officer_word.lower()


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
