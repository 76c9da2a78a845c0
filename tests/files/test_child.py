"""What the child process may still do once it has given up its rights."""

import dataclasses
import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from requests_app.files import sandbox
from requests_app.files.limits import DEFAULT_LIMITS
from tests.files import samples

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import os, sys, json, subprocess
from requests_app.files import child
from requests_app.files.limits import Limits
kind, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
child.load_plugins(kind, limits)
"""


def in_child(script: str, kind: str, data: bytes = b"") -> str:
    limits = json.dumps(dataclasses.asdict(DEFAULT_LIMITS))
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-c", PREPARE + script, kind, limits],
        input=data,
        capture_output=True,
        cwd=ROOT,
        env={},
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "heic", "pdf"])
def test_nothing_is_imported_after_rights_are_given_up(kind):
    script = """
before = set(sys.modules)
answer = child.answer_for(kind, sys.stdin.buffer.read(), limits)
assert b"pages" in answer, answer
print(sorted(set(sys.modules) - before))
"""
    options = {} if kind == "pdf" else {"exif": samples.camera_notes(orientation=6)}
    assert in_child(script, kind, samples.encode(samples.document(800, 800), kind, **options)) == "[]"


def test_it_writes_no_file_starts_no_process_and_leaves_root(tmp_path):
    script = f"""
opened = os.open({str(tmp_path / "x")!r}, os.O_CREAT | os.O_WRONLY)
child.give_up_rights(kind, limits, os.getppid())
facts = {{"uid": os.geteuid()}}
for name, act in (
    ("file", lambda: os.write(opened, b"x")),
    ("process", os.fork),
):
    try:
        act()
        facts[name] = "done"
    except OSError as problem:
        facts[name] = "refused"
print(json.dumps(facts))
"""
    facts = json.loads(in_child(script, "jpeg"))
    assert facts["uid"] != 0
    assert facts["file"] == facts["process"] == "refused"


def test_it_ends_by_itself_should_nobody_end_it():
    script = """
import signal
child.give_up_rights(kind, limits, os.getppid())
print(signal.alarm(0))
"""
    assert 0 < int(in_child(script, "jpeg")) <= DEFAULT_LIMITS.wall_seconds + 2


def test_it_does_not_know_django():
    assert in_child("print([name for name in sys.modules if name.startswith('django')])", "pdf") == "[]"


def test_it_inherits_no_secrets(monkeypatch):
    monkeypatch.setenv("FIELD_KEYS", "k1:very-secret")
    process = sandbox._start("jpeg", DEFAULT_LIMITS)
    try:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()
    finally:
        process.kill()
        process.communicate()
    assert b"very-secret" not in environment
    assert b"PATH=" not in environment


@pytest.mark.kill
def test_it_dies_with_its_parent(tmp_path):
    script = f"""
import sys
from pathlib import Path
from requests_app.files.limits import DEFAULT_LIMITS
from requests_app.files.sandbox import run_child
run_child("pdf", sys.stdin.buffer.read(), DEFAULT_LIMITS, Path({str(tmp_path)!r}))
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT) as parent:
        parent.stdin.write(samples.pdf_that_takes_minutes())
        parent.stdin.close()
        child = busy_child_of(parent.pid)
        parent.kill()
    assert psutil.wait_procs([child], timeout=5)[1] == []


def busy_child_of(pid: int) -> psutil.Process:
    """The upload child, once it is at work on the page."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        for child in psutil.Process(pid).children():
            if child.cpu_times().user > 0.5:
                return child
        time.sleep(0.05)
    raise AssertionError("no child got to work")
