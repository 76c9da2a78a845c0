"""Synthetic people and applications; NIK serials 99xx and the fictitious phone range, as nobody holds them."""

import itertools
import uuid
from collections import deque
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import factory
from django.contrib.auth.hashers import make_password

from requests_app.models import Application, Draft, Event, Officer, Promise, Shift
from requests_app.operations import keys_ahead
from requests_app.operations.decisions import Verdict, decide
from requests_app.operations.review import claim_application
from requests_app.operations.submission import submit_draft
from requests_app.rules.dates import local_date

_people = itertools.count(1)

APPROVED = Verdict("approved", details={"place": "UPTD Zona 7", "when": "mulai Rabu", "bring": "Kartu Keluarga asli"})
REJECTED = Verdict("rejected", reason_code="bukan_penduduk")
CORRECTION = Verdict("needs_correction", items=[{"target": "KK", "reason": "foto_buram"}])
RECORDING = Verdict("recording_needed", details={"place": "UPTD Zona 7", "when": "hari kerja", "bring": "KK"})


PASSWORD = "sandi-contoh-panjang"


@lru_cache
def _hashed(password: str) -> str:
    """Hashing is slow on purpose; once is enough for all officers of the tests."""
    return make_password(password)


class OfficerFactory(factory.django.DjangoModelFactory):
    """An officer who may see all zones and services."""

    class Meta:
        model = Officer

    username = factory.Sequence(lambda n: f"petugas{n}")
    role = "officer"
    password = factory.LazyFunction(lambda: _hashed(PASSWORD))


def on_duty(officer: Officer, now: datetime) -> Officer:
    """The officer with a shift on the day of `now`."""
    Shift.objects.create(officer=officer, date=local_date(now))
    return officer


def new_nik() -> str:
    """A NIK nobody has: a woman born on 17 August 1995, running number in district and serial."""
    n = next(_people)
    return f"1671{1 + n // 100 % 90:02d}5708959{900 + n % 100}"


def new_phone() -> str:
    """The next number of the fictitious range."""
    return f"+628000000{next(_people) % 10000:04d}"


def answers(**over: Any) -> dict[str, Any]:
    """Complete answers for a lost KTP-el, told over WhatsApp."""
    return {
        "reason": "hilang",
        "applicant": "self",
        "nik": new_nik(),
        "kk_number": "1671041708959901",
        "name": "Siti Contoh",
        "birth_date": "1995-08-17",
        "sex": "P",
        "kelurahan": "16.71.01.1001",
        "address": "Lrg. Contoh No. 1",
        "rt": "003",
        "rw": "001",
        "police_number": "LP/123/XI/2026",
        "police_date": "2026-11-20",
        "police_station": "Polsek Contoh",
        "collector": "self",
        "contact": "whatsapp",
        "phone": new_phone(),
        "phone_owner": "self",
        "email": "",
    } | over


def keys_at_hand() -> None:
    """Every thirty-second submission of a process draws keys first; not the one whose questions a test counts."""
    for model in (Application, Promise, Event):
        table = model._meta.db_table
        drawn = keys_ahead._drawn.setdefault(table, deque())
        if not drawn:
            drawn.extend(keys_ahead._draw(table))


def make_draft(now: datetime, service: str = "ktp_el", **over: Any) -> Draft:
    """A complete draft, without documents."""
    keys_at_hand()
    return Draft.objects.create(
        id=uuid.uuid4(), service=service, answers=answers(**over), started_at=now, changed_at=now,
        expires_at=now + timedelta(days=7),
    )  # fmt: skip


def submitted(now: datetime, **over: Any) -> Application:
    """An application that was just submitted, by the operation itself."""
    return submit_draft(draft_id=make_draft(now, **over).pk, now=now).application


def decided(now: datetime, verdict: Verdict, officer: Officer | None = None, **over: Any) -> Application:
    """An application that was submitted and decided at `now`."""
    application = submitted(now, **over)
    officer = officer or on_duty(OfficerFactory(), now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    decide(application_id=application.pk, officer=officer, now=now, verdict=verdict)
    application.refresh_from_db()
    return application


def collected(now: datetime, **over: Any) -> Application:
    """An application whose card is in its owner's hand: the end that it was sent for."""
    from tests.operations.cards import give_card  # which makes its applications with what stands above

    application = decided(now, APPROVED, **over)
    return give_card(application_id=application.pk, officer=OfficerFactory(role="counter"), now=now)
