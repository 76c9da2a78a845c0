"""People who walk in, with the health protocol kept: registered, or taken now."""

from datetime import datetime
from typing import Any

from requests_app.models import Application, Officer, ProtocolItem, Visit, Zone
from requests_app.operations.walk_ins import Protocol, Registered, admit_walk_in, register_walk_in
from tests.factories import make_draft, new_nik


def all_kept() -> Protocol:
    """Every line in force ticked."""
    return Protocol(tuple(ProtocolItem.objects.filter(in_force=True).values_list("pk", flat=True)))


def register(zone: Zone, officer: Officer, now: datetime, service: str = "ktp_el", **over: Any) -> Registered:
    """Somebody of a family of their own, unless `over` says otherwise."""
    draft = make_draft(now, service, **({"kk_number": new_nik()} | over))
    return register_walk_in(draft_id=draft.pk, zone=zone, officer=officer, now=now, protocol=all_kept(), people=1)


def admit(zone: Zone, officer: Officer, now: datetime, *applications: Application, **over: Any) -> Visit:
    how: dict[str, Any] = {"reason": "elderly", "protocol": all_kept(), "people": 1} | over
    return admit_walk_in(application_ids=[a.pk for a in applications], zone=zone, officer=officer, now=now, **how)
