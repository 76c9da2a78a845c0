"""All addresses of the application, one for each error page as its handler draws it, and the component pages."""

from inspect import unwrap

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from adminduk.urls import urlpatterns as application
from requests_app.gaya import views as gaya

CONTEXT: dict[str, dict[str, object]] = {
    "429": {"retry_at": "pukul 14.35 WIB", "kept": True},
    "503": {"until": "pukul 15.00 WIB"},
}


def error_page(request: HttpRequest, name: str) -> HttpResponse:
    """400, 403, 404, 413, 422, 429, 500 or 503."""
    return render(request, f"{name}.html", CONTEXT.get(name), status=int(name))


urlpatterns = [
    path("galat/<str:name>/", error_page, name="error_page"),
    # Elsewhere they are there with DEBUG only.
    path("gaya/", unwrap(gaya.citizen)),
    path("gaya/petugas/", unwrap(gaya.staff)),
    path("gaya/isian-salah/", unwrap(gaya.wrong)),
    *application,
]
