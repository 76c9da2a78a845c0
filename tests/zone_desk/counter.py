"""A clerk at the walk-in counter without scripts: a tile, one form, a number."""

import re
from typing import Any

from django.test import Client

from requests_app.models import Application, ProtocolItem, Zone
from requests_app.rules.catalogue import Service
from tests.citizen.apply.walk import steps_of, upload


def start_of(zone: Zone) -> str:
    """The counter's first page."""
    return f"/uptd/{zone.code}/langsung/"


def begin(desk: Client, zone: Zone, service: Service = Service.KTP_EL, reason: str = "hilang", **sent: str) -> str:
    """Press a tile; where the form is."""
    answer = desk.post(start_of(zone), {"pilihan": f"{service}:{reason}", **sent})
    assert answer.status_code == 302, answer.text
    return str(answer["Location"])


def checklist() -> dict[str, str]:
    """The desk's own part: every line of the protocol ticked, one person, the statement read aloud."""
    rules = {f"rule_{line.pk}": "on" for line in ProtocolItem.objects.filter(in_force=True)}
    return {"people": "1", "statement": "on", **rules}


def filled_in(reason: str = "hilang", service: Service = Service.KTP_EL, **over: Any) -> dict[str, Any]:
    """Everything that the citizen's steps ask, as one form, photos included, and the checklist."""
    steps = steps_of(reason, service, **{key: over.pop(key) for key in ("nik", "contact") if key in over})
    asked = {key: value for data in steps.values() for key, value in data.items()}
    return {**asked, "reason": reason, "service": service, **checklist(), **over}


def send(desk: Client, address: str, data: dict[str, Any], button: str = "daftar", value: str = "1") -> Any:
    """Press a button of the form."""
    return desk.post(address, {**data, button: value})


def register(
    desk: Client, zone: Zone, reason: str = "hilang", service: Service = Service.KTP_EL, **over: Any
) -> Application:
    """The whole way to the receipt."""
    answer = send(desk, begin(desk, zone, service, reason), filled_in(reason, service, **over))
    assert answer.status_code == 302, problems_of(answer)
    page = desk.get(answer["Location"])
    assert page.status_code == 200
    number = re.search(r"PLG-\w{4}-\w{4}-\w", page.text)
    assert number is not None
    return Application.objects.get(number=number[0])


def problems_of(answer: Any) -> list[str]:
    """The lines of the summary on top."""
    return [item["text"] for item in (answer.context or {}).get("items", [])]


def photo(seed: int = 0) -> Any:
    """A photo as the browser sends it."""
    from tests.citizen.apply.walk import another_photo

    return upload(another_photo(seed))
