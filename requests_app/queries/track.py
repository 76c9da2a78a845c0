"""What the tracking pages read after the proof; the stage, for whoever knows the number, is in stage.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import language
from requests_app.models import Application, Decision, DecisionReason, Document, Draft, Notice, Promise, Report
from requests_app.queries.apply import requirements_for
from requests_app.queries.invitations import OwnVisit, own_visit, waits_for_slot
from requests_app.queries.pickups import OwnPickup, own_pickup
from requests_app.queries.stage import STAGE_COLUMNS, Stage, applications, promises_of, stage_of, standing_decision
from requests_app.queries.sukets import OwnSuket, own_suket
from requests_app.queries.timeline import Entry, timeline
from requests_app.rules.catalogue import Requirement, Service, relevant_answers
from requests_app.rules.dates import format_moment
from requests_app.rules.labels import target_label
from requests_app.rules.messages import ANSWER_PURPOSES, INVITATIONS, own_words, render
from requests_app.rules.opening import Interval
from requests_app.rules.routes import better_grade
from requests_app.rules.statuses import Status, steps_from
from requests_app.rules.sukets import SUKET_COUNTS
from requests_app.rules.visits import SCHEDULE_WITHIN
from requests_app.words import Text

OBJECTION_TIME = timedelta(days=30)
UNSENT_FOR_GOOD = ("superseded", "expired")
NOT_A_MESSAGE = ("code", "number_sent")
CODE_REPLACED = "sudah diganti"
"""In place of a pickup code that collects no card any more; messages are shown in the language in which they went."""
# Better evidence than any state.
PROVEN: dict[str, Text] = {"opened": _("sudah Anda buka"), "called": _("sudah kami sampaikan langsung")}
STANDING: dict[str, Text] = {
    "queued": _("menunggu dikirim"),
    "sending": _("menunggu dikirim"),
    "retry": _("menunggu dikirim"),
    "unconfirmed": _("belum pasti terkirim"),
    "held": _("tertunda"),
    "accepted": _("terkirim"),
    "sent": _("terkirim"),
    "delivered": _("sampai"),
    "read": _("sampai"),
    "failed": _("tidak sampai"),
}
DETAIL_COLUMNS = ("name", "next_invite_at", "missed_visits")
OFFICE_COLUMNS = ("name", "address", "weekly_hours", "whatsapp_number")


@dataclass(frozen=True)
class Fault:
    """One thing to correct, and why."""

    target: str
    label: str
    reason: str


@dataclass(frozen=True)
class Way:
    """One channel that a message took, and how far it came there; empty where nothing has to be sent."""

    channel: str
    standing: Text


@dataclass(frozen=True)
class Message:
    """A message as it was sent, by one channel after the other."""

    subject: str
    text: str
    at: datetime
    ways: list[Way]
    check_code: str


@dataclass(frozen=True)
class Office:
    """The office that handles an application; its messages come from its number."""

    name: str
    address: str
    weekly_hours: list[Interval]
    number: str


@dataclass(frozen=True)
class Detail:
    """Everything that the tracking page shows after the proof. `meeting`: where and when the officer asked the person
    to come, and with what ({"place", "when", "bring"}); empty when nobody has to come. `visit`: the latest one that
    served it; `may_book`: a slot can be chosen now; `schedule_by`: until when we said that one follows."""

    stage: Stage
    name: str
    office: Office
    meeting: Mapping[str, str]
    answer: Message | None
    messages: list[Message]
    timeline: list[Entry]
    faults: list[Fault]
    waiting_until: datetime | None
    report: Report | None
    can_withdraw: bool
    object_until: datetime | None
    unseen: bool = field(default=False)
    visit: OwnVisit | None = None
    may_book: bool = False
    missed_visits: int = 0
    schedule_by: datetime | None = None
    schedule_late: bool = False
    suket: OwnSuket | None = None
    pickup: OwnPickup | None = None


def find_number(number: str, among: set[int]) -> int | None:
    """The id of the application with this number, when it is one of `among`."""
    return Application.objects.filter(number=number, pk__in=among).values_list("pk", flat=True).first()


def detail(application_id: int, *, now: datetime) -> Detail:
    """The whole tracking page of an application. Twelve queries; four more for a place in the line."""
    columns = (*STAGE_COLUMNS, *DETAIL_COLUMNS, *(f"zone__{name}" for name in OFFICE_COLUMNS))
    application: Any = applications(columns).select_related("zone").get(pk=application_id)
    decision, promises = standing_decision(application, with_words=True), promises_of(application)
    shown = stage_of(application, decision, promises, now)
    copies = _visible_notices(application, now)
    notices = [copy for copy in copies if copy.fallback_of_id is None]
    current = promises[-1]
    own = [n for n in notices if n.purpose in ANSWER_PURPOSES and n.promise_id == current.pk]
    released = not shown.pending
    visit = own_visit(application) if released and application.latest_visit else None
    waits = waits_for_slot(application, visit) if released else False
    schedule_by = decision.decided_at + SCHEDULE_WITHIN if decision and waits and visit is None else None
    pickup = own_pickup(application, now=now) if released and not shown.face_to_face else None
    return Detail(
        stage=shown,
        name=application.name,
        office=Office(*(getattr(application.zone, name) for name in OFFICE_COLUMNS)),
        meeting=decision.details if decision is not None and released else {},
        answer=_message(own[-1], copies, pickup) if own and released and not _is_overtaken(own[-1], visit) else None,
        messages=[_message(notice, copies, pickup) for notice in reversed(notices)],
        timeline=timeline(
            list(application.events.only("step", "at", "data", "application_id").order_by("id")),
            status=shown.status,
            due_at=None if shown.late else application.due_at,
            released=released or decision is None,
            face_to_face=shown.face_to_face,
            carried=shown.carried,
        ),
        faults=_faults(decision) if shown.status is Status.NEEDS_CORRECTION else [],
        waiting_until=application.waiting_until if released else None,
        report=_report(application),
        can_withdraw=any(step.name == "withdraw" for step in steps_from(application.status, application.service)),
        object_until=_object_until(application, decision, now) if shown.status is Status.REJECTED else None,
        unseen=_unseen(promises, notices),
        visit=visit,
        may_book=waits,
        missed_visits=application.missed_visits,
        schedule_by=schedule_by,
        schedule_late=schedule_by is not None and schedule_by < now,
        pickup=pickup,
        suket=own_suket(application, now=now) if shown.status in SUKET_COUNTS and not shown.face_to_face else None,
    )  # fmt: skip


def _is_overtaken(answer: Notice, visit: OwnVisit | None) -> bool:
    """Whether an invitation that was the answer names another moment than the visit that it led to."""
    if answer.purpose not in INVITATIONS:
        return False
    return visit is None or not visit.coming or answer.params.get("waktu") != format_moment(visit.starts_at)


def _visible_notices(application: Application, now: datetime) -> list[Notice]:
    """Messages whose moment has come, oldest first, with the copies of them that took a further channel."""
    rows = (
        Notice.objects.filter(application=application)
        .exclude(purpose__in=NOT_A_MESSAGE)
        .exclude(state__in=UNSENT_FOR_GOOD)
        .filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now) | Q(attempt__gt=0))
    )
    return list(rows.select_related("text").defer("recipient").order_by("created_at", "id"))


def _message(notice: Notice, copies: list[Notice], pickup: OwnPickup | None) -> Message:
    params = notice.params
    if pickup is not None and pickup.code and params.get("kode_ambil", pickup.code) != pickup.code:
        params = params | {"kode_ambil": CODE_REPLACED}
    return Message(
        subject=render(notice.text.subject, params),
        text=render(notice.text.body, params),
        at=notice.created_at,
        ways=[_way(copy) for copy in _same_message(notice, copies)],
        check_code=notice.check_code,
    )


def _same_message(notice: Notice, copies: list[Notice]) -> list[Notice]:
    """The notice and those that follow it on further channels."""
    found = [notice]
    for copy in copies:
        if copy.fallback_of_id in {known.pk for known in found}:
            found.append(copy)
    return found


def _way(notice: Notice) -> Way:
    names = {"whatsapp": "WhatsApp", "hand": "WhatsApp", "sms": "SMS", "email": gettext("Surel")}
    standing = PROVEN.get(notice.evidence) or STANDING.get(notice.state, "")
    return Way(names.get(notice.channel, gettext("Halaman ini")), standing)


def _unseen(promises: list[Promise], notices: list[Notice]) -> bool:
    """Whether showing this page is the first evidence that an answer arrived, or better evidence than its receipt."""
    answers = [n for n in notices if n.purpose in ANSWER_PURPOSES and n.promise_id is not None]
    answered = {n.promise_id for n in answers}
    untold = any(p.pk in answered and p.told_at is None and p.outcome in ("open", "broken") for p in promises)
    return untold or any(better_grade(n.evidence, "opened") != n.evidence for n in answers)


def faults(application_id: int) -> list[Fault]:
    """What is to be corrected, with the reason of each; empty unless a correction is asked for."""
    application = Application.objects.only("status", "round").get(pk=application_id)
    asked = application.status == Status.NEEDS_CORRECTION
    return _faults(standing_decision(application, with_words=True) if asked else None)


def _faults(decision: Decision | None) -> list[Fault]:
    items = decision.items if decision is not None and decision.kind == "needs_correction" else []
    codes = {item["reason"] for item in items}
    note = decision.note if decision is not None else ""
    sentences = dict(DecisionReason.objects.filter(code__in=codes).values_list("code", "sentence")) if codes else {}
    words, rest = own_words(note, [item["target"] for item in items])
    return [
        Fault(
            item["target"],
            gettext(target_label(item["target"])),
            _why(sentences.get(item["reason"], ""), words[item["target"]]) or language.as_written(rest),
        )
        for item in items
    ]


def _why(sentence: str, words: str) -> str:
    """The office's sentence for a fault, and what the officer added to it."""
    parts = filter(None, [language.reference(sentence), language.as_written(words)])
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _report(application: Application) -> Report | None:
    return Report.objects.filter(application=application).order_by("-opened_at", "-pk").first()


