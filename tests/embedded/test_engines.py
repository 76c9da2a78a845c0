"""The embedded engines: real, private, gone when their starter is gone, and there again with their data."""

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from adminduk.embedded.engines import EngineError, Engines, start_engines
from adminduk.embedded.places import Throwaway, data_folder
from adminduk.embedded.processes import as_account, end_all
from tests.embedded.helpers import eventually, family, kill, python

HOLD = """
import pathlib, sys, time
from adminduk.embedded.engines import start_engines
engines = start_engines(pathlib.Path(sys.argv[1]), announce=print)
print(engines.owner_url, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A cluster that has been started once, since making one takes longer than copying it."""
    folder = Throwaway()
    start_engines(folder.path, announce=print, durable=False).stop()
    yield folder.path
    folder.remove()


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """A data folder that PostgreSQL's user can reach, with an empty cluster."""
    folder = Throwaway()
    subprocess.run(["cp", "-a", "--reflink=auto", made / "postgresql", folder.path], check=True)
    yield folder.path
    folder.remove()


def ask(engines: Engines, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(engines.owner_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_throwaway_engines_answer_and_leave_nothing() -> None:
    engines = start_engines(None, announce=lambda line: None, durable=False)
    assert ask(engines, "SELECT current_user, current_setting('TimeZone'), lower('É')") == [
        ("adminduk_owner", "UTC", "é")
    ]
    assert redis.Redis.from_url(engines.redis_py_url).ping()
    engines.stop()
    engines.stop()
    assert not engines.data.exists()


def test_data_is_there_at_the_second_start(data: Path) -> None:
    engines = start_engines(data, announce=lambda line: None)
    ask(engines, "CREATE TABLE kept AS SELECT 42 AS answer")
    redis.Redis.from_url(engines.redis_py_url).set("kept", "42")
    engines.stop()
    assert family(data) == []
    engines = start_engines(data, announce=lambda line: None)
    assert ask(engines, "SELECT answer FROM kept") == [(42,)]
    assert redis.Redis.from_url(engines.redis_py_url).get("kept") == b"42"
    engines.stop()


def test_nobody_else_can_reach_them(data: Path) -> None:
    engines = start_engines(data, announce=lambda line: None, durable=False)
    for folder in (engines.postgresql.sockets, engines.valkey.sockets, engines.postgresql.cluster):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert ask(engines, "SHOW listen_addresses") == [("",)]
    assert redis.Redis.from_url(engines.redis_py_url).config_get("port") == {"port": "0"}
    engines.stop()


def test_failed_statements_leave_no_values_in_the_log(data: Path) -> None:
    engines = start_engines(data, announce=lambda line: None, durable=False)
    ask(engines, "CREATE TABLE person (nik text PRIMARY KEY CHECK (nik <> '1671000000000002'))")
    ask(engines, "INSERT INTO person VALUES ('1671000000000001')")
    for nik in ("1671000000000001", "1671000000000002"):
        with pytest.raises(psycopg2.IntegrityError):
            ask(engines, f"INSERT INTO person VALUES ('{nik}')")
    engines.stop()
    assert "violates" in engines.postgresql.log.read_text()
    assert "167100000000000" not in engines.postgresql.log.read_text()


@pytest.mark.kill
def test_no_engine_outlives_a_killed_starter_and_the_next_start_recovers(data: Path) -> None:
    starter = python(HOLD, data)
    assert starter.stdout
    assert starter.stdout.readline().startswith("postgres://")
    assert family(data)
    kill(starter)
    # At once: what is still going down must not disturb the next start.
    engines = start_engines(data, announce=lambda line: None)
    assert ask(engines, "SELECT 1") == [(1,)]
    engines.stop()
    assert eventually(lambda: family(data) == [], 3)


@pytest.mark.kill
def test_committed_rows_survive_the_killing_of_every_server_process(data: Path) -> None:
    engines = start_engines(data, announce=lambda line: None)
    ask(engines, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert end_all(lambda: family(data), by=signal.SIGKILL, within=5.0) > 1
    engines.stop()
    engines = start_engines(data, announce=lambda line: None)
    assert ask(engines, "SELECT answer FROM kept") == [(42,)]
    engines.stop()


@pytest.mark.kill
def test_a_lock_file_that_names_somebody_elses_process_does_not_stop_the_start(data: Path) -> None:
    engines = start_engines(data, announce=lambda line: None)
    cluster = engines.postgresql.cluster
    lock = (cluster / "postmaster.pid").read_text().splitlines()
    os.kill(int(lock[0]), signal.SIGKILL)
    engines.stop()
    with subprocess.Popen(["sleep", "60"], **as_account(engines.postgresql.account)) as other:
        (cluster / "postmaster.pid").write_text("\n".join([str(other.pid), *lock[1:]]) + "\n")
        engines = start_engines(data, announce=lambda line: None)
        assert ask(engines, "SELECT 1") == [(1,)]
        engines.stop()
        other.kill()


@pytest.mark.kill
def test_servers_that_were_left_running_are_ended_before_new_ones_start(data: Path) -> None:
    left = start_engines(data, announce=lambda line: None)
    before = family(data)
    engines = start_engines(data, announce=lambda line: None)
    assert ask(engines, "SELECT 1") == [(1,)]
    assert set(before).isdisjoint(family(data))
    engines.stop()
    left.stop()


@pytest.mark.parametrize("damage", ["truncated", "unreadable"])
def test_a_damaged_broker_file_does_not_stop_the_start(data: Path, damage: str) -> None:
    engines = start_engines(data, announce=lambda line: None)
    redis.Redis.from_url(engines.redis_py_url).set("kept", "42" * 50)
    engines.stop()
    appended = next((data / "valkey" / "appendonlydir").glob("*.incr.aof"))
    whole = appended.read_bytes()
    appended.write_bytes(whole + b"*3\r\n$3\r\nSE" if damage == "truncated" else b"\0" * 64 + whole)
    said: list[str] = []
    engines = start_engines(data, announce=said.append)
    assert redis.Redis.from_url(engines.redis_py_url).exists("kept") == (damage == "truncated")
    assert [line for line in said if "put aside" in line] == said[: int(damage == "unreadable")]
    engines.stop()


def test_an_interrupted_first_start_is_begun_again(data: Path) -> None:
    (data / "postgresql" / "cluster").rename(data / "postgresql" / "cluster.new")
    engines = start_engines(data, announce=lambda line: None)
    assert ask(engines, "SELECT 1") == [(1,)]
    engines.stop()


def test_long_paths_and_capital_letters_are_no_obstacle(data: Path) -> None:
    for name in ("x" * 100, "DATA"):
        folder = data_folder(data / name)
        subprocess.run(["cp", "-a", data / "postgresql", folder], check=True)
        engines = start_engines(folder, announce=lambda line: None, durable=False)
        assert ask(engines, "SELECT 1") == [(1,)]
        assert redis.Redis.from_url(engines.redis_py_url).ping()
        engines.stop()
        for sockets in (engines.postgresql.sockets, engines.valkey.sockets):
            assert not sockets.is_relative_to(data)
            sockets.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another user for PostgreSQL")
def test_as_root_an_unreachable_data_folder_keeps_its_mode_and_the_cluster_goes_outside(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    said: list[str] = []
    engines = start_engines(data_folder(closed / "data"), announce=said.append, durable=False)
    home = engines.postgresql.home
    assert any(str(home) in line for line in said)
    assert not home.is_relative_to(tmp_path)
    assert home.stat().st_uid != 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    engines.stop()
    assert not home.exists()


def test_a_program_that_cannot_start_says_so_in_one_line(data: Path) -> None:
    (data / "postgresql" / "cluster" / "pg_hba.conf").write_text("nonsense\n")
    with pytest.raises(EngineError) as failure:
        start_engines(data, announce=lambda line: None)
    assert str(failure.value).startswith("PostgreSQL did not start: ")
    assert "\n" not in str(failure.value)
    assert family(data) == []


def test_leftovers_of_killed_test_runs_are_removed_and_those_in_use_stay() -> None:
    gone, used = Throwaway(), Throwaway()
    gone._lock.close()
    for folder in (gone.path, used.path):
        os.utime(folder, (1, 1))
    Throwaway.sweep()
    assert not gone.path.exists()
    assert used.path.exists()
    used.remove()


def test_sockets_are_not_taken_over_from_somebody_else(data: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        engines = start_engines(data, announce=lambda line: None, durable=False)
        other.connect(str(engines.valkey.address))
        engines.stop()
        assert other.recv(1) == b""
