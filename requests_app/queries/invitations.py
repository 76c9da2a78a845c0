"""Invitations as their household reads them: the visit, what it is for, what to bring, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.html import format_html
from django.utils.translation import gettext

from requests_app import language
from requests_app.models import Application, Document, Notice, ProtocolItem, Visit, VisitApplication, Zone
from requests_app.models import Requirement as RequirementRow
from requests_app.rules.catalogue import EVERY_REASON, Reason, Service, condition_holds
from requests_app.rules.desk import at_the_desk
from requests_app.rules.labels import target_label
from requests_app.rules.names import first_word
from requests_app.rules.statuses import Status
from requests_app.rules.texts import N_
from requests_app.rules.visits import COMING, VisitState

BRING = "bring"
COPIES = "FOTOKOPI"
WAITING_FOR_A_SLOT = (Status.APPROVED, Status.RECORDING_NEEDED)
FOR_A_CARD = N_("Kartu Keluarga asli")
ANY_ORIGINAL = N_("dokumen asli")
ORIGINAL = N_("{document} asli")
VISIT_COLUMNS = ("code", "state", "starts_at", "number", "respond_by", "desk", "called_at")
ZONE_COLUMNS = ("name", "address", "latitude", "longitude")
APPLICATION_COLUMNS = ("number", "service", "reason", "status", "name", "answers", "zone_id")


VISIT = Subquery(
    VisitApplication.objects.filter(application=OuterRef("pk"))
    .exclude(outcome="dropped")
    .order_by("-visit")
    .values(
        facts=JSONObject(visit="visit", state="visit__state", at="visit__starts_at", called="visit__called_at")
    )[:1]
)  # fmt: skip
"""What the tracking page tells of an application's latest visit: it changes when, and only when, this does."""


@dataclass(frozen=True)
class OwnVisit:
    """The latest visit of an application, as its owner reads it on the tracking page; `code` of a walk-in is empty."""

    code: str
    state: VisitState
    starts_at: datetime
    number: str
    respond_by: datetime | None
    called_to: int | None
    office: str
    address: str
    map_link: str
    bring: list[str]

    @property
    def coming(self) -> bool:
        """Whether the household is still awaited."""
        return self.state in COMING


@dataclass(frozen=True)
class Served:
    """One application of a visit; of the person only the first name."""

    application_id: int
    number: str
    service: str
    reason: str
    status: Status
    first_name: str
    bring: list[str]


@dataclass(frozen=True)
class Change:
    """What the office did to a visit: moved it from `before`, or called it off; `why` in the office's words."""

    called_off: bool
    before: str
    why: str


@dataclass(frozen=True)
class Invitation:
    """A visit with all that its page says. `newer` is the code of the coming visit that took its place."""

    visit: Visit
    code: str
    served: list[Served]
    protocol: list[str]
    change: Change | None = None
    newer: str = ""
    to_book: Sequence[Served] = ()

    @property
    def coming(self) -> bool:
        """Whether the household is still awaited."""
        return self.visit.state in COMING


def invitation_of(visit: Visit) -> Invitation:
    """All about a visit. Six queries at most."""
    rows = VisitApplication.objects.filter(visit=visit).exclude(outcome="dropped").order_by("application_id")
    columns = [f"application__{name}" for name in APPLICATION_COLUMNS]
    applications = [
        row.application for row in rows.select_related("application").only("application", "visit", *columns)
    ]
    coming = visit.state in COMING
    bring = to_bring(applications) if coming else {}
    served = [_served(application, bring.get(application.pk, [])) for application in applications]
    waiting = [] if coming else [one for one in served if one.status in WAITING_FOR_A_SLOT]
    newer = "" if coming else _newer_code(applications)
    return Invitation(
        visit=visit,
        code=visit.code,
        served=served,
        protocol=protocol() if coming else [],
        change=_change(visit),
        newer=newer,
        to_book=[] if newer or visit.state == VisitState.CHECKED_IN else waiting,
    )


