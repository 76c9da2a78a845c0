"""The rules that are taken away, as data: lists/*.toml."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
LISTS = Path(__file__).resolve().parent / "lists"


@dataclass(frozen=True)
class Mutant:
    """One rule, how it is taken away, and the tests of which one has to fail then.

    In the program `old`, which stands in `file` exactly once, becomes `new`. In the database the owner runs `sql`
    before the tests begin.
    """

    rule: str
    tests: tuple[str, ...]
    file: str = ""
    old: str = ""
    new: str = ""
    sql: str = ""

    @property
    def place(self) -> str:
        """Where the rule stands."""
        return self.file or "database"


def listed() -> list[Mutant]:
    """All mutants, list after list."""
    entries = [entry for path in sorted(LISTS.glob("*.toml")) for entry in tomllib.loads(path.read_text())["mutant"]]
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def staleness(mutant: Mutant, root: Path) -> str:
    """What of a mutant does not fit the tree at `root` any more; empty when all does."""
    if bool(mutant.sql) == bool(mutant.file):
        return "either a file or sql"
    if mutant.file:
        path = root / mutant.file
        found = path.read_text().count(mutant.old) if path.is_file() else 0
        if found != 1 or not mutant.old or mutant.old == mutant.new:
            return f"the old text stands {found} times in {mutant.file}"
    missing = [test for test in mutant.tests if not _is_there(test, root)]
    return "" if mutant.tests and not missing else f"no such test: {', '.join(missing) or 'none named'}"


def _is_there(test: str, root: Path) -> bool:
    path, name = root / test.partition("::")[0], test.rpartition("::")[2].partition("[")[0]
    return path.is_file() and bool(re.search(rf"^ *def {re.escape(name)}\(", path.read_text(), re.M))


@contextmanager
def taken_away(mutant: Mutant, root: Path) -> Iterator[None]:
    """The tree at `root` without the rule, and as it was afterwards."""
    if not mutant.file:
        yield
        return
    path = root / mutant.file
    text = path.read_text()
    # A compiled copy counts as fresh when size and second of change are the same.
    Path(cache_from_source(str(path))).unlink(missing_ok=True)
    path.write_text(text.replace(mutant.old, mutant.new))
    try:
        yield
    finally:
        path.write_text(text)
        Path(cache_from_source(str(path))).unlink(missing_ok=True)
