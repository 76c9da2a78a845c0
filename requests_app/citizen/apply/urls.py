"""Addresses of the application form, below /ajukan/ktp-el/."""

from django.urls import path

from requests_app.citizen.apply import documents, handover, receipt, views

urlpatterns = [
    path("", views.start, name="apply_ktp_el"),
    path("bukti/", receipt.show, name="apply_ktp_el_receipt"),
    path("bukti/bukti.pdf", receipt.download, name="apply_ktp_el_receipt_pdf"),
    path("bukti/bukti.png", receipt.picture, name="apply_ktp_el_receipt_picture"),
    path("perangkat-lain/", handover.leave, name="apply_ktp_el_device"),
    path("lanjut/", handover.go_on, name="apply_ktp_el_continue"),
    path("hapus-draf/", views.discard, name="apply_ktp_el_discard"),
    path("berkas/<uuid:document_id>/", documents.thumbnail, name="apply_ktp_el_thumbnail"),
    path("<slug:slug>/", views.step, name="apply_ktp_el_step"),
]
