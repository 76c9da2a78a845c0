"""How many posts our webhooks took and refused, as far as they are written down."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from requests_app.models import LimitCounter
from requests_app.rules.webhook_posts import DOORS, REFUSED, TAKEN, Posts
from requests_app.vault.keyring import keyed_hash

DAY, LATELY = timedelta(hours=24), timedelta(hours=2)
"""Counters bear the beginning of their hour: those that began within two hours are this hour's and the last one's."""


def load_posts(now: datetime) -> Mapping[str, Posts]:
    """Of each webhook. One query."""
    names = {keyed_hash("webhook", door): door for door in DOORS}
    rows = LimitCounter.objects.filter(
        scope__in=(TAKEN, REFUSED), subject__in=list(names), window_start__gt=now - DAY, window_start__lte=now
    )
    day: Counter[tuple[str, str]] = Counter()
    lately: Counter[tuple[str, str]] = Counter()
    for scope, subject, begins, count in rows.values_list("scope", "subject", "window_start", "count"):
        which = (scope, names[subject])
        day[which] += count
        lately[which] += count if begins > now - LATELY else 0
    return {
        door: Posts(day[TAKEN, door], day[REFUSED, door], lately[TAKEN, door], lately[REFUSED, door]) for door in DOORS
    }
