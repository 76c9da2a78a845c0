"""What the pages about another device read."""

import uuid
from datetime import datetime

from requests_app.models import DraftCode


def was_moved(draft_id: uuid.UUID) -> bool:
    """Whether the draft that was known under this id goes on on another device."""
    return DraftCode.objects.filter(draft=draft_id, used_at__isnull=False).exists()


def code_ends_at(draft_id: uuid.UUID, now: datetime) -> datetime | None:
    """Until when the last code that this draft asked for can be typed; None when there is none."""
    live = DraftCode.objects.filter(draft=draft_id, used_at__isnull=True, expires_at__gt=now)
    return live.order_by("-expires_at").values_list("expires_at", flat=True).first()
