"""Whether the service is alive, ready, and in what figures."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from requests_app.health.metrics import exposition
from requests_app.queries.health import readiness


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """503 only when the database is away or unmigrated or documents can't be written; the rest is `degraded`."""
    report = readiness()
    return JsonResponse(report.as_dict(), status=200 if report.can_serve else 503)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, read from the database at scrape; in production only with the bearer token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.LOCAL and not (
        settings.METRICS_TOKEN and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    ):
        return HttpResponse(status=404)
    return HttpResponse(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
