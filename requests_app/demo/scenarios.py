"""What becomes of ordinary applications: most are approved in two days, some come back, a few are answered too late."""

from datetime import datetime, timedelta
from typing import Any

from requests_app.demo.coming import come
from requests_app.demo.counter import clerk_of, register, serve
from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.surveys import judge
from requests_app.demo.zones import FULL_ZONE
from requests_app.models import Officer
from requests_app.operations.decisions import Verdict
from requests_app.operations.invitations import FACE_TO_FACE
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_day_long, local_date
from requests_app.rules.statuses import Status

SETTLED = timedelta(minutes=2)  # a decision younger than this could still be on its way
AT_THE_COUNTER, FETCHED = 0.12, 0.85
PHOTO_REASONS = ("foto_buram", "foto_gelap", "foto_terpotong", "bukan_asli")
ANSWER_TO_REPORT = "Mohon maaf atas keterlambatan ini. Permohonan Anda kami dahulukan."


def play_ordinary(office: Office, service: Service, at: datetime) -> Life:
    """One application submitted at about `at`, as far as its story has come by now."""
    rng = office.rng
    life = _at_the_counter(office, service, at) if rng.random() < AT_THE_COUNTER else None
    life = life or _online(office, service, at)
    at = life.application.submitted_at
    decided_at = office.calendar.office_moment(max(at + _time_to_decide(office), life.last_at))
    if life.trip is None and rng.random() < 0.015:
        _withdraw(life, at + (decided_at - at) * rng.uniform(0.1, 0.9))
    else:
        review(life, decided_at)
    _handle_report(life)
    life.settle()
    return life


def _online(office: Office, service: Service, at: datetime) -> Life:
    answers = office.people.draw(service, at=at, **_somewhere(office, service))
    return Life(office, answers, at, service=service, reachable=office.rng.random() > 0.015)


def _at_the_counter(office: Office, service: Service, at: datetime) -> Life | None:
    """Somebody who just came, in office hours; some have no phone. Nobody when the office has not opened since."""
    came = office.calendar.office_moment(at)
    contact = "none" if office.rng.random() < 0.3 else "whatsapp"
    answers = office.people.draw(service, at=came, contact=contact, **_somewhere(office, service))
    zone = office.zones[answers["kelurahan"]]
    if came > office.now - SETTLED or not office.agenda.is_open(zone, came):
        return None
    clerk = office.clerks[zone.pk]
    life = Life(office, answers, came, service=service, registered_by=clerk)
    serve(register(life, came, clerk), came)
    return life


def _somewhere(office: Office, service: Service) -> dict[str, str]:
    """Where the applicant lives; the zone that is full has its own story (scenes.py)."""
    kelurahan = office.people.kelurahan()
    while service in FACE_TO_FACE and office.zones[kelurahan].code == FULL_ZONE:
        kelurahan = office.people.kelurahan()
    return {"kelurahan": kelurahan}


def _time_to_decide(office: Office) -> timedelta:
    rng = office.rng
    speed = rng.random()
    if speed < 0.012:
        return timedelta(hours=rng.uniform(121, 145))
    if speed < 0.05:
        return timedelta(hours=rng.uniform(70, 100))
    return timedelta(hours=rng.triangular(6, 60, 30))


def _withdraw(life: Life, at: datetime) -> None:
    if at < life.office.now:
        life.withdraw(at)


def review(life: Life, at: datetime) -> None:
    """One round of review, and what follows from its answer."""
    office = life.office
    if at > office.now - SETTLED:
        return
    officer = pick_officer(life)
    verdict = _verdict(life)
    decision = life.decide(at, officer, verdict)
    if life.trip is None:
        _be_told(life, decision.release_at)
    _FOLLOWS[verdict.kind](life, at)


def pick_officer(life: Life) -> Officer:
    """Any officer, but not the one whose rejection was objected to."""
    return life.office.rng.choice([o for o in life.office.officers if o.pk != life.application.not_by_id])


def _verdict(life: Life) -> Verdict:
    rng, answers = life.office.rng, life.answers
    chance = rng.random()
    if life.application.round > 1:
        return approval(life) if chance < 0.97 else Verdict("rejected", reason_code="data_tidak_benar")
    if answers.get("recorded_before") == "no":
        return recording(life)
    if chance < 0.12 and life.documents:
        target = rng.choice(life.documents).document_code
        return Verdict("needs_correction", items=[{"target": target, "reason": rng.choice(PHOTO_REASONS)}])
    if chance < 0.16:
        changed = life.service is Service.KTP_EL and answers["reason"] == "perubahan_data"
        return Verdict("rejected", reason_code="kk_belum_berubah" if changed else "bukan_penduduk")
    return approval(life)


