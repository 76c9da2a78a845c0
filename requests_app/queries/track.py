"""What the tracking pages read: the stage for whoever knows the number, the rest after the proof."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from requests_app import language
from requests_app.models import Application, Decision, DecisionReason, Document, Draft, Event, Notice, Promise, Report
from requests_app.queries.apply import requirements_for
from requests_app.queries.timeline import DECIDING, PAST, Entry, timeline
from requests_app.rules.catalogue import Reason, Requirement, Service, relevant_answers
from requests_app.rules.labels import target_label
from requests_app.rules.messages import ANSWER_PURPOSES, own_words, render
from requests_app.rules.opening import Interval
from requests_app.rules.promise import is_broken
from requests_app.rules.statuses import Status, steps_from
from requests_app.words import Text

OBJECTION_TIME = timedelta(days=30)
COUNTED_AHEAD = 1000
PENDING = (Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW)
UNSENT_FOR_GOOD = ("superseded", "expired")
NOT_A_MESSAGE = ("code", "number_sent")
STAGE_COLUMNS = (
    "number", "service", "reason", "status", "round", "contact", "submitted_at", "first_due_at", "due_at",
    "waiting_until",
)  # fmt: skip

OFFICE_COLUMNS = ("name", "address", "weekly_hours", "whatsapp_number")

STAGE_SENTENCES: dict[Status, Text] = {
    Status.SUBMITTED: _("Permohonan sudah masuk. Petugas memeriksanya sesuai urutan."),
    Status.IN_REVIEW: _("Petugas sedang memeriksa permohonan ini."),
    Status.NEEDS_CORRECTION: _("Kami sudah menjawab. Ada yang perlu diperbaiki sebelum {date}."),
    Status.RECORDING_NEEDED: _("Kami sudah menjawab. Pemilik kartu perlu direkam sebelum {date}."),
    Status.APPROVED: _("Permohonan disetujui. Tempat dan waktu mengambil kartu ada dalam jawaban kami."),
    Status.REJECTED: _("Permohonan tidak dapat diproses. Alasannya ada dalam jawaban kami."),
    Status.HANDED_OVER: _("Kartu sudah diserahkan kepada pemiliknya."),
    Status.WITHDRAWN: _("Permohonan dibatalkan atas permintaan pemohon."),
    Status.EXPIRED: _("Permohonan ditutup karena kelengkapan tidak kami terima. Anda dapat mengajukan lagi."),
}
STAGE_SENTENCES[Status.HELD_DUPLICATE] = STAGE_SENTENCES[Status.SUBMITTED]


@dataclass(frozen=True)
class Stage:
    """Where an application stands, without anything about the person. A decision that can still be taken back
    does not show: until its release the application is `in_review`."""

    number: str
    service: str
    reason: str
    status: Status
    sentence: str
    contact: str
    submitted_at: datetime
    due_at: datetime
    waiting_until: datetime | None
    answered_at: datetime | None
    broken: bool
    late: bool
    ahead: int | None
    time_left: tuple[str, str]
    state: str

    @property
    def label(self) -> str:
        """The citizen's word for the status."""
        return gettext(self.status.label)

    @property
    def pending(self) -> bool:
        """Whether the citizen waits for our answer."""
        return self.status in PENDING

    @property
    def many_ahead(self) -> bool:
        """Whether so many are ahead that we stopped counting."""
        return self.ahead is not None and self.ahead > COUNTED_AHEAD


@dataclass(frozen=True)
class Fault:
    """One thing to correct, and why."""

    target: str
    label: str
    reason: str


