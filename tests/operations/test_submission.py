"""A submission is stored whole or not at all, and once."""

import uuid
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from requests_app.models import (
    Application,
    Document,
    Draft,
    Event,
    LimitCounter,
    MessageText,
    Notice,
    Promise,
    PromisePolicy,
    Zone,
    ZoneCoverage,
)
from requests_app.models.keys import application_key
from requests_app.operations import submission
from requests_app.operations.drafts import save_answers
from requests_app.operations.keys import LOCK_CLASS
from requests_app.operations.limits import Limit, TooMany
from requests_app.operations.submission import DraftChanged, DraftGone, Seen, submit_draft
from requests_app.rules.dates import local_date
from requests_app.statements import Statement
from requests_app.vault.keyring import keyed_hash
from tests.factories import make_draft, new_nik

pytestmark = pytest.mark.django_db
ONE_IN_TEN_MINUTES = [Limit("submit", "198.51.100.7", 1, timedelta(minutes=10))]


def submit(now: datetime, **over: Any) -> Application:
    """A fresh draft, sent."""
    return submit_draft(draft_id=make_draft(now, **over).pk, now=now).application


def test_everything_that_belongs_to_it_is_there(now: datetime) -> None:
    application = submit(now)
    assert (application.submitted_at, application.due_at) == (now, now + timedelta(days=5))
    assert application.first_due_at == application.due_at
    assert (application.privacy_version, application.statement_version) != ("", "")
    assert Promise.objects.get().started_at == now
    assert Event.objects.get().data == {"promise": Promise.objects.get().pk}
    assert Notice.objects.get().purpose == "received"


@pytest.mark.django_db(transaction=True)
def test_a_failure_at_the_very_end_stores_nothing(now: datetime, monkeypatch: Any) -> None:
    draft = make_draft(now)
    real = submission._hand_over
    fails = Statement("SELECT 1 / 0", ())
    monkeypatch.setattr(submission, "_hand_over", lambda *args: [*real(*args), fails])
    with pytest.raises(DatabaseError, match="zero"):
        submit_draft(draft_id=draft.pk, now=now)
    for model in (Application, Promise, Event, Notice):
        assert not model.objects.exists()
    draft.refresh_from_db()
    assert draft.answers["name"] == "Siti Contoh"
    monkeypatch.undo()
    assert submit_draft(draft_id=draft.pk, now=now).application.status == "submitted"


def seen(draft: Draft) -> Seen:
    """As the check page found it."""
    return Seen(draft, frozenset(draft.documents.values_list("document_code", flat=True)))


def test_exactly_what_was_seen_is_sent(now: datetime) -> None:
    draft = make_draft(now)
    as_seen = seen(draft)
    save_answers(draft_id=draft.pk, answers={"name": "Lain"}, replaces=["name"], now=now + timedelta(seconds=1))
    with pytest.raises(DraftChanged):
        submit_draft(draft_id=draft.pk, now=now, seen=as_seen)
    assert not Application.objects.exists()
    assert submit_draft(draft_id=draft.pk, now=now).application.name == "Lain"


def test_a_file_taken_away_in_another_tab_is_not_overlooked(now: datetime) -> None:
    draft = make_draft(now)
    Document.objects.create(
        draft=draft,
        document_code="KK",
        original_kind="jpeg",
        original_bytes=1,
        pages=1,
        stored_bytes=1,
        uploaded_at=now,
    )
    as_seen = seen(draft)
    draft.documents.all().delete()
    with pytest.raises(DraftChanged):
        submit_draft(draft_id=draft.pk, now=now, seen=as_seen)
    assert submit_draft(draft_id=draft.pk, now=now, seen=seen(draft)).application.status == "submitted"


def test_what_was_seen_and_sent_meanwhile_gives_the_first_application(now: datetime) -> None:
    draft = make_draft(now, contact="none")
    as_seen = seen(Draft.objects.get(pk=draft.pk))
    first = submit_draft(draft_id=draft.pk, now=now)
    again = submit_draft(draft_id=draft.pk, now=now, seen=as_seen)
    assert (again.application, again.secret, again.repeated) == (first.application, first.secret, True)


def move_to_another_zone() -> None:
    ZoneCoverage.objects.update(zone=Zone.objects.order_by("pk").last())


def reword() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    MessageText.objects.filter(purpose="received").update(is_current=False)
    MessageText.objects.create(purpose="received", version=99, body="Baru", is_current=True, created_at=now)


def promise_working_days() -> None:
    PromisePolicy.objects.create(kind="working_days", valid_from=datetime(2026, 1, 1, tzinfo=UTC))


def terms_of(application: Application) -> Any:
    """What the office's tables decided of it."""
    notice = Notice.objects.get(application=application)
    return application.zone_id, application.due_at, notice.text_id, notice.params["zona"]


@pytest.mark.parametrize("change", [move_to_another_zone, reword, promise_working_days])
def test_what_the_office_has_changed_since_the_last_submission_holds(now: datetime, change: Any) -> None:
    """The terms of the one before are assumed, never trusted."""
    before = terms_of(submit(now))
    change()
    draft = make_draft(now)
    found = terms_of(submit_draft(draft_id=draft.pk, now=now, seen=seen(draft)).application)
    assert found == terms_of(submit(now)) != before


def test_a_key_that_was_taken_meanwhile_is_found_under_its_lock(now: datetime) -> None:
    nik = new_nik()
    submit(now)
    draft = make_draft(now, nik=nik)
    as_seen = seen(draft)
    submit(now, nik=nik)
    assert submit_draft(draft_id=draft.pk, now=now, seen=as_seen).application.status == "held_duplicate"


