"""What the pages of a zone's desk share: the zone in the address, tabs, and pages that say "not now"."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from requests_app.models import Officer, Zone
from requests_app.operations.steps import NotNow
from requests_app.queries.desk import zones_of
from requests_app.queries.inbox import waiting_count
from requests_app.rules.dates import format_count
from requests_app.rules.roles import may
from requests_app.rules.statuses import Status, StepNotAllowed
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
ZoneView = Callable[Concatenate[StaffRequest, Zone, P], HttpResponse]
ZonesOf = Callable[[Officer], QuerySet[Zone]]
StaffView = Callable[Concatenate[HttpRequest, P], HttpResponse]
SHORT_NUMBER = re.compile(r"[0-9]{1,3}")
DESK = "desks"
"""In the session: the desk of each zone at which this officer works."""
INBOX = "Pesan masuk"
# Label, the URL's name, the action that it needs; each address begins with the zone's.
TABS = (
    ("Hari ini", "desk_today", "desk"),
    ("Datang langsung", "walk_in", "register_walk_in"),
    ("Kirim pesan", "by_hand", "send_by_hand"),
    (INBOX, "inbox_of_zone", "answer_messages"),
    ("Layar", "desk_display", "desk"),
)


def zone_or_404(request: StaffRequest, code: str, zones: ZonesOf = zones_of) -> Zone:
    """The zone of this code, if the officer's zones (the active ones) allow it; others do not exist for them."""
    zone = zones(request.user).filter(code__iexact=code).first()
    if zone is None:
        raise Http404
    return zone


def desk_page(action: str, zones: ZonesOf = zones_of) -> Callable[[ZoneView[P]], StaffView[...]]:
    """Mark a view as a staff page of one zone: it gets the Zone in place of the address's `code`.

    `zones`: which ones an officer may see here.
    Whoever may not see the zone gets 404; what cannot be done any more becomes a page that says so (409).
    """

    def decorate(view: ZoneView[P]) -> StaffView[...]:
        @staff_page(action)
        @wraps(view)
        def of_zone(request: StaffRequest, /, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            zone = zone_or_404(request, code, zones)
            try:
                return view(request, zone, *args, **kwargs)
            except NotNow as problem:
                return not_now(request, zone, str(problem))
            except StepNotAllowed as step:
                stands = Status(step.frm).officer_word
                return not_now(request, zone, f"Permohonan ini sekarang berstatus “{stands}”. Muat lagi halamannya.")

        return of_zone

    return decorate


def render_desk(
    request: StaffRequest, zone: Zone, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of the zone's desk with its tabs."""
    around = {"zone": zone, "tabs": _tabs(request, zone)}
    return render_staff(request, template, {**around, **(context or {})}, status=status)


def not_now(request: StaffRequest, zone: Zone, reason: str) -> HttpResponse:
    """409: why it cannot be done, and that nothing was changed."""
    return render_desk(request, zone, "zone_desk/not_now.html", {"reason": reason}, status=409)


def own_desk(request: StaffRequest, zone: Zone) -> int | None:
    """The desk at which this session works; the only one of a zone needs no choice."""
    if zone.desks == 1:
        return 1
    number = request.session.get(DESK, {}).get(str(zone.pk))
    return number if isinstance(number, int) and 1 <= number <= zone.desks else None


def remember_desk(request: StaffRequest, zone: Zone, typed: str) -> int:
    """The desk that was chosen on the page, kept for this session. Raises NotNow when there is none such."""
    number = int(typed) if SHORT_NUMBER.fullmatch(typed) else own_desk(request, zone)
    if number is None or not 1 <= number <= zone.desks:
        raise NotNow(f"Pilih nomor loket Anda: 1 sampai {zone.desks}.")
    request.session[DESK] = {**request.session.get(DESK, {}), str(zone.pk): number}
    return number


def _tabs(request: StaffRequest, zone: Zone) -> list[tuple[str, str, bool]]:
    """Of a zone that is closed down only its inbox is left."""
    tabs = []
    for label, name, action in TABS:
        shown = may(request.user.role, action) and (zone.is_active or label == INBOX)
        address = _address(name, zone) if shown else ""
        if address:
            current = request.path == address or (name != "desk_today" and request.path.startswith(address))
            tabs.append((_with_count(zone) if label == INBOX else label, address, current))
    return tabs


def _with_count(zone: Zone) -> str:
    """The tab of the inbox says how many wait there."""
    count = waiting_count([zone])
    return f"{INBOX} ({format_count(count)})" if count else INBOX


def _address(name: str, zone: Zone) -> str:
    try:
        return reverse(name, args=[zone.code])
    except NoReverseMatch:
        return ""
