"""What stops a start is told in one clear line."""

import os
import socket
import sys
from pathlib import Path

import pytest

from adminduk.embedded import preflight
from adminduk.embedded.engines import EngineError
from adminduk.embedded.preflight import check_disk, check_port, check_python, free_port, take_data_folder


def one_line(failure: pytest.ExceptionInfo[EngineError]) -> str:
    assert "\n" not in str(failure.value)
    return str(failure.value)


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(EngineError) as failure:
            check_port("127.0.0.1", port)
        assert f"127.0.0.1 port {port}: Address already in use" in one_line(failure)
    check_port("127.0.0.1", port)


def test_a_host_that_is_not_ours_is_named() -> None:
    with pytest.raises(EngineError) as failure:
        check_port("192.0.2.1", 8000)
    assert "192.0.2.1" in one_line(failure)


def test_too_little_disk_space_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_disk(tmp_path)
    monkeypatch.setattr(preflight, "LEAST_FREE_MB", 10**9)
    with pytest.raises(EngineError) as failure:
        check_disk(tmp_path)
    assert str(tmp_path) in one_line(failure)


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    check_python()
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(EngineError) as failure:
        check_python()
    assert one_line(failure) == "Python 3.11 or newer is needed; this is 3.10.4."


def test_a_data_folder_in_use_is_named_with_its_process_and_address(tmp_path: Path) -> None:
    (tmp_path / "run.env").write_text("PUBLIC_URL=http://127.0.0.1:8123\n")
    with take_data_folder(tmp_path), pytest.raises(EngineError) as failure:
        take_data_folder(tmp_path)
    assert f"process {os.getpid()}, http://127.0.0.1:8123" in one_line(failure)
    take_data_folder(tmp_path).close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_root_does_not_start_in_a_users_data_folder(tmp_path: Path) -> None:
    take_data_folder(tmp_path).close()
    os.chown(tmp_path / "lock", 1, 1)
    with pytest.raises(EngineError) as failure:
        take_data_folder(tmp_path)
    assert "belongs to" in one_line(failure)


def test_the_simulators_port_stays_the_same_while_it_is_free(tmp_path: Path) -> None:
    port = free_port(tmp_path / "port")
    assert free_port(tmp_path / "port") == port
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert free_port(tmp_path / "port") != port
