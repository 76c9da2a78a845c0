"""What the application form reads: drafts, requirements, kelurahan, and the receipt."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext

from requests_app.clock import OFFSET
from requests_app.models import Document, Draft, Kelurahan
from requests_app.models import Requirement as RequirementRow
from requests_app.rules.catalogue import EVERY_REASON, REASONS, UPLOAD, Reason, Requirement, Service, applicable
from requests_app.sessions import CONTENT
from requests_app.statements import Planned, execute_together

Groups = list[tuple[str, list[tuple[str, str]]]]
"""Choices of a select with groups: group name, then pairs of value and label."""

DRAFT_COLUMNS = ("id", "service", "answers", "started_at", "changed_at", "expires_at", "application_id")

_kelurahan: Groups = []


@dataclass(frozen=True)
class Opened:
    """The moment, the draft that has not expired by then (submitted or not), and what its files answer.

    `session` is the content of the session asked for, as it is stored.
    """

    now: datetime
    draft: Draft | None = None
    files: frozenset[str] = frozenset()
    session: str | None = None


@cache
def _opening(with_offset: bool) -> Planned:
    columns = ", ".join(f"draft.{name}" for name in DRAFT_COLUMNS)
    text = f"""
        SELECT clock_timestamp(), {OFFSET if with_offset else "0"}, {columns},
          ARRAY(SELECT document_code::text FROM requests_app_document WHERE draft_id = draft.id),
          ({CONTENT.format(key="$2")})
        FROM (VALUES ($1)) AS asked (id) LEFT JOIN requests_app_draft AS draft ON draft.id = asked.id
    """  # noqa: S608 (names of our own)
    return Planned(f"open_draft_{int(with_offset)}", text, ("uuid", "varchar"))


def open_draft(draft_id: uuid.UUID, *, session_key: str | None = None) -> Opened:
    """A draft, its files, the time, and a session, in one statement."""
    ((raw, seconds, *columns, files, session),) = execute_together(
        [_opening(settings.LOCAL).with_values(draft_id, session_key)]
    )
    now = raw + timedelta(seconds=float(seconds))
    values = dict(zip(DRAFT_COLUMNS, columns, strict=True))
    if values["id"] is None or values["expires_at"] <= now:
        return Opened(now, session=session)
    values["answers"] = Draft._meta.get_field("answers").from_db_value(values["answers"], None, connection)
    draft = Draft.from_db(connection.alias, list(values), list(values.values()))
    return Opened(now, draft, frozenset(files), session)


def live_sent_draft(draft_id: uuid.UUID, *, now: datetime) -> Draft | None:
    """A submitted draft that has not expired at `now`, with its application and zone."""
    sent = Draft.objects.filter(pk=draft_id, expires_at__gt=now, application__isnull=False).order_by()
    return sent.select_related("application__zone").first()


def documents_of(draft_id: uuid.UUID) -> list[Document]:
    """The uploads of a draft in the order in which they are listed."""
    return list(Document.objects.filter(draft_id=draft_id).order_by("document_code", "uploaded_at", "id"))


def requirements_for(answers: Mapping[str, Any], service: str = Service.KTP_EL) -> list[Requirement]:
    """The rows of the office's list to which these answers lead, in the office's order."""
    reasons = [str(answers.get("reason", "")), EVERY_REASON]
    rows = RequirementRow.objects.filter(service=service, reason__in=reasons).order_by("position", "pk")
    return applicable([_as_rule(row) for row in rows], answers, service=service)


def documents_by_reason(service: Service) -> list[tuple[Reason, str, list[Requirement]]]:
    """For the start page: each reason with its line and the documents that are uploaded, conditional ones included."""
    rows = RequirementRow.objects.filter(service=service, kind=UPLOAD).order_by("position", "pk")
    listed: dict[str, list[Requirement]] = {}
    for row in rows:
        listed.setdefault(row.reason, []).append(_as_rule(row))
    return [(reason, line, listed.get(reason, [])) for reason, line in REASONS[service].items()]


def kelurahan_groups() -> Groups:
    """All kelurahan by kecamatan. They change by government decree only, so a process reads them once."""
    if not _kelurahan:
        groups: dict[str, list[tuple[str, str]]] = {}
        rows = Kelurahan.objects.order_by("kecamatan__name", "name").values_list("code", "name", "kecamatan__name")
        for code, name, kecamatan in rows:
            groups.setdefault(kecamatan, []).append((code, name))
        _kelurahan.extend(groups.items())
    return _kelurahan


def kelurahan_label(code: str) -> str:
    """Kelurahan and kecamatan in words; nothing for an unknown code."""
    for kecamatan, members in kelurahan_groups():
        for known, name in members:
            if known == code:
                return gettext("%(ward)s, Kecamatan %(district)s") % {"ward": name, "district": kecamatan}
    return ""


def _as_rule(row: RequirementRow) -> Requirement:
    return Requirement(
        service=row.service,
        reason=row.reason,
        document_code=row.document_code,
        name=row.name,
        kind=row.kind,
        mandatory=row.mandatory,
        condition_code=row.condition_code,
        legal_source=row.legal_source,
    )
