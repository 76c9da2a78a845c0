"""The health protocol in force: lines that the admin words, orders and switches.

They are told in invitations and ticked at the counter. A line is never deleted, since visits refer to what was ticked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import ADDITION
from django.db import transaction

from requests_app.models import Officer, ProtocolItem
from requests_app.operations.office import note_change, plain_words
from requests_app.operations.steps import NotNow


@dataclass(frozen=True)
class Line:
    """One line as the admin wants it; a new one has no id. `field` names it in refusals."""

    id: int | None
    text: str
    position: int
    in_force: bool
    field: str = ""


@transaction.atomic
def save_protocol(*, lines: Sequence[Line], officer: Officer, now: datetime) -> list[ProtocolItem]:
    """Write all lines at once, in the order of their positions. Raises FieldRefused for words that cannot stand in
    public, NotNow for a line that does not exist."""
    known = {item.pk: item for item in ProtocolItem.objects.select_for_update().order_by("pk")}
    saved = []
    for position, line in enumerate(sorted(lines, key=lambda line: line.position), start=1):
        if line.id is not None and line.id not in known:
            raise NotNow("Daftar ini sudah berubah. Muat ulang halaman ini.")
        item = known[line.id] if line.id is not None else ProtocolItem()
        before = (item.text, item.position, item.in_force)
        item.text, item.position, item.in_force = plain_words(line.field, line.text), position, line.in_force
        is_new = item.pk is None
        if is_new or before != (item.text, item.position, item.in_force):
            item.save()
            note_change(item, f"in_force: {item.in_force}", officer=officer, now=now,
                        **({"flag": ADDITION} if is_new else {}))  # fmt: skip
        saved.append(item)
    return saved
