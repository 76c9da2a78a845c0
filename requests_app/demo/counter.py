"""At the desk: whoever is there is called and served, as far as that has come by now; and who comes uninvited."""

from datetime import datetime, timedelta

from requests_app.demo.life import Life
from requests_app.demo.surveys import judge
from requests_app.demo.trip import Trip
from requests_app.models import AccessLog, Officer, Visit
from requests_app.operations.desk import Seen
from requests_app.operations.invitations import FACE_TO_FACE
from requests_app.rules.dates import local_date
from requests_app.rules.desk import SIGNATURE_HEIGHT, SIGNATURE_WIDTH, Outcome, outcome_now
from requests_app.rules.visits import VisitState
from requests_app.rules.walk_ins import REGISTERED, in_words

SERVING = (5, 13)
"""Minutes for each application."""
DRAWN = 0.7


def clerk_of(life: Life) -> Officer:
    """Who works at the desk of the applicant's zone."""
    return life.office.clerks[life.application.zone_id]


def serve(trip: Trip, ready: datetime) -> None:
    """From `ready` on they wait for a desk; then one application is served after the other."""
    office, rng, clerk = trip.office, trip.office.rng, clerk_of(trip.lives[0])
    each = timedelta(minutes=rng.uniform(*SERVING))
    desk, called = office.agenda.at_desk(trip.visit.zone, ready, each * len(trip.lives))
    if called > office.now:
        return
    trip.call(called, desk)
    for position, life in enumerate(list(trip.lives), start=1):
        office.rows.add(AccessLog(at=called, officer=clerk, action="open", application=life.application))
        done = called + each * position
        if done > office.now:
            return
        finish(trip, life, done)


def finish(trip: Trip, life: Life, at: datetime) -> None:
    """What the desk can do with this application; whoever has what they came for may judge how it went."""
    is_walk_in = trip.visit.is_walk_in
    outcome = outcome_now(life.application.status, life.service, is_walk_in=is_walk_in)
    trip.finish(life, at, clerk_of(life), outcome, _seen(life, outcome))
    if outcome is Outcome.COMPLETED:
        judge(life, at)


def _seen(life: Life, outcome: Outcome) -> Seen:
    """All originals, as a rule; what is handed over is signed for."""
    office, rng = life.office, life.office.rng
    papers = office.papers_for(life.service, life.answers)
    missing = [papers[-1]] if len(papers) > 1 and rng.random() < 0.04 else []
    originals = [code for code in papers if code not in missing]
    if outcome is not Outcome.COMPLETED:
        return Seen(originals, missing)
    signed_by = life.answers.get("applicant_name") or life.application.name
    return Seen(originals, missing, signed_by, _signature(life) if rng.random() < DRAWN else "")


def _signature(life: Life) -> str:
    """A wavy line on the tablet; nobody's."""
    rng, middle = life.office.rng, SIGNATURE_HEIGHT // 2
    steps = range(SIGNATURE_WIDTH // 6, SIGNATURE_WIDTH * 5 // 6, 25)
    points = [f"{x} {middle + rng.randint(-middle // 2, middle // 2)}" for x in steps]
    return "M" + "L".join(points)


def register(life: Life, at: datetime, clerk: Officer) -> Trip:
    """A new application of the counter gets a number; its papers are seen, the answer comes as for any other."""
    trip = _walk_in(life, at, clerk, REGISTERED)
    life.note("came", at, "officer", clerk, data={"visit": trip.visit.pk})
    return trip


def admit(life: Life, at: datetime, clerk: Officer, reason: str) -> Trip:
    """Somebody comes without an invitation, or at another time, and is taken at the desk's discretion."""
    life.catch_up(at)
    if life.trip is not None:
        life.trip.leave(at, clerk)
    trip = _walk_in(life, at, clerk, in_words(reason))
    life.reached(at, clerk)
    data = {"visit": trip.visit.pk, "reason": reason}
    if life.service in FACE_TO_FACE:
        life.take("walk_in", at, "officer", clerk, data=data, next_invite_at=None, invite_trouble="")
    else:
        life.change(next_invite_at=None, invite_trouble="")
        life.note("came", at, "officer", clerk, data=data)
    return trip


def _walk_in(life: Life, at: datetime, clerk: Officer, reason: str) -> Trip:
    office, application = life.office, life.application
    day = local_date(at)
    visit = Visit(
        pk=office.keys.of(Visit), zone=application.zone, household_hash=application.kk_hash,
        state=VisitState.CHECKED_IN.value, day=day, starts_at=at,
        number=office.agenda.walk_in_number(application.zone, day), people=office.rng.choice([1, 1, 1, 2]),
        checked_in_at=at, is_walk_in=True, allowed_by=clerk, allow_reason=reason, protocol=list(office.protocol),
    )  # fmt: skip
    life.trip = Trip(office, life, visit)
    return life.trip
