"""Loading, moving to today, accounts: as the commands do it."""

import json
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Sum
from django.test import RequestFactory

from requests_app.clock import database_now
from requests_app.demo.accounts import DEMO_PASSWORD, ensure_accounts
from requests_app.demo.load import load_demo, remove_demo
from requests_app.demo.rows import LIVED, WRITTEN, demo_applications
from requests_app.models import (
    Application,
    BlankBox,
    BlankDay,
    BlankStock,
    Card,
    Closure,
    Conversation,
    Document,
    Draft,
    InboundMessage,
    Notice,
    Officer,
    PrintBatch,
    Shift,
    Slot,
    StockPhoto,
    Visit,
    Zone,
    ZoneCoverage,
)
from requests_app.operations.access import log_access
from requests_app.operations.batches import Wanted, make_batch
from requests_app.operations.blanks import allocate_waiting, queue_approved, stock_of
from requests_app.operations.calls import record_call
from requests_app.operations.decisions import Verdict, decide
from requests_app.operations.documents import document_store
from requests_app.operations.ledger_check import differences
from requests_app.operations.prints import record_printed
from requests_app.operations.review import claim_application
from requests_app.operations.slots import open_slots
from requests_app.queries.desk import day_of
from requests_app.rules.dates import local_date
from requests_app.rules.messages import REPLY
from requests_app.rules.visits import HOLDS_PLACE
from tests.demo.clock import assert_history_is_one_line, assert_nothing_is_owed
from tests.factories import APPROVED, OfficerFactory, decided, on_duty, submitted
from tests.operations.inbound import write


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
    names = ["admin1", "loket1", "loket2", "loket3", "pengawas1", "petugas1", "petugas2", "petugas3"]
    assert list(Officer.objects.values_list("username", flat=True)) == names
    request = RequestFactory().post("/masuk/")
    assert all(authenticate(request, username=name, password=DEMO_PASSWORD) for name in names)
    today = local_date(database_now())
    dates = Shift.objects.filter(officer__username="petugas1").order_by("date").values_list("date", flat=True)
    assert list(dates) == [today + timedelta(days=n) for n in range(30)]
    assert Officer.objects.get(username="admin1").is_superuser
    zones = {o.username: list(o.zones.values_list("code", flat=True)) for o in Officer.objects.exclude(zones=None)}
    assert (zones["loket1"], zones["loket2"]) == (["Z7"], ["Z3"])
    assert sorted(chain.from_iterable(zones.values())) == list(Zone.objects.values_list("code", flat=True))
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
    call_command("demo_data", applications=60, if_empty=True)
    call_command("demo_data", applications=60, if_empty=True)
    assert Application.objects.count() == 60
    call_command("demo_data", applications=70)
    assert Application.objects.count() == 130
    assert differences() == {}
    assert BlankStock.objects.get(zone=None).free < 8020 <= BlankStock.objects.get(zone=None).on_hand


@pytest.mark.long
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
    visit = _invited_by_the_office(now)
    old_files = set(Document.objects.values_list("pk", flat=True))
    old_closure, old_numbers = Closure.objects.get(), _demo_numbers()
    call_command("demo")
    assert Application.objects.get(pk=mine.pk).notices.count() == 1
    assert Draft.objects.count() == 2
    assert Visit.objects.get(pk=visit.pk).services.get().application.number not in _demo_numbers()
    assert Closure.objects.get().starts_at > old_closure.starts_at
    assert not [slot for slot in Slot.objects.all() if slot.booked != _held(slot)]
    assert demo_applications().count() == 60
    assert demo_applications().filter(submitted_at__gt=now - timedelta(days=15)).count() > 50
    assert not demo_applications().filter(number__in=old_numbers).exists()
    files = {file_id for file_id, _ in document_store().ids()}
    photos = set(StockPhoto.objects.values_list("pk", flat=True))
    assert files == photos | set(Document.objects.values_list("pk", flat=True))
    assert not files & old_files
    assert not _orphans()


@pytest.mark.django_db(transaction=True)
def test_demo_keeps_the_cards_of_people_and_gives_the_others_a_blank_of_the_new_stock(owners_connection: None) -> None:
    now = database_now()
    load_demo(now=now - timedelta(days=3), count=60, days=14, seed=7)
    officer = on_duty(OfficerFactory(username="sungguhan"), now)
    elsewhere = ZoneCoverage.objects.exclude(zone__code="Z7").values_list("kelurahan", flat=True)[0]
    mine, unprinted = (decided(now - timedelta(minutes=9), APPROVED, officer, kelurahan=elsewhere) for _ in range(2))
    queue_approved(now=now)
    wanted = Wanted(size=200, request_key=uuid.uuid4())
    batch = make_batch(stock=stock_of(None), wanted=wanted, officer=officer, now=now)
    card = Card.objects.get(application=mine)
    assert record_printed(code=card.code, batch_id=batch.pk, officer=officer, now=now).changed
    call_command("demo")
    assert differences() == {}
    assert Card.objects.get(application=mine).code == card.code
    kept = BlankBox.objects.get(cards__application=mine)
    assert (kept.quantity, kept.receipt.quantity) == (1, 1)
    assert PrintBatch.objects.get(pk=batch.pk).state == "closed"
    assert Application.objects.get(pk=unprinted.pk).status == "waiting_for_blank"
    assert BlankStock.objects.aggregate(total=Sum("on_hand"))["total"] == 8020
    assert BlankDay.objects.count() >= 90
    assert not _orphans()
    allocate_waiting(now=database_now())
    assert Application.objects.get(pk=unprinted.pk).status == "ready_to_print"


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_moved_to_another_evening_the_desk_is_open_then(owners_connection: None) -> None:
    load_demo(now=SATURDAY_NIGHT, count=200, days=14, seed=3)
    monday_night = SATURDAY_NIGHT + timedelta(days=2)
    with transaction.atomic():
        assert remove_demo(now=monday_night) == 200
        load_demo(now=monday_night, count=200, days=14, seed=3)
    assert_nothing_is_owed(monday_night)
    assert_history_is_one_line(monday_night)
    day = day_of(Zone.objects.get(code="Z7"), local_date(monday_night))
    assert len(day.at_desks) == 1
    assert day.waiting
    assert day.expected


