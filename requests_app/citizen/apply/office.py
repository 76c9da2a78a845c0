"""The office of a kelurahan, as a piece of a page that the address step's script asks for."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from requests_app.clock import database_now
from requests_app.queries.public import coverage_of
from requests_app.rules.dates import local_date


@require_safe
@cache_control(private=True, max_age=60)
def show(request: HttpRequest, kelurahan: str) -> HttpResponse:
    """Name, address, hours, map and official number of the office that serves a kelurahan today; 404 for none."""
    coverage = coverage_of(kelurahan, local_date(database_now()))
    if coverage is None:
        raise Http404
    return render(request, "citizen/apply/office.html", {"coverage": coverage})
