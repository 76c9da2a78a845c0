"""Which invitation an address opens. Whoever has the code may see and answer it; wrong codes slow the visitor down."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from requests_app.citizen.limited import too_many
from requests_app.clock import database_now
from requests_app.operations.guessing import count_guess
from requests_app.operations.limits import TooMany, count_or_refuse
from requests_app.operations.visits import find_visit
from requests_app.queries.invitations import Invitation, invitation_of
from requests_app.visitor import visitor_address

ANSWERS_A_DAY = 30
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Invitation, datetime, P], HttpResponse]


def with_invitation(view: View[P]) -> Callable[Concatenate[HttpRequest, str, P], HttpResponse]:
    """The view of an invitation that exists; the same page for every other code. Never stored, found by no search.

    A code has 60 random bits, so a right one is never refused: whoever shares an address with a guesser still gets in.
    """

    @wraps(view)
    def opened(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        now, visit = database_now(), find_visit(code)
        if visit is None:
            response = unknown_code(request, now)
        elif request.method == "POST" and (refusal := _too_often(visit.code, now)):
            response = too_many(request, refusal, now=now)
        else:
            response = view(request, invitation_of(visit), now, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(require_http_methods(["GET", "HEAD", "POST"])(opened))


def unknown_code(request: HttpRequest, now: datetime) -> HttpResponse:
    """What to check when a code opens nothing; after some tries, when the next one is taken."""
    address = visitor_address(request)
    try:
        count_guess(address=address, number=f"visit {address}", now=now)
    except TooMany as refusal:
        return too_many(request, refusal, now=now)
    return render(request, "citizen/invitation/unknown.html", status=404)


def _too_often(code: str, now: datetime) -> TooMany | None:
    """Nobody changes their mind thirty times a day; each change frees and takes places."""
    try:
        count_or_refuse("visit_answer", code, now=now, limit=ANSWERS_A_DAY, window=timedelta(days=1))
    except TooMany as refusal:
        return refusal
    return None
