"""A visit got another slot before its invitation had left: the invitation tells the new one, nobody is told twice."""

from datetime import datetime

from django.db.models import Q

from requests_app.models import Notice, Visit
from requests_app.operations.visit_words import visit_params
from requests_app.rules.messages import INVITATIONS
from requests_app.rules.sent_words import without_any_id_number
from requests_app.rules.visits import VisitState

NOT_LEFT = ["queued", "retry", "held"]
TELLS_THE_SLOT = tuple(purpose for purpose in INVITATIONS if purpose != "visit_reminder")


def reword_unsent(visit: Visit, *, now: datetime) -> set[int]:
    """Messages that still wait tell the visit's present slot. Ids of the applications whose people know of no other.

    The visit is locked, and as it is now. What a worker or a clerk has open counts as having left; whoever confirmed
    has seen the slot before, if only on the tracking page.
    """
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    waiting = Notice.objects.filter(free, visit=visit, purpose__in=TELLS_THE_SLOT, state__in=NOT_LEFT)
    locked = waiting.select_for_update(of=("self",)).select_related("application__zone")
    rows = list(locked.order_by("created_at", "pk"))
    for notice in rows:
        _reword(notice, visit)
    told = {notice.application_id for notice in rows if notice.application_id is not None}
    return told if visit.state == VisitState.INVITED else set()


def _reword(notice: Notice, visit: Visit) -> None:
    """Where, when and with which number; what the officer or the office added stays."""
    assert notice.application is not None  # whatever concerns a visit concerns an application
    words = without_any_id_number(visit_params(visit, notice.application))
    notice.params = notice.params | {name: words[name] for name in words if name != "catatan"}
    notice.expires_at = visit.starts_at
    notice.save(update_fields=["params", "expires_at"])
