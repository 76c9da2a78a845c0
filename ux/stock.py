"""Blanks for the pages of the stock: a delivery, a transfer on its way and one that came short, a count."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ux.people import People


def at_the_stock(people: People) -> None:
    """Everything through the office's own operations; ids are kept as places `id_…`."""
    from requests_app.models import BlankBox, BlankHolding, Zone
    from requests_app.operations.blanks import stock_of
    from requests_app.operations.counts import record_count
    from requests_app.operations.transfers import confirm_transfer, send_blanks
    from tests.factories import OfficerFactory
    from tests.operations.blanks import stocked

    now, officer = people.now, OfficerFactory()
    head, zone = stocked(now, 500, 500), stock_of(Zone.objects.get(code="Z7"))
    box = BlankBox.objects.latest("pk")
    short, _ = send_blanks(from_stock=head, to_stock=zone, lines=[(box, 40)], officer=officer, now=now)
    confirm_transfer(transfer_id=short.pk, counted={box.pk: 38}, officer=OfficerFactory(), now=now)
    on_its_way, _ = send_blanks(from_stock=head, to_stock=zone, lines=[(box, 25)], officer=officer, now=now)
    counted = {
        row.box_id: max(row.quantity - row.drawn - 1, 0)
        for row in BlankHolding.objects.filter(stock=head, quantity__gt=0)
    }
    count = record_count(stock=head, counted=counted, explanation="Satu hilang.", officer=officer, now=now)
    people.places |= {
        "id_box": str(box.pk), "id_receipt": str(box.receipt_id), "id_short": str(short.pk),
        "id_on_its_way": str(on_its_way.pk), "id_count": str(count.pk),
    }  # fmt: skip
