"""What stands on every citizen page, or on several: notices of service, and how long an answer takes."""

from typing import Any

from django import template

from requests_app.citizen.pages.pace import about
from requests_app.queries import public
from requests_app.queries.blank_line import blank_level
from requests_app.rules.phone import spaced_phone

register = template.Library()
register.filter("spaced_phone", spaced_phone)
ICONS = {"info": "info", "warn": "warn", "bad": "warn"}


@register.inclusion_tag("citizen/_service_notices.html", takes_context=True)
def service_notices(context: dict[str, Any]) -> dict[str, Any]:
    """What the office tells everybody now; nothing at all on most days."""
    request = context.get("request")
    at_start = request is not None and request.path == "/"
    shown = [banner for banner in public.banners() if at_start or not banner.on_start_only]
    return {"notices": [{"banner": banner, "icon": ICONS[banner.tone]} for banner in shown]}


@register.inclusion_tag("citizen/_pace.html")
def answer_times() -> dict[str, Any]:
    """The promise, and what half and most people waited lately; the promise alone while there are too few figures."""
    pace = public.pace()
    if pace.half is None or pace.most is None:
        return {"pace": pace}
    return {"pace": pace, "half": about(pace.half), "most": about(pace.most)}


@register.inclusion_tag("citizen/_blanks.html")
def blanks_now(*, in_short: bool = False) -> dict[str, Any]:
    """That a card approved now would wait for a blank, how long, and what helps; else that there are blanks.

    `in_short`: for the first page, which says it only when blanks are short, and leaves the rest to the next one.
    """
    return {"level": blank_level(), "in_short": in_short}
