"""Who may hold a KTP-el: 17 years, or married, or once married (Perpres 96/2018 Ps 15)."""

from datetime import date

from requests_app.rules.catalogue import KTP_AGE
from requests_app.rules.conditions import Answers
from requests_app.rules.dates import age_on
from requests_app.rules.elements import EVER_MARRIED
from requests_app.rules.texts import N_, Refusal

_MESSAGES = {
    "future": N_("Tanggal lahir ini belum terjadi. Periksa lagi tahunnya."),
    "under_17": N_(
        "KTP-el dapat diajukan mulai hari ulang tahun ke-17. Kembalilah ke halaman ini setelah itu. "
        "Bila sudah atau pernah menikah, pilih status perkawinan yang sesuai."
    ),
}


class AgeError(Refusal):
    """The application cannot be made yet; ``code`` is future or under_17."""

    def __init__(self, code: str) -> None:
        super().__init__(code, _MESSAGES[code])


def is_under_17(birth: date, today: date) -> bool:
    """Say whether the marital status must be asked. ``today`` is the day in Asia/Jakarta."""
    return age_on(birth, today) < KTP_AGE


def check_birth_date(birth: date, today: date) -> None:
    """Raise AgeError when the birth date lies in the future."""
    if birth > today:
        raise AgeError("future")


def check_age(answers: Answers, today: date) -> None:
    """Raise AgeError for a birth date in the future, or under 17 today and never married.

    ``answers["birth_date"]`` is an ISO date, ``today`` the day in Asia/Jakarta. A missing marital
    status counts as never married.
    """
    birth = date.fromisoformat(answers["birth_date"])
    check_birth_date(birth, today)
    if is_under_17(birth, today) and answers.get("marital_status") not in EVER_MARRIED:
        raise AgeError("under_17")
