"""One visit to the form: the moment, the draft of this browser's session, and its answers."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from requests_app.clock import database_now
from requests_app.models import Document, Draft
from requests_app.operations.documents import Owner
from requests_app.queries.apply import Opened, documents_of, live_sent_draft, open_draft, requirements_for
from requests_app.rules.catalogue import Requirement, Service, relevant_answers
from requests_app.rules.dates import local_date

DRAFT = "draft"
RECEIPT = "receipt"
"""Keys of the session: ids of the draft being filled in, and of the one that was sent last."""


@dataclass
class Visit:
    """`draft` is the unsent draft of this session, None when there is none or it expired.

    `files` are the requirements that had an upload when the visit began.
    """

    request: HttpRequest
    now: datetime
    draft: Draft | None
    files: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The day in Palembang."""
        return local_date(self.now)

    @property
    def service(self) -> Service:
        """What is asked for."""
        return Service(self.draft.service) if self.draft else Service.KTP_EL

    @property
    def owner(self) -> Owner:
        """Whose documents are uploaded here."""
        return Owner(draft_id=self.draft.pk if self.draft else None)

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """The answers so far, without leftovers of questions that are no longer asked."""
        return relevant_answers(self.draft.answers, self.today) if self.draft else {}

    @cached_property
    def requirements(self) -> list[Requirement]:
        """All rows of the office's list to which the answers lead."""
        return requirements_for(self.answers)

    @cached_property
    def documents(self) -> list[Document]:
        """The uploads so far."""
        return documents_of(self.draft.pk) if self.draft else []

    def needed_files(self) -> list[Requirement]:
        """The requirements that are uploaded."""
        return [requirement for requirement in self.requirements if requirement.needs_file]

    def missing_files(self) -> list[Requirement]:
        """The requirements without which nothing can be sent."""
        present = {document.document_code for document in self.documents}
        return [r for r in self.needed_files() if r.mandatory != "no" and r.document_code not in present]

    def stale_files(self) -> bool:
        """Whether an upload answers a requirement that is no longer asked."""
        needed = {requirement.document_code for requirement in self.needed_files()}
        return any(document.document_code not in needed for document in self.documents)

    def keep(self, draft: Draft) -> None:
        """The session lives as long as the draft does; a change counts from now."""
        self.draft = draft
        before = self.request.session.get(DRAFT)
        if before and before != str(draft.pk):
            self.request.session[RECEIPT] = before
        self.request.session[DRAFT] = str(draft.pk)
        for name in ("answers", "requirements", "documents"):
            self.__dict__.pop(name, None)


def open_visit(request: HttpRequest) -> Visit:
    """Ask for the time once, and find the session's draft."""
    found = _posted(request) or _of_session(request)
    # One that was sent is the receipt from then on (see sent_draft).
    draft = found.draft if found.draft and found.draft.application_id is None else None
    return Visit(request, found.now, draft, found.files)


def _of_session(request: HttpRequest) -> Opened:
    draft_id = _id_of(request, DRAFT)
    return open_draft(draft_id) if draft_id else Opened(database_now())


def _posted(request: HttpRequest) -> Opened | None:
    """The draft that a form names is nearly always the session's: then both are read at once. None when it is not."""
    session: Any = request.session
    try:
        draft_id = uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        return None
    if not session.is_unread:
        return None
    found = open_draft(draft_id, session_key=session.session_key)
    session.was_read(found.session)
    return found if _id_of(request, DRAFT) == draft_id else None


def sent_draft(request: HttpRequest, now: datetime) -> Draft | None:
    """The draft that this session sent last, with its application, while the receipt is kept.

    Sending leaves the session as it is, so the draft that was filled in last may be the one; it moves over when
    the next one is begun.
    """
    for draft_id in (_id_of(request, DRAFT), _id_of(request, RECEIPT)):
        draft = live_sent_draft(draft_id, now=now) if draft_id else None
        if draft is not None:
            return draft
    return None


def settle(request: HttpRequest, sent: Draft) -> None:
    """The receipt was shown: the session holds no unsent draft any more, and the start page offers none."""
    if request.session.get(DRAFT) == str(sent.pk):
        request.session[RECEIPT] = request.session.pop(DRAFT)


def _id_of(request: HttpRequest, key: str) -> uuid.UUID | None:
    kept = request.session.get(key)
    return uuid.UUID(kept) if kept else None
