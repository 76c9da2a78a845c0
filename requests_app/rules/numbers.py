"""Numbers and codes that people read aloud: Crockford's 32 characters, no I, L, O or U."""

import secrets
import unicodedata

from stdnum import luhn

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
APPLICATION_PREFIX = "PLG"
REPORT_PREFIX = "LAP"

_BODY_LENGTH = 8
CHECK_CODE_LENGTH = 6
_SECRET_LENGTH = 12
_PICKUP_CODE_LENGTH = 8
_LONG_LENGTH = 16
_CARD_CODE_LENGTH = 8
_SENT_CODE_LENGTH = 8
_CODE_DIGITS = 6
_LOOK_ALIKES = str.maketrans("OIL", "011")


def new_application_number() -> str:
    """Return a fresh ``PLG-XXXX-XXXX-C``: 40 random bits and one check character.

    Not unique by itself: the database's unique key decides, the caller draws again.
    """
    return _new_number(APPLICATION_PREFIX)


def new_report_number() -> str:
    """Return a fresh ``LAP-XXXX-XXXX-C``, made and checked like an application number."""
    return _new_number(REPORT_PREFIX)


def normalise_number(text: str, prefix: str = APPLICATION_PREFIX) -> str | None:
    """Return the number as it is stored, or None when it cannot be one.

    Accepts lower case, missing dashes or prefix, O for 0, and I or L for 1. One wrong character
    and nearly every swap of two neighbours fail the check character.
    """
    characters = _plain(text)
    plain_prefix = prefix.translate(_LOOK_ALIKES)
    if len(characters) == len(prefix) + _BODY_LENGTH + 1 and characters.startswith(plain_prefix):
        characters = characters[len(prefix) :]
    if len(characters) != _BODY_LENGTH + 1 or not _only_alphabet(characters):
        return None
    if not luhn.is_valid(characters, alphabet=ALPHABET):
        return None
    return _format_number(prefix, characters)


def new_check_code() -> str:
    """Return the six-character code of a message, by which anyone can check that it is ours."""
    return _random_characters(CHECK_CODE_LENGTH)


def normalise_check_code(text: str) -> str | None:
    """Return a typed message code as it is stored, or None when it cannot be one."""
    characters = _plain(text)
    fits = len(characters) == CHECK_CODE_LENGTH and _only_alphabet(characters)
    return characters if fits else None


def new_secret() -> str:
    """Return the secret printed on a receipt: 60 random bits as ``XXXX-XXXX-XXXX``."""
    return in_fours(_random_characters(_SECRET_LENGTH))


def normalise_secret(text: str) -> str | None:
    """Return a typed receipt secret as ``XXXX-XXXX-XXXX``, or None when it cannot be one."""
    characters = _plain(text)
    fits = len(characters) == _SECRET_LENGTH and _only_alphabet(characters)
    return in_fours(characters) if fits else None


def new_long_code() -> str:
    """Return sixteen characters, 80 random bits: a code that stands for itself, like a suket's."""
    return _random_characters(_LONG_LENGTH)


def normalise_long_code(text: str) -> str | None:
    """Return a typed code of sixteen characters as it is stored, or None when it cannot be one."""
    characters = _plain(text)
    fits = len(characters) == _LONG_LENGTH and _only_alphabet(characters)
    return characters if fits else None


def in_fours(characters: str) -> str:
    """Write a long code in groups of four, as it is read aloud."""
    return "-".join(characters[start : start + 4] for start in range(0, len(characters), 4))


def new_pickup_code() -> str:
    """Return the code against which a card is handed over: 40 random bits as ``XXXX-XXXX``, short enough to say."""
    return in_fours(_random_characters(_PICKUP_CODE_LENGTH))


def normalise_pickup_code(text: str) -> str | None:
    """Return a typed or scanned pickup code as ``XXXX-XXXX``, or None when it cannot be one."""
    characters = _plain(text)
    fits = len(characters) == _PICKUP_CODE_LENGTH and _only_alphabet(characters)
    return in_fours(characters) if fits else None


def new_card_code() -> str:
    """Return the code of one print attempt: 40 random bits, short enough for a small QR on the batch sheet."""
    return _random_characters(_CARD_CODE_LENGTH)


def normalise_card_code(text: str) -> str | None:
    """Return a typed or scanned card code as it is stored, or None when it cannot be one."""
    characters = _plain(text)
    fits = len(characters) == _CARD_CODE_LENGTH and _only_alphabet(characters)
    return characters if fits else None


def sent_code(secret: bytes) -> str:
    """Return the code that stands for these (at least eight) secret bytes, always the same: ``XXXX-XXXX``."""
    return in_fours(_characters_of(secret[:_SENT_CODE_LENGTH]))


def normalise_sent_code(text: str) -> str | None:
    """Return the code of a message as ``XXXX-XXXX``, or None when it cannot be one."""
    characters = _plain(text)
    fits = len(characters) == _SENT_CODE_LENGTH and _only_alphabet(characters)
    return in_fours(characters) if fits else None


def new_code() -> str:
    """Return a one-time code of six digits, leading zeros kept."""
    return f"{secrets.randbelow(10**_CODE_DIGITS):0{_CODE_DIGITS}d}"


def _new_number(prefix: str) -> str:
    body = _random_characters(_BODY_LENGTH)
    return _format_number(prefix, body + luhn.calc_check_digit(body, alphabet=ALPHABET))


def _format_number(prefix: str, characters: str) -> str:
    return f"{prefix}-{characters[:4]}-{characters[4:8]}-{characters[8]}"


def _random_characters(length: int) -> str:
    return _characters_of(secrets.token_bytes(length))


def _characters_of(random: bytes) -> str:
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in random)  # 32 of 256: all alike


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in folded if character.isalnum()).translate(_LOOK_ALIKES)


def _only_alphabet(characters: str) -> bool:
    return all(character in ALPHABET for character in characters)
