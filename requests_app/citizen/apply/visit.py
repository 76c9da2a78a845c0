"""One visit to a form: the moment, the draft of this browser's session for that service, and its answers."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from django.http import HttpRequest

from requests_app.clock import database_now
from requests_app.models import Document, Draft
from requests_app.operations.documents import Owner
from requests_app.queries.apply import Opened, documents_of, live_sent_draft, open_draft, requirements_for
from requests_app.questions.base import StepForm
from requests_app.rules.catalogue import Requirement, Service, relevant_answers
from requests_app.rules.dates import local_date

DRAFT = {Service.KTP_EL: "draft", Service.KK: "draft_kk", Service.LEGALISIR: "draft_legalisir"}
RECEIPT = {Service.KTP_EL: "receipt", Service.KK: "receipt_kk", Service.LEGALISIR: "receipt_legalisir"}
"""Keys of the session, by service: ids of the draft being filled in, and of the one that was sent last."""

F = TypeVar("F", bound=StepForm)


@dataclass
class Visit:
    """`draft` is the unsent draft of this session for the service, None when there is none or it expired.

    `files` are the requirements that had an upload when the visit began.
    """

    request: HttpRequest
    service: Service
    now: datetime
    draft: Draft | None
    files: frozenset[str] = frozenset()

    @property
    def today(self) -> date:
        """The day in Palembang."""
        return local_date(self.now)

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
        return requirements_for(self.answers, self.service)

    @cached_property
    def documents(self) -> list[Document]:
        """The uploads so far."""
        return documents_of(self.draft.pk) if self.draft else []

    def form(self, form: type[F], data: Any = None) -> F:
        """A step's form with what this visit knows."""
        return form(data, answers=self.answers, today=self.today, service=self.service)

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
        self.draft, key = draft, DRAFT[self.service]
        before = self.request.session.get(key)
        if before and before != str(draft.pk):
            self.request.session[RECEIPT[self.service]] = before
        self.request.session[key] = str(draft.pk)
        self.forget()

    def forget(self) -> None:
        """What was read before is read again."""
        for name in ("answers", "requirements", "documents"):
            self.__dict__.pop(name, None)


def open_visit(request: HttpRequest, service: Service) -> Visit:
    """Ask for the time once, and find the session's draft for the service."""
    key = DRAFT[service]
    found = _posted(request, key) or _of_session(request, key)
    # One that was sent is the receipt from then on (see sent_draft).
    draft = found.draft if found.draft and found.draft.application_id is None else None
    return Visit(request, service, found.now, draft, found.files)


def held_services(request: HttpRequest) -> list[Service]:
    """The services for which this session may hold an unsent draft."""
    return [service for service, key in DRAFT.items() if key in request.session]


def other_drafts(request: HttpRequest, service: Service) -> list[str]:
    """Ids of the drafts that this session may hold for other services."""
    held = [request.session.get(key) for other, key in DRAFT.items() if other is not service]
    return [draft_id for draft_id in held if draft_id]


def _of_session(request: HttpRequest, key: str) -> Opened:
    draft_id = _id_of(request, key)
    return open_draft(draft_id) if draft_id else Opened(database_now())


def _posted(request: HttpRequest, key: str) -> Opened | None:
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
    return found if _id_of(request, key) == draft_id else None


def sent_draft(request: HttpRequest, service: Service, now: datetime) -> Draft | None:
    """The draft that this session sent last for the service, with its application, while the receipt is kept.

    Sending leaves the session as it is, so the draft that was filled in last may be the one; it moves over when
    the next one is begun.
    """
    for draft_id in (_id_of(request, DRAFT[service]), _id_of(request, RECEIPT[service])):
        draft = live_sent_draft(draft_id, now=now) if draft_id else None
        if draft is not None:
            return draft
    return None


def settle(request: HttpRequest, sent: Draft) -> None:
    """The receipt was shown: the session holds that draft no more as an unsent one, and the start page offers none."""
    service = Service(sent.service)
    if request.session.get(DRAFT[service]) == str(sent.pk):
        request.session[RECEIPT[service]] = request.session.pop(DRAFT[service])


def _id_of(request: HttpRequest, key: str) -> uuid.UUID | None:
    kept = request.session.get(key)
    return uuid.UUID(kept) if kept else None
