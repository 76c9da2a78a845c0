"""Addresses of the zone desk's door, all under /uptd/. What is only spelt out comes before what names a zone."""

from django.urls import path

from requests_app.zone_desk import display, home, today

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("layar/<str:code>/", display.display, name="desk_display"),
    path("<str:code>/", today.today, name="desk_today"),
]
