"""A mutant's trial: its tests, in a copy of the tree, on engines that all trials share."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants.listed import CLONE, Mutant, staleness, taken_away

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".data", ".*_cache", ".hypothesis", "pictures", "test-results")
PYTEST = ("-m", "pytest", "-o", "addopts=", "-p", "tests.plugin", "-p", "mutants.plugin", "-p", "no:cacheprovider")
FAILED = re.compile(r"^FAILED (.+?)(?: - (.*))?$", re.M)
# A mutant that is no program any more proves nothing.
NO_PROGRAM = ("NameError", "SyntaxError", "IndentationError", "ImportError", "ModuleNotFoundError")
TESTS_FAILED = 1


@dataclass(frozen=True)
class Trial:
    """What became of a mutant: killed by a test, survived, stale, or something that is neither."""

    mutant: Mutant
    outcome: str
    test: str = ""
    remark: str = ""
    seconds: float = 0.0

    @property
    def killed(self) -> bool:
        """Whether a test fails without the rule."""
        return self.outcome == "killed"


def judge(returncode: int, output: str) -> tuple[str, str, str]:
    """Outcome, test and remark of a run of a mutant's tests."""
    failed = FAILED.search(output)
    if returncode == 0:
        return "survived", "", ""
    if returncode != TESTS_FAILED or failed is None:
        return "not tried", "", " ".join(output.split())[-300:]
    test, reason = failed.group(1), failed.group(2) or ""
    if reason.startswith(NO_PROGRAM):
        return "not tried", test, reason
    return "killed", test, reason


class Lane:
    """A copy of the tree, in which one run of tests happens after the other."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._root = folder / "tree"
        self._environment = dict(environment)
        shutil.copytree(CLONE, self._root, ignore=NOT_COPIED)

    def unmutated(self, tests: Sequence[str], *, within: float) -> str:
        """Run tests as they are, compiling what they need; what is wrong, empty when they pass."""
        if not tests:
            return ""
        code, output, _ = self._run(tests, {"PYTHONDONTWRITEBYTECODE": ""}, within)
        return output[-3000:] if code else ""

    def trial(self, mutant: Mutant, *, within: float) -> Trial:
        """The mutant's tests without its rule, up to the first that fails."""
        stale = staleness(mutant, self._root)
        if stale:
            return Trial(mutant, "stale", remark=stale)
        added = {"PYTHONDONTWRITEBYTECODE": "1", "MUTANT_SQL": mutant.sql}
        with taken_away(mutant, self._root):
            code, output, seconds = self._run(["-x", *mutant.tests], added, within)
        return Trial(mutant, *judge(code, output), seconds=seconds)

    def _run(self, arguments: Sequence[str], added: Mapping[str, str], within: float) -> tuple[int, str, float]:
        begin = time.monotonic()
        running = subprocess.Popen(
            [sys.executable, *PYTEST, "-q", "-rf", "--tb=short", "--color=no", *arguments],
            cwd=self._root, env={**os.environ, **self._environment, "COLUMNS": "300", **added},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = running.communicate(timeout=within)
        except subprocess.TimeoutExpired:
            output = f"not over after {within:.0f} s"
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            running.wait()
        return running.returncode, output, time.monotonic() - begin
