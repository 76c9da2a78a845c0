"""The supervisor: restarts what crashes, stops programs before engines, leaves nothing behind."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from adminduk.embedded import supervisor as module
from adminduk.embedded.processes import MARK, end_all, marked
from adminduk.embedded.supervisor import Program, Supervisor
from tests.embedded.helpers import eventually, kill, python

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
WITH_CHILD = (
    "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); " + SLEEP
)
TELLS_WHEN_STOPPED = """
import pathlib, signal, sys, time
def stop(*_):
    with open(sys.argv[1], "a") as order: order.write(sys.argv[2] + "\\n")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print('up', flush=True)
time.sleep(600)
"""
SUPERVISE = """
import pathlib, sys, time
from adminduk.embedded.supervisor import Supervisor
sys.path.insert(0, sys.argv[2])
from tests.embedded.test_supervisor import WITH_CHILD, program
Supervisor(print).add(program(pathlib.Path(sys.argv[1]), WITH_CHILD))
print("up", flush=True)
time.sleep(600)
"""


def program(folder: Path, code: str, *arguments: object, name: str = "program", layer: int = 2) -> Program:
    env = {**os.environ, MARK: str(folder)}
    argv = [sys.executable, "-c", code, *map(str, arguments)]
    return Program(name, argv, folder / f"{name}.log", env, folder, layer=layer)


def is_up(folder: Path, name: str = "program", times: int = 1) -> bool:
    log = folder / f"{name}.log"
    return log.exists() and log.read_text().count("up\n") >= times


def test_a_crashed_program_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.add(program(tmp_path, SLEEP))
    assert eventually(lambda: is_up(tmp_path))
    os.kill(marked(str(tmp_path))[0], signal.SIGKILL)
    assert eventually(lambda: supervisor.look() or is_up(tmp_path, times=2))
    os.kill(marked(str(tmp_path))[0], signal.SIGKILL)
    assert eventually(lambda: supervisor.look() or len(said) == 3)
    assert said == [
        "program was killed by SIGKILL; starting it again in 1 s",
        "program is running again",
        "program was killed by SIGKILL; starting it again in 2 s",
    ]
    supervisor.stop()
    assert marked(str(tmp_path)) == []


def test_what_a_crashed_program_left_running_goes_before_the_restart(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda line: None)
    supervisor.add(program(tmp_path, WITH_CHILD))
    assert eventually(lambda: len(marked(str(tmp_path))) == 2)
    os.kill(min(marked(str(tmp_path))), signal.SIGKILL)
    assert eventually(lambda: supervisor.look() or marked(str(tmp_path)) == [])
    supervisor.stop()


def test_programs_stop_before_engines(tmp_path: Path) -> None:
    supervisor, order = Supervisor(lambda line: None), tmp_path / "order"
    for name, layer in (("engine", 0), ("simulator", 1), ("web", 2)):
        supervisor.add(program(tmp_path, TELLS_WHEN_STOPPED, order, name, name=name, layer=layer))
    assert eventually(lambda: all(is_up(tmp_path, name) for name in ("engine", "simulator", "web")))
    supervisor.stop()
    assert order.read_text().split() == ["web", "simulator", "engine"]


def test_one_that_will_not_stop_is_killed_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_PROGRAMS_WITHIN", 0.5)
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.add(program(tmp_path, STUBBORN))
    assert eventually(lambda: is_up(tmp_path))
    begin = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - begin < 2
    assert said == ["program did not stop in time and was killed"]
    assert marked(str(tmp_path)) == []
    assert module.STOP_ENGINES_WITHIN + 6.0 < 10


@pytest.mark.kill
def test_a_killed_supervisors_program_is_told_at_once(tmp_path: Path) -> None:
    outer = python(SUPERVISE, tmp_path, Path(__file__).parents[2])
    assert outer.stdout
    assert outer.stdout.readline() == "up\n"
    assert eventually(lambda: len(marked(str(tmp_path))) == 2)
    leader = min(marked(str(tmp_path)))
    kill(outer)
    assert eventually(lambda: leader not in marked(str(tmp_path)), 3)
    end_all(lambda: marked(str(tmp_path)), by=signal.SIGKILL, within=5.0)