@pytest.mark.django_db(transaction=True)
def test_conversations_go_with_the_set_and_those_of_others_stay(
    owners_connection: None, settings: Any, tmp_path: Path
) -> None:
    settings.SIMULATOR_URL = "http://127.0.0.1:9"
    now = database_now()
    write("Halo", now)
    load_demo(now=now, count=120, days=14, seed=1)
    talk = Conversation.objects.filter(zone__code="Z7").latest("pk")
    log_access(officer=Officer.objects.latest("pk"), action="conversation", now=now, conversation_id=talk.pk)
    assert Conversation.objects.count() > 10
    heard = json.loads((tmp_path / "simulator" / "heard.json").read_text())["messages"]
    assert len(heard) == InboundMessage.objects.count() - 1, "the simulated WhatsApp takes replies to them"
    remove_demo(now=now)
    assert [message.text for message in InboundMessage.objects.all()] == ["Halo"]
    assert Conversation.objects.count() == Notice.objects.filter(purpose__startswith=REPLY).count() == 1
    assert not _orphans()


def _invited_by_the_office(now: datetime) -> Visit:
    """Somebody's own application beside the set, approved and invited by the operations."""
    open_slots(now=now)
    application = submitted(now, service="kk", kk_number="1671041708959999")
    officer = on_duty(OfficerFactory(username="sungguhan"), now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    decide(application_id=application.pk, officer=officer, now=now, verdict=Verdict("approved"))
    return Visit.objects.get(services__application=application)


def _demo_numbers() -> set[str]:
    return set(demo_applications().values_list("number", flat=True))


def _held(slot: Slot) -> int:
    return slot.visits.filter(state__in=HOLDS_PLACE).count()


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


@pytest.mark.long
@pytest.mark.django_db
def test_loading_ten_thousand_takes_seconds_not_minutes() -> None:
    """A tenth of it, in processor time, which other work on the machine lengthens little."""
    load_demo(now=database_now(), count=30, days=14, seed=1)
    begin = time.process_time()
    load_demo(now=database_now(), count=1000, days=14, seed=2)
    assert time.process_time() - begin < 10


@pytest.mark.django_db
def test_slots_are_there_after_the_start_whatever_is_in_the_database(now: datetime) -> None:
    submitted(now)
    call_command("demo_data", if_empty=True)
    assert Application.objects.count() == 1
    assert set(Slot.objects.values_list("zone__code", flat=True)) == set(Zone.objects.values_list("code", flat=True))
    assert open_slots(now=database_now()) == 0


SATURDAY_NIGHT = datetime(2026, 11, 28, 14, 20, tzinfo=UTC)
BEFORE_EIGHT_ON_MONDAY = datetime(2026, 11, 23, 0, 10, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 25, 4, 0, tzinfo=UTC)


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("moment", [SATURDAY_NIGHT, BEFORE_EIGHT_ON_MONDAY, CHRISTMAS], ids=str)
def test_whenever_it_is_loaded_nothing_is_owed_and_the_desk_is_at_work(moment: datetime) -> None:
    load_demo(now=moment, count=200, days=14, seed=3)
    assert_nothing_is_owed(moment)
    assert_history_is_one_line(moment)
    here = Visit.objects.filter(zone__code="Z7", day=local_date(moment), state="checked_in")
    assert here.exists() == (moment != CHRISTMAS)
    assert not Visit.objects.filter(zone__code="Z7", day=local_date(moment), state="confirmed").exists() or here


@pytest.mark.long
@pytest.mark.django_db
def test_a_second_set_beside_the_first_takes_other_places(now: datetime) -> None:
    load_demo(now=now, count=120, days=14, seed=1)
    load_demo(now=now, count=120, days=14, seed=2)
    assert_nothing_is_owed(now)
    assert not [slot for slot in Slot.objects.all() if slot.booked != _held(slot)]


@pytest.mark.django_db
def test_zones_that_are_no_examples_are_left_alone(now: datetime) -> None:
    Zone.objects.update(is_example=False)
    before = list(Zone.objects.values())
    load_demo(now=now, count=60, days=14, seed=1)
    assert list(Zone.objects.values()) == before
    assert not Closure.objects.exists()
    assert_nothing_is_owed(now)
