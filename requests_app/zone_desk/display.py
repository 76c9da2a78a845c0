"""The waiting room's display: numbers and desks for a television, nothing else; it needs no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from requests_app.models import Zone


@require_safe
def display(request: HttpRequest, code: str) -> HttpResponse:
    """The numbers called last."""
    zone = get_object_or_404(Zone, code__iexact=code, is_active=True)
    return render(request, "zone_desk/display.html", {"zone": zone})
