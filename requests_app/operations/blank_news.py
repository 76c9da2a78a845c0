"""What the owner of a card is told of its blank. Only the latest is sent: what was overtaken unsent is not."""

from datetime import datetime

from requests_app.models import Application, Notice
from requests_app.operations.notices import UNSENT, owe_notice, supersede_unsent

BLANK_NOTICES = ("card_waiting", "blank_arrived", "card_again")


def tell_of_blank(application: Application, purpose: str, *, kartu: str, now: datetime, dedup: str) -> Notice:
    """News of a locked application's blank, in place of earlier news that has not left (an outage, the night).

    `kartu`: what becomes of the card now. Whoever has not heard yet that a card was spoiled hears of it with this news.
    """
    params = {"kartu": kartu}
    spoiled = Notice.objects.filter(application=application, purpose="card_again").order_by("created_at").last()
    if spoiled is not None and spoiled.state in UNSENT:
        purpose, params = "card_again", {"sebab": spoiled.params["sebab"], "kartu": kartu}
    supersede_unsent(application, BLANK_NOTICES)
    return owe_notice(application, purpose, now=now, dedup=dedup, params=params)
