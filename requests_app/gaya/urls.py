"""Addresses of the component page."""

from django.urls import path

from requests_app.gaya import views

urlpatterns = [
    path("", views.citizen, name="gaya"),
    path("petugas/", views.staff, name="gaya_staff"),
    path("isian-salah/", views.wrong, name="gaya_wrong"),
    path("galat/<slug:name>/", views.problem, name="gaya_problem"),
]
