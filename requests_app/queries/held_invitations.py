"""Who was told to come and has no schedule: invitations that wait in plain sight, why, and for how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)  # fmt: skip
from django.db.models.functions import Greatest

from requests_app.models import Application, CallTask, Notice, VisitApplication, Zone
from requests_app.queries.paging import Page, keyset_page
from requests_app.rules.catalogue import Service
from requests_app.rules.statuses import Status
from requests_app.rules.visits import COMING, SCHEDULE_WITHIN, Sender, Trouble

FACE_TO_FACE = (Service.KK, Service.LEGALISIR)
CALLS = ("invitation_lapsed", "invitation_undelivered")
"""Reasons of the call list: the invitation was not answered, or reached nobody."""
UNSENT = ("queued", "sending", "retry", "unconfirmed", "held")
SENT_WITHIN = timedelta(minutes=15)
"""An invitation that has not left by then is told to wait."""

_VISITS = VisitApplication.objects.filter(application=OuterRef("pk"))
_LAST_VISIT = _VISITS.order_by().values("application").annotate(ended=Max("visit__ended_at")).values("ended")
_TO_CALL = CallTask.objects.filter(application=OuterRef("pk"), closed_at__isnull=True, reason__in=CALLS)


def waiting() -> QuerySet[Application]:
    """Approved family cards and certified copies, and cards that need a recording, without a coming visit.

    `since`: the decision, or the end of the last visit where there was one; `due`: until when a schedule is promised;
    `call`: the open entry of the call list. A recording that the officer arranged in words waits for no invitation.
    """
    by_visit = Q(next_invite_at__isnull=False) | Exists(_VISITS)
    asked_to_come = Q(status=Status.APPROVED, service__in=FACE_TO_FACE) | (
        Q(status=Status.RECORDING_NEEDED, service=Service.KTP_EL) & by_visit
    )
    found = Application.objects.filter(asked_to_come, decided_at__isnull=False)
    found = found.exclude(Exists(_VISITS.filter(coming=True)))
    found = found.annotate(
        since=Greatest("decided_at", Subquery(_LAST_VISIT)), call=Subquery(_TO_CALL.values("pk")[:1])
    )
    return found.annotate(due=ExpressionWrapper(F("since") + SCHEDULE_WITHIN, DateTimeField()))


ROW = ("number", "name", "service", "reason", "status", "decided_at", "next_invite_at", "invite_trouble", "zone__name")


def waiting_page(cursor: str, *, zone: str = "") -> Page[Application]:
    """Whoever waits longest first; of all zones, or of the one with this code."""
    found = waiting().filter(zone__code__iexact=zone) if zone else waiting()
    return keyset_page(found.select_related("zone").only(*ROW), "since", cursor, oldest_first=True)


@dataclass(frozen=True)
class ZoneWaits:
    """One zone: how many wait and for what, how many beyond the promised schedule, and whether its number works."""

    zone: Zone
    total: int = 0
    late: int = 0
    no_slot: int = 0
    no_number: int = 0
    other_visit: int = 0
    next_turn: int = 0
    to_call: int = 0
    theirs: int = 0
    oldest: datetime | None = None
    unsent: int = 0

    @property
    def is_quiet(self) -> bool:
        """Nothing waits here, and its number works."""
        return not self.total and not self.unsent and self.zone.number_works

    @property
    def by_hand(self) -> bool:
        """Its invitations are sent by somebody at its phone."""
        return self.zone.sender is Sender.HAND


def waits_by_zone(now: datetime) -> list[ZoneWaits]:
    """Three queries: who waits in each zone, invitations that have a slot but have not left, and the zones: those that
    are active, and others where somebody waits."""
    counted = {row.pop("zone_id"): row for row in _counted(now)}
    unsent = _unsent(now)
    zones = Zone.objects.filter(Q(is_active=True) | Q(pk__in=counted))
    return [ZoneWaits(zone, unsent=unsent.get(zone.pk, 0), **counted.get(zone.pk, {})) for zone in zones]


def _counted(now: datetime) -> Sequence[dict[str, Any]]:
    turn = Q(next_invite_at__isnull=False)
    rows = waiting().order_by().values("zone_id").annotate(
        total=Count("pk"),
        late=Count("pk", filter=Q(due__lt=now)),
        no_slot=Count("pk", filter=turn & Q(invite_trouble=Trouble.NO_SLOT)),
        no_number=Count("pk", filter=turn & Q(invite_trouble=Trouble.NO_NUMBER)),
        other_visit=Count("pk", filter=turn & Q(invite_trouble=Trouble.OTHER_VISIT)),
        next_turn=Count("pk", filter=turn & Q(invite_trouble="")),
        to_call=Count("pk", filter=~turn & Q(call__isnull=False)),
        theirs=Count("pk", filter=~turn & Q(call__isnull=True)),
        oldest=Min("since"),
    )  # fmt: skip
    return [dict(row) for row in rows]


def _unsent(now: datetime) -> Mapping[int, int]:
    rows = Notice.objects.filter(
        visit__state__in=COMING, purpose__startswith="invitation", state__in=UNSENT, created_at__lte=now - SENT_WITHIN
    )
    return dict(rows.order_by().values_list("zone_id").annotate(Count("pk")))


@dataclass(frozen=True)
class Held:
    """For the first page: how many wait for the office to invite them, how many to call, zones without a number."""

    waiting: int
    to_call: int
    silent: Sequence[Zone]


def held_invitations() -> Held:
    """Three queries: two read partial indexes, the third the zones."""
    return Held(
        waiting=Application.objects.filter(next_invite_at__isnull=False).count(),
        to_call=CallTask.objects.filter(closed_at__isnull=True, reason__in=CALLS).count(),
        silent=[zone for zone in Zone.objects.filter(is_active=True) if not zone.number_works],
    )
