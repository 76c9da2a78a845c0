"""Addresses for citizens."""

from django.urls import include, path

urlpatterns = [
    path("", include("requests_app.citizen.pages.urls")),
    path("ajukan/", include("requests_app.citizen.apply.urls")),
    path("", include("requests_app.citizen.track.urls")),
    path("", include("requests_app.citizen.survey.urls")),
    path("undangan/", include("requests_app.citizen.invitation.urls")),
    path("suket/", include("requests_app.citizen.suket.urls")),
    path("", include("requests_app.citizen.offline.urls")),
]
