"""Loading, moving to today, accounts: as the commands do it."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import RequestFactory

from requests_app.clock import database_now
from requests_app.demo.accounts import DEMO_PASSWORD, ensure_accounts
from requests_app.demo.load import load_demo
from requests_app.demo.rows import LIVED, WRITTEN, demo_applications
from requests_app.models import Application, Document, Draft, Officer, Shift
from requests_app.operations.calls import record_call
from requests_app.operations.documents import document_store
from requests_app.rules.dates import local_date
from tests.factories import submitted


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def owners_connection() -> Iterator[None]:
    """As `manage.py demo` runs: connected as the role that owns the tables."""
    process = dict(connection.settings_dict)
    connection.close()
    owner = {key: django_settings.DATABASE_OWNER[key] for key in ("USER", "PASSWORD", "HOST", "PORT")}
    connection.settings_dict.update(owner)
    yield
    connection.close()
    connection.settings_dict.update(process)


@pytest.mark.django_db
def test_accounts_have_the_documented_password_and_shifts_from_today(tmp_path: Path) -> None:
    call_command("demo_accounts")
    names = ["admin1", "loket1", "pengawas1", "petugas1", "petugas2", "petugas3"]
    assert list(Officer.objects.values_list("username", flat=True)) == names
    request = RequestFactory().post("/masuk/")
    assert all(authenticate(request, username=name, password=DEMO_PASSWORD) for name in names)
    today = local_date(database_now())
    dates = Shift.objects.filter(officer__username="petugas1").order_by("date").values_list("date", flat=True)
    assert list(dates) == [today + timedelta(days=n) for n in range(30)]
    assert Officer.objects.get(username="admin1").is_superuser
    text = (tmp_path / "accounts.txt").read_text()
    assert DEMO_PASSWORD in text
    assert "pengawas1" in text


@pytest.mark.django_db
def test_accounts_again_another_day_keep_password_and_add_shifts() -> None:
    today = local_date(database_now())
    ensure_accounts(today=today)
    changed = Officer.objects.get(username="petugas1")
    changed.set_password("sandi-lain-yang-panjang")
    changed.save()
    ensure_accounts(today=today + timedelta(days=1))
    changed.refresh_from_db()
    assert changed.check_password("sandi-lain-yang-panjang")
    assert Shift.objects.filter(officer=changed).count() == 31


@pytest.mark.django_db
def test_somebody_elses_account_is_left_alone() -> None:
    Officer.objects.create(username="admin1", role="officer")
    with pytest.raises(CommandError, match="admin1 exists"):
        call_command("demo_accounts")
    assert Officer.objects.count() == 1


@pytest.mark.django_db
def test_production_refuses(settings: Any) -> None:
    settings.LOCAL = False
    for command in ("demo_accounts", "demo_data", "demo"):
        with pytest.raises(CommandError, match="local and test runs only"):
            call_command(command)


@pytest.mark.django_db
def test_with_if_empty_a_second_load_does_nothing_and_without_it_adds_other_people() -> None:
    call_command("demo_data", applications=40, if_empty=True)
    call_command("demo_data", applications=40, if_empty=True)
    assert Application.objects.count() == 40
    call_command("demo_data", applications=60)
    assert Application.objects.count() == 100


@pytest.mark.django_db
def test_the_same_seed_tells_the_same_stories() -> None:
    now = database_now()
    told = []
    for seed in (7, 7, 8):
        with transaction.atomic():
            load_demo(now=now, count=60, days=14, seed=seed)
            rows = Application.objects.order_by("draft_id").values_list("name", "status", "submitted_at", "round")
            told.append(list(rows))
            transaction.set_rollback(True)
    assert told[0] == told[1] != told[2]


@pytest.mark.django_db(transaction=True)
def test_demo_moves_the_set_to_today_and_keeps_what_people_entered(owners_connection: None) -> None:
    now = database_now()
    load_demo(now=now - timedelta(days=40), count=60, days=14, seed=7)
    mine = submitted(now, name="Pendatang Baru")
    officer = Officer.objects.get(username="petugas1")
    task = demo_applications().filter(calls__closed_at=None, calls__isnull=False)[0].calls.get()
    record_call(task_id=task.pk, officer=officer, outcome="no_answer", note="", now=now)
    old_files = set(Document.objects.values_list("pk", flat=True))
    call_command("demo")
    assert Application.objects.get(pk=mine.pk).notices.count() == 1
    assert Draft.objects.count() == 1
    assert demo_applications().count() == 60
    assert demo_applications().order_by("submitted_at")[0].submitted_at > now - timedelta(days=15)
    files = {file_id for file_id, _ in document_store().ids()}
    assert files == set(Document.objects.values_list("pk", flat=True))
    assert not files & old_files
    assert not _orphans()


def _orphans() -> list[str]:
    """Foreign keys that point to nothing, in any table: the guards were off while rows were deleted."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_app_config("requests_app").get_models():
            for field in model._meta.concrete_fields:
                if not field.many_to_one and not field.one_to_one:
                    continue
                target = field.related_model._meta
                cursor.execute(
                    f'SELECT count(*) FROM "{model._meta.db_table}" a LEFT JOIN "{target.db_table}" b '
                    f'ON a."{field.column}" = b."{target.pk.column}" '
                    f'WHERE a."{field.column}" IS NOT NULL AND b."{target.pk.column}" IS NULL'
                )
                if cursor.fetchone()[0]:
                    found.append(f"{model.__name__}.{field.name}")
    return found


def test_every_table_that_leads_to_an_application_is_known() -> None:
    leading = {r.related_model for r in Application._meta.related_objects}
    assert leading <= {*WRITTEN, *LIVED}


@pytest.mark.django_db
def test_loading_ten_thousand_takes_seconds_not_minutes() -> None:
    """A tenth of it, in processor time, which other work on the machine lengthens little."""
    load_demo(now=database_now(), count=30, days=14, seed=1)
    begin = time.process_time()
    load_demo(now=database_now(), count=1000, days=14, seed=2)
    assert time.process_time() - begin < 3
