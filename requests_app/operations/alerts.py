"""Warnings to supervisors about messages that do not leave: sent before it hurts, once while it lasts.

What there is to warn of is read elsewhere (queries/notice_situation.py). An alert's own row says how long its matter
lasts: as long as it does, `expires_at` is pushed on. So a matter that is over for half an hour and comes back is told
again, one that flickers is not, and a warning that could not be sent in time is not sent afterwards.

Which ways there are, in which order, and whether one that failed is followed by the next is the route's to say
(models.NoticeRoute). Each way is taken at most once for a matter in 24 hours.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from requests_app.models import Notice, Officer, SweepState
from requests_app.operations.circuits import Way, open_circuits, way_of
from requests_app.operations.notices import owe_to_phone
from requests_app.operations.numbers import zone_numbers
from requests_app.operations.routes import mail_is_connected, route_of, sms_is_connected
from requests_app.rules.notice_health import Condition
from requests_app.rules.roles import Role
from requests_app.rules.routes import EMAIL, SMS, WHATSAPP

ALERT = "alert"
SWEEP = "sweep_alerts"
AGAIN_AFTER = timedelta(hours=24)
LASTS = timedelta(minutes=30)
"""So long after it was last seen a matter counts as the same."""
AWAKE_WITHIN = timedelta(minutes=3)
TAKEN = frozenset({"accepted", "sent", "delivered", "read"})
NOT_TOLD = frozenset({"held", "failed"})


def watch_notices(*, conditions: Iterable[Condition], now: datetime) -> int:
    """Owe each active supervisor one alert for each condition, and one more for every 24 hours that it lasts.

    By the first way of the route that reaches the supervisor and works, from any number that does; a warning about a
    channel rather by another one. A way that held it, gave up, or went out of order meanwhile is followed by the next.
    Whom no way reaches reads it on the page. Returns how many were written.
    """
    told = [condition for condition in conditions if condition.kind != "silent" or _was_awake(now)]
    if not told:
        return 0
    known = _lasting(now)
    broken = open_circuits((WHATSAPP, SMS, EMAIL))
    supervisors = list(
        Officer.objects.filter(role=Role.SUPERVISOR, is_active=True).only("email", "phone").order_by("pk")
    )
    return sum(_warn(condition, supervisors, known.get(condition.key, {}), broken, now) for condition in told)


def _was_awake(now: datetime) -> bool:
    """Whether this watch itself ran a moment ago: after a stop of everything nothing has had its turn yet."""
    return SweepState.objects.filter(name=SWEEP, last_run_at__gt=now - AWAKE_WITHIN).exists()


def _lasting(now: datetime) -> dict[str, dict[int, list[Notice]]]:
    """Alerts of the last 24 hours whose matter is not over: by its key and the supervisor's id."""
    rows = Notice.objects.filter(purpose=ALERT, created_at__gt=now - AGAIN_AFTER, expires_at__gt=now)
    found: dict[str, dict[int, list[Notice]]] = {}
    for notice in rows.only("dedup_key", "channel", "zone_id", "state").order_by("created_at", "pk"):
        _, kind, subject, _since, officer, *_ = notice.dedup_key.split(":")
        found.setdefault(f"{kind}:{subject}", {}).setdefault(int(officer), []).append(notice)
    return found


@transaction.atomic
def _warn(
    condition: Condition, supervisors: Iterable[Officer], known: dict[int, list[Notice]], broken: Collection[Way],
    now: datetime,
) -> int:  # fmt: skip
    same = [notice.pk for notices in known.values() for notice in notices]
    Notice.objects.filter(pk__in=same).update(expires_at=now + LASTS)
    return sum(_owe(condition, officer, known.get(officer.pk, []), broken, now) for officer in supervisors)


def _owe(
    condition: Condition, officer: Officer, before: Sequence[Notice], broken: Collection[Way], now: datetime
) -> int:  # fmt: skip
    if not _is_to_be_told(before, broken):
        return 0
    way = _way_to(officer, {notice.channel for notice in before}, broken, condition.channel)
    if way is None:
        return 0
    recipient, zone_id, channel = way
    # What follows an alert is the same one: the page tells it once, and no way is taken twice.
    since = before[0].dedup_key.split(":")[3] if before else int(now.timestamp())
    with suppress(IntegrityError), transaction.atomic():
        owe_to_phone(
            recipient, ALERT, way=(zone_id, channel), now=now, expires_at=now + LASTS,
            params={"hal": condition.title, "isi": condition.text, "situs": settings.PUBLIC_URL.split("://", 1)[-1]},
            dedup_key=f"{ALERT}:{condition.key}:{since}:{officer.pk}:{channel}",
        )  # fmt: skip
        return 1
    return 0


def _is_to_be_told(before: Sequence[Notice], broken: Collection[Way]) -> bool:
    """Whether nothing of this matter has reached the supervisor, nor is on its way by what works."""
    if not before:
        return True
    stuck = [notice.state in NOT_TOLD or (notice.state not in TAKEN and way_of(notice) in broken) for notice in before]
    return all(stuck) and route_of(ALERT).next_after_failure


def _way_to(
    officer: Officer, tried: Collection[str], broken: Collection[Way], told_of: str
) -> tuple[str, int, str] | None:
    """Recipient, zone and channel: the route's first that was not tried, one that the warning is not about before one
    that it is. None where no way is left."""
    left = [channel for channel in route_of(ALERT).channels if channel not in tried]
    ways = [way for channel in left if (way := WAYS[channel](officer, broken)) is not None]
    return min(ways, key=lambda way: way[2] == told_of, default=None)


def _by_mail(officer: Officer, broken: Collection[Way]) -> tuple[str, int, str] | None:
    if not officer.email or not mail_is_connected() or (EMAIL, None) in broken:
        return None
    return _from_any_zone(officer.email, EMAIL)


def _by_sms(officer: Officer, broken: Collection[Way]) -> tuple[str, int, str] | None:
    if not officer.phone or not sms_is_connected() or (SMS, None) in broken:
        return None
    return _from_any_zone(officer.phone, SMS)


def _from_any_zone(recipient: str, channel: str) -> tuple[str, int, str] | None:
    return next(((recipient, zone_id, channel) for zone_id in zone_numbers()), None)


def _by_whatsapp(officer: Officer, broken: Collection[Way]) -> tuple[str, int, str] | None:
    numbers = (n for n in zone_numbers().values() if n.works and n.is_active and (WHATSAPP, n.zone_id) not in broken)
    return next(((officer.phone, number.zone_id, WHATSAPP) for number in numbers if officer.phone), None)


WAYS = {EMAIL: _by_mail, SMS: _by_sms, WHATSAPP: _by_whatsapp}
