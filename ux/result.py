"""One figure with its limit, and the page of all."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ux.budgets import KILOBYTE


@dataclass(frozen=True)
class Figure:
    """`value` may be at most `limit`; what is measured in seconds belongs to the machine and is only told."""

    code: str
    title: str
    value: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return self.value <= self.limit

    @property
    def row(self) -> str:
        """A line of the table."""
        reached = "yes" if self.met else "**no**"
        return f"| {self.title} | {self._text(self.value)} | ≤ {self._text(self.limit)} | {reached} |"

    def _text(self, value: float) -> str:
        if self.unit == "bytes":
            return f"{value / KILOBYTE:,.1f} KB"
        return f"{value:,.1f} s" if self.unit == "s" else f"{value:,.0f}"


HEAD = """# What a page costs a citizen

`make ux` writes this page. Bytes are those that a real Chromium gets from a real gunicorn, headers included, with gzip
(newer phones get Brotli, which is smaller); 1 KB is 1,024 bytes. Bytes, counts and violations are asserted by
`make looks` too; seconds are of one shared machine with two cores.

| Measured | Here | Limit | Kept |
| --- | --- | --- | --- |
"""


def page(figures: list[Figure], notes: list[str]) -> str:
    """The table, and what else there is to say."""
    return HEAD + "\n".join(figure.row for figure in figures) + "\n\n" + "\n".join(notes) + "\n"


def write(figures: list[Figure], notes: list[str], folder: Path) -> None:
    """Write `latest.json` and `latest.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    document = [{**asdict(figure), "met": figure.met} for figure in figures]
    (folder / "latest.json").write_text(json.dumps(document, indent=2) + "\n")
    (folder / "latest.md").write_text(page(figures, notes))
