"""Drafts live seven days from their last change, and go with their files."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.files.frames import Page
from requests_app.files.inspect import CheckedUpload
from requests_app.models import Application, Document, Draft
from requests_app.operations.documents import Owner, add_document, document_store
from requests_app.operations.drafts import discard_draft, remove_old_drafts, save_answers, start_draft
from requests_app.operations.submission import DraftGone, submit_draft
from tests.factories import make_draft

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


def with_document(draft: Draft, now: datetime, code: str = "KK") -> Document:
    """The draft with one page uploaded."""
    upload = CheckedUpload("jpeg", [Page(b"\xff\xd8 halaman", 10, 10)], f"{draft.pk.hex:0>64}")  # type: ignore[arg-type]
    return add_document(owner=Owner(draft_id=draft.pk), document_code=code, upload=upload, original_bytes=100, now=now)


def stored() -> set[Any]:
    """Ids of the files on the disk."""
    return {file_id for file_id, _ in document_store().ids()}


def test_seven_days_count_from_the_last_change(now: datetime) -> None:
    draft = start_draft(service="ktp_el", now=now)
    save_answers(draft_id=draft.pk, answers={"reason": "baru"}, replaces={"reason"}, now=now + timedelta(days=3))
    assert remove_old_drafts(now=now + WEEK + timedelta(days=2)) == 0
    assert remove_old_drafts(now=now + WEEK + timedelta(days=3)) == 1


def test_a_step_replaces_its_own_answers_only(now: datetime) -> None:
    draft = start_draft(service="ktp_el", now=now)
    save_answers(draft_id=draft.pk, answers={"a": "1", "b": "2"}, replaces=(), now=now)
    assert save_answers(draft_id=draft.pk, answers={"b": "3"}, replaces={"b", "c"}, now=now).answers == {
        "a": "1",
        "b": "3",
    }
    assert save_answers(draft_id=draft.pk, answers={}, replaces={"b"}, now=now).answers == {"a": "1"}


def test_the_sweep_takes_old_drafts_with_their_files_and_no_others(now: datetime) -> None:
    old, young = make_draft(now - WEEK), make_draft(now)
    with_document(old, now)
    kept = with_document(young, now)
    assert remove_old_drafts(now=now) == 1
    assert list(Draft.objects.all()) == [young]
    assert stored() == {kept.pk}


def test_the_sweep_forgets_the_secret_of_a_receipt_and_leaves_the_application_its_documents(now: datetime) -> None:
    draft = make_draft(now, contact="none")
    document = with_document(draft, now)
    first = submit_draft(draft_id=draft.pk, now=now)
    assert Draft.objects.get().answers == {"secret": first.secret}
    assert remove_old_drafts(now=now + WEEK - timedelta(seconds=1)) == 0
    assert remove_old_drafts(now=now + WEEK) == 1
    document.refresh_from_db()
    assert (document.draft_id, document.application_id) == (None, first.application.pk)
    assert stored() == {document.pk}
    again = submit_draft(draft_id=draft.pk, now=now + WEEK)
    assert (again.application, again.repeated, again.secret) == (first.application, True, "")


def test_discarding_takes_the_files_but_never_a_sent_one(now: datetime) -> None:
    draft, sent = make_draft(now), make_draft(now)
    with_document(draft, now)
    kept = with_document(sent, now)
    submit_draft(draft_id=sent.pk, now=now)
    discard_draft(draft_id=draft.pk)
    discard_draft(draft_id=sent.pk)
    assert stored() == {kept.pk}
    assert Application.objects.count() == 1
    assert list(Draft.objects.all()) == [sent]


def test_a_sent_or_removed_draft_takes_no_more_answers(now: datetime) -> None:
    sent = make_draft(now)
    submit_draft(draft_id=sent.pk, now=now)
    with pytest.raises(DraftGone):
        save_answers(draft_id=sent.pk, answers={"name": "X"}, replaces=(), now=now)
    gone = make_draft(now)
    discard_draft(draft_id=gone.pk)
    with pytest.raises(DraftGone):
        save_answers(draft_id=gone.pk, answers={}, replaces=(), now=now)
