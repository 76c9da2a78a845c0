"""A card that waits for its owner, for the pages of the desk and of its owner."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ux.people import People


def at_the_cards(people: People) -> None:
    """Printed and brought to its zone's office by the office's own operations."""
    from tests import factories as make
    from tests.operations.cards import bring_card

    ready = make.decided(people.now - timedelta(minutes=1), make.APPROVED)
    bring_card(application_id=ready.pk, officer=make.OfficerFactory(), now=people.now)
    ready.refresh_from_db()
    people.applications["card_ready"] = ready
