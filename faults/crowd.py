"""The people of a world, told what to do: our end of the pipe to `faults.people`."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Applied = dict[str, Any]


class Crowd:
    """One process in which people apply and officers decide, by the real operations. Ends when its input does.

    `first`: the number of the first person, among those that nobody else in this world has.
    """

    def __init__(self, environment: Mapping[str, str], *, first: int, log: Path, cwd: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "faults.people", str(first)], cwd=cwd, env=dict(environment), text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=output,
            )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self._process.kill()
        self._process.communicate()

    def tell(self, wish: str, **particulars: Any) -> None:
        """Say what is to be done, and go on at once; `answer` waits for what came of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": wish, **particulars}) + "\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What came of the oldest wish."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the people are gone; people.log says why"
        return json.loads(line)

    def ask(self, wish: str, **particulars: Any) -> Any:
        """Say what is to be done, and wait for it."""
        self.tell(wish, **particulars)
        return self.answer()

    def apply(self, count: int, **answers: str) -> list[Applied]:
        """So many people apply: application, notice and seconds of each. `answers` over those of everybody."""
        return list(self.ask("apply", count=count, **answers))

    def decide(self, applied: Iterable[Applied]) -> list[Applied]:
        """An officer answers these: application, notice and seconds of each."""
        return list(self.ask("decide", applications=[each["application"] for each in applied]))
