"""What the walk-in counter reads: what somebody who came has already, and when they can come."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from requests_app.models import Application, Draft, ProtocolItem, Slot, Visit, Zone, ZoneCoverage
from requests_app.queries import track
from requests_app.queries.officer import rows
from requests_app.queries.track import Fault
from requests_app.queries.visits import free_slots, waits_for_visit
from requests_app.rules.dates import local_date
from requests_app.rules.labels import DOCUMENT_LABELS
from requests_app.rules.numbers import normalise_number
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
from requests_app.rules.walk_ins import can_be_served, is_waiting, why_not
from requests_app.vault.keyring import keyed_hash

MOST_FOUND = 20
DAYS_SHOWN, TIMES_SHOWN = 4, 8


@dataclass(frozen=True)
class Known:
    """What one number leads to: applications of this zone, and the offices of the others, which tell no more here.

    `nik` is set when it was a NIK: then there may be nothing yet.
    """

    here: Sequence[Application] = ()
    offices: Sequence[Zone] = ()
    nik: str = ""


def known_number(number: str, zone: Zone) -> Known:
    """By the number of an application, as it is stored."""
    return _known(Application.objects.filter(number=number).values_list("pk", flat=True), zone)


def known_visit(visit: Visit | None, zone: Zone) -> Known:
    """By an invitation: what its visit is for."""
    return _known(visit.services.values_list("application_id", flat=True) if visit else (), zone)


def known_nik(nik: str, zone: Zone) -> Known:
    """By the person's number: their latest applications."""
    of_person = Application.objects.filter(nik_hash=keyed_hash("nik", nik)).order_by("-submitted_at", "-pk")
    return _known(of_person.values_list("pk", flat=True)[:MOST_FOUND], zone, nik)


def _known(ids: Iterable[int], zone: Zone, nik: str = "") -> Known:
    found = list(rows(Application.objects.filter(pk__in=list(ids))).order_by("-submitted_at", "-pk"))
    elsewhere = {a.zone_id for a in found if a.zone_id != zone.pk}
    offices = list(Zone.objects.filter(pk__in=elsewhere).order_by("code")) if elsewhere else []
    return Known([application for application in found if application.zone_id == zone.pk], offices, nik)


@dataclass(frozen=True)
class Standing:
    """One application of somebody who is here: when they can come, and whether they can be taken now.

    `inside` is the visit with which it is at a desk today, `coming` the one to which it is invited. `refusal` says why
    it cannot be taken, `faults` what is missing of it. `family`: what else could be served in the same visit.
    """

    application: Application
    inside: Visit | None
    coming: Visit | None
    refusal: str
    faults: Sequence[Fault] = ()
    family: Sequence[Application] = ()
    free: Sequence[tuple[date, Sequence[Slot]]] = ()
    is_today: bool = False

    @property
    def can_be_taken(self) -> bool:
        """Whether an officer may give a number for it now."""
        return not (self.refusal or self.inside or self.is_today)

    @property
    def can_be_fixed_here(self) -> bool:
        """Whether only papers are missing, which the desk can photograph; data the citizen corrects."""
        return bool(self.faults) and all(fault.target in DOCUMENT_LABELS for fault in self.faults)

    @property
    def waits_for_review(self) -> bool:
        """Whether it is still to be decided."""
        return is_waiting(self.application.status)


def standing_of(application: Application, *, now: datetime) -> Standing:
    """At most nine queries."""
    visits = list(
        Visit.objects.filter(services__application=application, services__outcome="")
        .filter(state__in=[VisitState.CHECKED_IN, VisitState.INVITED, VisitState.CONFIRMED])
        .select_related("zone", "slot")
    )
    inside = next((visit for visit in visits if visit.state == VisitState.CHECKED_IN), None)
    coming = next((visit for visit in visits if visit.state != VisitState.CHECKED_IN), None)
    can_choose = coming is not None or waits_for_visit(application)
    return Standing(
        application,
        inside,
        coming,
        refusal=why_not(application.service, application.status),
        faults=track.faults(application.pk) if application.status == Status.NEEDS_CORRECTION else (),
        family=family_of(application),
        free=_by_day(free_slots(application.zone, now=now)) if can_choose and not inside else (),
        is_today=coming is not None and coming.day == local_date(now),
    )


def _by_day(slots: Sequence[Slot]) -> list[tuple[date, Sequence[Slot]]]:
    """The next days on which there is room, each with its first free hours."""
    days = [(day, list(mine)) for day, mine in groupby(slots, key=attrgetter("day"))]
    return [(day, mine[:TIMES_SHOWN]) for day, mine in days[:DAYS_SHOWN]]


def family_of(application: Application) -> list[Application]:
    """Other applications of the same family card in this zone that the desk could serve now."""
    family = Application.objects.filter(kk_hash=application.kk_hash, zone=application.zone_id)
    open_ones = family.filter(status__in=[Status.APPROVED, Status.INVITED, Status.RECORDING_NEEDED])
    found = rows(open_ones.exclude(pk=application.pk)).order_by("pk")[:MOST_FOUND]
    return [other for other in found if can_be_served(other.service, other.status)]


def of_zone(number: str) -> Application | None:
    """The application of a number as it is typed or stands in an address."""
    stored = normalise_number(number)
    found = Application.objects.select_related("zone", "kelurahan__kecamatan").filter(number=stored)
    return found.first() if stored else None


def unfinished(draft_ids: Iterable[uuid.UUID], *, now: datetime) -> list[Draft]:
    """The forms among these that were begun and not sent, the latest first."""
    drafts = Draft.objects.filter(pk__in=list(draft_ids), application__isnull=True, expires_at__gt=now)
    return list(drafts.order_by("-changed_at"))


def draft_of(draft_id: uuid.UUID, *, now: datetime) -> Draft | None:
    """One form of the counter, sent or not; None when it was removed or has expired."""
    found = Draft.objects.select_related("application__zone").filter(pk=draft_id, expires_at__gt=now)
    return found.first()


def walk_in_of(application: Application) -> Visit | None:
    """The visit with which its owner came to the counter, the first one."""
    visits = Visit.objects.filter(services__application=application).select_related("zone")
    return visits.order_by("pk").first()


def protocol_in_force() -> list[ProtocolItem]:
    """The lines of the health protocol that are asked at the counter."""
    return list(ProtocolItem.objects.filter(in_force=True))


def wards_of(zone: Zone, day: date) -> list[str]:
    """The codes of the kelurahan that a zone covers on a day."""
    return list(ZoneCoverage.objects.filter(zone=zone, valid__contains=day).values_list("kelurahan_id", flat=True))
