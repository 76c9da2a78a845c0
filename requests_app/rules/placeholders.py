"""The placeholders of our texts: what each stands for, and synthetic values, usual ones and the longest."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from requests_app.rules.messages import placeholders
from requests_app.rules.reference import read_reference


@dataclass(frozen=True)
class Placeholder:
    """`meaning` in Indonesian; `example` and `longest` belong to nobody."""

    name: str
    meaning: str
    example: str
    longest: str


def placeholder(purpose: str, name: str) -> Placeholder | None:
    """What a placeholder stands for in this kind of text; None for one that no text knows."""
    known = _known()
    return known.get(f"{purpose}.{name}") or known.get(name)


def example_values(purpose: str, body: str) -> dict[str, str]:
    """A usual value for each placeholder of a text."""
    return {name: found.example for name in placeholders(body) if (found := placeholder(purpose, name))}


def longest_values(purpose: str, body: str) -> dict[str, str]:
    """The longest value that is likely for each placeholder of a text."""
    return {name: found.longest for name in placeholders(body) if (found := placeholder(purpose, name))}


@lru_cache(maxsize=1)
def _known() -> Mapping[str, Placeholder]:
    return {row["name"]: Placeholder(**row) for row in read_reference("placeholders")}
