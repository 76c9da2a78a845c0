"""What a named example consists of, and how its lives begin."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.operations.decisions import Verdict
from requests_app.rules.catalogue import Service

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Example:
    """One named example and the applications that it consists of."""

    name: str
    shows: str
    play: Callable[[Office], list[Life]]


def a_life(
    office: Office, ago: timedelta, *, service: Service = Service.KTP_EL, reachable: bool = True, hints: Any = None,
    **over: Any,
) -> Life:  # fmt: skip
    """Somebody with WhatsApp who applied so long ago; a lost card unless something else is said."""
    usual = {"contact": "whatsapp"} | ({"reason": "hilang"} if service is Service.KTP_EL else {})
    at = office.now - ago
    answers = office.people.draw(service, at=at, **usual | over)
    return Life(office, answers, at, service=service, reachable=reachable, hints=hints)


def decided(life: Life, ago: timedelta, verdict: Verdict, officer: int = 0) -> Life:
    """The same, decided so long ago."""
    life.decide(life.office.now - ago, life.office.officers[officer], verdict)
    return life
