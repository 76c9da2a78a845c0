"""Synthetic visitors, one for each page and state: `python -m ux.people` prints their sessions and numbers.

All of them come into being through the office's own operations; sessions hold what a visit would have left there.
"""

import json
import sys
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ux.cards import at_the_cards
from ux.counters import at_counter
from ux.inbox import at_the_inbox
from ux.printing import at_the_printer
from ux.services import at_the_forms
from ux.stock import at_the_stock

FIRST = {"reason", "recorded_before", "origin", "cause", "kk_updated"}
STEPS = ("alasan", "pemilik", "alamat", "keterangan", "berkas", "kabar", "periksa")
OF_STEP = {
    "alasan": FIRST,
    "pemilik": {"applicant", "name", "nik", "kk_number", "birth_date", "sex"},
    "alamat": {"kelurahan", "address", "rt", "rw", "registered_address", "registered_region"},
    "kabar": {"contact", "phone", "phone_owner", "email"},
}
"""What each page asks; everything else belongs to "keterangan"."""
OF_REASON: dict[str, dict[str, Any]] = {
    "baru": {"recorded_before": "yes"},
    "hilang": {},
    "rusak": {},
    "perubahan_data": {"kk_updated": "yes", "elements": [{"element": "pekerjaan", "old": "Pelajar", "new": "Perawat"}]},
    "pindah_datang": {"origin": "abroad"},
    "luar_domisili": {"cause": "hilang", "registered_address": "Jl. Contoh 5", "registered_region": "Kota Contoh"},
}
INVITATIONS = ("invited", "confirmed", "called_off", "lapsed", "served")
POLICE = ("police_number", "police_date", "police_station")
LONG_NAME = "Raden Ayu Nyimas Hajjah Siti Nurhaliza Contohsari binti Kiagus Muhammad Abdurrahman Contohwijaya"


@dataclass
class People:
    """What is printed, and the moment from which everybody's story is told."""

    now: datetime
    visitors: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    applications: dict[str, Any] = field(default_factory=dict)

    def visit(self, name: str, **session: Any) -> None:
        """A browser whose session holds this."""
        from django.test import Client

        kept = Client().session
        kept.update(session)
        kept.save()
        self.visitors[name] = str(kept.session_key)

    def sign_in(self, name: str, officer: Any, **session: Any) -> None:
        """A member of staff at their desk."""
        from django.test import Client

        desk = Client()
        desk.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
        kept = desk.session
        kept.update(session)
        kept.save()
        self.visitors[name] = str(kept.session_key)


def main() -> None:
    """Make everybody; the processes' own role is used throughout."""
    import django

    django.setup()
    from requests_app.clock import database_now
    from tests.factories import OfficerFactory

    OfficerFactory.reset_sequence(100)  # the demo set has petugas1 to petugas3
    people = People(database_now())
    _drafts(people)
    at_the_forms(people)
    _applications(people)
    _in_line(people)
    at_the_cards(people)
    _invitations(people)
    _trackers(people)
    _staff(people)
    _at_desks(people)
    at_counter(people)
    at_the_inbox(people)
    at_the_stock(people)
    at_the_printer(people)
    places = {name: application.number for name, application in people.applications.items()}
    json.dump({"visitors": people.visitors, "places": places | people.places}, sys.stdout)


def _drafts(people: People) -> None:
    """For each reason a draft that is complete up to its last page; for a lost card one before every page."""
    from requests_app.operations.submission import submit_draft

    for reason in OF_REASON:
        for step in STEPS if reason == "hilang" else ("keterangan", "berkas", "periksa"):
            people.visit(f"{reason}_{step}", draft=str(_draft(people.now, reason, step).pk))
    people.visit("luar_domisili_alamat", draft=str(_draft(people.now, "luar_domisili", "alamat").pk))
    outsider = {"applicant": "outsider", "applicant_name": LONG_NAME, "applicant_nik": "1671015708959033"}
    long = _draft(people.now, "hilang", "periksa", name=LONG_NAME, applicant_relation="cucu", **outsider)
    people.visit("long_name", draft=str(long.pk))
    for contact in ("whatsapp", "none"):
        sent = _draft(people.now, "hilang", "sent", **({"contact": "none"} if contact == "none" else {}))
        people.applications[f"sent_{contact}"] = submit_draft(draft_id=sent.pk, now=people.now).application
        people.visit(f"sent_{contact}", draft=str(sent.pk))


