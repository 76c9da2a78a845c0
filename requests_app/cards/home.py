"""Which office's cards; what waits there for its owners; and whom to call."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from requests_app.cards.find import FindForm
from requests_app.cards.hand_over import search_rows_at
from requests_app.cards.pages import place_page, render_place
from requests_app.models import CardPolicy
from requests_app.operations.access import log_access
from requests_app.queries.cards import CARRY, FILTERS, Place, counts, places_of, waiting_page
from requests_app.queries.searches import searches_at
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

CALLED_AFTER = "14"


@require_safe
@staff_page("hand_over_cards")
def home(request: StaffRequest) -> HttpResponse:
    """What waits at each of the officer's offices, or straight to the only one."""
    places = places_of(request.user)
    if len(places) == 1:
        return redirect("cards_place", places[0].code)
    waiting = counts(places, policy=CardPolicy.current(), now=request.now)
    return render_staff(request, "cards/home.html", {"waiting": waiting})


@place_page
@require_safe
def at_place(request: StaffRequest, place: Place) -> HttpResponse:
    """Somebody is here for a card: find it. And what nobody has fetched yet."""
    policy = CardPolicy.current()
    (waiting,) = counts([place], policy=policy, now=request.now)
    searches = search_rows_at(request, place, searches_at(place.zone))
    context = {"waiting": waiting, "form": FindForm(), "searches": searches}
    return render_place(request, place, "cards/place.html", context | _list(request, place, policy))


@place_page
@require_safe
def calls(request: StaffRequest, place: Place) -> HttpResponse:
    """The same list with phones, to be called and printed: those who were reminded twice unless more are asked for."""
    log_access(officer=request.user, action="list", now=request.now)
    context = _list(request, place, CardPolicy.current(), usual=CALLED_AFTER, phones=True)
    return render_place(request, place, "cards/calls.html", context)


def _list(
    request: StaffRequest, place: Place, policy: CardPolicy, *, usual: str = "", phones: bool = False
) -> dict[str, Any]:
    chosen = request.GET.get("tampil", usual)
    chosen = chosen if chosen in FILTERS else usual
    cursor = request.GET.get("dari", "")
    page = waiting_page(place, chosen, cursor, policy=policy, now=request.now, phones=phones)
    rows: Any = page.rows
    return {
        "page": page,
        "chosen": chosen,
        "filters": FILTERS.items(),
        "policy": policy,
        "may_go": sum(row.is_due for row in rows) if chosen == CARRY else 0,
        "first": f"?tampil={chosen}" if cursor else "",
        "older": f"?tampil={chosen}&dari={page.older}" if page.older else "",
    }
