"""What the officer's desk shows of one application."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from requests_app.models import (
    Application,
    CallTask,
    Decision,
    DecisionReason,
    Document,
    Event,
    Notice,
    Officer,
    Visit,
)
from requests_app.queries.findings import Finding, Related, findings_of, missing_documents, related_to
from requests_app.rules.dates import format_moment
from requests_app.rules.messages import ANSWER_PURPOSES, render
from requests_app.rules.statuses import Status

PENDING = (Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW)


@dataclass(frozen=True)
class Message:
    """A message as the citizen reads it, and where it stands."""

    notice: Notice
    text: str


@dataclass(frozen=True)
class Desk:
    """One application with everything that helps to judge it."""

    application: Application
    documents: Sequence[Document]
    findings: Sequence[Finding]
    related: Related
    decisions: Sequence[Decision]
    held: bool


@dataclass(frozen=True)
class History:
    """What happened so far: events, decisions and messages."""

    events: Sequence[Event]
    messages: Sequence[Message]


def documents_of(application: Application) -> list[Document]:
    """The documents that stand, in the order of their kind."""
    return list(Document.objects.filter(application=application, replaced_at__isnull=True))


def load_desk(application: Application, officer: Officer, now: datetime) -> Desk:
    """Documents, findings and former decisions of an application that the officer may see."""
    documents = documents_of(application)
    related = related_to(application)
    missing = missing_documents(application, documents)
    decisions = Decision.objects.filter(application=application).select_related("officer").order_by("-pk")
    return Desk(
        application=application,
        documents=documents,
        findings=findings_of(application, documents, related, missing, now),
        related=related,
        decisions=list(decisions),
        held=holds(application, officer, now),
    )


def load_history(application: Application) -> History:
    """Events with who did them, and every message with its text; one-time codes have no place here."""
    events = Event.objects.filter(application=application).select_related("officer").order_by("-pk")[:100]
    notices = Notice.objects.filter(application=application).exclude(purpose="code").select_related("text")
    messages = [Message(notice, render(notice.text.body, notice.params)) for notice in notices.order_by("-created_at")]
    return History(list(events), messages)


def holds(application: Application, officer: Officer, now: datetime) -> bool:
    """Whether this officer holds the lease now."""
    until = application.lease_until
    return application.lease_officer_id == officer.pk and until is not None and until > now


def reasons_for(kind: str) -> list[DecisionReason]:
    """The preset reasons of one kind of decision that are in use."""
    return list(DecisionReason.objects.filter(Q(kind=kind), is_active=True))


def last_visit(application: Application) -> Visit | None:
    """The latest visit that was to serve it; None for what was never invited (and no query for a pending one)."""
    if application.status in PENDING:
        return None
    visits = Visit.objects.filter(services__application=application).exclude(services__outcome="dropped")
    return visits.select_related("zone").order_by("-pk").first()


def words_to_tell(task: CallTask) -> str:
    """What a caller says: the message that did not arrive, word for word; or that an invitation was not answered."""
    if task.reason == "invitation_lapsed":
        visit = last_visit(task.application)
        when = format_moment(visit.starts_at) if visit is not None else ""
        return (
            f"Permohonan {task.application.number} sudah disetujui, tetapi undangan untuk {when} belum dijawab. "
            f"Kapan Anda dapat datang ke {task.application.zone.name}?"
        )
    notice = task.notice
    if notice is None:
        unheard = Notice.objects.filter(application=task.application_id, purpose__in=ANSWER_PURPOSES)
        notice = unheard.select_related("text").order_by("-created_at").first()
    return render(notice.text.body, notice.params) if notice is not None else ""
