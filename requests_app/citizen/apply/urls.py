"""Addresses of the application forms, below /ajukan/."""

from django.urls import include, path, register_converter

from requests_app.citizen.apply import documents, handover, linked, not_needed, office, receipt, views
from requests_app.citizen.apply.addresses import ServiceConverter

register_converter(ServiceConverter, "service")

of_a_service = [
    path("", views.start, name="apply"),
    path("bukti/", receipt.show, name="apply_receipt"),
    path("bukti/bukti.pdf", receipt.download, name="apply_receipt_pdf"),
    path("bukti/bukti.png", receipt.picture, name="apply_receipt_picture"),
    path("perangkat-lain/", handover.leave, name="apply_device"),
    path("lanjut/", handover.go_on, name="apply_continue"),
    path("hapus-draf/", views.discard, name="apply_discard"),
    path("berkas/<uuid:document_id>/", documents.thumbnail, name="apply_thumbnail"),
    path("<slug:slug>/", views.step, name="apply_step"),
]
urlpatterns = [
    path("", views.choose, name="apply_choose"),
    path("kantor/<str:kelurahan>/", office.show, name="apply_office"),
    path("legalisir/tidak-perlu/", not_needed.show, name="apply_not_needed"),
    path("legalisir/tidak-perlu/penjelasan.pdf", not_needed.download, name="apply_not_needed_pdf"),
    path("ktp-el/kk-dulu/", linked.family_first, name="apply_family_first"),
    path("kk/bukti/ktp-el/", linked.card_too, name="apply_card_too"),
    path("<service:service>/", include(of_a_service)),
]