def own_visit(application: Application) -> OwnVisit | None:
    """The latest visit that an application was on and did not leave. Three queries at most."""
    rows = VisitApplication.objects.filter(application=application).exclude(outcome="dropped").order_by("-visit")
    columns = {"visit": VISIT_COLUMNS, "visit__zone": ZONE_COLUMNS, "application": APPLICATION_COLUMNS}
    wanted = [f"{table}__{name}" for table, names in columns.items() for name in names]
    row = rows.select_related("visit__zone", "application").only("visit__zone", *wanted).first()
    if row is None:
        return None
    visit, zone = row.visit, row.visit.zone
    return OwnVisit(
        code=visit.code,
        state=VisitState(visit.state),
        starts_at=visit.starts_at,
        number=visit.number,
        respond_by=visit.respond_by if visit.state == VisitState.INVITED else None,
        called_to=visit.desk if visit.called_at is not None else None,
        office=zone.name,
        address=zone.address,
        map_link=zone.map_link,
        bring=to_bring([row.application])[application.pk] if visit.state in COMING else [],
    )


def waits_for_slot(application: Application, visit: OwnVisit | None) -> bool:
    """Whether its owner may choose a slot: approved for a visit, or to be recorded at one, and none is coming."""
    if visit is not None and visit.coming:
        return False
    if application.status == Status.RECORDING_NEEDED:
        return visit is not None or application.next_invite_at is not None
    return application.status == Status.APPROVED and application.service != Service.KTP_EL


def to_bring(applications: Iterable[Application]) -> dict[int, list[str]]:
    """By application: the originals of what was uploaded, and what is only brought. Two queries at most."""
    papers = [application for application in applications if application.service != Service.KTP_EL]
    found = {a.pk: [gettext(FOR_A_CARD)] for a in applications if a.service == Service.KTP_EL}
    if not papers:
        return found
    uploaded: dict[int, dict[str, None]] = {}
    documents = Document.objects.filter(application__in=papers, replaced_at=None).order_by("document_code")
    for application_id, code in documents.values_list("application_id", "document_code"):
        uploaded.setdefault(application_id, {})[code] = None
    rows = list(RequirementRow.objects.filter(kind=BRING, service__in={a.service for a in papers}).order_by("position"))
    for paper in papers:
        originals = [gettext(ORIGINAL).format(document=gettext(target_label(c))) for c in uploaded.get(paper.pk, {})]
        brought = [_brought(row, paper) for row in rows if _asks(row, paper)]
        found[paper.pk] = originals + brought or [gettext(ANY_ORIGINAL)]
    return found


def protocol() -> list[str]:
    """The lines of the health protocol in force."""
    return list(ProtocolItem.objects.filter(in_force=True).values_list("text", flat=True))


def _brought(row: RequirementRow, application: Application) -> str:
    """What is brought and was not uploaded; of copies how many."""
    words, copies = language.reference(at_the_desk(row.name)), application.answers.get("copies")
    if row.document_code != COPIES or not copies:
        return words
    return format_html(gettext("{item} ({count} lembar)"), item=words, count=copies)


def _asks(row: RequirementRow, application: Application) -> bool:
    same = row.service == application.service and row.reason in (application.reason, EVERY_REASON)
    return same and condition_holds(row.condition_code, application.answers)


def _served(application: Application, bring: list[str]) -> Served:
    return Served(
        application_id=application.pk,
        number=application.number,
        service=gettext(Service(application.service).label),
        reason=gettext(Reason(application.reason).label),
        status=Status(application.status),
        first_name=first_word(application.name),
        bring=bring,
    )


def _newer_code(applications: Sequence[Application]) -> str:
    """Of the coming visit that serves one of these applications now; empty when none does."""
    ids = [application.pk for application in applications]
    row = VisitApplication.objects.filter(application__in=ids, coming=True).select_related("visit").first()
    return row.visit.code if row is not None else ""


def _change(visit: Visit) -> Change | None:
    """The office's last message that it moved this visit to the slot that it has now, or called it off."""
    told = Notice.objects.filter(visit=visit, purpose__in=["visit_moved", "visit_recalled"])
    notice = told.only("purpose", "params", "dedup_key").order_by("-created_at", "-pk").first()
    if notice is None:
        return None
    called_off = notice.purpose == "visit_recalled"
    if not called_off and not notice.dedup_key.endswith(f":{visit.pk}:{visit.slot_id}"):
        return None
    return Change(called_off, notice.params.get("jadwal_lama", ""), notice.params.get("sebab", ""))


def coming_visit_of(application_id: int) -> Visit | None:
    """The coming visit that serves an application."""
    rows = VisitApplication.objects.filter(application=application_id, coming=True).select_related("visit")
    row = rows.first()
    return row.visit if row is not None else None


def zone_of(application_id: int) -> Zone:
    """The office whose slots an application may take."""
    return Zone.objects.get(application=application_id)
