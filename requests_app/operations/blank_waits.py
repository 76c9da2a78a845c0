"""Telling those who wait for a blank: when their place or week moved much, and every 14 days at least."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from requests_app.models import Application, BlankStock, BlankWait
from requests_app.models.blank_line import numbered, supplies
from requests_app.operations.blank_news import tell_of_blank
from requests_app.operations.card_words import place_words
from requests_app.rules.blank_line import (
    MUCH_DAYS,
    MUCH_PLACES,
    MUCH_TIMES,
    TELL_AGAIN_AFTER,
    moved_much,
    weeks_by_place,
)
from requests_app.rules.blanks import TELL_WAITING_AT_LEAST
from requests_app.rules.dates import local_date, to_wib
from requests_app.rules.statuses import Status

BATCH, PORTION = 200, 10
MOST_A_ROUND = 2000
FROM_HOUR, TO_HOUR = 7, 20
"""Nobody is woken for it (WIB)."""

# Places of the whole line in one pass, the week of each from a table of weeks; then those who have to be told. The
# conditions are those of rules/blank_line.moved_much, which judges each row once more.
TO_TELL = """
WITH line AS ({line}),
placed AS (
  SELECT wait.*, line.place, (%(weeks)s::date[])[width_bucket(line.place, %(firsts)s::bigint[])] AS week
  FROM line JOIN requests_app_blankwait AS wait ON wait.application_id = line.id
)
SELECT application_id, place, week FROM placed
WHERE next_tell_at <= %(now)s OR (told_at <= %(told_before)s AND (
    (week IS NULL) <> (told_week IS NULL)
    OR abs(week - told_week) >= %(much_days)s
    OR (greatest(place, told_place) >= %(times)s * least(place, told_place)
        AND abs(place - told_place) >= %(much_places)s)))
ORDER BY told_at, application_id LIMIT %(batch)s
"""


@dataclass(frozen=True)
class Place:
    """Somebody who has to be told, and what."""

    application_id: int
    place: int
    week: date | None


def tell_waiting(*, now: datetime) -> int:
    """By day, whoever waits for a blank and has to be told is told place and week. How many were.

    At most once in two days, at least every 14 days. Late or repeated, it tells nobody twice.
    """
    if not FROM_HOUR <= to_wib(now).hour < TO_HOUR:
        return 0
    today = local_date(now)
    coming = supplies(today)
    printing = BlankStock.objects.filter(Q(zone=None) | Q(prints_for__isnull=False)).distinct()
    return sum(_tell_at(stock, weeks_by_place(coming[stock.pk], today), now) for stock in printing)


def _tell_at(stock: BlankStock, weeks: Sequence[tuple[int, date | None]], now: datetime) -> int:
    done = 0
    while done < MOST_A_ROUND:
        places = to_tell(stock, weeks, now=now)
        told = sum(_tell_some(places[n : n + PORTION], now) for n in range(0, len(places), PORTION))
        done += told
        if told < BATCH:
            break
    return done


def to_tell(stock: BlankStock, weeks: Sequence[tuple[int, date | None]], *, now: datetime) -> list[Place]:
    """The next who have to be told, those who were told longest ago first."""
    line, params = numbered(stock).values("id", "place").query.sql_with_params()
    with connection.cursor() as cursor:
        inner = cursor.mogrify(line, params).decode()
        facts: dict[str, Any] = {
            "firsts": [first for first, _week in weeks], "weeks": [week for _first, week in weeks],
            "now": now, "told_before": now - TELL_AGAIN_AFTER, "batch": BATCH,
            "much_days": MUCH_DAYS, "times": MUCH_TIMES, "much_places": MUCH_PLACES,
        }  # fmt: skip
        cursor.execute(TO_TELL.replace("{line}", inner.replace("%", "%%")), facts)
        return [Place(*row) for row in cursor.fetchall()]


@transaction.atomic
def _tell_some(places: Sequence[Place], now: datetime) -> int:
    """Rows that somebody works on are skipped; the next round comes back for them.

    In portions: whoever is being told cannot be promised a blank, and nobody behind them gets one meanwhile.
    """
    by_id = {place.application_id: place for place in places}
    rows = Application.objects.filter(pk__in=by_id, status=Status.WAITING_FOR_BLANK).order_by("pk")
    locked = rows.select_related("zone").select_for_update(of=("self",), skip_locked=True)
    done = 0
    for application in locked:
        done += _tell(application, by_id[application.pk], now)
    return done


def _tell(application: Application, found: Place, now: datetime) -> bool:
    wait = BlankWait.objects.get(application=application)
    if not _is_due(wait, found, now):
        return False
    words = place_words(found.place, found.week)
    tell_of_blank(application, "card_waiting", kartu=words, now=now, dedup=now.isoformat())
    wait.told_at, wait.told_place, wait.told_week = now, found.place, found.week
    wait.next_tell_at = now + TELL_WAITING_AT_LEAST
    wait.save(update_fields=["told_at", "told_place", "told_week", "next_tell_at"])
    return True


def _is_due(wait: BlankWait, found: Place, now: datetime) -> bool:
    if wait.next_tell_at <= now:
        return True
    moved = moved_much(
        told_place=wait.told_place, told_week=wait.told_week, place=found.place, week=found.week
    )  # fmt: skip
    return moved and wait.told_at <= now - TELL_AGAIN_AFTER
