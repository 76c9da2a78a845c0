"""Who may see what: the session remembers which applications were looked up, and which were proven. Ids only."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from requests_app.clock import database_now
from requests_app.queries.track import find_number
from requests_app.rules.numbers import normalise_number

LIFE = timedelta(minutes=30)
# The session is written again at most once a minute, not with every page.
SLACK = timedelta(minutes=1)
LOOKED_UP, PROVEN, CODES, WANTED = "looked_up", "proven", "codes", "wanted"
# Codes that the citizen sends to us, where those of CODES are sent to the citizen.
SENT_CODES = "sent_codes"
# A code is worth nothing without the access that it was asked for with; the rest are buttons.
NOT_MISSED = frozenset({"csrfmiddlewaretoken", "code", "channel", "kirim", "unggah", "hapus", "slot"})


@dataclass(frozen=True)
class Access:
    """An application that this session may see: its stage, and after the proof the rest."""

    application_id: int
    number: str
    proven: bool
    now: datetime


View = Callable[..., HttpResponseBase]


def remember_look_up(request: HttpRequest, application_id: int, now: datetime) -> None:
    """The number and its last four digits were right: the stage is shown for 30 minutes since the last look."""
    _remember(request, LOOKED_UP, application_id, now)


def remember_proof(request: HttpRequest, application_id: int, now: datetime) -> None:
    """The proof was right: everything is shown for 30 minutes since the last use. The session gets a new key."""
    request.session.cycle_key()
    forget_codes(request, application_id)
    _remember(request, PROVEN, application_id, now)


def forget_proof(request: HttpRequest, application_id: int) -> None:
    """The citizen closes the page on a phone that others use too."""
    for kind in (LOOKED_UP, PROVEN, CODES, SENT_CODES):
        request.session[kind] = {k: v for k, v in request.session.get(kind, {}).items() if k != str(application_id)}


def remember_code(request: HttpRequest, application_id: int, proof_id: uuid.UUID, kind: str = CODES) -> None:
    """This session asked for a code; only its own code can be tried here."""
    request.session[kind] = {**request.session.get(kind, {}), str(application_id): str(proof_id)}


def code_asked_for(request: HttpRequest, application_id: int, kind: str = CODES) -> uuid.UUID | None:
    """The code that this session asked for last."""
    known = request.session.get(kind, {}).get(str(application_id))
    return uuid.UUID(known) if known else None


def forget_codes(request: HttpRequest, application_id: int) -> None:
    """After the proof no code is remembered, of either kind."""
    for kind in (CODES, SENT_CODES):
        codes = request.session.get(kind, {})
        if codes.pop(str(application_id), None):
            request.session[kind] = codes


def _remember(request: HttpRequest, kind: str, application_id: int, now: datetime) -> None:
    known = {str(key): until.isoformat() for key, until in _valid(request, kind, now).items()}
    request.session[kind] = {**known, str(application_id): (now + LIFE).isoformat()}


def _valid(request: HttpRequest, kind: str, now: datetime) -> dict[int, datetime]:
    stored = {int(key): datetime.fromisoformat(until) for key, until in request.session.get(kind, {}).items()}
    return {key: until for key, until in stored.items() if now < until}


def seen(request: HttpRequest, now: datetime) -> set[int]:
    """The applications that this session may see at `now`. Asking does not prolong it."""
    return {*_valid(request, LOOKED_UP, now), *_valid(request, PROVEN, now)}


def _access(request: HttpRequest, typed: str, now: datetime) -> Access | None:
    number = normalise_number(typed)
    seen, proven = _valid(request, LOOKED_UP, now), _valid(request, PROVEN, now)
    ids = set(seen) | set(proven)
    application_id = find_number(number, ids) if number and ids else None
    if application_id is None or number is None:
        return None
    kind, until = (PROVEN, proven) if application_id in proven else (LOOKED_UP, seen)
    if until[application_id] - now < LIFE - SLACK:
        _remember(request, kind, application_id, now)
    return Access(application_id, number, application_id in proven, now)


def after_look_up(view: View) -> View:
    """The page of an application that this session looked up or proved; anybody else is led to the look-up,
    whether the number exists or not. Never stored by browsers."""

    @wraps(view)
    def checked(request: HttpRequest, number: str, **kwargs: object) -> HttpResponseBase:
        access = _access(request, number, database_now())
        if access is None:
            look_up = f"{reverse('track')}?nomor={normalise_number(number) or ''}"
            return _still_typed(request, look_up) or redirect(look_up)
        return view(request, access, **kwargs)

    return never_cache(checked)


def after_proof(view: View) -> View:
    """The same, for what needs the proof; without it the stage page asks for it."""

    @wraps(view)
    def checked(request: HttpRequest, access: Access, **kwargs: object) -> HttpResponseBase:
        if not access.proven:
            stage = reverse("track_application", args=[access.number])
            return _still_typed(request, stage) or redirect(stage)
        return view(request, access, **kwargs)

    return after_look_up(checked)


def _still_typed(request: HttpRequest, way_back: str) -> HttpResponse | None:
    """The access ended while somebody was writing: the words come back, to be sent once it is open again (422).

    They are kept in this page alone. None when nothing was typed that would be missed.
    """
    typed = [(name, text) for name, texts in request.POST.lists() for text in texts if text and name not in NOT_MISSED]
    if not typed:
        return None
    context = {"typed": typed, "words": request.POST.get("words", ""), "way_back": way_back}
    return render(request, "citizen/track/closed.html", context, status=422)


def page_of(access: Access) -> HttpResponse:
    """Back to the application's page."""
    return redirect("track_application", number=access.number)


def come_back_after_proof(request: HttpRequest, typed: str) -> None:
    """Once the application with this number is proven, this session is led to the address that it asked for now."""
    number = normalise_number(typed)
    if number is not None:
        request.session[WANTED] = {"number": number, "address": request.path}


def go_on(request: HttpRequest, number: str) -> HttpResponse:
    """After the proof: to the page that was asked for before it, else to the application's."""
    wanted = request.session.pop(WANTED, {})
    return redirect(
        wanted["address"] if wanted.get("number") == number else reverse("track_application", args=[number])
    )
