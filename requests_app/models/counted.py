"""What counts (opname) say of a location: what may turn up again there, and when it was counted last."""

from datetime import datetime
from itertools import accumulate

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from requests_app.models.blanks import BlankBox, BlankHolding, BlankMovement, BlankStock, StockCount, TransferLine
from requests_app.rules.blanks import Move


def may_turn_up(stock: BlankStock) -> QuerySet[BlankBox]:
    """Boxes of which nothing is left at a location, but which were counted empty there or got lost on the way."""
    known = Q(pk__in=counted_empty(stock).values("pk")) | Q(pk__in=list(lost_on_the_way(stock)))
    return BlankBox.objects.filter(known).select_related("receipt").order_by("pk")


def most_found(stock: BlankStock, box: BlankBox) -> int:
    """The most that can turn up in a box of `may_turn_up`: what it ever held at this location, and what got lost."""
    lost = lost_on_the_way(stock, box).get(box.pk, 0)
    if not counted_empty(stock).filter(pk=box.pk).exists():
        return lost
    lines = BlankMovement.objects.filter(stock=stock, box=box).order_by("id").values_list("on_hand", flat=True)
    return max(accumulate(lines), default=0) + lost


def counted_empty(stock: BlankStock) -> QuerySet[BlankBox]:
    """Boxes of which nothing is left at a location, and of which counts (opname) there took out more than they put in.

    What was printed, spoiled or sent away to the last blank cannot turn up again.
    """
    empty = BlankHolding.objects.filter(box=OuterRef("pk"), stock=stock, quantity=0)
    lines = BlankMovement.objects.filter(box=OuterRef("pk"), stock=stock, kind=Move.CORRECT).order_by().values("box")
    boxes = BlankBox.objects.filter(Exists(empty)).alias(counted=Subquery(lines.values(sum=Sum("on_hand"))))
    return boxes.filter(counted__lt=0).select_related("receipt").order_by("pk")


def lost_on_the_way(stock: BlankStock, box: BlankBox | None = None) -> dict[int, int]:
    """How many blanks of a box (by its id) transfers from or to a location lost and nobody has found since.

    Only of boxes of which nothing is there: what turns up of another is in its next count.
    """
    there = BlankHolding.objects.filter(stock=stock, quantity__gt=0).values("box")
    lines = TransferLine.objects.exclude(box__in=there)
    if box is not None:
        lines = lines.filter(box=box)
    lost = _short(lines.filter(Q(transfer__from_stock=stock) | Q(transfer__to_stock=stock)))
    if not lost:
        return {}
    # A box is found once, wherever: what counts at any location have put back is not lost any more.
    everywhere = _short(TransferLine.objects.filter(box__in=list(lost)))
    counts = BlankMovement.objects.filter(box__in=list(lost), kind=Move.CORRECT).order_by().values("box")
    put_back = dict(counts.values_list("box", Sum("on_hand")))
    missing = {pk: min(short, everywhere.get(pk, 0) - put_back.get(pk, 0)) for pk, short in lost.items()}
    return {pk: number for pk, number in missing.items() if number > 0}


def _short(lines: QuerySet[TransferLine]) -> dict[int, int]:
    """Sent and not arrived, by the box's id; what is still on its way is not lost."""
    received = lines.filter(arrived__isnull=False).order_by().values("box")
    return dict(received.annotate(short=Sum(F("sent") - F("arrived"))).filter(short__gt=0).values_list("box", "short"))


def last_counted(stock: BlankStock) -> datetime | None:
    """When a location was counted last; also by a count that still waits for its second person."""
    counts = StockCount.objects.filter(stock=stock).exclude(state="cancelled")
    return counts.order_by("-counted_at").values_list("counted_at", flat=True).first()
