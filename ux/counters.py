"""A clerk at the walk-in counter, for ux/people.py: forms that were begun, one that was sent, and who is known."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ux.people import People


def at_counter(people: "People") -> None:
    """A session with three forms, and applications of its zone and of another one."""
    from requests_app.models import Officer, Zone
    from requests_app.operations.drafts import start_draft
    from requests_app.operations.walk_ins import Protocol, register_walk_in
    from requests_app.queries.walk_ins import protocol_in_force
    from requests_app.zone_desk.walk_in_drafts import HELD
    from tests.factories import CORRECTION, decided, make_draft, new_nik
    from tests.operations.offices import AWAY, asked
    from tests.zone_desk.house import invited, slot_at

    now, zone = people.now, Zone.objects.get(code="Z7")
    clerk = Officer.objects.get(username="loket1")
    kept: dict[str, Any] = {"form_card": make_draft(now, name="Kemas Agus Contoh")}
    kept["form_family"] = start_draft(service="kk", now=now, answers={"reason": "perubahan_elemen_data"})
    kept["form_stamp"] = start_draft(service="legalisir", now=now, answers={"reason": "kk", "document": "kk"})
    kept["form_sent"] = make_draft(now, contact="none", told_by="ward", kk_number=new_nik())
    protocol = Protocol(tuple(line.pk for line in protocol_in_force()))
    register_walk_in(draft_id=kept["form_sent"].pk, zone=zone, officer=clerk, now=now, protocol=protocol, people=2)
    people.sign_in("counter", clerk, **{HELD: [[str(draft.pk), zone.code] for draft in kept.values()]})
    people.places |= {name: str(draft.pk) for name, draft in kept.items()}
    family = new_nik()
    visit = invited(slot_at(zone, now + timedelta(days=6), "ZX"), now, kk_number=family)
    over = {"service": "kk", "reason": "rusak", "kk_number": new_nik()}
    people.applications |= {
        "known_invited": visit.services.get().application,
        "known_waiting": asked(now),
        "known_wrong": decided(now - timedelta(days=1), CORRECTION, **over),
        "known_elsewhere": asked(now, kelurahan=AWAY),
    }
