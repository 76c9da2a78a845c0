"""What people say afterwards: the nine answers of the satisfaction survey, synthetic, a little different by zone."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from requests_app.models import Survey
from requests_app.rules.survey import ELEMENTS

if TYPE_CHECKING:
    from requests_app.demo.life import Life

ANSWERS_IT = 0.85
WITHIN_HOURS = (0.1, 40.0)
WORDS = (
    "Petugasnya ramah dan sabar menjelaskan.",
    "Datang sesuai jadwal, langsung dilayani.",
    "Ruang tunggu panas, mohon ditambah kipas.",
    "Tempat parkirnya sempit.",
    "Sekarang tidak perlu antre dari pagi.",
    "Pesan WhatsApp-nya jelas, kami tahu harus membawa apa.",
    "Mohon jam layanan ditambah pada hari Sabtu.",
    "Sempat menunggu cukup lama di loket.",
)
FREE_OF_CHARGE, PLACE = "U4", "U9"
CHANCES = {"good": (1, 5, 44, 50), "fair": (2, 12, 56, 30), "free": (0, 1, 9, 90)}
"""Of the answers 1 to 4."""


def judge(life: "Life", finished: datetime, *, surely: bool = False) -> None:
    """Most people answer, within two days; the page asks once."""
    office, rng = life.office, life.office.rng
    at = finished + timedelta(hours=rng.uniform(*WITHIN_HOURS))
    if at > office.now or (rng.random() > ANSWERS_IT and not surely):
        return
    words = rng.choice(WORDS) if rng.random() < 0.2 else ""
    application = life.application
    survey = Survey(
        application=application, zone_id=application.zone_id, service=application.service, answers=_answers(life),
        words=words, answered_at=at,
    )  # fmt: skip
    office.rows.add(survey)
    life.note("survey_answered", at, "citizen")


def _answers(life: "Life") -> list[int]:
    """Costs are judged best, the rooms worst; every third zone does a little worse than the others."""
    usual = "fair" if life.application.zone_id % 3 == 0 else "good"
    kinds = {FREE_OF_CHARGE: "free", PLACE: "fair"}
    return [
        life.office.rng.choices((1, 2, 3, 4), CHANCES[kinds.get(element.code, usual)])[0] for element in ELEMENTS
    ]  # fmt: skip
