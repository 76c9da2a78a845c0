"""One figure with its floor, and the table of all."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Result:
    """`ratio` is what can be compared between machines; `figures` are of this one run. No target: only told."""

    code: str
    title: str
    ratio: float
    target: float | None
    at_least: bool = False
    figures: dict[str, float] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the target is reached."""
        if self.target is None:
            return True
        return self.ratio >= self.target if self.at_least else self.ratio <= self.target

    @property
    def row(self) -> str:
        """A line of the table."""
        figures = ", ".join(
            f"{name.replace('_', ' ')} {value:,.2f}".replace(".00", "") for name, value in self.figures.items()
        )
        if self.target is None:
            return f"| {self.title} | {self.ratio:.2f} | | told | {figures} |"
        sign = "≥" if self.at_least else "≤"
        reached = "yes" if self.met else "**no**"
        return f"| {self.title} | {self.ratio:.2f} | {sign} {self.target} | {reached} | {figures} |"


HEAD = """# Benchmarks

`make bench` writes this page. The ratio compares two measurements of the same run and holds on any machine; the
figures beside it are of one shared machine with two cores, where absolute times mean nothing.

"""
TABLE = """| Measured | Ratio | Target | Reached | Figures of this run |
| --- | --- | --- | --- | --- |
"""


def page(results: list[Result], facts: dict[str, float]) -> str:
    """The table, with what it says about itself."""
    notes = "".join(f"\n- {name.replace('_', ' ')}: {value:,.1f}" for name, value in facts.items())
    return HEAD + table(results) + notes + "\n"


def table(results: list[Result]) -> str:
    """The table of some figures."""
    return TABLE + "".join(f"{result.row}\n" for result in results)


def write(results: list[Result], facts: dict[str, float], folder: Path) -> None:
    """Write `latest.json` and `latest.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    document = {"facts": facts, "results": [{**asdict(result), "met": result.met} for result in results]}
    (folder / "latest.json").write_text(json.dumps(document, indent=2) + "\n")
    (folder / "latest.md").write_text(page(results, facts))
