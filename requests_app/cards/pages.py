"""What the pages of cards at the desk share: the office in the address, tabs, and pages that say "not now"."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from requests_app.operations.limits import TooMany
from requests_app.operations.steps import NotNow
from requests_app.queries.cards import Place, places_of
from requests_app.retry import retry_text
from requests_app.rules.statuses import Status, StepNotAllowed
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
PlaceView = Callable[Concatenate[StaffRequest, Place, P], HttpResponse]
StaffView = Callable[Concatenate[HttpRequest, P], HttpResponse]
TABS = (("Menunggu diambil", "cards_place"), ("Daftar telepon", "cards_calls"))


def place_page(view: PlaceView[P]) -> StaffView[...]:
    """Mark a view as a page of one office that hands out cards: it gets the Place of the address's `code`.

    Whoever does not work there gets 404; what cannot be done becomes a page that says so (409, 429).
    """

    @staff_page("hand_over_cards")
    @wraps(view)
    def of_place(request: StaffRequest, /, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        place = next((place for place in places_of(request.user) if place.code.casefold() == code.casefold()), None)
        if place is None:
            raise Http404
        try:
            return view(request, place, *args, **kwargs)
        except NotNow as problem:
            return not_now(request, place, str(problem))
        except StepNotAllowed as step:
            stands = Status(step.frm).officer_word
            return not_now(request, place, f"Permohonan ini sekarang berstatus “{stands}”. Cari lagi.")
        except TooMany as problem:
            return too_many(request, place, problem)

    return of_place


def render_place(
    request: StaffRequest, place: Place, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A page of one office, with its tabs."""
    around = {"place": place, "tabs": _tabs(request, place)}
    return render_staff(request, template, {**around, **(context or {})}, status=status)


def not_now(request: StaffRequest, place: Place, reason: str) -> HttpResponse:
    """409: why it cannot be done, and that nothing was changed."""
    return render_place(request, place, "cards/not_now.html", {"reason": reason}, status=409)


def too_many(request: StaffRequest, place: Place, problem: TooMany) -> HttpResponse:
    """429: too many wrong codes or people at this desk; when the next try is taken."""
    when = retry_text(problem, request.now)
    reason = f"Terlalu banyak kode atau orang yang salah. Coba lagi {when}, atau minta pengawas memeriksa."
    return render_place(request, place, "cards/not_now.html", {"reason": reason}, status=429)


def _tabs(request: StaffRequest, place: Place) -> list[tuple[str, str, bool]]:
    addresses = [(label, reverse(name, args=[place.code])) for label, name in TABS]
    return [(label, address, request.path == address) for label, address in addresses]
