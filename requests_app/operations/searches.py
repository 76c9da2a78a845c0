"""The search for a card that cannot be found, as others meet it: whatever shows that the card is there ends it."""

from datetime import datetime

from requests_app.models import Application, Card, CardLoss, Officer
from requests_app.operations.actors import staff
from requests_app.operations.steps import record_event
from requests_app.operations.stock_alerts import close_alerts

KIND = "loss"


def open_search(card: Card) -> CardLoss | None:
    """The search that goes on for a card, locked until the end of the transaction; after its application and card."""
    rows = CardLoss.objects.select_for_update(of=("self",)).select_related("noticed_by")
    return rows.filter(card=card, ended_at=None).first()


def end_search(search: CardLoss, end: str, *, code: str, officer: Officer, now: datetime) -> None:
    """Found or lost: the locked search is over, and so is the supervisors' alert about it (`code`: the card's)."""
    search.end, search.ended_by, search.ended_at = end, officer, now
    search.save(update_fields=["end", "ended_by", "ended_at"])
    close_alerts(KIND, now=now, key=code)


def turned_up(application: Application, card: Card, *, officer: Officer, now: datetime) -> bool:
    """Somebody has a locked application's card in hand: whoever looks for it need not go on. Whether anybody did."""
    search = open_search(card)
    if search is None:
        return False
    end_search(search, "found", code=card.code, officer=officer, now=now)
    record_event(application, "card_found", now=now, actor=staff(officer), data={"card": card.pk})
    return True
