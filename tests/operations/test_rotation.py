"""Changing keys: afterwards the new key alone opens everything, and nothing that somebody wrote meanwhile is lost."""

import base64
import io
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Model

from requests_app.models import (
    APPEND_ONLY,
    Application,
    CallAttempt,
    CallTask,
    Conversation,
    Decision,
    Document,
    Draft,
    InboundMessage,
    Report,
    Survey,
    WebhookEvent,
)
from requests_app.operations import rotation
from requests_app.operations.documents import document_store
from requests_app.operations.rotation import Rotated, rotate_keys, sealed_columns
from requests_app.vault.fields import EncryptedJSONField, EncryptedTextField
from requests_app.vault.keyring import SealError, field_keys
from tests.factories import APPROVED, OfficerFactory, decided, make_draft, submitted
from tests.operations.cards import ready_card
from tests.operations.offices import invited, open_office
from tests.operations.test_handovers import give

pytestmark = pytest.mark.django_db
OLD, NEW = (f"{name}:{base64.b64encode(bytes([seed] * 32)).decode()}" for name, seed in (("k1", 1), ("k2", 2)))
OLD_MARK, NEW_MARK = b"\x02k1", b"\x02k2"
PAGE = b"\xff\xd8 halaman"

Ring = Callable[..., None]


@pytest.fixture
def ring(settings: Any) -> Any:
    """Start anew with these keys, the first of which seals."""

    def use(*keys: str) -> None:
        settings.FIELD_KEYS = ",".join(keys)
        field_keys.cache_clear()

    use(OLD)
    yield use
    field_keys.cache_clear()


@pytest.fixture(autouse=True)
def fails_instead_of_running_for_ever(monkeypatch: Any) -> None:
    """A run that came back to the same rows again and again would never end."""
    write, batches = rotation._write, []

    def counted(*args: Any) -> int:
        batches.append(args)
        assert len(batches) < 100, "this run does not end"
        return write(*args)

    monkeypatch.setattr(rotation, "_write", counted)


def plain(model: type[Model], field: EncryptedTextField) -> Any:
    """Something to seal in this column."""
    return {"kata": field.column} if isinstance(field, EncryptedJSONField) else f"kata {field.column}"


def fill_every_sealed_column(now: datetime) -> None:
    """A row in each table that seals something, and something in each sealed column."""
    give(ready_card(now), now)
    application = decided(now, APPROVED)
    make_draft(now)
    promise = application.promises.get()
    Report.objects.create(application=application, promise=promise, number="LAP-1", opened_by="clock", opened_at=now)
    task = CallTask.objects.create(application=application, opened_at=now)
    CallAttempt.objects.create(task=task, officer=OfficerFactory(), at=now, outcome="told")
    WebhookEvent.objects.create(digest=b"1", body={}, received_at=now)
    open_office(now)
    visit = invited(now)
    talk = Conversation.objects.create(zone=visit.zone, phone_hash=b"1" * 16, window_until=now, last_heard_at=now)
    InboundMessage.objects.create(conversation=talk, provider_id="wamid.1", at=now, received_at=now, intent="free")
    Survey.objects.create(application=application, zone=visit.zone, service="ktp_el", answers=[4] * 9, answered_at=now)
    for model, fields in sealed_columns().items():
        assert model._base_manager.update(**{field.name: plain(model, field) for field in fields}), model


def sealed_bytes() -> list[bytes]:
    """Every sealed value in the database, as it lies there."""
    found = []
    with connection.cursor() as cursor:
        for model, fields in sealed_columns().items():
            for field in fields:
                cursor.execute(f'SELECT "{field.column}" FROM "{model._meta.db_table}"')
                found += [bytes(value) for (value,) in cursor.fetchall()]
    return found


def of(rotated: list[Rotated], what: str) -> tuple[int, int]:
    """What a run says of one table: sealed again, left."""
    (part,) = [part for part in rotated if part.what == what]
    return part.sealed, part.left


def test_afterwards_the_new_key_alone_opens_every_column(ring: Ring, now: datetime) -> None:
    fill_every_sealed_column(now)
    assert {value[:3] for value in sealed_bytes()} == {OLD_MARK}
    ring(NEW, OLD)
    rotate_keys()
    ring(NEW)
    assert {value[:3] for value in sealed_bytes()} == {NEW_MARK}
    for model, fields in sealed_columns().items():
        for row in model._base_manager.all():
            assert [getattr(row, field.name) for field in fields] == [plain(model, field) for field in fields]


def test_what_was_empty_stays_empty(ring: Ring, now: datetime, caplog: Any) -> None:
    submitted(now, email="")
    ring(NEW, OLD)
    assert of(rotate_keys(), "requests_app_application") == (1, 0)
    assert Application.objects.filter(email="").count() == 1
    assert caplog.text == ""


def stored_document(now: datetime, pages: int = 2) -> Document:
    """A document of a draft, with its pages on the disk."""
    document = Document.objects.create(
        draft=make_draft(now), document_code="KK", original_kind="jpeg", original_bytes=5, pages=pages,
        stored_bytes=5, uploaded_at=now,
    )  # fmt: skip
    for page in range(pages):
        document_store().write(document.pk, page, PAGE + bytes([page]))
    return document


def test_afterwards_the_new_key_alone_opens_every_page(ring: Ring, now: datetime) -> None:
    documents = [stored_document(now), stored_document(now)]
    ring(NEW, OLD)
    new_already = stored_document(now)
    assert of(rotate_keys(), "documents") == (2, 0)
    ring(NEW)
    for document in [*documents, new_already]:
        assert [document_store().read(document.pk, page) for page in range(2)] == [PAGE + b"\0", PAGE + b"\1"]


