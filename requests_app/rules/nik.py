"""NIK and family card numbers: what makes one impossible, and what is only worth a hint.

A NIK is PPKKCC DDMMYY NNNN: region of first registration, birth date (women: day + 40), serial.
It has no check digit. It never changes, not even when sex or birth date are corrected
(Permendagri 108/2019 Ps 15(3)), so a difference from the form is a hint for the officer,
never a refusal.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from requests_app.rules.reference import REFERENCE_FOLDER
from requests_app.rules.texts import N_, Refusal

LENGTH = 16
CITY_CODE = "1671"
FEMALE_DAY_OFFSET = 40
MALE = "L"
FEMALE = "P"

_SEPARATOR_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
_SEPARATORS = frozenset("._\u2212\uff0e\ufe0f")


class RegionStatus(StrEnum):
    """Whether a six-digit region code is on today's national list or only on an older one."""

    CURRENT = "current"
    HISTORIC = "historic"


class NikError(Refusal):
    """A NIK or family card number that cannot exist.

    ``code`` is one of empty, not_digits, length, placeholder, province, date, serial; the text
    is a plain Indonesian message that says what to do. It never repeats the number.
    """


@dataclass(frozen=True)
class NikReading:
    """What the digits say: ``day`` is already without the 40 of women, ``year2`` has no century."""

    region6: str
    day: int
    month: int
    year2: int
    female: bool

    @property
    def sex(self) -> str:
        """Return ``"P"`` or ``"L"`` as the form writes it."""
        return FEMALE if self.female else MALE


_NIK_MESSAGES = {
    "empty": N_("Isi NIK."),
    "not_digits": N_("NIK hanya berisi angka. Hapus huruf atau tanda lain."),
    "length": N_("NIK harus 16 angka. Anda menulis {count} angka. Periksa lagi di Kartu Keluarga atau KTP-el."),
    "placeholder": N_("Angka ini bukan NIK. Salin 16 angka di Kartu Keluarga atau KTP-el."),
    "province": N_("Dua angka pertama NIK bukan kode provinsi. Periksa lagi di Kartu Keluarga atau KTP-el."),
    "date": N_("Angka ke-7 sampai ke-12 NIK bukan tanggal yang ada. Periksa lagi di Kartu Keluarga atau KTP-el."),
    "serial": N_("Empat angka terakhir NIK tidak boleh 0000. Periksa lagi di Kartu Keluarga atau KTP-el."),
}
_KK_MESSAGES = {
    "empty": N_("Isi nomor KK."),
    "not_digits": N_("Nomor KK hanya berisi angka. Hapus huruf atau tanda lain."),
    "length": N_("Nomor KK harus 16 angka. Anda menulis {count} angka. Periksa lagi di bagian atas Kartu Keluarga."),
    "placeholder": N_("Angka ini bukan nomor KK. Salin 16 angka di bagian atas Kartu Keluarga."),
    "province": N_("Dua angka pertama nomor KK bukan kode provinsi. Periksa lagi di bagian atas Kartu Keluarga."),
    "date": N_("Angka ke-7 sampai ke-12 nomor KK bukan tanggal yang ada. Periksa lagi di bagian atas Kartu Keluarga."),
    "serial": N_("Empat angka terakhir nomor KK tidak boleh 0000. Periksa lagi di bagian atas Kartu Keluarga."),
}


def clean_digits(text: str) -> str:
    """Drop spaces, dots, dashes and invisible characters; write every kind of digit as 0-9.

    Everything else, letters for example, stays, so that the check after it can name the problem.
    """
    return "".join(_clean_character(character) for character in text)


def check_nik(text: str) -> str:
    """Return the cleaned 16 digits of a NIK, or raise NikError when it cannot exist."""
    return _check(text, days=_nik_day, messages=_NIK_MESSAGES)


def check_kk_number(text: str) -> str:
    """Return the cleaned 16 digits of a family card number, or raise NikError.

    Its date is the day of issue, so the 40 of women's birth days is not allowed here.
    """
    return _check(text, days=int, messages=_KK_MESSAGES)


