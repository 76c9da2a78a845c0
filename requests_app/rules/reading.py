"""What a NIK says about its owner, for a question to whoever typed it; never a fact, never a refusal."""

from dataclasses import dataclass
from datetime import date

from requests_app.rules.dates import age_on
from requests_app.rules.nik import NikError, check_nik, nik_hints, read_nik

YOUNGEST_OWNER = 12


@dataclass(frozen=True)
class Reading:
    """The birth date and sex that the digits most likely mean; `differs` from what was typed beside them."""

    birth_date: date
    sex: str
    differs: bool


def read_aloud(nik: str, *, today: date, birth_date: date | None = None, sex: str = "") -> Reading | None:
    """Read a typed NIK, or None when it cannot exist. The century is that of the typed birth date where days agree."""
    try:
        number = check_nik(nik)
    except NikError:
        return None
    hints = nik_hints(number, birth_date=birth_date, sex=sex, known_regions=lambda _code: "current")
    digits = read_nik(number)
    likely = likely_birth_date(digits.day, digits.month, digits.year2, today)
    agreed = birth_date if birth_date and "date_mismatch" not in hints else likely
    return Reading(agreed, digits.sex, differs=bool({"date_mismatch", "sex_mismatch"} & set(hints)))


def likely_birth_date(day: int, month: int, year2: int, today: date) -> date:
    """This century for whoever would be at least twelve today, else the last one."""
    young = date(2000 + year2, month, day)
    return young if age_on(young, today) >= YOUNGEST_OWNER else date(1900 + year2, month, day)