@dataclass(frozen=True)
class Message:
    """A message as it was sent."""

    subject: str
    text: str
    at: datetime
    channel: str
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
    to come, and with what ({"place", "when", "bring"}); empty when nobody has to come."""

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


def find_number(number: str, among: set[int]) -> int | None:
    """The id of the application with this number, when it is one of `among`."""
    return Application.objects.filter(number=number, pk__in=among).values_list("pk", flat=True).first()


@dataclass(frozen=True)
class Live:
    """What an open page is compared with: `state` (a hash, nothing to be read from it) changes when, and only when,
    the page has something new to say."""

    state: str
    status: Status


def live(number: str, among: Collection[int], *, now: datetime) -> Live | None:
    """The state of the application with this number, when it is one of `among`. One query."""
    standing = Decision.objects.filter(
        application=OuterRef("pk"), round=OuterRef("round"), taken_back_at__isnull=True, annulled_at__isnull=True
    )
    row = (
        Application.objects.filter(number=number, pk__in=among)
        .annotate(
            told=TOLD,
            released=Subquery(standing.filter(release_at__lte=now).values("pk")[:1]),
            withheld=Exists(standing.filter(release_at__gt=now)),
        )
        .values_list("status", "due_at", "told", "released", "withheld")
        .first()
    )
    if row is None:
        return None
    stored, due_at, told, released, withheld = row
    status = _shown(Status(stored), withheld)
    return Live(_state(status, told, released, due_at, now), status)


TOLD = Subquery(
    Event.objects.filter(application=OuterRef("pk"), step__in=PAST.keys() - DECIDING).order_by("-id").values("pk")[:1]
)
"""The latest thing in the history that is told; of decisions only the standing one counts, once it is released."""


def _state(status: Status, told: int | None, released: int | None, due_at: datetime, now: datetime) -> str:
    late = status in PENDING and is_broken(due_at, now)
    return sha256(f"{status} {told} {released} {late}".encode()).hexdigest()[:16]


def _shown(status: Status, withheld: bool) -> Status:
    """Until its decision can no longer be taken back, an application shows as being looked at."""
    return Status.IN_REVIEW if withheld and status is not Status.WITHDRAWN else status


def stage(application_id: int, *, now: datetime) -> Stage:
    """The stage of an application. Four queries at most."""
    application = Application.objects.only(*STAGE_COLUMNS).annotate(told=TOLD).get(pk=application_id)
    decision = _standing_decision(application)
    promises = list(Promise.objects.filter(application=application).order_by("round"))
    return _stage(application, decision, promises, now)


def _standing_decision(application: Application, *, with_words: bool = False) -> Decision | None:
    """The decision of the current round; its sealed words and details are opened only for whoever may read them."""
    standing = Decision.objects.filter(
        application=application, round=application.round, taken_back_at__isnull=True, annulled_at__isnull=True
    )
    sealed = ("annul_reason", "objection") if with_words else ("note", "details", "annul_reason", "objection")
    return standing.defer(*sealed).first()


def _stage(application: Any, decision: Decision | None, promises: list[Promise], now: datetime) -> Stage:
    withheld = decision is not None and now < decision.release_at
    status = _shown(Status(application.status), withheld)
    released = decision.pk if decision is not None and not withheld else None
    current = promises[-1]
    overdue = status in PENDING and is_broken(current.due_at, now)
    until = language.moment(application.waiting_until) if application.waiting_until else ""
    return Stage(
        number=application.number,
        service=gettext(Service(application.service).label),
        reason=gettext(Reason(application.reason).label),
        status=status,
        sentence=render(str(STAGE_SENTENCES.get(status) or gettext(status.label)), {"date": until}),
        contact=application.contact,
        submitted_at=application.submitted_at,
        due_at=application.due_at,
        waiting_until=application.waiting_until,
        answered_at=decision.release_at if decision is not None and status not in PENDING else None,
        broken=any(p.outcome == "broken" and p.rebutted_at is None for p in promises),
        late=overdue or (current.outcome == "broken" and current.rebutted_at is None),
        ahead=_ahead(application) if status in (Status.SUBMITTED, Status.HELD_DUPLICATE) else None,
        time_left=_time_left(application.due_at, now),
        state=_state(status, application.told, released, application.due_at, now),
    )


def _time_left(due: datetime, now: datetime) -> tuple[str, str]:
    """The countdown as a large number and the words below it."""
    words = language.countdown(due, now)
    number, _space, rest = words[re.search(r"\d", words).start() :].partition(" ")  # type: ignore[union-attr]
    return number, rest


def _ahead(application: Application) -> int:
    """How many wait before this one in the officers' queue, counted as far as one more than COUNTED_AHEAD."""
    earlier = Q(first_due_at__lt=application.first_due_at) | Q(submitted_at__lt=application.submitted_at)
    queue = Application.objects.filter(status=Status.SUBMITTED, first_due_at__lte=application.first_due_at)
    return queue.filter(earlier)[: COUNTED_AHEAD + 1].count()


