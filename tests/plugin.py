"""Loaded before Django (`-p tests.plugin`): real engines, and an environment of the tests' own.

With DATABASE_URL and REDIS_URL set, those servers are used (own database and own key prefix there); otherwise
PostgreSQL and Valkey are started from their wheels once, and shared by all xdist workers.
"""

import base64
import os

TEST_KEYS = {
    "ADMINDUK_MODE": "test",
    "SECRET_KEY": "secret-key-of-the-tests-only",
    "FIELD_KEYS": "t1:" + base64.b64encode(bytes(range(32))).decode(),
    "INDEX_KEY": base64.b64encode(bytes(range(32, 64))).decode(),
    "WHATSAPP_ACCESS_TOKEN": "token-of-the-tests",
    "WHATSAPP_APP_SECRET": "app-secret-of-the-tests",
    "WHATSAPP_VERIFY_TOKEN": "verify-token-of-the-tests",
    "BROKER_PREFIX": f"adminduk-test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-{os.getpid()}:",
    "LOG_LEVEL": "WARNING",
}


def _say_nothing(line: str) -> None:
    """The engines' progress is of no interest in a test run."""


def _prepare_environment() -> None:
    for name in ("ADMINDUK_DATA", "PUBLIC_URL", "SIMULATOR_URL", "DEBUG", "ADMINDUK_DB_ROLE"):
        os.environ.pop(name, None)
    os.environ.update(TEST_KEYS)
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    from adminduk.embedded.engines import start_engines

    engines = start_engines(None, announce=_say_nothing, durable=False)
    os.environ["DATABASE_OWNER_URL"] = engines.owner_url
    os.environ["DATABASE_URL"] = engines.url("adminduk_app")
    os.environ["REDIS_URL"] = engines.redis_url
    os.environ["ADMINDUK_TEST_ENGINES"] = "embedded"


_prepare_environment()
