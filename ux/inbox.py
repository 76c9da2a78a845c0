"""Citizens who wrote to a zone's number, for the pages of its inbox: one within the 24 hours, one after them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ux.people import People


def at_the_inbox(people: People) -> None:
    """Two questions to zone 7, as they come through the webhook."""
    from requests_app.models import Conversation, Zone
    from requests_app.vault.keyring import keyed_hash
    from tests.factories import new_phone
    from tests.operations.inbound import write

    zone = Zone.objects.get(code="Z7")
    for name, hours in (("waiting", 1), ("over", 26)):
        phone, at = new_phone(), people.now - timedelta(hours=hours)
        write("Apakah ibu saya harus datang sendiri?", at, phone=phone, zone=zone)
        found = Conversation.objects.get(zone=zone, phone_hash=keyed_hash("phone", phone))
        people.places[f"id_{name}"] = str(found.pk)
