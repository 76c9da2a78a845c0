"""Phone numbers that can receive a WhatsApp message, kept as E.164."""

import phonenumbers

from requests_app.rules.nik import clean_digits
from requests_app.rules.texts import N_, Refusal

INDONESIA = "+62"
FICTITIOUS_PREFIX = "+628000000"

_BRACKETS = str.maketrans("", "", "()[]/")
_SHORTEST, _LONGEST = 9, 12
_FICTITIOUS_LENGTH = len("+6280000000000")
_TELKOMSEL = {"811", "812", "813", "821", "822", "823", "851", "852", "853"}
_INDOSAT_AND_TRI = {"814", "815", "816", "855", "856", "857", "858", "895", "896", "897", "898", "899"}
_XL_AND_AXIS = {"817", "818", "819", "859", "877", "878", "831", "832", "833", "838"}
_SMARTFREN = {"881", "882", "883", "884", "885", "886", "887", "888", "889"}
_KNOWN_PREFIXES = _TELKOMSEL | _INDOSAT_AND_TRI | _XL_AND_AXIS | _SMARTFREN
_MOBILE_TYPES = (
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
)
_MESSAGES = {
    "empty": N_("Isi nomor WhatsApp."),
    "characters": N_("Nomor WhatsApp hanya berisi angka. Contoh: 0812 3456 7890."),
    "unclear": N_("Tulis nomor yang diawali 08 atau +62. Contoh: 0812 3456 7890."),
    "too_short": N_("Nomor WhatsApp ini kurang angka. Periksa lagi, misalnya di kontak ponsel Anda."),
    "too_long": N_("Nomor WhatsApp ini kelebihan angka. Periksa lagi, misalnya di kontak ponsel Anda."),
    "landline": N_("Ini nomor telepon rumah atau kantor. Tulis nomor ponsel yang memakai WhatsApp."),
    "not_mobile": N_("Nomor ini bukan nomor ponsel. Tulis nomor ponsel yang memakai WhatsApp."),
    "fictitious": N_("Nomor ini hanya contoh. Tulis nomor WhatsApp yang Anda pakai."),
    "foreign": N_("Nomor luar negeri ini tidak ada. Tulis + dan kode negara. Contoh: +60 12 345 6789."),
}


class PhoneError(Refusal):
    """A number that no WhatsApp message can reach; ``code`` names why, the text says what to do."""

    def __init__(self, code: str) -> None:
        super().__init__(code, _MESSAGES[code])


def normalise_phone(text: str, *, allow_fictitious: bool) -> str:
    """Return the E.164 form of a mobile number, or raise PhoneError.

    Accepts 08…, 8…, 62…, +62… and, written with +, mobile numbers of other countries. Prefixes
    that no operator list knows are accepted (see ``phone_hints``). The range
    +62 800-0000-0000…9999 belongs to nobody: only with ``allow_fictitious``.
    """
    digits = clean_digits(text).translate(_BRACKETS)
    if not digits.strip("+"):
        raise PhoneError("empty")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if not digits.removeprefix("+").isdecimal():
        raise PhoneError("characters")
    if digits.startswith("+") and not digits.startswith(INDONESIA):
        return _foreign(digits)
    return _indonesian(_national_part(digits), allow_fictitious)


def phone_hints(e164: str) -> list[str]:
    """Return ``["unknown_prefix"]`` for an Indonesian prefix that no operator list knows."""
    if not e164.startswith(INDONESIA) or is_fictitious(e164):
        return []
    return [] if e164[3:6] in _KNOWN_PREFIXES else ["unknown_prefix"]


def is_fictitious(e164: str) -> bool:
    """Say whether a number lies in +62 800-0000-0000…9999, which reaches nobody."""
    return e164.startswith(FICTITIOUS_PREFIX) and len(e164) == _FICTITIOUS_LENGTH


def spaced_phone(e164: str) -> str:
    """Write a whole number in groups, as people read it aloud: ``+62 800 0000 0001``."""
    return f"{e164[:3]} {e164[3:6]} {e164[6:10]} {e164[10:]}".strip()


def mask_phone(e164: str) -> str:
    """Hide all but country code and last four digits: ``+62 ••• •••• 0001``."""
    return f"+{phonenumbers.parse(e164).country_code} ••• •••• {last_four(e164)}"


def last_four(e164: str) -> str:
    """Return the four digits that a citizen types to look up an application."""
    return e164[-4:]


def _national_part(digits: str) -> str:
    """Return what follows +62 or the leading 0; people also write +62 0812."""
    if digits.startswith(INDONESIA):
        return digits[3:].removeprefix("0")
    if digits.startswith("62"):
        return digits[2:].removeprefix("0")
    if digits.startswith("0"):
        return digits[1:]
    if digits.startswith("8"):
        return digits
    raise PhoneError("unclear")


def _indonesian(national: str, allow_fictitious: bool) -> str:
    e164 = INDONESIA + national
    if is_fictitious(e164):
        if not allow_fictitious:
            raise PhoneError("fictitious")
        return e164
    if national.startswith(("80", "1")):
        raise PhoneError("not_mobile")
    if national and not national.startswith("8"):
        raise PhoneError("landline")
    if len(national) < _SHORTEST:
        raise PhoneError("too_short")
    if len(national) > _LONGEST:
        raise PhoneError("too_long")
    return e164


def _foreign(digits: str) -> str:
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException as problem:
        raise PhoneError("foreign") from problem
    if not phonenumbers.is_valid_number(number):
        raise PhoneError("foreign")
    if phonenumbers.number_type(number) not in _MOBILE_TYPES:
        raise PhoneError("landline")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