def _draft(now: datetime, reason: str, before: str, **over: Any) -> Any:
    """A draft that is complete up to the page `before`, with the photos that it needs until there."""
    from requests_app.models import Draft
    from tests.factories import make_draft

    draft = make_draft(now, reason=reason, **OF_REASON[reason], **over)
    done = set(STEPS[: STEPS.index(before)]) if before in STEPS else set(STEPS)
    answers = {key: value for key, value in draft.answers.items() if _step_of(key) in done}
    if reason != "hilang" and OF_REASON[reason].get("cause") != "hilang":
        answers = {key: value for key, value in answers.items() if key not in POLICE}
    Draft.objects.filter(pk=draft.pk).update(answers=answers)
    draft.answers = answers
    if "berkas" in done:
        _photograph(draft, now)
    return draft


def _step_of(answer: str) -> str:
    return next((step for step, keys in OF_STEP.items() if answer in keys), "keterangan")


def _photograph(draft: Any, now: datetime) -> None:
    from requests_app.queries.apply import requirements_for

    for requirement in requirements_for(draft.answers):
        if requirement.needs_file:
            hints = ["blurred"] if requirement.document_code == "KK" else []
            store_picture(requirement.document_code, now, hints=hints, draft=draft)


def store_picture(code: str, now: datetime, **row: Any) -> None:
    """One page of a document, plainly an example."""
    from requests_app.demo.pictures import picture_of
    from requests_app.models import Document
    from requests_app.operations.documents import document_store

    content = picture_of(code)
    document = Document.objects.create(
        id=uuid.uuid4(), document_code=code, original_kind="jpeg", original_bytes=2_100_000, pages=1,
        stored_bytes=len(content), uploaded_at=now, original_hash=uuid.uuid4().bytes, **row,
    )  # fmt: skip
    document_store().write(document.pk, 0, content)


def _applications(people: People) -> None:
    """One in each state that a tracking page can show."""
    from requests_app.demo.load import load_demo
    from requests_app.operations.clock import break_promises
    from requests_app.operations.sweep import record_sweep
    from tests import factories as make

    now, days = people.now, timedelta(days=1)
    load_demo(now=now, count=120, days=14, seed=1671)
    told = now - timedelta(minutes=1)
    both = make.Verdict(
        "needs_correction", items=[*make.CORRECTION.items, {"target": "name", "reason": "data_beda_kk"}]
    )
    people.applications |= {
        "submitted": make.submitted(now - 2 * days),
        "long": make.submitted(now - 2 * days, name=LONG_NAME),
        "approved": make.decided(told, make.APPROVED),
        "rejected": make.decided(told, make.REJECTED),
        "correction": make.decided(told, both),
        "recording": make.decided(told, make.RECORDING),
        "by_hand": make.submitted(now - days, contact="none", phone="", phone_owner=""),
        "broken": make.submitted(now - 5 * days - timedelta(minutes=5)),
        "unreached": make.decided(now - 6 * days, make.APPROVED),
    }
    people.applications["held"] = make.submitted(now, nik=people.applications["submitted"].answers["nik"])
    for application in people.applications.values():
        for code in ("KK", "SURAT_HILANG"):
            store_picture(code, now, application=application)
    _ended(people)
    break_promises(now=now)
    for name in ("enforce_promises", "deliver_due"):
        record_sweep(name, now=now, done=0)


