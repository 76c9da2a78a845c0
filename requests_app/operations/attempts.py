"""Print attempts: what lies in a batch's tray, and the card rows that are drawn for it. The batch is locked."""

from collections import Counter
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from requests_app.models import Application, BatchBox, BlankHold, Card, PrintBatch
from requests_app.models.searches import looked_for
from requests_app.rules.blanks import LIVE_CARDS, Outcome
from requests_app.rules.numbers import new_card_code
from requests_app.rules.printing import Tally

CODE_TRIES = 3


def lock_batch(batch_id: int) -> PrintBatch:
    """A batch, its location beside it, locked until the end of the transaction (after applications, before stock)."""
    return PrintBatch.objects.select_for_update(of=("self",)).select_related("stock__zone").get(pk=batch_id)


def tallies(batch: PrintBatch) -> dict[int, Tally]:
    """What became of the blanks of each box (by its id) that this batch drew from, in the order of the boxes."""
    cards = Card.objects.filter(batch=batch).annotate(missing=looked_for())
    found = list(cards.values_list("box", "outcome", "missing"))
    outcomes = Counter((box, outcome) for box, outcome, _missing in found)
    missing = Counter(box for box, outcome, is_missing in found if is_missing and outcome == Outcome.DROPPED)
    return {
        box: Tally(
            drawn,
            printed=outcomes[box, Outcome.PRINTED.value],
            spoiled=outcomes[box, Outcome.SPOILED.value],
            pending=outcomes[box, Outcome.PENDING.value],
            missing=missing[box],
        )
        for box, drawn in BatchBox.objects.filter(batch=batch).order_by("box").values_list("box", "drawn")
    }


def add_cards(batch: PrintBatch, applications: Sequence[Application], boxes: Sequence[int]) -> list[Card]:
    """One attempt for each locked application, from the box at the same place, at the end of the batch."""
    spoiled = Counter(
        Card.objects.filter(application__in=applications, outcome=Outcome.SPOILED).values_list("application", flat=True)
    )
    last = Card.objects.filter(batch=batch).order_by("-position").values_list("position", flat=True).first() or 0
    cards = [
        Card(
            application=application, batch=batch, box_id=box, position=position, attempt=spoiled[application.pk] + 1,
        )
        for position, (application, box) in enumerate(zip(applications, boxes, strict=True), start=last + 1)
    ]  # fmt: skip
    return _stored(cards)


def _stored(cards: list[Card]) -> list[Card]:
    """With codes that nobody has; forty random bits meet twice once in a very long while, and are drawn again then."""
    for _ in range(CODE_TRIES):
        for card in cards:
            card.code = new_card_code()
        try:
            with transaction.atomic():
                return Card.objects.bulk_create(cards)
        except IntegrityError as error:
            if "_code_" not in str(error):
                raise
    raise IntegrityError("no free card code")


def print_again(batch: PrintBatch, applications: Sequence[Application]) -> list[Card]:
    """The next attempt of locked applications that hold a blank here, as far as blanks lie spare in the tray."""
    if batch.state != "open":
        return []
    spare = [box for box, tally in tallies(batch).items() for _ in range(max(tally.spare, 0))]
    live = set(
        Card.objects.filter(application__in=applications, outcome__in=LIVE_CARDS).values_list("application", flat=True)
    )
    held = BlankHold.objects.filter(application__in=applications, stock=batch.stock)
    holders = set(held.values_list("application", flat=True)) - live
    again = [application for application in applications if application.pk in holders][: len(spare)]
    return add_cards(batch, again, spare[: len(again)])
