"""What citizens say together: index and class of the last twelve months, for everybody to read."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from requests_app.charts import Chart, Point, line_chart
from requests_app.queries.survey import satisfaction
from requests_app.rules.survey import ENOUGH, REGULATION, Grade, Result


@require_safe
@cache_control(private=True, no_cache=True)
def show(request: HttpRequest) -> HttpResponse:
    """Overall, by element, service, office and month; up to five minutes old."""
    figures = satisfaction()
    context = {
        "figures": figures,
        "services": [(gettext(service.label), result) for service, result in figures.services.items()],
        "trend": _trend(figures.months) if any(figures.months.values()) else None,
        "enough": ENOUGH,
        "grades": list(Grade),
        "regulation": REGULATION,
    }
    return render(request, "citizen/survey/figures.html", context)


def _trend(months: Mapping[date, Result | None]) -> Chart:
    return line_chart(
        "tren",
        gettext("Indeks tiap bulan, 25 sampai 100"),
        [_point(date_format(month, "M"), result) for month, result in months.items()],
        values=gettext("Indeks"),
        note=gettext("Bulan terakhir masih berjalan. Bulan dengan kurang dari lima jawaban dikosongkan."),
    )


def _point(label: str, result: Result | None) -> Point:
    if result is None:
        return Point(label, None)
    return Point(label, float(result.index), exact=number_format(result.index, 2))
