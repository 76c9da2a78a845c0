"""The house rules that a machine can look after."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

REPOSITORY = Path(__file__).resolve().parents[1]
PRODUCT = ("requests_app", "adminduk", "bench", "faults", "mutants", "ux")
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
# What changes stored rows. Operations do; demo data, commands and migrations bring the office into being.
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "acreate", "asave", "adelete", "aupdate",
}  # fmt: skip
MAY_WRITE = ("requests_app/operations/", "requests_app/demo/", "requests_app/migrations/")
# These know no model (an import contract says so); what they save are pictures and files.
KNOW_NO_MODEL = ("requests_app/files/", "requests_app/rules/", "requests_app/channels/")
NOT_ROWS = {"canvas.save", "flat.save"}  # a sheet of the receipt's PDF, the receipt as a picture
# Time is the database's clock, handed down. The engines and the measurements have clocks of their own.
CLOCKS = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}


def sources(*roots: str) -> list[Path]:
    """All Python files below the roots, relative to the repository; generated migrations left out."""
    found = (path for root in roots for path in (REPOSITORY / root).rglob("*.py"))
    return sorted(path.relative_to(REPOSITORY) for path in found if "migrations" not in path.parts)


def calls(path: Path) -> Iterator[ast.Call]:
    """Every call of a file that is made on something (`something.name()`)."""
    for node in ast.walk(ast.parse((REPOSITORY / path).read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def writes(path: Path) -> list[str]:
    """The calls of a file that look like changes of stored rows."""
    return [f"{path}:{call.lineno} {ast.unparse(call.func)}" for call in calls(path) if call.func.attr in WRITES]  # type: ignore[attr-defined]


def test_who_imports_whom() -> None:
    # Not the cache of a run at the terminal: two runs of the tests must not meet in it.
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=REPOSITORY, env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert "No changes detected" in said.getvalue()


def test_no_file_is_longer_than_a_reader_bears() -> None:
    lengths = {path: len((REPOSITORY / path).read_text().splitlines()) for path in sources(*PRODUCT, "tests")}
    assert {str(path): lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_reader_bears() -> None:
    long = {
        f"{path}:{node.name}": lines
        for path in sources(*PRODUCT)
        for node in ast.walk(ast.parse((REPOSITORY / path).read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_only_operations_save() -> None:
    elsewhere = [p for p in sources("requests_app") if not str(p).startswith((*MAY_WRITE, *KNOW_NO_MODEL))]
    assert [line for path in elsewhere for line in writes(path) if line.split()[1] not in NOT_ROWS] == []
    assert writes(Path("requests_app/operations/decisions.py")), "the search finds nothing at all"


def test_time_comes_from_the_database() -> None:
    asked = [
        f"{path}:{call.lineno}"
        for path in sources("requests_app")
        for call in calls(path)
        if (ast.unparse(call.func).split(".")[-2], call.func.attr) in CLOCKS  # type: ignore[attr-defined]
    ]
    assert asked == []


def test_public_functions_of_operations_say_what_they_do() -> None:
    faults = []
    for path in sources("requests_app/operations"):
        for node in ast.parse((REPOSITORY / path).read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                faults.append(f"{path}:{node.name}")
    assert faults == []