def _object_until(application: Application, decision: Decision | None, now: datetime) -> datetime | None:
    """Until when an objection is taken; None when it is too late, or one was made before."""
    if decision is None or now > decision.decided_at + OBJECTION_TIME:
        return None
    made = Decision.objects.filter(application=application, objected_at__isnull=False).exists()
    return None if made else decision.decided_at + OBJECTION_TIME


def contact_answers(application_id: int) -> tuple[dict[str, str], Service]:
    """Whom we tell now, as the form of the contact page shows it, and the service that it is about."""
    application = Application.objects.only("service", "contact", "phone", "phone_owner", "email").get(pk=application_id)
    answers = {
        "contact": application.contact,
        "phone": application.phone,
        "phone_owner": "other" if application.phone_owner else "self" if application.phone else "",
        "phone_owner_name": application.phone_owner,
        "email": application.email,
    }
    return {key: value for key, value in answers.items() if value}, Service(application.service)


@dataclass(frozen=True)
class ToCorrect:
    """All answers of an application, and the round that a correction of them begins."""

    service: Service
    answers: dict[str, Any]
    next_round: int


def to_correct(application_id: int) -> ToCorrect:
    """What the correction page starts from."""
    application = Application.objects.only("service", "answers", "round").get(pk=application_id)
    return ToCorrect(Service(application.service), application.answers, application.round + 1)


