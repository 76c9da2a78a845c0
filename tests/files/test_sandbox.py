"""What the parent does about a child that keeps to nothing it was told."""

import dataclasses
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from requests_app.files import sandbox
from requests_app.files.frames import READY
from requests_app.files.limits import DEFAULT_LIMITS
from requests_app.files.refusals import UploadRefused

HASTY = dataclasses.replace(DEFAULT_LIMITS, wall_seconds=1)
# Left alone it ends well after a while: then no refusal comes, and the test fails instead of hanging.
STUBBORN = f"""
import os, signal, time
signal.signal(signal.SIGALRM, signal.SIG_IGN)
signal.alarm(1)
os.write(1, {READY!r})
os.write(2, b"deaf to its alarm")
{{then}}
time.sleep(5)
"""


def start_instead(then: str) -> subprocess.Popen[bytes]:
    """A stubborn child in the real one's place, once it has begun."""
    command = [sys.executable, "-S", "-c", STUBBORN.format(then=then)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
    assert child.stderr
    with child.stderr:
        child.stderr.read(1)
    return child


@pytest.mark.parametrize(
    "then",
    [
        pytest.param("", id="and neither listens nor speaks"),
        pytest.param("os.read(0, 100)", id="and listens without an answer"),
        pytest.param("os.close(1)", id="and hangs up without ending"),
    ],
)
def test_a_child_that_ignores_its_own_alarm_is_ended_by_the_parent(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, then: str
) -> None:
    child = start_instead(then)
    monkeypatch.setattr(sandbox, "_start", lambda kind, limits: child)
    with pytest.raises(UploadRefused) as refused:
        sandbox.run_child("jpeg", b"a photo", HASTY, tmp_path)
    assert refused.value.code == "bomb"
    assert child.returncode == -signal.SIGKILL
