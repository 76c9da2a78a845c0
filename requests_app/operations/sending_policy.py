"""The office's rules of sending: the limits that all numbers share, and the way of each kind of notice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from requests_app.models import Notice, NoticeRoute, Officer, SendingPolicy
from requests_app.operations.nudge import nudge_notices
from requests_app.operations.office import FieldRefused, note_change
from requests_app.operations.routes import forget_routes
from requests_app.operations.sending import OVER_LIMIT
from requests_app.rules.messages import INVITATIONS
from requests_app.rules.routes import CHANNELS, WHATSAPP

RANGES = {
    "portfolio_limit": (0, 1_000_000),
    "reserve_percent": (0, 90),
    "warn_percent": (1, 100),
    "rate_per_second": (1, 1000),
    "quiet_from": (0, 23),
    "quiet_until": (0, 23),
}
"""The smallest and the largest value of each number that makes sense."""
FLAGS = ("is_critical", "waits_for_day", "next_after_failure", "calls")
LEAST_URGENT = 9
ABOUT_A_VISIT = (*INVITATIONS, "visit_recalled")
"""They leave from the visit's own zone, or stand on the page: no other channel may carry them."""
WHATSAPP_ONLY = (*ABOUT_A_VISIT, "number_test")


@transaction.atomic
def set_sending_policy(*, values: Mapping[str, Any], officer: Officer, now: datetime) -> SendingPolicy:
    """New limits from now on, as a row of their own; those in force when nothing is different. Raises FieldRefused.

    Whatever waited for a place under the old limit is looked at again at once.
    """
    for name, (least, most) in RANGES.items():
        if not least <= values[name] <= most:
            raise FieldRefused(name, f"Isi angka {least} sampai {most}.")
    given = {name: values[name] for name in RANGES}
    current = SendingPolicy.current()
    if all(getattr(current, name) == value for name, value in given.items()):
        return current
    policy = SendingPolicy.objects.create(valid_from=now, changed_by=officer, **given)
    if policy.portfolio_limit != current.portfolio_limit or policy.reserve_percent != current.reserve_percent:
        waiting = Notice.objects.filter(state="queued", error_code=OVER_LIMIT, next_attempt_at__gt=now)
        waiting.update(next_attempt_at=now)
    _take_effect()
    return policy


@transaction.atomic
def change_route(
    *, route: NoticeRoute, channels: Sequence[str], priority: int, flags: Mapping[str, bool], officer: Officer,
    now: datetime,
) -> bool:  # fmt: skip
    """The way of one kind of notice from now on, with a line in the log that says what was before. Whether it changed.

    Raises FieldRefused for no channel, one that is unknown or stands twice, and for any but WhatsApp where a message
    can only come from one zone's number.
    """
    check_channels(route.purpose, channels)
    if not 0 <= priority <= LEAST_URGENT:
        raise FieldRefused("priority", f"Isi angka 0 sampai {LEAST_URGENT}.")
    row = NoticeRoute.objects.select_for_update().get(pk=route.pk)
    wanted = {"channels": list(channels), "priority": priority} | {name: flags[name] for name in FLAGS}
    changed = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    if not changed:
        return False
    told = "; ".join(f"{name} {_code(getattr(row, name))} → {_code(value)}" for name, value in changed.items())
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    note_change(row, told, officer=officer, now=now)
    _take_effect()
    return True


def check_channels(purpose: str, channels: Sequence[str]) -> None:
    """Raise FieldRefused for an order of channels that this kind of notice cannot take."""
    if not channels:
        raise FieldRefused("channels", "Pilih paling sedikit satu kanal.")
    unknown = set(channels) - {channel for channel, _ in CHANNELS}
    if unknown:
        raise FieldRefused("channels", f"Kanal {min(unknown)} tidak dikenal.")
    if len(set(channels)) < len(channels):
        raise FieldRefused("channels", "Setiap kanal hanya sekali.")
    if purpose in WHATSAPP_ONLY and list(channels) != [WHATSAPP]:
        raise FieldRefused("channels", "Pesan ini hanya lewat nomor WhatsApp zonanya; pilih WhatsApp saja.")


def _take_effect() -> None:
    """The next message reads the rules afresh, and the worker looks at what waits."""
    transaction.on_commit(forget_routes)
    transaction.on_commit(nudge_notices, robust=True)


def _code(value: object) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
