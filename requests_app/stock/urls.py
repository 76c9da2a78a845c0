"""Addresses of this door."""

from django.urls import path

from requests_app.stock import forecast, request_letter

urlpatterns = [
    path("prakiraan/", forecast.stock_forecast, name="stock_forecast"),
    path("prakiraan/kiriman/", forecast.add_delivery, name="stock_add_planned"),
    path("prakiraan/kiriman/<int:delivery_id>/batal/", forecast.cancel_planned, name="stock_cancel_planned"),
    path("prakiraan/surat/", request_letter.stock_letter, name="stock_letter"),
    path("prakiraan/surat.pdf", request_letter.stock_letter_pdf, name="stock_letter_pdf"),
]