def correction_documents(application_id: int, for_round: int) -> list[Document]:
    """What has been uploaded for the correction that begins `for_round`."""
    rows = Document.objects.filter(application_id=application_id, round=for_round, replaced_at__isnull=True)
    return list(rows.order_by("document_code", "position", "uploaded_at"))


def newly_needed(application_id: int, before: ToCorrect, after: Mapping[str, Any], *, today: date) -> list[Fault]:
    """Documents that the corrected answers ask for, the answers before did not, and no earlier round has brought."""
    known = {r.document_code for r in _files_for(before.answers, before.service, today)}
    needed = _files_for(after, before.service, today)
    fresh = [r.document_code for r in needed if r.document_code not in known]
    if not fresh:
        return []
    earlier = Document.objects.filter(
        application_id=application_id, round__lt=before.next_round, document_code__in=fresh
    )
    sent = set(earlier.values_list("document_code", flat=True))
    why = gettext("Data yang Anda perbaiki memerlukan berkas ini.")
    return [Fault(code, gettext(target_label(code)), why) for code in fresh if code not in sent]


def _files_for(answers: Mapping[str, Any], service: Service, today: date) -> list[Requirement]:
    return [r for r in requirements_for(relevant_answers(answers, today), service) if r.needs_file]


def for_receipt(application_id: int) -> Draft:
    """The application as its receipt reads it: the draft that it came from was forgotten, the secret with it."""
    return Draft(application=Application.objects.select_related("zone").get(pk=application_id), answers={})
