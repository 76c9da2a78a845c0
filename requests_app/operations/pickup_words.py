"""The words of a card that waits for its owner: where, when, with what, against which code."""

from datetime import date, datetime

from requests_app.models import Application, CardPickup, Zone
from requests_app.models.blanks import HEAD_OFFICE
from requests_app.models.pickup_choice import kept_day
from requests_app.models.zones import usual_hours_in_words
from requests_app.rules.blanks import PARTS
from requests_app.rules.dates import format_day_long

HEAD_OFFICE_ADDRESS = "Jl. Demang Lebar Daun 4255, Palembang"
USUALLY_BRING = "Kartu Keluarga asli dan kartu lama bila ada"


def pickup_params(pickup: CardPickup, application: Application, *, now: datetime) -> dict[str, str]:
    """Placeholders of every message about a card that is there: `tempat`, `waktu`, `bawa`, `kode_ambil`."""
    return {
        "tempat": office_in_words(pickup.zone),
        "waktu": time_in_words(pickup, now=now),
        "bawa": to_bring(application),
        "kode_ambil": pickup.code,
    }


def office_in_words(zone: Zone | None) -> str:
    """An office where cards are collected, with its address; none: the head office."""
    if zone is None:
        return f"{HEAD_OFFICE}, {HEAD_OFFICE_ADDRESS}"
    return ", ".join(filter(None, [zone.name, zone.address]))


def hours_of(zone: Zone | None) -> str:
    """When an office is open, in words."""
    return zone.hours if zone is not None else usual_hours_in_words()


def time_in_words(pickup: CardPickup, *, now: datetime) -> str:
    """The day and part that the citizen chose, as long as they can be kept; otherwise when the office is open."""
    day = kept_day(pickup, now=now)
    if day is not None:
        return day_in_words(day, pickup.part)
    wish = f" (Anda memilih {pickup.part})" if pickup.part and pickup.day is None else ""
    return f"jam layanan {hours_of(pickup.zone)}{wish}"


def day_in_words(day: date, part: str) -> str:
    """A day on which somebody comes, and the part of it."""
    return ", ".join(filter(None, [format_day_long(day), PARTS.get(part)]))


def to_bring(application: Application) -> str:
    """What the officer who approved it said; what is usual where nothing was said."""
    decision = application.decisions.filter(kind="approved", taken_back_at=None, annulled_at=None).latest("decided_at")
    return str(decision.details.get("bring") or USUALLY_BRING)
