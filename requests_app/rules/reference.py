"""Reads the reference tables that ship with the product (``requests_app/reference/*.csv``)."""

import csv
from pathlib import Path

REFERENCE_FOLDER = Path(__file__).resolve().parent.parent / "reference"


def read_reference(name: str) -> list[dict[str, str]]:
    """Return the rows of one reference table, for example ``read_reference("statuses")``.

    Every value is text, empty cells are ``""``. Raises FileNotFoundError for an unknown table.
    """
    with (REFERENCE_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
