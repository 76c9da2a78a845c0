"""Addresses at which anybody checks a suket. The code in them opens nothing."""

from django.urls import path

from requests_app.citizen.suket import check

urlpatterns = [
    path("", check.enter, name="suket_enter"),
    path("<str:code>/", check.show, name="suket"),
]
