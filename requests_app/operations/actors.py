"""Who does something: a citizen, an officer, or the clock."""

from dataclasses import dataclass

from requests_app.models import Officer


@dataclass(frozen=True)
class Actor:
    """`kind` is citizen, officer or clock; `officer` is set for the second."""

    kind: str
    officer: Officer | None = None


CITIZEN = Actor("citizen")
CLOCK = Actor("clock")


def staff(officer: Officer) -> Actor:
    """The acting officer."""
    return Actor("officer", officer)
