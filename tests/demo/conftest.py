"""A demo set that the tests of this folder look at."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from requests_app.demo.load import load_demo

COUNT = 600
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday morning in Palembang


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo_set(django_db_setup: None, django_db_blocker: Any, folder: Path) -> Iterator[None]:
    """Three weeks of applications, so that everything has happened to somebody; loaded once for these tests."""
    with (
        django_db_blocker.unblock(),
        override_settings(DATA_DIR=folder, DOCUMENTS_ROOT=folder / "documents"),
        transaction.atomic(),
    ):
        assert load_demo(now=NOW, count=COUNT, days=21, seed=7) == COUNT
        yield
        transaction.set_rollback(True)


@pytest.fixture
def loaded(demo_set: None, db: None, folder: Path, settings: Any) -> datetime:
    settings.DATA_DIR, settings.DOCUMENTS_ROOT = folder, folder / "documents"
    return NOW