def _ended(people: People) -> None:
    from requests_app.operations.clock import expire_waiting
    from requests_app.operations.followup import object_to_rejection, withdraw
    from requests_app.operations.review import claim_application
    from requests_app.operations.survey import answer_survey
    from tests import factories as make
    from tests.operations.cards import give_card

    now, ended = people.now, people.applications
    told = now - timedelta(minutes=1)
    ended["withdrawn"] = make.submitted(told)
    withdraw(application_id=ended["withdrawn"].pk, now=now)
    ended["objected"] = make.decided(told, make.REJECTED)
    object_to_rejection(application_id=ended["objected"].pk, words="Data saya sudah benar.", now=now)
    ended["collected"] = make.decided(told, make.APPROVED)
    give_card(application_id=ended["collected"].pk, officer=make.OfficerFactory(), now=now)
    for number in range(5):
        ended["surveyed"] = make.collected(told)
        answers = [4, 3, 4, 4, 3, 4, 4, 2 + number % 3, 3]
        words = "Petugasnya ramah, ruang tunggunya panas."
        answer_survey(application_id=ended["surveyed"].pk, answers=answers, words=words, now=now)
    ended["expired"] = make.decided(now - timedelta(days=15), make.CORRECTION)
    expire_waiting(now=now)
    ended["in_review"] = make.submitted(told)
    officer = make.on_duty(make.OfficerFactory(), now)
    claim_application(application_id=ended["in_review"].pk, officer=officer, now=now)


def _in_line(people: People) -> None:
    """Two who wait for a blank of a zone that prints for itself and has none; one of them has a suket, its second."""
    from requests_app.models import Application
    from requests_app.operations.actors import CITIZEN
    from requests_app.operations.blanks import stock_of
    from requests_app.operations.sukets import issue_suket, renew_suket
    from requests_app.rules.numbers import in_fours
    from tests import factories as make

    told = people.now - timedelta(days=200)
    for name in ("in_line", "with_suket"):
        application = make.submitted(told, kelurahan="16.71.02.1002", name=LONG_NAME)
        zone = application.zone
        zone.printed_at = stock_of(zone)
        zone.save(update_fields=["printed_at"])
        officer = make.on_duty(make.OfficerFactory(), told)
        make.claim_application(application_id=application.pk, officer=officer, now=told)
        make.decide(application_id=application.pk, officer=officer, now=told, verdict=make.APPROVED)
        Application.objects.filter(pk=application.pk).update(status="waiting_for_blank")
        people.applications[name] = application
    waits = people.applications["with_suket"]
    old = issue_suket(application_id=waits.pk, officer=make.OfficerFactory(), now=told)
    new = renew_suket(application_id=waits.pk, actor=CITIZEN, now=people.now)
    people.places |= {"suket": in_fours(new.code), "suket_ended": in_fours(old.code)}


def _invitations(people: People) -> None:
    """Invitations in each state that their page can show, the first one for a family."""
    from requests_app.models import Application, Visit
    from requests_app.operations.actors import CITIZEN
    from requests_app.operations.visit_clock import lapse_invitations
    from requests_app.operations.visits import cancel_visit, confirm_visit
    from tests.operations.offices import approve, asked, open_office, visit_of

    now, told = people.now, people.now - timedelta(minutes=1)
    open_office(now)
    made = {name: approve(asked(told, name=LONG_NAME), told) for name in INVITATIONS}
    family = made["invited"].kk_number
    for _copies in range(2):
        approve(asked(told, "legalisir", kk_number=family), told)
    visits = {name: visit_of(application) for name, application in made.items()}
    confirm_visit(visit_id=visits["confirmed"].pk, now=now, actor=CITIZEN)
    cancel_visit(visit_id=visits["called_off"].pk, now=now, actor=CITIZEN)
    Visit.objects.filter(pk=visits["lapsed"].pk).update(respond_by=told)
    lapse_invitations(now=now)
    Visit.objects.filter(pk=visits["served"].pk).update(state="served", ended_at=now)
    Application.objects.filter(pk=made["served"].pk).update(status="completed")
    people.applications |= {f"visit_{name}": application for name, application in made.items()}
    people.places |= {f"code_{name}": str(visit.code) for name, visit in visits.items()}


