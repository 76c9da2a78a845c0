"""Production: `check --deploy` is content with good settings, and what must not run does not start."""

import base64
import hashlib
import hmac
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

REPOSITORY = Path(__file__).resolve().parents[1]

WEB = ["-c", "import adminduk.wsgi"]
WORKER = ["-m", "celery", "-A", "adminduk", "worker", "--pool", "solo", "--queues", "nobody", "--loglevel", "WARNING"]
BEAT = ["-m", "celery", "-A", "adminduk", "beat", "--schedule", "{folder}/schedule", "--pidfile", ""]
PROCESS_PASSWORD = "sandi-peran-proses"
REAL_NUMBERS = "UPDATE requests_app_zone SET whatsapp_number = '+62711310' || id"
STARTS = {"web": WEB, "worker": WORKER, "beat": BEAT}


def url(role: str, password: str, database: str) -> str:
    """A database URL on the server of the tests."""
    owner = settings.DATABASE_OWNER
    host, port = quote(owner["HOST"] or "", safe=""), owner["PORT"] or 5432
    return f"postgres://{quote(role)}:{quote(password)}@{host}:{port}/{database}"


@dataclass
class Server:
    """A production database of its own, prepared by its owner, and the environment of its processes."""

    database: str
    role: str
    folder: Path

    @property
    def owner_url(self) -> str:
        owner = settings.DATABASE_OWNER
        return url(owner["USER"], owner["PASSWORD"] or "", self.database)

    def environment(self, **over: str) -> dict[str, str]:
        """All that production needs, and nothing of the tests' own."""
        machine = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return machine | {
            "ADMINDUK_MODE": "production",
            "ADMINDUK_DATA": str(self.folder),
            "DATABASE_URL": url(self.role, PROCESS_PASSWORD, self.database),
            "REDIS_URL": os.environ["REDIS_URL"],
            "BROKER_PREFIX": f"{self.database}:",
            "PUBLIC_URL": "https://adminduk.example",
            "ALLOWED_HOSTS": "adminduk.example",
            "SECRET_KEY": base64.b64encode(bytes(range(60))).decode(),
            "FIELD_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
            "INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
            "WHATSAPP_ACCESS_TOKEN": "token",
            "WHATSAPP_APP_SECRET": "app-secret",
            "WHATSAPP_VERIFY_TOKEN": "verify-token",
            "METRICS_TOKEN": "metrics-token",
            "TRUSTED_PROXIES": "1",
            **over,
        }

    def run(self, *arguments: str, **over: str) -> subprocess.CompletedProcess[str]:
        """Run Python with `arguments`; a program that starts well and stays is stopped after some seconds."""
        argv = [sys.executable, *(part.format(folder=self.folder) for part in arguments)]
        return subprocess.run(
            argv, cwd=REPOSITORY, env=self.environment(**over), capture_output=True, text=True, timeout=60, check=False
        )

    def execute(self, statement: str) -> None:
        """Change something as the owner."""
        connection = psycopg2.connect(self.owner_url)
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
        connection.close()


