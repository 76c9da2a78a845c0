"""Names of people: whatever the family card says is right, so almost nothing is refused."""

import unicodedata

from requests_app.rules.texts import N_, Refusal

LONGEST_NAME = 60

_MESSAGES = {
    "empty": N_("Isi nama lengkap sesuai Kartu Keluarga."),
    "too_long": N_("Nama paling panjang 60 huruf, termasuk spasi. Singkat gelar bila ada."),
    "no_letter": N_("Nama harus berisi huruf. Tulis sesuai Kartu Keluarga."),
    "control": N_("Ada tanda yang tidak dapat dibaca dalam nama. Ketik ulang nama Anda."),
}


class PersonNameError(Refusal):
    """A text that cannot be a name; ``code`` is empty, too_long, no_letter or control."""

    def __init__(self, code: str) -> None:
        super().__init__(code, _MESSAGES[code])


def check_name(text: str) -> str:
    """Return a name with single spaces, or raise PersonNameError.

    One word, apostrophes, dots and digits are fine: names recorded before Permendagri 73/2022
    stay valid. That regulation's 60 characters (Ps 4(2)) is the only limit taken from it.
    """
    name = " ".join(_without_invisible(unicodedata.normalize("NFC", text)).split())
    code = _problem(name)
    if code is not None:
        raise PersonNameError(code)
    return name


def first_word(name: str) -> str:
    """Return the first word of a name: all of it that a message may carry.

    Abbreviations before it (Kgs., M., H.) are passed over where a whole word follows, so that nobody is
    greeted with "Halo M."; words written in one case only get a capital, all others stay as they were typed.
    """
    words = name.split()
    word = next((word for word in words if not word.endswith(".") and len(word) > 1), next(iter(words), ""))
    return word[:1].upper() + word[1:].lower() if word in (word.upper(), word.lower()) else word


def _without_invisible(text: str) -> str:
    return "".join(character for character in text if unicodedata.category(character) != "Cf")


def _problem(name: str) -> str | None:
    if not name:
        return "empty"
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in name):
        return "control"
    if len(name) > LONGEST_NAME:
        return "too_long"
    if not any(character.isalpha() for character in name):
        return "no_letter"
    return None
