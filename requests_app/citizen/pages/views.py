"""Pages that explain: start, what a need takes, the offices with their official numbers, and two statements."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from requests_app.citizen.apply.services import listed_services
from requests_app.citizen.pages.documents import checklist
from requests_app.citizen.pages.forms import OfficeForm
from requests_app.citizen.pages.guide import NEEDS, Question, Way, follow
from requests_app.clock import database_now
from requests_app.operations.submission import PRIVACY_VERSION
from requests_app.queries.public import coverage_of, listed_requirements
from requests_app.queries.zones import zones_by_kecamatan
from requests_app.rules.dates import local_date

fresh = cache_control(private=True, no_cache=True)


@require_safe
@fresh
def start(request: HttpRequest) -> HttpResponse:
    """What can be applied for, that it is free, and the promise."""
    return render(request, "citizen/start.html", {"services": listed_services(request), "needs": NEEDS})


@require_safe
@fresh
def needs(request: HttpRequest) -> HttpResponse:
    """The needs in people's words."""
    return render(request, "citizen/needs.html", {"needs": NEEDS})


@require_safe
@fresh
def guide(request: HttpRequest, trail: str) -> HttpResponse:
    """One question, or what the need takes."""
    found = follow(trail)
    if found is None:
        raise Http404
    up = trail.rpartition("/")[0]
    back = f"/keperluan/{up}/" if up else "/keperluan/"
    if isinstance(found, Question):
        return render(request, "citizen/question.html", {"question": found, "back": back})
    return render(request, "citizen/way.html", {"way": found, "back": back, **_listed(found), **_office(request)})


def _listed(way: Way) -> dict[str, Any]:
    rows = listed_requirements(way.service, way.reason) if way.service and way.reason else []
    return {"checklist": checklist(way, rows)}


def _office(request: HttpRequest) -> dict[str, Any]:
    """The office of a kelurahan that was chosen on this very page."""
    form = OfficeForm(request.GET if "kelurahan" in request.GET else None)
    if not form.is_valid():
        return {"form": form}
    today = local_date(database_now())
    return {"form": form, "coverage": coverage_of(form.cleaned_data["kelurahan"], today)}


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Purpose, legal basis, retention and rights; the version is stored with each application."""
    return render(request, "citizen/privacy.html", {"version": PRIVACY_VERSION})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested, how, what is still missing, and where to complain."""
    return render(request, "citizen/accessibility.html")


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """The offices, which kecamatan each serves today, and the one of a kelurahan that was chosen."""
    offices = zones_by_kecamatan(local_date(database_now()))
    return render(request, "citizen/zones.html", {"zones": offices, **_office(request)})
