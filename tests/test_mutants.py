"""The list of mutants fits the program, and a trial says what happened; `make mutants` tries them."""

from pathlib import Path

import pytest

from mutants.listed import CLONE, Mutant, listed, staleness, taken_away
from mutants.plugin import run_as_owner
from mutants.result import page
from mutants.trial import Trial, judge

FAILED = "F\nFAILED tests/a.py::test_it[UPDATE {} SET x] - AssertionError: assert 1 == 2\n1 failed in 0.1s\n"


def test_every_mutant_fits_the_program() -> None:
    """Whoever changes a line that a mutant names changes mutants/lists too, as they do with a test."""
    mutants = listed()
    assert {m.rule: why for m in mutants if (why := staleness(m, CLONE))} == {}
    assert len({m.rule for m in mutants}) == len(mutants) >= 40


@pytest.mark.usefixtures("django_db_setup")
@pytest.mark.parametrize("mutant", [m for m in listed() if m.sql], ids=lambda m: m.rule)
def test_every_rule_of_the_database_can_be_taken_away(mutant: Mutant) -> None:
    run_as_owner(mutant.sql, keep=False)


def test_a_rule_is_taken_away_and_comes_back(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text("LIMIT = 5\n")
    (tmp_path / "test_rules.py").write_text("def test_limit():\n    pass\n")
    mutant = Mutant("A limit", ("test_rules.py::test_limit",), file="rules.py", old="LIMIT = 5", new="LIMIT = 6")
    assert staleness(mutant, tmp_path) == ""
    with taken_away(mutant, tmp_path):
        assert (tmp_path / "rules.py").read_text() == "LIMIT = 6\n"
        assert staleness(mutant, tmp_path)
    assert (tmp_path / "rules.py").read_text() == "LIMIT = 5\n"


@pytest.mark.parametrize("change", [{"old": "LIMIT = 7"}, {"old": ""}, {"tests": ("test_rules.py::test_gone",)}])
def test_a_mutant_that_does_not_fit_is_stale(tmp_path: Path, change: dict[str, str]) -> None:
    (tmp_path / "rules.py").write_text("LIMIT = 5\n")
    (tmp_path / "test_rules.py").write_text("def test_limit():\n    pass\n")
    fits = {"tests": ("test_rules.py::test_limit",), "file": "rules.py", "old": "LIMIT = 5", "new": "LIMIT = 6"}
    assert staleness(Mutant("A limit", **{**fits, **change}), tmp_path)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("returncode", "output", "outcome"),
    [
        (1, FAILED, "killed"),
        (0, "1 passed in 0.1s", "survived"),
        (1, FAILED.replace("AssertionError: assert 1 == 2", "NameError: name 'x' is not defined"), "not tried"),
        (1, "E\n1 error in 0.1s", "not tried"),
        (2, FAILED, "not tried"),
        (-9, "not over after 180 s", "not tried"),
    ],
)
def test_only_a_test_that_fails_kills(returncode: int, output: str, outcome: str) -> None:
    assert judge(returncode, output)[0] == outcome


def test_the_page_names_what_fails_and_what_survives() -> None:
    mutant = Mutant("A limit", ("t.py::test_x",), file="requests_app/rules/routes.py", old="5", new="6")
    told = page([Trial(mutant, "killed", "tests/a.py::test_no_more[1]"), Trial(mutant, "survived")], seconds=61)
    assert "| A limit | [routes.py](../requests_app/rules/routes.py) | [no more](../tests/a.py) |" in told
    assert "| **survived** |" in told
    assert "1 of 2 mutants are killed." in told
