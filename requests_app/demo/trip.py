"""One visit, played as its household, the clock and the desk would have written it (operations/places, visits,
visit_clock, desk)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from requests_app.demo.letters import overtake
from requests_app.demo.office import Office
from requests_app.models import Notice, Officer, Slot, Visit, VisitApplication, VisitPerson
from requests_app.operations.desk import Seen
from requests_app.operations.invitations import BY_HAND_WITHIN, FACE_TO_FACE, NEWS
from requests_app.operations.visit_clock import MISSED_AFTER
from requests_app.operations.visit_words import SCHEDULE_IS_THERE, visit_in_words
from requests_app.rules.dates import format_moment
from requests_app.rules.desk import Outcome
from requests_app.rules.messages import NO_NOTE
from requests_app.rules.numbers import new_secret
from requests_app.rules.routes import HAND
from requests_app.rules.statuses import Status
from requests_app.rules.visits import COMING, MOST_INVITATIONS, VisitState, remind_at, respond_by
from requests_app.vault.keyring import keyed_hash

if TYPE_CHECKING:
    from requests_app.demo.life import Life

TICK = timedelta(seconds=20)
MISSED_BEFORE = "Anda belum hadir pada jadwal sebelumnya."
AS_PROMISED = "Jadwal yang kami janjikan sudah ada."
Due = tuple[datetime, Callable[[datetime], None]]


class Trip:
    """A visit and the lives that it serves. What the clock does to it is played by `play_next`."""

    def __init__(self, office: Office, life: "Life", visit: Visit, slot: Slot | None = None) -> None:
        self.office, self.visit, self.slot = office, visit, slot
        self.lives: list[Life] = []
        self.services: dict[int, VisitApplication] = {}
        self._persons: dict[bytes, VisitPerson] = {}
        self._notices: list[Notice] = []
        self._told: set[int | None] = set()
        office.rows.add(visit)
        self.add(life)

    def add(self, life: "Life") -> None:
        """One more application, and its person."""
        application = life.application
        self.lives.append(life)
        service = self.services[application.pk] = VisitApplication(visit=self.visit, application=application)
        self.office.rows.add(service)
        if application.nik_hash not in self._persons:
            person = self._persons[application.nik_hash] = VisitPerson(visit=self.visit, nik_hash=application.nik_hash)
            self.office.rows.add(person)

    @property
    def is_coming(self) -> bool:
        """Whether they are still expected."""
        return self.visit.state in COMING

    @property
    def left_at(self) -> datetime | None:
        """When the latest message about it had left; None while one waits for a clerk."""
        notice = self._notices[-1]
        return notice.sent_at or (notice.failed_at or notice.created_at if notice.channel != HAND else None)

    def owe(self, life: "Life", purpose: str, at: datetime, *, params: dict[str, str], **how: Any) -> Notice:
        """A message about the visit; whoever chose e-mail finds it on the page, and an e-mail says so."""
        bring = self.office.to_bring(life.service, life.answers)
        words = visit_in_words(self.visit, bring=bring, protocol=self.office.protocol_words) | params
        by_mail = life.application.contact == "email"
        about = how | ({"promise": None} if by_mail else {})
        notice = life.owe(purpose, at, params=words, visit=self.visit, **about)
        self._notices.append(notice)
        if not by_mail:
            return notice
        news = {"kabar": NEWS[purpose].format(nomor=life.application.number), "catatan": words["catatan"]}
        return life.owe("schedule_news", at, params=news, **how | {"dedup": f"{purpose}:{how['dedup']}"})

    # The household.

    def confirm(self, at: datetime, officer: Officer | None = None) -> None:
        """They say that they come."""
        at = self._once_told(at)
        self.visit.state, self.visit.confirmed_at = VisitState.CONFIRMED.value, at
        self._note("visit_confirmed", at, "officer" if officer else "citizen", officer)
        self._reached(at, officer)

    def move(self, at: datetime, slot: Slot, officer: Officer | None = None) -> None:
        """They take another slot, and come."""
        at = self._once_told(at)
        self._change_slot(slot, at, confirmed=True)
        self._note("visit_moved", at, "officer" if officer else "citizen", officer)
        self._reached(at, officer)

    def cancel(self, at: datetime) -> None:
        """They do not come; the applications stay approved."""
        at = self._once_told(at)
        self._reached(at, None)
        self._end(VisitState.CANCELLED, at)
        for life in self.lives:
            self._back(life, "cancel_visit", at, "citizen")

    # The clock.

    def play_next(self, until: datetime) -> bool:
        """The next thing that was due until then; False when there is none."""
        due = [entry for entry in self._due() if entry[0] <= until]
        if not due:
            return False
        moment, play = min(due, key=lambda entry: entry[0])
        play(min(moment + TICK, until))
        return True

    def _due(self) -> list[Due]:
        visit = self.visit
        due: list[Due] = [(notice.created_at + BY_HAND_WITHIN, self._tell_approvals) for notice in self._stuck()]
        if visit.state == VisitState.INVITED and visit.respond_by is not None:
            due.append((visit.respond_by, self._lapse))
        if self.is_coming and self.slot is not None:
            due.append((self.slot.ends_at + MISSED_AFTER, self._miss))
        if self.is_coming and visit.remind_at is not None:
            due.append((visit.remind_at, self._remind))
        return due

    def _lapse(self, at: datetime) -> None:
        self._end(VisitState.LAPSED, at)
        for life in self.lives:
            self._back(life, "invitation_lapsed", at, "clock")
            life.open_call(at, "invitation_lapsed")

    def _remind(self, at: datetime) -> None:
        self.visit.remind_at = None
        if self.visit.state == VisitState.CONFIRMED:
            for life in self.lives:
                self.owe(life, "visit_reminder", at, params={}, dedup=f"{self.visit.pk}:{self.visit.slot_id}")

    def _stuck(self) -> list[Notice]:
        """Invitations that nobody has sent by hand for two days, while their answer is untold."""
        return [
            notice
            for notice in self._notices
            if notice.channel == HAND and notice.promise is not None and notice.promise.told_at is None
            and notice.state != "superseded" and notice.application_id not in self._told
            and (notice.sent_at or self.office.now) > notice.created_at + BY_HAND_WITHIN
        ]  # fmt: skip

    def _tell_approvals(self, at: datetime) -> None:
        for notice in self._stuck():
            life = next(life for life in self.lives if life.application.pk == notice.application_id)
            self._told.add(notice.application_id)
            params = {"jadwal": SCHEDULE_IS_THERE, "catatan": notice.params.get("catatan", NO_NOTE)}
            dedup = f"stuck:{life.application.round}"
            told = life.owe("approved_visit", at, dedup=dedup, params=params, promise=notice.promise)
            if told.delivered_at:
                life.tell(told.delivered_at, "delivered")

    def _miss(self, at: datetime, officer: Officer | None = None) -> None:
        """Invited again at once, closed after the third."""
        self._end(VisitState.MISSED, at)
        for life in self.lives:
            service = self.services[life.application.pk]
            service.outcome, service.ended_at = "missed", at
            self._missed(life, at, officer)
        for life in self.lives:
            if life.application.next_invite_at is not None:
                invite_again(life, at, MISSED_BEFORE)

    def _missed(self, life: "Life", at: datetime, officer: Officer | None) -> None:
        missed, actor = life.application.missed_visits + 1, "officer" if officer else "clock"
        if missed >= MOST_INVITATIONS and life.application.status == Status.INVITED:
            life.trip, data = None, {"visit": self.visit.pk}
            life.take("third_visit_missed", at, actor, officer, data=data, missed_visits=missed)
            life.owe("visits_missed", at, dedup=str(life.application.round))
            return
        again = at if missed < MOST_INVITATIONS else None
        self._back(life, "visit_missed", at, actor, officer, next_invite_at=again, missed_visits=missed)

    def displace(self, at: datetime, slot: Slot, why: str) -> None:
        """Their slot has closed; the clock moves them and tells each once."""
        self._catch_up(at)
        before = self.visit.starts_at
        self._change_slot(slot, at, confirmed=self.visit.state == VisitState.CONFIRMED)
        self._note("visit_displaced", at, "clock")
        params = {"jadwal_lama": format_moment(before), "sebab": why}
        for life in self.lives:
            self.owe(life, "visit_moved", at, params=params, dedup=f"{self.visit.pk}:{slot.pk}")

    # The desk.

    def no_show(self, at: datetime, officer: Officer) -> None:
        """The desk says that nobody came, unless the clock has noticed before."""
        self._catch_up(at)
        if self.is_coming:
            self._miss(at, officer)

    def check_in(self, at: datetime, officer: Officer, people: int) -> None:
        """They are there."""
        self._catch_up(at)
        for life in self.lives:
            life.step("check_in", at, "officer", officer, data={"visit": self.visit.pk})
            life.close_call(at)
        self._reached(at, officer)
        visit = self.visit
        visit.state, visit.checked_in_at, visit.remind_at = VisitState.CHECKED_IN.value, at, None
        visit.people, visit.protocol = people, list(self.office.protocol)
        self._overtake()

    def call(self, at: datetime, desk: int) -> None:
        """Their number is on the display."""
        self.visit.called_at, self.visit.desk = at, desk

    def finish(self, life: "Life", at: datetime, officer: Officer, outcome: Outcome, seen: Seen) -> None:
        """One application has its outcome; with the last one the visit is served."""
        data = {"visit": self.visit.pk, "originals": list(seen.originals), "missing": list(seen.missing)}
        if outcome is Outcome.COMPLETED:
            life.take("complete", at, "officer", officer, data=data)
            life.owe("completed", at, dedup=str(self.visit.pk))
        elif outcome is Outcome.RECORDED:
            life.record(at, officer)
        else:
            life.note("seen_at_desk", at, "officer", officer, data=data)
        service = self.services[life.application.pk]
        service.outcome, service.served_by, service.ended_at = outcome.value, officer, at
        service.originals, service.signed_by, service.signature = list(seen.originals), seen.signed_by, seen.signature
        life.trip = None
        if all(service.outcome for service in self.services.values()):
            self._end(VisitState.SERVED, at)

    def leave(self, at: datetime, officer: Officer) -> None:
        """They come at another time than they were invited to: the only application is dropped from this visit."""
        self._catch_up(at)
        (life,) = self.lives
        service = self.services[life.application.pk]
        service.outcome, service.ended_at, life.trip = "dropped", at, None
        if life.service in FACE_TO_FACE:
            life.take("recall_invitation", at, "officer", officer, data={"visit": self.visit.pk})
        self.office.rows.remove(self._persons.pop(life.application.nik_hash))
        self._end(VisitState.CANCELLED, at)

    # What several of these do.

    def _catch_up(self, at: datetime) -> None:
        for life in self.lives:
            life.catch_up(at)

    def _once_told(self, at: datetime) -> datetime:
        """Nobody answers a message before it has arrived."""
        at = max([at, *(life.last_at for life in self.lives)])
        self._catch_up(at)
        return at

    def _note(self, step: str, at: datetime, actor: str, officer: Officer | None = None) -> None:
        for life in self.lives:
            life.note(step, at, actor, officer, data={"visit": self.visit.pk, "slot": self.visit.slot_id})

    def _reached(self, at: datetime, officer: Officer | None) -> None:
        for life in self.lives:
            life.reached(at, officer)

    def _back(
        self, life: "Life", step: str, at: datetime, actor: str, officer: Officer | None = None, **changes: Any
    ) -> None:
        """Out of the visit; approved again, or waiting to be recorded."""
        life.trip = None
        changes = {"next_invite_at": None, "invite_trouble": ""} | changes
        life.step(step, at, actor, officer, data={"visit": self.visit.pk}, **changes)

    def _change_slot(self, slot: Slot, at: datetime, *, confirmed: bool) -> None:
        self._give_back()
        self.slot = slot
        for name, value in taking(self.office, slot, at, confirmed=confirmed).items():
            setattr(self.visit, name, value)
        self._overtake("visit_reminder")

    def _end(self, state: VisitState, at: datetime) -> None:
        self.visit.state, self.visit.ended_at, self.visit.remind_at = state.value, at, None
        if state in (VisitState.LAPSED, VisitState.CANCELLED):
            self._give_back()
        self._overtake()

    def _give_back(self) -> None:
        if self.slot is not None and self.visit.seat is not None:
            self.office.agenda.give_back(self.slot, self.visit.seat)

    def _overtake(self, *purposes: str) -> None:
        for notice in self._notices:
            if not purposes or notice.purpose in purposes:
                overtake(notice)


def taking(office: Office, slot: Slot, at: datetime, *, confirmed: bool) -> dict[str, Any]:
    """The columns of a visit that takes a place in a slot, as operations/places.taking has them."""
    seat = office.agenda.take(slot)
    return {
        "slot": slot, "seat": seat, "day": slot.day, "starts_at": slot.starts_at, "number": f"{slot.label}{seat}",
        "state": VisitState.CONFIRMED.value if confirmed else VisitState.INVITED.value,
        "respond_by": respond_by(at, slot.starts_at), "confirmed_at": at if confirmed else None,
        "remind_at": remind_at(slot.starts_at, at),
    }  # fmt: skip


def join_or_invite(life: "Life", at: datetime) -> tuple[Trip | None, bool]:
    """The coming visit of the household, or a new one in the next free slot; whether it was joined. None: no place."""
    office, application = life.office, life.application
    family = office.households.get(application.kk_hash)
    if family is not None and family.is_coming and family.visit.zone_id == application.zone_id:
        family.add(life)
        return family, True
    slot = office.agenda.next_free(application.zone, at)
    return (None if slot is None else new_trip(life, slot, at)), False


def new_trip(life: "Life", slot: Slot, at: datetime, *, confirmed: bool = False) -> Trip:
    """A visit in a free slot; `confirmed` when somebody chose it."""
    office, application, code = life.office, life.application, new_secret()
    visit = Visit(
        pk=office.keys.of(Visit), zone=application.zone, household_hash=application.kk_hash, code=code,
        code_hash=keyed_hash("visit", code), turn=application.missed_visits + 1, invited_at=at,
        **taking(office, slot, at, confirmed=confirmed),
    )  # fmt: skip
    trip = office.households[application.kk_hash] = Trip(office, life, visit, slot)
    return trip


def invite_again(life: "Life", at: datetime, why: str) -> None:
    """The clock invites whoever waits for it, as operations/invitations.invite_due does."""
    trip, joined = join_or_invite(life, at)
    if trip is None:
        life.wait_for_place(at)
        return
    life.put_on(trip, at, "clock", joined=joined)
    promise = life.promise if life.promise.told_at is None else None
    dedup = f"{life.application.round}:{trip.visit.pk}"
    trip.owe(life, "invitation_again", at, params={"sebab": why}, dedup=dedup, promise=promise)


def book(life: "Life", slot: Slot, at: datetime, officer: Officer | None = None) -> Trip:
    """Somebody without a coming visit takes a free slot, or an officer on the phone does for them."""
    life.catch_up(at)
    trip = new_trip(life, slot, at, confirmed=True)
    life.put_on(trip, at, "officer" if officer else "citizen", officer)
    life.reached(at, officer)
    return trip
