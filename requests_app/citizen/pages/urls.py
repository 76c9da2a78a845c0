"""Addresses of the pages that explain."""

from django.urls import path

from requests_app.citizen.pages import genuine, views, zone

urlpatterns = [
    path("", views.start, name="start"),
    path("keperluan/", views.needs, name="needs"),
    path("keperluan/<path:trail>/", views.guide, name="guide"),
    path("cek-pesan/", genuine.genuine, name="check_message"),
    path("zona/", views.zones, name="zones"),
    path("zona/<str:zone>/", zone.zone, name="zone"),
    path("aksesibilitas/", views.accessibility, name="accessibility"),
    path("privasi/", views.privacy, name="privacy"),
]
