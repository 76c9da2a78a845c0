"""Addresses of signing in and out."""

from django.urls import path

from requests_app.staff import views

urlpatterns = [
    path("masuk/", views.SignIn.as_view(), name="staff_login"),
    path("masuk/kode/", views.second_factor, name="staff_second_factor"),
    path("masuk/kode/siapkan/", views.set_up_second_factor, name="staff_second_factor_setup"),
    path("keluar/", views.SignOut.as_view(), name="staff_logout"),
]
