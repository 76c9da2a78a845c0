"""The line below the NIK: what the number says, as a question. The page's script draws it while somebody types."""

from dataclasses import dataclass
from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext

from requests_app.rules.nik import FEMALE, province_codes
from requests_app.rules.reading import YOUNGEST_OWNER, Reading


@dataclass(frozen=True)
class NikLine:
    """The server's own reading, and what the script needs to read by the same rules."""

    reading: Reading | None
    today: date
    youngest: int = YOUNGEST_OWNER

    @property
    def text(self) -> str:
        """The line as it is shown; empty while there is no NIK that can be read."""
        if self.reading is None:
            return ""
        pattern = self.differs if self.reading.differs else self.says
        return pattern % {"birth": in_words(self.reading.birth_date), "sex": self.sex(self.reading.sex)}

    @property
    def checked(self) -> str:
        """The same on the check page, where everything was typed."""
        if self.reading is None:
            return ""
        pattern = gettext("Lahir %(birth)s, %(sex)s. Sama dengan isian Anda.")
        if self.reading.differs:
            pattern = gettext(
                "Lahir %(birth)s, %(sex)s. Berbeda dari isian Anda. Bila di KK memang begitu, kirim saja."
            )
        return pattern % {"birth": in_words(self.reading.birth_date), "sex": self.sex(self.reading.sex)}

    @property
    def says(self) -> str:
        """Nothing typed beside it differs."""
        return gettext("Menurut NIK: lahir %(birth)s, %(sex)s — benar?")

    @property
    def differs(self) -> str:
        """The typed birth date or sex differs: people have such numbers, and they are right."""
        return gettext(
            "Menurut NIK: lahir %(birth)s, %(sex)s. Ini berbeda dari isian Anda. "
            "Bila di KK memang begitu, lanjutkan saja."
        )

    @property
    def male(self) -> str:
        """As the sentence has it."""
        return self.sex("L")

    @property
    def female(self) -> str:
        """As the sentence has it."""
        return self.sex(FEMALE)

    @property
    def provinces(self) -> str:
        """The first two digits that a NIK can have."""
        return " ".join(sorted(province_codes()))

    @property
    def months(self) -> str:
        """The names of the months in their order."""
        return " ".join(str(MONTHS[number]) for number in range(1, 13))

    @staticmethod
    def sex(code: str) -> str:
        """In words."""
        return gettext("perempuan") if code == FEMALE else gettext("laki-laki")


def in_words(day: date) -> str:
    """A day as people write it."""
    return f"{day.day} {MONTHS[day.month]} {day.year}"
