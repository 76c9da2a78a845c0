"""The way of each kind of notice, and the office's limits: what the tables say, at most ten seconds old."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.core.cache import cache

from requests_app.models import Application, NoticeRoute, SendingPolicy
from requests_app.rules.reference import read_reference
from requests_app.rules.routes import EMAIL, HAND, PAGE, SMS, WHATSAPP, Policy, channel_order

ROUTES, POLICY, KEPT_S = "notice_routes", "sending_policy", 10


@dataclass(frozen=True)
class Route:
    """The way of one kind of notice; see models.NoticeRoute."""

    purpose: str
    channels: tuple[str, ...]
    priority: int
    is_critical: bool
    waits_for_day: bool
    next_after_failure: bool
    calls: bool


def routes() -> Mapping[str, Route]:
    """All ways by kind of notice: the office's where it has changed any, else the first ones."""
    return cast(Mapping[str, Route], cache.get_or_set(ROUTES, _read_routes, KEPT_S))


def route_of(purpose: str) -> Route:
    """The way of one kind of notice."""
    return routes()[purpose]


def sending_policy() -> Policy:
    """The limits in force."""
    return cast(Policy, cache.get_or_set(POLICY, read_policy, KEPT_S))


def forget_routes() -> None:
    """Ways or limits were changed: the next message reads them afresh."""
    cache.delete_many([ROUTES, POLICY])


def _read_routes() -> dict[str, Route]:
    stored = {
        row.purpose: Route(**{f.name: getattr(row, f.name) for f in fields(Route)} | {"channels": tuple(row.channels)})
        for row in NoticeRoute.objects.all()
    }
    return {**first_routes(), **stored}


@lru_cache(maxsize=1)
def first_routes() -> Mapping[str, Route]:
    """The ways that ship with the product."""
    return {
        row["purpose"]: Route(
            row["purpose"],
            tuple(row["channels"].split()),
            int(row["priority"]),
            *(row[name] == "yes" for name in ("is_critical", "waits_for_day", "next_after_failure", "calls")),
        )
        for row in read_reference("routes")
    }


def read_policy() -> Policy:
    """The limits in force, as they stand at this moment."""
    current = SendingPolicy.current()
    return Policy(**{f.name: getattr(current, f.name) for f in fields(Policy)})


def mail_is_connected() -> bool:
    """Whether there is a server to send mail through, and an address that it comes from."""
    return bool(settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL)


def sms_is_connected() -> bool:
    """Whether there is a gateway to send SMS through, and what it knows us by."""
    return bool(settings.SMS_API_URL and settings.SMS_API_TOKEN)


def preferred_channel(application: Application) -> tuple[str, str]:
    """Channel and recipient of the first attempt; `page` for whoever looks it up themselves."""
    if application.contact == WHATSAPP:
        return WHATSAPP, application.phone
    if application.contact == EMAIL:
        return EMAIL, application.email
    return PAGE, ""


def further_channels(application: Application, purpose: str, *, tried: Collection[str]) -> list[tuple[str, str]]:
    """Channels and recipients that are left for this person, in order: their own choice, then the office's order.

    What was sent by hand was sent by WhatsApp. SMS and mail only where they are connected.
    """
    recipients = {WHATSAPP: application.phone}
    if mail_is_connected():
        recipients[EMAIL] = application.email
    if sms_is_connected():
        recipients[SMS] = application.phone
    used = {WHATSAPP if channel == HAND else channel for channel in tried}
    reachable = {channel for channel, recipient in recipients.items() if recipient and channel not in used}
    order = channel_order(application.contact, route_of(purpose).channels, reachable)
    return [(channel, recipients[channel]) for channel in order]
