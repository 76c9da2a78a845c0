"""The office's rules for cards, and which location prints for which zone."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from requests_app.models import BlankStock, CardPolicy, Officer, Zone
from requests_app.operations.nudge import nudge_blanks
from requests_app.operations.office import FieldRefused, note_change
from requests_app.rules.blanks import PickupAsked, WaitingOrder

RANGES = {
    "ask_days": (1, 60),
    "move_after_days": (0, 365),
    "reorder_level": (0, 20_000),
    "lead_days": (1, 180),
    "safety_days": (0, 90),
    "suket_months": (1, 12),
}
"""The smallest and the largest value of each number that makes sense."""
CHOICES: dict[str, tuple[str, ...]] = {"waiting_order": tuple(WaitingOrder), "pickup_asked": tuple(PickupAsked)}


@transaction.atomic
def set_card_policy(*, values: Mapping[str, Any], officer: Officer, now: datetime) -> CardPolicy:
    """New rules from now on, as a row of their own; those in force when nothing is different. Raises FieldRefused."""
    for name, (least, most) in RANGES.items():
        if not least <= values[name] <= most:
            raise FieldRefused(name, f"Isi angka {least} sampai {most}.")
    for name, choices in CHOICES.items():
        if values[name] not in choices:
            raise FieldRefused(name, "Pilih salah satu.")
    given = {name: values[name] for name in (*RANGES, *CHOICES)}
    current = CardPolicy.current()
    if current.pk and all(getattr(current, name) == value for name, value in given.items()):
        return current
    policy = CardPolicy.objects.create(valid_from=now, changed_by=officer, **given)
    transaction.on_commit(nudge_blanks, robust=True)
    return policy


@transaction.atomic
def set_printing_location(*, zone: Zone, stock: BlankStock, officer: Officer, now: datetime) -> bool:
    """Cards of a zone are printed there from now on; what is reserved already stays where it is. Whether it changed.

    Raises FieldRefused for the office of a zone that has closed down.
    """
    row = Zone.objects.select_for_update(no_key=True).get(pk=zone.pk)
    if stock.zone is not None and not stock.zone.is_active:
        raise FieldRefused("stock", "Pilih lokasi yang aktif.")
    wanted = None if stock.zone_id is None else stock
    if row.printed_at_id == (wanted.pk if wanted else None):
        return False
    row.printed_at = wanted
    row.save(update_fields=["printed_at"])
    note_change(row, f"printed_at {stock}", officer=officer, now=now)
    transaction.on_commit(nudge_blanks, robust=True)
    return True