def detail(application_id: int, *, now: datetime) -> Detail:
    """The whole tracking page of an application. Nine queries at most."""
    columns = (*STAGE_COLUMNS, "name", *(f"zone__{name}" for name in OFFICE_COLUMNS))
    application = Application.objects.only(*columns).select_related("zone").annotate(told=TOLD).get(pk=application_id)
    decision = _standing_decision(application, with_words=True)
    promises = list(Promise.objects.filter(application=application).order_by("round"))
    shown = _stage(application, decision, promises, now)
    notices = _visible_notices(application, now)
    current = promises[-1]
    own = [n for n in notices if n.purpose in ANSWER_PURPOSES and n.promise_id == current.pk]
    released = not shown.pending
    return Detail(
        stage=shown,
        name=application.name,
        office=Office(*(getattr(application.zone, name) for name in OFFICE_COLUMNS)),
        meeting=decision.details if decision is not None and released else {},
        answer=_message(own[-1]) if own and released else None,
        messages=[_message(notice) for notice in reversed(notices)],
        timeline=timeline(
            list(application.events.only("step", "at", "application_id").order_by("id")),
            status=shown.status,
            due_at=None if shown.late else application.due_at,
            released=released or decision is None,
        ),
        faults=_faults(decision) if shown.status is Status.NEEDS_CORRECTION else [],
        waiting_until=application.waiting_until if released else None,
        report=_report(application),
        can_withdraw=any(step.name == "withdraw" for step in steps_from(application.status, application.service)),
        object_until=_object_until(application, decision, now) if shown.status is Status.REJECTED else None,
        unseen=_unseen(promises, notices),
    )  # fmt: skip


def _visible_notices(application: Application, now: datetime) -> list[Notice]:
    """Messages whose moment has come, oldest first; a second channel's copy of one is left out."""
    rows = (
        Notice.objects.filter(application=application, fallback_of__isnull=True)
        .exclude(purpose__in=NOT_A_MESSAGE)
        .exclude(state__in=UNSENT_FOR_GOOD)
        .filter(Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now) | Q(attempt__gt=0))
    )
    return list(rows.select_related("text").defer("recipient").order_by("created_at", "id"))


def _message(notice: Notice) -> Message:
    return Message(
        subject=render(notice.text.subject, notice.params),
        text=render(notice.text.body, notice.params),
        at=notice.created_at,
        channel={"whatsapp": "WhatsApp", "hand": "WhatsApp", "email": gettext("Surel")}.get(
            notice.channel, gettext("Halaman ini")
        ),
        check_code=notice.check_code,
    )


def _unseen(promises: list[Promise], notices: list[Notice]) -> bool:
    """Whether showing this page is the first evidence that an answer arrived."""
    answered = {n.promise_id for n in notices if n.purpose in ANSWER_PURPOSES}
    return any(p.pk in answered and p.told_at is None and p.outcome in ("open", "broken") for p in promises)


def faults(application_id: int) -> list[Fault]:
    """What is to be corrected, with the reason of each; empty unless a correction is asked for."""
    application = Application.objects.only("status", "round").get(pk=application_id)
    asked = application.status == Status.NEEDS_CORRECTION
    return _faults(_standing_decision(application, with_words=True) if asked else None)


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
