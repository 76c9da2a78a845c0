"""A visit got another slot before its invitation had left: the invitation tells the new one, nobody is told twice."""

from datetime import datetime

from django.db.models import Q

from requests_app.models import Notice, Visit
from requests_app.operations.visit_words import visit_params
from requests_app.rules.messages import INVITATIONS

NOT_LEFT = ["queued", "retry", "held"]
TELLS_THE_SLOT = tuple(purpose for purpose in INVITATIONS if purpose != "visit_reminder")


def reword_unsent(visit: Visit, *, now: datetime) -> set[int]:
    """Ids of the applications whose people learn of the visit's present slot from a message that still waits.

    The visit is locked, and as it is now. What a worker or a clerk has open counts as having left.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = Notice.objects.filter(free, visit=visit, purpose__in=TELLS_THE_SLOT, state__in=NOT_LEFT)
    rows = waiting.select_for_update(of=("self",)).select_related("application__zone").order_by("created_at", "pk")
    return {application_id for notice in rows if (application_id := _reword(notice, visit)) is not None}


def _reword(notice: Notice, visit: Visit) -> int | None:
    """Where, when and with which number; what the officer or the office added stays."""
    if notice.application is None:
        return None
    words = visit_params(visit, notice.application)
    notice.params = notice.params | {name: words[name] for name in words if name != "catatan"}
    notice.expires_at = visit.starts_at
    notice.save(update_fields=["params", "expires_at"])
    return notice.application_id
