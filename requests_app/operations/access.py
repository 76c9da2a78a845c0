"""Every opening of an application or document by staff leaves an access row."""

import uuid
from datetime import datetime

from requests_app.models import AccessLog, Officer


def log_access(
    *,
    officer: Officer,
    action: str,
    now: datetime,
    application_id: int | None = None,
    document_id: uuid.UUID | None = None,
    conversation_id: int | None = None,
) -> None:
    """Append one access row. Actions: open, claim, document, conversation, search_nik, search_phone, list."""
    AccessLog.objects.create(
        at=now,
        officer=officer,
        action=action,
        application_id=application_id,
        document_id=document_id,
        conversation_id=conversation_id,
    )