def read_nik(nik: str) -> NikReading:
    """Take a checked NIK apart. The century is not in it; nobody may guess it from here."""
    written_day = int(nik[6:8])
    return NikReading(
        region6=nik[:6],
        day=_nik_day(nik[6:8]),
        month=int(nik[8:10]),
        year2=int(nik[10:12]),
        female=written_day > FEMALE_DAY_OFFSET,
    )


def nik_hints(
    nik: str,
    *,
    birth_date: date | None,
    sex: str | None,
    known_regions: Callable[[str], str | None],
) -> list[str]:
    """Say where a checked NIK differs from the form: codes for the officer, never a refusal.

    ``known_regions`` takes the first six digits and gives ``"current"``, ``"historic"`` or None.
    At most one of region_historic, region_unknown, region_other is given, then sex_mismatch and
    date_mismatch. Day, month and two-digit year are compared; the typed century stands.
    """
    reading = read_nik(nik)
    hints = _region_hints(reading.region6, known_regions(reading.region6))
    if sex and sex != reading.sex:
        hints.append("sex_mismatch")
    if birth_date and not _same_day(reading, birth_date):
        hints.append("date_mismatch")
    return hints


@cache
def province_codes() -> frozenset[str]:
    """Return the first two digits that occur in any national region list since 2016."""
    with (REFERENCE_FOLDER / "wilayah_nik.csv").open(encoding="utf-8") as table:
        next(table)
        return frozenset(line[:2] for line in table)


def group_nik(nik: str) -> str:
    """Write a number in fours, as people read it aloud: ``1671 0457 0895 9902``."""
    return " ".join(nik[start : start + 4] for start in range(0, len(nik), 4))


def mask_nik(nik: str) -> str:
    """Hide all but the region's first four and the last four digits: ``1671********9902``."""
    if len(nik) != LENGTH:
        return "*" * LENGTH
    return f"{nik[:4]}{'*' * 8}{nik[-4:]}"


def _clean_character(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _SEPARATORS or unicodedata.category(character) in _SEPARATOR_CATEGORIES:
        return ""
    return character


def _check(text: str, *, days: Callable[[str], int], messages: dict[str, str]) -> str:
    number = clean_digits(text)
    code = _problem(number, days)
    if code is not None:
        raise NikError(code, messages[code], count=len(number))
    return number


def _problem(number: str, days: Callable[[str], int]) -> str | None:
    """The first rule that a number breaks; the order matters, since the later ones need what the earlier ones check."""
    rules: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("empty", lambda: bool(number)),
        ("not_digits", lambda: number.isascii() and number.isdigit()),
        ("length", lambda: len(number) == LENGTH),
        ("placeholder", lambda: len(set(number)) > 1),
        ("province", lambda: number[:2] in province_codes()),
        ("date", lambda: _date_exists(days(number[6:8]), int(number[8:10]), int(number[10:12]))),
        ("serial", lambda: number[12:] != "0000"),
    )
    return next((code for code, holds in rules if not holds()), None)


def _nik_day(digits: str) -> int:
    day = int(digits)
    return day - FEMALE_DAY_OFFSET if day > FEMALE_DAY_OFFSET else day


def _date_exists(day: int, month: int, year2: int) -> bool:
    """Say whether some century has that day; 29-02-00 exists because 2000 was a leap year."""
    try:
        date(2000 + year2, month, day)
    except ValueError:
        return False
    return True


def _region_hints(region6: str, status: str | None) -> list[str]:
    if status is None:
        return ["region_unknown"]
    if region6.startswith(CITY_CODE):
        return []
    return ["region_historic" if status == RegionStatus.HISTORIC else "region_other"]


def _same_day(reading: NikReading, birth_date: date) -> bool:
    written = (reading.day, reading.month, reading.year2)
    return written == (birth_date.day, birth_date.month, birth_date.year % 100)
