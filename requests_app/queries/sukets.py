"""What is read of sukets: the one of an application, and what anybody learns of one by its code."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from requests_app.models import Application, Suket
from requests_app.rules.dates import local_date
from requests_app.rules.sukets import CARD_NOT_THERE, known_as, may_renew_from


class Standing(StrEnum):
    """How a suket stands on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True)
class OwnSuket:
    """The suket of an application that has not ended. `may_renew`: now; `renew_from`: the first day on which."""

    number: str
    code: str
    issued_at: datetime
    expires_on: date
    expired: bool
    may_renew: bool
    renew_from: date


def own_suket(application: Application, *, now: datetime) -> OwnSuket | None:
    """The one that its owner shows now. One query."""
    suket = Suket.objects.filter(application=application.pk, ended_at=None).first()
    if suket is None:
        return None
    today, renew_from = local_date(now), may_renew_from(local_date(suket.issued_at), suket.expires_on)
    return OwnSuket(
        number=suket.number,
        code=suket.code,
        issued_at=suket.issued_at,
        expires_on=suket.expires_on,
        expired=suket.expires_on < today,
        may_renew=application.status in CARD_NOT_THERE and today >= renew_from,
        renew_from=renew_from,
    )


@dataclass(frozen=True)
class CheckedSuket:
    """What anybody may learn of a suket whose code they hold: no NIK, and no more of the name than to compare."""

    number: str
    known_as: str
    issued_on: date
    expires_on: date
    standing: Standing
    end_reason: str
    ended_on: date | None


def suket_by_code(code: str, *, now: datetime) -> CheckedSuket | None:
    """The suket with this code. One query, whether there is one or not."""
    rows = Suket.objects.filter(code=code).values_list(
        "number", "application__name", "issued_at", "expires_on", "ended_at", "end_reason"
    )
    row = rows.first()
    if row is None:
        return None
    number, name, issued_at, expires_on, ended_at, end_reason = row
    expired = expires_on < local_date(now)
    standing = Standing.ENDED if ended_at else Standing.EXPIRED if expired else Standing.VALID
    return CheckedSuket(
        number=number,
        known_as=known_as(name),
        issued_on=local_date(issued_at),
        expires_on=expires_on,
        standing=standing,
        end_reason=end_reason,
        ended_on=local_date(ended_at) if ended_at else None,
    )


@dataclass(frozen=True)
class SuketFacts:
    """Everything that stands on the paper."""

    number: str
    code: str
    name: str
    nik: str
    birth_date: date
    address: str
    reason: str
    application: str
    issued_on: date
    expires_on: date


def suket_facts(application_id: int) -> SuketFacts | None:
    """Of the suket that has not ended; None without one. One query."""
    rows = Suket.objects.filter(application=application_id, ended_at=None)
    suket = rows.select_related("application__kelurahan__kecamatan").first()
    if suket is None:
        return None
    application = suket.application
    return SuketFacts(
        number=suket.number,
        code=suket.code,
        name=application.name,
        nik=application.nik,
        birth_date=date.fromisoformat(application.answers["birth_date"]),
        address=_address(application),
        reason=application.reason,
        application=application.number,
        issued_on=local_date(suket.issued_at),
        expires_on=suket.expires_on,
    )


def _address(application: Application) -> str:
    """Where the person is registered: of somebody from elsewhere, as it was typed."""
    answers, kelurahan = application.answers, application.kelurahan
    if answers.get("registered_address"):
        return ", ".join(filter(None, [answers["registered_address"], answers.get("registered_region", "")]))
    parts = [
        application.address,
        f"RT {answers['rt']} RW {answers['rw']}" if answers.get("rt") else "",
        f"Kelurahan {kelurahan.name}",
        f"Kecamatan {kelurahan.kecamatan.name}",
        "Kota Palembang",
    ]
    return ", ".join(filter(None, parts))