def test_a_file_whose_row_is_gone_is_not_written_again(ring: Ring, now: datetime) -> None:
    document_store().write(uuid.uuid4(), 0, PAGE)
    ring(NEW, OLD)
    assert of(rotate_keys(), "documents") == (0, 1)
    with pytest.raises(CommandError, match="1 still need an older key"):
        call_command("rotate_keys", stdout=io.StringIO())


def test_an_interrupted_run_goes_on_where_it_stopped(ring: Ring, now: datetime, monkeypatch: Any) -> None:
    for _ in range(5):
        make_draft(now)
    ring(NEW, OLD)
    write, written = rotation._write, []

    def pull_the_plug(*args: Any) -> int:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(write(*args))
        return written[-1]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rotation, "_write", pull_the_plug)
        patch.setattr(rotation, "sealed_columns", lambda: {Draft: sealed_columns()[Draft]})
        rotate_keys(batch=2)
    assert written == [2, 2]
    assert of(rotate_keys(batch=2), "requests_app_draft") == (1, 0)


def test_a_second_run_finds_nothing_to_do(ring: Ring, now: datetime) -> None:
    fill_every_sealed_column(now)
    ring(NEW, OLD)
    rotate_keys()
    before = sealed_bytes()
    assert {(part.sealed, part.left) for part in rotate_keys()} == {(0, 0)}
    assert sealed_bytes() == before


def test_a_value_changed_meanwhile_is_not_overwritten(ring: Ring, now: datetime, monkeypatch: Any) -> None:
    changed, other = submitted(now), submitted(now)
    ring(NEW, OLD)
    seal_again = EncryptedTextField.seal_again

    def somebody_moves(field: EncryptedTextField, sealed: bytes) -> bytes:
        Application.objects.filter(pk=changed.pk).update(address="Jl. Baru 9")
        return seal_again(field, sealed)

    with monkeypatch.context() as patch:
        patch.setattr(EncryptedTextField, "seal_again", somebody_moves)
        assert of(rotate_keys(), "requests_app_application") == (1, 1)
    changed.refresh_from_db()
    other.refresh_from_db()
    assert (changed.address, other.address) == ("Jl. Baru 9", "Lrg. Contoh No. 1")
    assert of(rotate_keys(), "requests_app_application") == (1, 0)


@pytest.fixture
def other() -> Any:
    """Somebody else's connection; ours waits for a lock no longer than a second."""
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    with connection.cursor() as ours:
        ours.execute("SET lock_timeout = '1s'")
    with closing(psycopg2.connect(**given)) as other:
        yield other
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_left_for_the_next_run_without_waiting(ring: Ring, now: datetime, other: Any) -> None:
    submitted(now)
    stored_document(now)
    ring(NEW, OLD)
    with other.cursor() as theirs:
        theirs.execute("SELECT 1 FROM requests_app_application FOR UPDATE")
        theirs.execute("SELECT 1 FROM requests_app_document FOR UPDATE")
    held = rotate_keys()
    assert (of(held, "requests_app_application"), of(held, "documents")) == ((0, 1), (0, 1))
    other.rollback()
    free = rotate_keys()
    assert (of(free, "requests_app_application"), of(free, "documents")) == ((1, 0), (1, 0))


@pytest.mark.django_db(transaction=True)
def test_a_batch_keeps_nobody_from_writing_rows_that_belong_to_its_rows(ring: Ring, now: datetime, other: Any) -> None:
    submitted(now)
    stored_document(now)
    ring(NEW, OLD)
    with transaction.atomic():
        rotate_keys()
        with other.cursor() as theirs:
            for table in ("requests_app_application", "requests_app_document", "requests_app_draft"):
                theirs.execute(f"SELECT 1 FROM {table} FOR KEY SHARE NOWAIT")  # as each row that refers to it does


def test_what_no_key_opens_is_named_and_stops_nothing(ring: Ring, now: datetime, caplog: Any) -> None:
    lost = make_draft(now)
    ring(NEW)
    Draft.objects.filter(pk=lost.pk).update(answers=b"\x02k0" + bytes(40))
    ring(OLD)
    fine = make_draft(now)
    ring(NEW, OLD)
    assert of(rotate_keys(), "requests_app_draft") == (1, 1)
    assert f"requests_app_draft.answers of row {lost.pk} does not open" in caplog.text
    ring(NEW)
    assert Draft.objects.get(pk=fine.pk).answers["name"] == "Siti Contoh"
    with pytest.raises(SealError):
        Draft.objects.get(pk=lost.pk)


def test_a_page_that_no_key_opens_is_named_and_stays_as_it_is(ring: Ring, now: datetime, caplog: Any) -> None:
    broken, fine = stored_document(now, pages=1), stored_document(now, pages=1)
    (page,) = document_store()._folder(broken.pk).glob(f"{broken.pk}-*")
    page.write_bytes(OLD_MARK + bytes(40))
    ring(NEW, OLD)
    assert of(rotate_keys(), "documents") == (1, 1)
    assert f"document {broken.pk} does not open" in caplog.text
    assert page.read_bytes() == OLD_MARK + bytes(40)
    ring(NEW)
    assert document_store().read(fine.pk, 0) == PAGE + b"\0"


def test_the_command_says_how_many_and_when_the_old_key_may_go(ring: Ring, now: datetime) -> None:
    decided(now, APPROVED)
    ring(NEW, OLD)
    said = io.StringIO()
    call_command("rotate_keys", stdout=said)
    assert "requests_app_application: 1 sealed again, 0 left" in said.getvalue()
    assert said.getvalue().endswith("Everything is sealed by k2.\n")
    assert Decision.objects.get().details["place"] == "UPTD Zona 7"


def test_rows_that_are_written_once_hold_nothing_sealed() -> None:
    assert set(APPEND_ONLY).isdisjoint(sealed_columns())
