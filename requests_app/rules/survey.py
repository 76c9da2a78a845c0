"""The satisfaction survey (SKM, Permenpan RB 14/2017): nine elements, answers worth 1 to 4, the index and its classes.

The regulation's sheet multiplies each element by 0.111; nine times that is 0.999, and perfect answers would give
99.90. Here each weighs exactly one ninth. Its classes leave gaps (64.99 to 65.00), so the index is rounded to two
decimals, half up, before it is classed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_

REGULATION = "Permenpan RB 14/2017"
BEST = 4
"""Answers are worth 1 to 4."""
TO_HUNDRED = 25
"""The index of 1 to 4 is shown as 25 to 100."""
WORDS_LIMIT = 1000
ENOUGH = 5
"""What fewer people than this have answered is not shown: it might tell who answered what."""
FINISHED = (Status.HANDED_OVER, Status.COMPLETED)
"""Once one of these, an application can be judged."""

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Element:
    """One of the nine: its name, the question, and four answers in words, worth 1, 2, 3 and 4."""

    code: str
    name: str
    question: str
    answers: tuple[str, str, str, str]


ELEMENTS: tuple[Element, ...] = (
    Element(
        "U1",
        N_("Persyaratan"),
        N_("Apakah syarat yang diminta sesuai dengan layanannya?"),
        (N_("Tidak sesuai"), N_("Kurang sesuai"), N_("Sesuai"), N_("Sangat sesuai")),
    ),
    Element(
        "U2",
        N_("Prosedur"),
        N_("Apakah langkah-langkahnya mudah diikuti?"),
        (N_("Tidak mudah"), N_("Kurang mudah"), N_("Mudah"), N_("Sangat mudah")),
    ),
    Element(
        "U3",
        N_("Waktu"),
        N_("Apakah urusan Anda selesai dengan cepat?"),
        (N_("Tidak cepat"), N_("Kurang cepat"), N_("Cepat"), N_("Sangat cepat")),
    ),
    Element(
        "U4",
        N_("Biaya"),
        N_("Bagaimana biaya layanan ini?"),
        (N_("Sangat mahal"), N_("Cukup mahal"), N_("Murah"), N_("Gratis")),
    ),
    Element(
        "U5",
        N_("Hasil layanan"),
        N_("Apakah hasilnya sesuai dengan yang dijanjikan?"),
        (N_("Tidak sesuai"), N_("Kurang sesuai"), N_("Sesuai"), N_("Sangat sesuai")),
    ),
    Element(
        "U6",
        N_("Kemampuan petugas"),
        N_("Apakah petugas mampu menangani urusan Anda?"),
        (N_("Tidak mampu"), N_("Kurang mampu"), N_("Mampu"), N_("Sangat mampu")),
    ),
    Element(
        "U7",
        N_("Perilaku petugas"),
        N_("Apakah petugas sopan dan ramah?"),
        (
            N_("Tidak sopan dan ramah"),
            N_("Kurang sopan dan ramah"),
            N_("Sopan dan ramah"),
            N_("Sangat sopan dan ramah"),
        ),
    ),
    Element(
        "U8",
        N_("Pengaduan dan saran"),
        N_("Bagaimana pengaduan dan saran ditangani?"),
        (
            N_("Tidak ada tempat mengadu"),
            N_("Ada, tetapi tidak berfungsi"),
            N_("Berfungsi, tetapi kurang baik"),
            N_("Ditangani dengan baik"),
        ),
    ),
    Element(
        "U9",
        N_("Tempat dan sarana"),
        N_("Bagaimana tempat layanan, sarana, dan situs ini?"),
        (N_("Buruk"), N_("Cukup"), N_("Baik"), N_("Sangat baik")),
    ),
)


class Grade(StrEnum):
    """The classes of the regulation, the best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def label(self) -> str:
        """The regulation's words."""
        return _WORDS[self]

    @property
    def lowest(self) -> Decimal:
        """From which index on; the class ends a hundredth below the next one."""
        return _LOWEST[self]

    @property
    def highest(self) -> Decimal:
        """Up to which index, to two decimals."""
        return _HIGHEST[self]


_WORDS = {Grade.A: N_("Sangat baik"), Grade.B: N_("Baik"), Grade.C: N_("Kurang baik"), Grade.D: N_("Tidak baik")}
_LOWEST = {
    Grade.A: Decimal("88.31"),
    Grade.B: Decimal("76.61"),
    Grade.C: Decimal("65.00"),
    Grade.D: Decimal("25.00"),
}
_HIGHEST = {
    Grade.A: Decimal("100.00"),
    Grade.B: Decimal("88.30"),
    Grade.C: Decimal("76.60"),
    Grade.D: Decimal("64.99"),
}


def grade_of(index: Decimal) -> Grade:
    """The class of an index that was rounded to two decimals. ValueError outside 25 to 100, or with more decimals."""
    if index != index.quantize(_CENT) or not _LOWEST[Grade.D] <= index <= _HIGHEST[Grade.A]:
        raise ValueError(f"{index} is no index of 25 to 100 with two decimals")
    return next(grade for grade in Grade if index >= grade.lowest)


@dataclass(frozen=True)
class Mark:
    """One element: the mean of its answers (NRR, 1 to 4, two decimals), the same as 25 to 100, and its class."""

    element: Element
    mean: Decimal
    index: Decimal
    grade: Grade


@dataclass(frozen=True)
class Result:
    """What a number of people said together."""

    respondents: int
    index: Decimal
    grade: Grade
    marks: tuple[Mark, ...]

    @property
    def weakest(self) -> Mark:
        """The element with the lowest mean: what is to be bettered first; of several the first one."""
        return min(self.marks, key=lambda mark: mark.mean)


def result_of(sums: Sequence[int], respondents: int) -> Result:
    """The result from the sum of the answers to each of the nine elements. ValueError when nobody could answer so."""
    if len(sums) != len(ELEMENTS) or not all(respondents <= total <= BEST * respondents for total in sums):
        raise ValueError("nine sums of answers from 1 to 4 are needed")
    if respondents < 1:
        raise ValueError("nobody answered")
    index = _rounded(TO_HUNDRED * sum(sums), len(ELEMENTS) * respondents)
    marks = tuple(_mark(element, total, respondents) for element, total in zip(ELEMENTS, sums, strict=True))
    return Result(respondents, index, grade_of(index), marks)


def _mark(element: Element, total: int, respondents: int) -> Mark:
    index = _rounded(TO_HUNDRED * total, respondents)
    return Mark(element, _rounded(total, respondents), index, grade_of(index))


def _rounded(part: int, whole: int) -> Decimal:
    """The quotient of two whole numbers to two decimals, half up. It is divided once, and rounded from 28 digits."""
    return (Decimal(part) / Decimal(whole)).quantize(_CENT, ROUND_HALF_UP)


def check_answers(answers: Sequence[int]) -> list[int]:
    """Nine whole numbers from 1 to 4, in the order of the elements; ValueError for anything else."""
    given = list(answers)
    if len(given) != len(ELEMENTS) or any(type(answer) is not int or not 1 <= answer <= BEST for answer in given):
        raise ValueError("nine answers from 1 to 4 are needed")
    return given
