"""Addresses: each door brings its own."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

handler400 = "requests_app.problems.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("requests_app.citizen.urls")),
    path("", include("requests_app.staff.urls")),
    path("petugas/", include("requests_app.officer.urls")),
    path("uptd/", include("requests_app.zone_desk.urls")),
    path("stok/", include("requests_app.stock.urls")),
    path("cetak/", include("requests_app.printing.urls")),
    path("kartu/", include("requests_app.cards.urls")),
    path("kelola/", include("requests_app.zone_admin.urls")),
    path("pengawas/", include("requests_app.oversight.urls")),
    path("webhook/", include("requests_app.webhooks.urls")),
    path("", include("requests_app.health.urls")),
    path("admin/", admin.site.urls),
    path("gaya/", include("requests_app.gaya.urls")),
]
if settings.SIMULATOR_URL:
    urlpatterns += [
        path("simulator/", RedirectView.as_view(url=settings.SIMULATOR_URL), name="simulator"),
        path("simulator/<path:page>", RedirectView.as_view(url=f"{settings.SIMULATOR_URL}/%(page)s")),
    ]
