"""Addresses of what works without a network. The worker stands at the root, since it answers for all citizen pages."""

from django.urls import path

from requests_app.citizen.offline import views

urlpatterns = [
    path("luring/", views.page, name="offline"),
    path("sw.js", views.worker, name="service_worker"),
]