def run_on_server(statement: str) -> None:
    owner = settings.DATABASE_OWNER
    connection = psycopg2.connect(url(owner["USER"], owner["PASSWORD"] or "", owner["NAME"] or "postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    name = f"adminduk_production_{uuid.uuid4().hex[:8]}"
    run_on_server(f"CREATE DATABASE {name}")
    server = Server(name, f"{name}_app", tmp_path_factory.mktemp("production"))
    try:
        prepared = server.run("manage.py", "prepare_database", DATABASE_OWNER_URL=server.owner_url)
        assert prepared.returncode == 0, prepared.stderr
        server.execute(REAL_NUMBERS)
        yield server
    finally:
        run_on_server(f"DROP DATABASE {name} WITH (FORCE)")
        run_on_server(f"DROP ROLE IF EXISTS {name}_app")


def refusal(server: Server, start: str, **over: str) -> str:
    """The one line that a start ends with."""
    done = server.run(*STARTS[start], **over)
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert lines, done.stdout
    return lines[-1]


def test_check_deploy_is_clean(server: Server) -> None:
    done = server.run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_the_process_role_gets_the_password_of_its_own_url(server: Server) -> None:
    connection = psycopg2.connect(server.owner_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword, rolsuper, rolcreaterole FROM pg_authid WHERE rolname = %s", [server.role])
        kept, *powers = cursor.fetchone()
    connection.close()
    assert powers == [False, False]
    _, rounds_and_salt, keys = kept.split("$")
    rounds, salt = rounds_and_salt.split(":")
    salted = hashlib.pbkdf2_hmac("sha256", PROCESS_PASSWORD.encode(), base64.b64decode(salt), int(rounds))
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    assert hashlib.sha256(client_key).digest() == base64.b64decode(keys.split(":")[0])


def test_a_good_production_starts(server: Server) -> None:
    done = server.run("-c", "import adminduk.wsgi; print('started')")
    assert done.stdout == "started\n", done.stderr


@pytest.mark.parametrize("start", STARTS)
def test_a_role_that_owns_tables_is_refused_everywhere(server: Server, start: str) -> None:
    said = refusal(server, start, DATABASE_URL=server.owner_url)
    assert said.startswith("Adminduk Online does not start: the processes' database role owns tables")


@pytest.mark.parametrize("start", STARTS)
def test_a_default_secret_is_refused_everywhere(server: Server, start: str) -> None:
    said = refusal(server, start, SECRET_KEY="", FIELD_KEYS="none:" + "A" * 43 + "=")
    assert said.endswith("SECRET_KEY is missing or too short; FIELD_KEYS and INDEX_KEY must be set.")


def test_missing_tokens_are_named(server: Server) -> None:
    names = ["WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "METRICS_TOKEN"]
    assert f"{', '.join(names)} must be set" in refusal(server, "web", **dict.fromkeys(names, ""))


@pytest.mark.parametrize(
    ("setting_up", "cause", "clearing_away"),
    [
        (
            "INSERT INTO requests_app_officer (username, password, first_name, last_name, email, role, services,"
            " phone, is_superuser, is_staff, is_active, is_demo, date_joined)"
            " VALUES ('contoh', '!', '', '', '', 'officer', '{}', '', false, false, true, true, now())",
            "demo accounts exist",
            "DELETE FROM requests_app_officer",
        ),
        (
            "INSERT INTO requests_app_clockoffset (id, seconds) VALUES (1, 86400)",
            "the clock has a stored offset",
            "DELETE FROM requests_app_clockoffset",
        ),
        (
            "UPDATE requests_app_zone SET whatsapp_number = '+6280000000001'"
            " WHERE code = (SELECT min(code) FROM requests_app_zone)",
            "a zone has an example number",
            REAL_NUMBERS,
        ),
    ],
    ids=["demo accounts", "clock offset", "example number"],
)
def test_what_belongs_to_a_demonstration_is_refused(
    server: Server, setting_up: str, cause: str, clearing_away: str
) -> None:
    server.execute(setting_up)
    try:
        assert cause in refusal(server, "web")
        checked = server.run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
        assert checked.returncode == 1
        assert cause in checked.stderr
        prepared = server.run("manage.py", "prepare_database", DATABASE_OWNER_URL=server.owner_url)
        assert prepared.returncode == 0, prepared.stderr
    finally:
        server.execute(clearing_away)


def test_a_zone_without_a_number_is_named_and_stops_nothing(server: Server) -> None:
    server.execute(
        "UPDATE requests_app_zone SET whatsapp_number = '', whatsapp_phone_id = ''"
        " WHERE code = (SELECT min(code) FROM requests_app_zone)"
    )
    try:
        checked = server.run("manage.py", "check", "--deploy")
        assert checked.returncode == 0
        assert "no WhatsApp number, so no invitations from: UPTD Zona 1" in checked.stderr
        assert server.run("-c", "import adminduk.wsgi; print('started')").stdout == "started\n"
    finally:
        server.execute(REAL_NUMBERS)


def test_a_database_that_is_away_or_empty_is_refused_with_one_line(server: Server) -> None:
    away = refusal(server, "web", DATABASE_URL="postgres://nobody@127.0.0.1:1/nowhere")
    assert away.startswith("Adminduk Online does not start: the database cannot be looked at (")
