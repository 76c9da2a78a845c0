"""Long lists in pages, by keyset on a moment and the key: the hundredth page costs what the first one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

PAGE = 50
LONGEST_ID = 18

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """Some rows; `older` is the place after the last one, empty at the end. `total` where it was counted."""

    rows: Sequence[M]
    older: str = ""
    total: int = 0


def keyset_page(found: QuerySet[M], field: str, cursor: str, *, oldest_first: bool = False) -> Page[M]:
    """One page after the place `cursor`; a spoiled or empty one means the first page."""
    place = _parse(cursor)
    if place is not None:
        found = found.filter(_beyond(field, *place, oldest_first))
    order = (field, "pk") if oldest_first else (f"-{field}", "-pk")
    taken = list(found.order_by(*order)[: PAGE + 1])
    rows = taken[:PAGE]
    older = _place(getattr(rows[-1], field), rows[-1].pk) if len(taken) > PAGE else ""
    return Page(rows, older)


def id_page(found: QuerySet[M], cursor: str) -> Page[M]:
    """The same for what is only ever added to: the latest row first, by its key alone."""
    if cursor.isascii() and cursor.isdigit() and len(cursor) <= LONGEST_ID:
        found = found.filter(pk__lt=int(cursor))
    taken = list(found.order_by("-pk")[: PAGE + 1])
    rows = taken[:PAGE]
    return Page(rows, str(rows[-1].pk) if len(taken) > PAGE else "")


def _beyond(field: str, moment: datetime, pk: int, oldest_first: bool) -> Q:
    """As two conditions, so that an index on the moment is entered at the right place."""
    way = "gt" if oldest_first else "lt"
    return Q(**{f"{field}__{way}e": moment}) & (Q(**{f"{field}__{way}": moment}) | Q(**{f"pk__{way}": pk}))


def _place(moment: datetime, pk: Any) -> str:
    return f"{round(moment.timestamp() * 1_000_000)}-{pk}"


def _parse(cursor: str) -> tuple[datetime, int] | None:
    micros, _, pk = cursor.partition("-")
    try:
        return datetime.fromtimestamp(int(micros) / 1_000_000, UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None
