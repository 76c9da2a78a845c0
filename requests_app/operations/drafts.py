"""Half-filled applications: begun, saved step by step, discarded, and swept away after seven days."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from requests_app.models import Document, Draft
from requests_app.operations.documents import remove_files
from requests_app.operations.submission import DraftGone

DRAFT_LIFE = timedelta(days=7)
BATCH = 200


def start_draft(*, service: str, now: datetime, answers: Mapping[str, Any] | None = None) -> Draft:
    """Begin an application, perhaps with answers given before; only the browser that holds its id can go on with it."""
    return Draft.objects.create(
        service=service, answers=dict(answers or {}), started_at=now, changed_at=now, expires_at=now + DRAFT_LIFE
    )


@transaction.atomic
def save_answers(*, draft_id: uuid.UUID, answers: Mapping[str, Any], replaces: Iterable[str], now: datetime) -> Draft:
    """Keep the answers of one step. `replaces` are the keys that this step asks; those without an answer go.

    The draft then lives seven days from `now`. Raises DraftGone when it was removed or already submitted.
    """
    draft = _lock_open(draft_id)
    dropped = set(replaces)
    draft.answers = {key: value for key, value in draft.answers.items() if key not in dropped} | dict(answers)
    draft.changed_at, draft.expires_at = now, now + DRAFT_LIFE
    draft.save(update_fields=["answers", "changed_at", "expires_at"])
    return draft


def discard_draft(*, draft_id: uuid.UUID) -> None:
    """The citizen throws the draft away, files included. Nothing happens when it is gone or was submitted."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().filter(pk=draft_id, application__isnull=True).first()
        files = _delete(draft) if draft else []
    remove_files(files)


def remove_old_drafts(*, now: datetime) -> int:
    """Remove drafts that nobody changed for seven days, files included; how many.

    Of a submitted draft only the row goes, and with it the secret of its receipt; the documents belong to the
    application by then.
    """
    removed = 0
    while batch := _remove_batch(now):
        removed += batch
    return removed


def _remove_batch(now: datetime) -> int:
    files: list[uuid.UUID] = []
    with transaction.atomic():
        due = Draft.objects.select_for_update(skip_locked=True).filter(expires_at__lte=now).order_by("expires_at")
        drafts = list(due[:BATCH])
        for draft in drafts:
            files += _delete(draft)
    remove_files(files)
    return len(drafts)


def _delete(draft: Draft) -> list[uuid.UUID]:
    """Delete a locked draft; the ids of files that belong to nobody afterwards."""
    Document.objects.filter(draft=draft, application__isnull=False).update(draft=None)
    files = list(Document.objects.filter(draft=draft).values_list("pk", flat=True))
    draft.delete()
    return files


def _lock_open(draft_id: uuid.UUID) -> Draft:
    draft = Draft.objects.select_for_update().filter(pk=draft_id, application__isnull=True).first()
    if draft is None:
        raise DraftGone
    return draft