def test_whoever_sends_waits_for_who_works_on_the_same_key(now: datetime) -> None:
    draft = make_draft(now)
    key = draft.service + application_key(draft.service, draft.answers).hex()
    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    with closing(psycopg2.connect(**given)) as other, other.cursor() as theirs:
        theirs.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, key])
        with connection.cursor() as ours:
            ours.execute("SET LOCAL lock_timeout = '100ms'")
        with pytest.raises(OperationalError, match="lock timeout"), transaction.atomic():
            submit_draft(draft_id=draft.pk, now=now)
    assert submit_draft(draft_id=draft.pk, now=now).application.status == "submitted"


def test_one_more_than_the_limit_stores_nothing_and_does_not_count(now: datetime) -> None:
    draft = make_draft(now)
    submit_draft(draft_id=make_draft(now).pk, now=now, limits=ONE_IN_TEN_MINUTES)
    for _ in range(2):
        with pytest.raises(TooMany) as refusal:
            submit_draft(draft_id=draft.pk, now=now, limits=ONE_IN_TEN_MINUTES)
    assert refusal.value.retry_at == now + timedelta(minutes=10)
    assert Application.objects.count() == LimitCounter.objects.get().count == 1
    later = submit_draft(draft_id=draft.pk, now=refusal.value.retry_at, limits=ONE_IN_TEN_MINUTES)
    assert later.application.status == "submitted"


def test_the_same_draft_again_counts_once(now: datetime) -> None:
    draft = make_draft(now)
    first, again = (submit_draft(draft_id=draft.pk, now=now, limits=ONE_IN_TEN_MINUTES) for _ in range(2))
    assert first.application == again.application


def test_sent_twice_at_once_gives_the_receipt_though_the_limit_is_reached_by_it(now: datetime) -> None:
    draft = make_draft(now)
    as_seen = seen(Draft.objects.get(pk=draft.pk))
    first = submit_draft(draft_id=draft.pk, now=now, limits=ONE_IN_TEN_MINUTES)
    again = submit_draft(draft_id=draft.pk, now=now, seen=as_seen, limits=ONE_IN_TEN_MINUTES)
    assert (again.application, again.repeated) == (first.application, True)


def test_a_submission_that_was_seen_is_one_round_trip(now: datetime, django_assert_num_queries: Any) -> None:
    submit(now)
    draft = make_draft(now)
    as_seen = seen(draft)
    with django_assert_num_queries(3):  # inside the test's transaction a savepoint is set and released
        submit_draft(draft_id=draft.pk, now=now, seen=as_seen)


def test_the_same_draft_again_gives_the_same_application_and_secret(now: datetime) -> None:
    draft = make_draft(now, contact="none")
    first, again = (submit_draft(draft_id=draft.pk, now=now) for _ in range(2))
    assert first.application == again.application
    assert first.secret == again.secret != ""
    assert (first.repeated, again.repeated) == (False, True)
    assert first.application.secret_hash == keyed_hash("secret", first.secret)
    assert Promise.objects.count() == Event.objects.count() == 1


def test_answers_that_are_no_longer_asked_are_not_stored(now: datetime) -> None:
    application = submit(now, reason="rusak", origin="abroad", marital_status="cerai_mati", applicant_nik="1")
    assert not {"origin", "marital_status", "applicant_nik", "police_number"} & set(application.answers)
    assert application.answers["name"] == "Siti Contoh"


def test_another_one_of_the_same_key_is_held_with_its_own_promise(now: datetime) -> None:
    nik = new_nik()
    first, second = submit(now, nik=nik), submit(now + timedelta(hours=1), nik=nik)
    assert (first.status, second.status) == ("submitted", "held_duplicate")
    assert second.due_at == now + timedelta(days=5, hours=1)
    assert Notice.objects.filter(purpose="received").count() == 2
    assert submit(now, nik=new_nik()).status == "submitted"


def test_drafts_never_count(now: datetime) -> None:
    nik = new_nik()
    make_draft(now, nik=nik)
    assert submit(now, nik=nik).status == "submitted"


def test_the_zone_follows_the_present_address_never_the_nik(now: datetime) -> None:
    for kelurahan in ("16.71.01.1001", "16.71.10.1001"):
        covering = ZoneCoverage.objects.get(kelurahan_id=kelurahan, valid__contains=local_date(now))
        application = submit(now, kelurahan=kelurahan, nik="3201" + new_nik()[4:])
        assert application.zone_id == covering.zone_id


@pytest.mark.parametrize(
    ("answers", "stored"),
    [
        ({"contact": "whatsapp", "phone": "+628000000003"}, ("whatsapp", "+628000000003", "")),
        ({"contact": "email", "phone": "+628000000003", "email": "a@contoh.id"}, ("email", "", "a@contoh.id")),
        ({"contact": "none", "phone": "+628000000003"}, ("none", "", "")),
    ],
)
def test_only_the_chosen_way_of_being_told_is_kept(now: datetime, answers: Any, stored: Any) -> None:
    application = submit(now, **answers)
    assert (application.contact, application.phone, application.email) == stored


def test_documents_move_to_the_application(now: datetime) -> None:
    draft = make_draft(now)
    Document.objects.create(
        draft=draft,
        document_code="KK",
        original_kind="jpeg",
        original_bytes=1,
        pages=1,
        stored_bytes=1,
        uploaded_at=now,
    )
    application = submit_draft(draft_id=draft.pk, now=now).application
    assert Document.objects.get().application == application


def test_a_draft_that_is_gone_is_said_to_be_gone(now: datetime) -> None:
    with pytest.raises(DraftGone):
        submit_draft(draft_id=uuid.uuid4(), now=now)
    assert not Draft.objects.exists()
