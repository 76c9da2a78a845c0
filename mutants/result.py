"""The table of what became of each mutant."""

from collections.abc import Sequence
from pathlib import Path

from mutants.trial import Trial

HEAD = """# Mutants

`make mutants` writes this page: rules are taken away one by one, from the program or from the database, and each time
a test has to fail. The rules, how each is taken away and which tests look after it are [data](../mutants/lists/);
`make test` checks that they still fit the program.

| Rule | Taken out of | Then fails |
| --- | --- | --- |
"""


def line(trial: Trial) -> str:
    """A trial as it is told on the way."""
    told = f"{trial.outcome:9} {trial.seconds:5.1f} s  {trial.mutant.rule}"
    found = "\n".join(f"{'':19}{text[:200]}" for text in (trial.test, trial.remark) if text)
    return f"{told}\n{found}" if found else told


def page(trials: Sequence[Trial], *, seconds: float) -> str:
    """The table, with what it says about itself."""
    rows = "".join(
        f"| {trial.mutant.rule} | {_place(trial)} | {_test(trial) if trial.killed else f'**{trial.outcome}**'} |\n"
        for trial in trials
    )
    return f"{HEAD}{rows}\n{summary(trials)} The whole run took {seconds:,.0f} s on two cores.\n"


def summary(trials: Sequence[Trial]) -> str:
    """One sentence."""
    return f"{sum(trial.killed for trial in trials)} of {len(trials)} mutants are killed."


def _place(trial: Trial) -> str:
    place = trial.mutant.place
    return f"[{Path(place).name}](../{place})" if trial.mutant.file else place


def _test(trial: Trial) -> str:
    path, name = trial.test.partition("::")[0], trial.test.partition("[")[0].rpartition("::")[2]
    return f"[{name.removeprefix('test_').replace('_', ' ')}](../{path})"