def _trackers(people: People) -> None:
    """Who looked an application up, who proved that it is theirs, and who waits for the code."""
    from requests_app.operations.proofs import send_code
    from requests_app.operations.sent_proofs import start

    until = (people.now + timedelta(hours=12)).isoformat()
    all_of_them = {str(application.pk): until for application in people.applications.values()}
    people.visit("looked_up", looked_up=all_of_them)
    people.visit("proven", proven=all_of_them)
    asked = people.applications["submitted"]
    code = send_code(application_id=asked.pk, now=people.now)
    over = people.applications["broken"]
    # As valid as the look-ups, for a run takes longer than a code does.
    sent_codes = {
        str(application.pk): str(start(application_id=application.pk, now=people.now + wait)[0])
        for application, wait in ((asked, timedelta(hours=12)), (over, -timedelta(hours=1)))
    }
    people.visit("code_asked", looked_up=all_of_them, codes={str(asked.pk): str(code)}, sent_codes=sent_codes)


def _at_desks(people: People) -> None:
    """Households at the desk of a zone: expected today and another day, called, waiting, served, not come."""
    from requests_app.models import Officer, Zone
    from requests_app.operations.desk import call_out_of_turn, check_in
    from tests.zone_desk.house import invited, slot_at

    now, zone = people.now, Zone.objects.get(code="Z7")
    clerk = Officer.objects.get(username="loket1")
    slot = slot_at(zone, now - timedelta(minutes=3), "ZY", capacity=9)
    visits = {
        "expected": invited(slot, now, people=3, name=LONG_NAME),
        "other_day": invited(slot_at(zone, now + timedelta(days=5), "ZY"), now),
        "called": invited(slot, now, service="legalisir", copies="3"),
        "recording": invited(slot, now, service="ktp_el"),
        "served": invited(slot, now, state="served"),
        "missed": invited(slot, now, state="missed"),
    }
    for name in ("called", "recording"):
        store_picture("KK", now, application=visits[name].services.get().application)
        check_in(visit_id=visits[name].pk, zone=zone, officer=clerk, now=now, people=1)
    # A desk more, at which nobody of the demonstration sits.
    Zone.objects.filter(pk=zone.pk).update(desks=zone.desks + 1)
    zone.refresh_from_db()
    call_out_of_turn(visit_id=visits["called"].pk, zone=zone, desk=zone.desks, now=now)
    people.places |= {f"visit_{name}": str(visit.pk) for name, visit in visits.items()}


def _staff(people: People) -> None:
    """Each role at its desk, one officer with an application in hand, and the places of their addresses."""
    from requests_app.models import Application, CallTask, Decision, Holiday, Officer, Report
    from requests_app.operations.review import claim_application
    from requests_app.operations.second_factor import prepare_device
    from requests_app.staff.second_factor import DUE
    from tests.factories import OfficerFactory, submitted

    for officer in Officer.objects.filter(is_demo=True):
        people.sign_in(officer.username, officer)
    people.sign_in("off_duty", OfficerFactory(first_name="Yulia", last_name="Contoh"))
    device = prepare_device(officer=(guarded := OfficerFactory(role="supervisor")))
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    people.sign_in("with_device", guarded, **{DUE: True})
    people.sign_in("without_device", OfficerFactory(role="supervisor"))
    first = Officer.objects.get(username="petugas1")
    in_hand = claim_application(
        application_id=people.applications["long"].pk, officer=first, now=people.now, confirmed=True
    )
    done = Decision.objects.filter(officer=first, taken_back_at=None).order_by("-pk")[0]
    rejected = Application.objects.filter(status="rejected", decisions__isnull=False).order_by("pk")[0]
    people.applications["in_hand"], people.applications["to_annul"] = in_hand, rejected
    people.applications["waiting"] = submitted(people.now)
    people.places |= {
        "decision": str(done.pk),
        "call": str(CallTask.objects.filter(closed_at=None).order_by("pk")[0].pk),
        "report": Report.objects.exclude(status="closed").order_by("pk")[0].number,
        "holiday": str(Holiday.objects.filter(date__gt=people.now).order_by("date")[0].pk),
    }


if __name__ == "__main__":
    main()
