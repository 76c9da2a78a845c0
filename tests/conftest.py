"""The database as production has it: migrated by its owner, used by a role that owns nothing."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections
from django.test import TransactionTestCase

from tests.chromium import ARGUMENTS, chromium

RUN = f"test_adminduk_{os.environ.get('PYTEST_XDIST_TESTRUNUID', str(os.getpid()))[:12]}"
PREPARED = f"{RUN}_prepared"
"""The database that all of a run are copied from; nobody ever works in it."""
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests

KEPT_BETWEEN_TESTS = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "requests_app_kecamatan",
    "requests_app_kelurahan",
    "requests_app_nikregion",
    "requests_app_requirement",
    "requests_app_holiday",
    "requests_app_decisionreason",
    "requests_app_messagetext",
    "requests_app_protocolitem",
    "requests_app_zone",
    "requests_app_zonecoverage",
    "requests_app_blankstock",
    "requests_app_noticeroute",
}


# Of those, what tests may change (the demo set arranges zones): as they were loaded after each that commits.
CHANGED_BY_TESTS = (
    "requests_app_zone",
    "requests_app_zonecoverage",
    "requests_app_protocolitem",
    "requests_app_blankstock",
    "requests_app_noticeroute",
)


def owner_connection(database: str) -> Any:
    """A connection of the role that owns everything."""
    owner = settings.DATABASE_OWNER
    return psycopg2.connect(
        host=owner["HOST"] or None,
        port=owner["PORT"] or None,
        user=owner["USER"] or None,
        password=owner["PASSWORD"] or None,
        dbname=database,
    )


def _run_as_owner(statement: str, database: str) -> None:
    with_owner = owner_connection(database)
    with_owner.autocommit = True
    with with_owner.cursor() as cursor:
        cursor.execute(statement)
    with_owner.close()


@contextmanager
def _one_at_a_time(home: str) -> Iterator[Any]:
    """The owner's cursor in the server's own database, for one worker of a run after the other."""
    with_owner = owner_connection(home)
    with_owner.autocommit = True
    with with_owner.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [RUN])
        yield cursor
    with_owner.close()


def _databases(cursor: Any, like: str) -> int:
    cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE %s", [like.replace("_", r"\_")])
    return int(cursor.fetchone()[0])


def _prepare(database: str) -> None:
    """As production's is prepared; and what the tests may change is kept beside."""
    process = dict(connection.settings_dict)
    owner = {key: settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    connection.settings_dict.update({**owner, "NAME": database})
    call_command("prepare_database", verbosity=0)
    connection.close()
    connection.settings_dict.update(process)
    _run_as_owner("CREATE SCHEMA loaded", database)
    for table in CHANGED_BY_TESTS:
        _run_as_owner(f'CREATE TABLE loaded."{table}" AS TABLE "{table}"', database)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database of this worker's own, copied from one that the first worker of the run prepares: that takes long."""
    own = f"{RUN}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    home = settings.DATABASE_OWNER["NAME"] or "postgres"
    with _one_at_a_time(home) as cursor:
        if not _databases(cursor, PREPARED):
            cursor.execute(f'CREATE DATABASE "{PREPARED}"')
            with django_db_blocker.unblock():
                _prepare(PREPARED)
        cursor.execute(f'CREATE DATABASE "{own}" TEMPLATE "{PREPARED}"')
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = own
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    with _one_at_a_time(home) as cursor:
        cursor.execute(f'DROP DATABASE "{own}" WITH (FORCE)')
        if _databases(cursor, f"{RUN}_%") == 1:
            cursor.execute(f'DROP DATABASE "{PREPARED}" WITH (FORCE)')


def _empty_as_owner(self: TransactionTestCase) -> None:
    """The process role may not empty tables; the owner may, with the database's own guards out of the way.

    What a page asked while it was closed may hold rows still, in another order: where this gives way, it begins anew.
    """
    connections.close_all()
    for is_last in (False, False, True):
        try:
            return _empty()
        except psycopg2.errors.DeadlockDetected:
            if is_last:
                raise


def _empty() -> None:
    with_owner = owner_connection(connection.settings_dict["NAME"])
    with closing(with_owner), with_owner, with_owner.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            if table not in KEPT_BETWEEN_TESTS:
                cursor.execute(f'DELETE FROM "{table}"')
        for table in CHANGED_BY_TESTS:
            cursor.execute(f'DELETE FROM "{table}"; INSERT INTO "{table}" TABLE loaded."{table}"')


TransactionTestCase._fixture_teardown = _empty_as_owner  # type: ignore[method-assign]


@pytest.fixture
def as_owner(django_db_setup: None) -> Iterator[Any]:
    """A cursor of the owner's, committed at the end of each statement; for looking, and for breaking rules."""
    with_owner = owner_connection(connection.settings_dict["NAME"])
    with_owner.autocommit = True
    with with_owner.cursor() as cursor:
        yield cursor
    with_owner.close()


@pytest.fixture
def now() -> datetime:
    """A Monday morning in Palembang (10.00 WIB)."""
    return datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_kept_from_other_tests() -> None:
    """What a process keeps for a while (figures, notices of service) is read afresh in each test."""
    cache.clear()


@pytest.fixture(autouse=True)
def mail_is_connected(settings: Any) -> None:
    """A server to send mail through, at which nobody listens; a gateway for SMS needs its address only."""
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "127.0.0.1", "kantor@example.com"
    settings.SMS_API_TOKEN = "token"


@pytest.fixture(autouse=True)
def documents_folder(tmp_path: Path, settings: Any) -> Path:
    """Each test keeps its documents in a folder of its own."""
    settings.DOCUMENTS_ROOT = tmp_path / "documents"
    return settings.DOCUMENTS_ROOT


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a phone shows in `make test` is shown on a desktop by `make looks`."""
    for item in items:
        of_the_screen = getattr(item, "callspec", None)
        if of_the_screen and "desktop" in of_the_screen.id.split("-") and item.get_closest_marker("browser"):
            item.add_marker("looks")


@pytest.fixture(scope="session", autouse=True)
def photos_checked_once(django_test_environment: None) -> Iterator[None]:
    """The same few photos are sent hundreds of times: each is opened by a child process the first time, as ever."""
    from requests_app.files.inspect import CheckedUpload, check_upload
    from requests_app.uploads import taking

    known: dict[str, CheckedUpload] = {}

    def check(file: Any, **given: Any) -> CheckedUpload:
        if getattr(file, "too_large", False):
            return check_upload(file, **given)
        digest = hashlib.sha256(file.read()).hexdigest()
        file.seek(0)
        if digest not in known:
            known[digest] = check_upload(file, **given)
        return known[digest]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(taking, "check_upload", check)
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Browser tests run in the Chromium that is installed."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": ARGUMENTS}
