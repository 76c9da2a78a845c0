"""The named examples, and the file that names them."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from requests_app.demo.card_examples import CARD_EXAMPLES
from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.scenes import Named
from requests_app.demo.visit_examples import VISIT_EXAMPLES
from requests_app.rules.dates import format_moment
from requests_app.rules.visits import VisitState

SHOWN = 8
"""Of a scene only the last ones are named."""
EXAMPLES = (*CARD_EXAMPLES, *VISIT_EXAMPLES)


def play_examples(office: Office) -> list[Named]:
    """Play all of them, as far as each has come by now."""
    played = [(example, example.play(office)) for example in EXAMPLES]
    for _, lives in played:
        for life in lives:
            life.settle()
    return [(example.name, example.shows, lives) for example, lives in played]


def examples_text(played: Iterable[Named], now: datetime) -> str:
    """What a newcomer reads: name, number, and what opens it on the tracking page; a visit with its invitation."""
    lines = [f"Named examples, loaded {now:%Y-%m-%d %H:%M} UTC. /lacak/ asks for number and the proof beside it.", ""]
    for name, shows, lives in played:
        lines.append(f"{name}: {shows}")
        lines += [line for life in lives[-SHOWN:] for line in _lines(life)]
    return "\n".join(lines) + "\n"


def _lines(life: Life) -> list[str]:
    lines = [f"    {life.application.number}   {_proof(life)}"]
    if life.trip is None:
        return lines
    visit = life.trip.visit
    where = f"{visit.zone.name}, {format_moment(visit.starts_at)}, nomor {visit.number}"
    lines.append(f"        {where}: {VisitState(visit.state).label}")
    if life.trip.is_coming:
        lines.append(f"        {settings.PUBLIC_URL}/undangan/{visit.code.replace('-', '')}/")
    return lines


def _proof(life: Life) -> str:
    phone = life.application.phone
    if life.secret:
        return f"birth date {life.answers['birth_date']}, secret {life.secret}"
    if phone:
        return f"last four digits {phone[-4:]} (phone: {settings.PUBLIC_URL}/simulator/telepon/{phone[1:]}/)"
    return f"birth date {life.answers['birth_date']}"