def approval(life: Life) -> Verdict:
    """Approved; of a card also where, from when and with what to collect it."""
    if life.service in FACE_TO_FACE:
        return Verdict("approved")
    zone = life.application.zone
    day = local_date(life.office.calendar.office_moment(life.office.now + timedelta(days=1)))
    details = {"place": f"{zone.name}, {zone.address}", "when": f"mulai {format_day_long(day)}"}
    return Verdict("approved", details=details | {"bring": "Kartu Keluarga asli"})


def recording(life: Life) -> Verdict:
    """Perlu perekaman: where and when to come."""
    zone = life.application.zone
    details = {"place": f"{zone.name}, {zone.address}", "when": zone.hours, "bring": "Kartu Keluarga asli"}
    return Verdict("recording_needed", details=details)


def _be_told(life: Life, released: datetime) -> None:
    """Whoever was not told by the message itself looks it up, or is called."""
    office, rng = life.office, life.office.rng
    if life.promise.told_at is not None:
        return
    if life.application.contact == "email":
        looked = released + timedelta(hours=rng.uniform(0.2, 5))
        if looked < office.now:
            life.tell(looked, "shown")
        return
    called = office.calendar.office_moment(released + timedelta(hours=rng.uniform(1, 20)))
    if life.call is not None and called < office.now:
        life.call_person(called, rng.choice(office.officers), "told")


def _approved(life: Life, decided_at: datetime) -> None:
    if life.service in FACE_TO_FACE:
        come(life)
    else:
        _collect(life)


def _collect(life: Life) -> None:
    """Most people come within a week after the message, some leave their card lying."""
    office = life.office
    life.produce()
    if life.is_ready:
        at = office.calendar.office_moment(life.last_at + timedelta(days=office.rng.uniform(0.1, 6)))
        if at < office.now and office.rng.random() < FETCHED:
            fetch(life, at)


def fetch(life: Life, at: datetime, *, surely: bool = False) -> None:
    """Their card is there and they come for it; most (`surely`: each) say how it was."""
    life.hand_over(at, clerk_of(life))
    judge(life, at, surely=surely)


def _correct(life: Life, decided_at: datetime) -> None:
    office = life.office
    at = max(decided_at + timedelta(days=office.rng.uniform(1, 5)), life.last_at)
    if at < office.now and office.rng.random() < 0.8:
        life.resubmit(at)
        review(life, office.calendar.office_moment(at + timedelta(hours=office.rng.uniform(6, 40))))


def _be_recorded(life: Life, decided_at: datetime) -> None:
    """By invitation where the zone records by appointment, else whenever they come; then the review goes on."""
    office = life.office
    if life.trip is not None:
        come(life)
    else:
        at = office.calendar.office_moment(max(decided_at + timedelta(days=office.rng.uniform(1.5, 8)), life.last_at))
        if at < office.now and office.rng.random() < 0.7:
            life.record(at, clerk_of(life))
    if life.application.status == Status.SUBMITTED:
        again = life.promise.started_at + timedelta(hours=office.rng.uniform(6, 40))
        review(life, office.calendar.office_moment(again))


def _object(life: Life, decided_at: datetime) -> None:
    office = life.office
    at = max(decided_at + timedelta(days=office.rng.uniform(1, 4)), life.last_at)
    objected_before = any(decision.objected_at for decision in life.decisions)
    if at < office.now and not objected_before and office.rng.random() < 0.15:
        life.object(at, "Data saya sudah benar. Mohon diperiksa sekali lagi.")
        review(life, office.calendar.office_moment(at + timedelta(hours=office.rng.uniform(6, 40))))


_FOLLOWS: dict[str, Any] = {
    "approved": _approved,
    "needs_correction": _correct,
    "recording_needed": _be_recorded,
    "rejected": _object,
}


def _handle_report(life: Life) -> None:
    """Reports are taken over soon, answered the next day, closed the day after; the newest ones are still open."""
    life.catch_up(life.office.now)
    report, office = life.report, life.office
    if report is None or report.status == "closed":
        return
    at = office.calendar.office_moment(max(life.last_at, report.opened_at) + timedelta(hours=office.rng.uniform(1, 6)))
    for step in (life.own_report, lambda moment: life.answer_report(moment, ANSWER_TO_REPORT), life.close_report):
        if at > office.now - SETTLED:
            return
        step(at)
        at = office.calendar.office_moment(at + timedelta(hours=office.rng.uniform(2, 20)))
