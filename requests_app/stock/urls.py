"""Addresses of this door."""

from django.urls import path

from requests_app.stock import counting, forecast, home, looking, moving, recording, request_letter

LOCATION = "lokasi/<str:code>/"

urlpatterns = [
    path("", home.stock_home, name="stock_home"),
    path("aturan/", home.stock_rules, name="stock_rules"),
    path("aturan/cetak/", home.stock_printing, name="stock_printing"),
    path(LOCATION, looking.stock_ledger, name="stock_ledger"),
    path(f"{LOCATION}terima/", recording.stock_receive, name="stock_receive"),
    path(f"{LOCATION}kirim/", moving.stock_send, name="stock_send"),
    path(f"{LOCATION}rusak/", recording.stock_spoil, name="stock_spoil"),
    path(f"{LOCATION}luar/", recording.stock_outside, name="stock_outside"),
    path(f"{LOCATION}opname/", counting.stock_count, name="stock_count"),
    path("penerimaan/<int:receipt_id>/", looking.stock_receipt, name="stock_receipt"),
    path("kotak/<int:box_id>/", looking.stock_box, name="stock_box"),
    path("foto/<uuid:photo_id>/<int:page>/", looking.stock_photo, name="stock_photo"),
    path("kiriman/<int:transfer_id>/", moving.stock_transfer, name="stock_transfer"),
    path("kiriman/<int:transfer_id>/terima/", moving.stock_confirm_transfer, name="stock_confirm_transfer"),
    path("kiriman/<int:transfer_id>/penjelasan/", moving.stock_explain, name="stock_explain"),
    path("opname/<int:count_id>/", counting.stock_show_count, name="stock_show_count"),
    path("opname/<int:count_id>/setuju/", counting.stock_confirm_count, name="stock_confirm_count"),
    path("opname/<int:count_id>/batal/", counting.stock_cancel_count, name="stock_cancel_count"),
    path("prakiraan/", forecast.stock_forecast, name="stock_forecast"),
    path("prakiraan/kiriman/", forecast.add_delivery, name="stock_add_planned"),
    path("prakiraan/kiriman/<int:delivery_id>/batal/", forecast.cancel_planned, name="stock_cancel_planned"),
    path("prakiraan/surat/", request_letter.stock_letter, name="stock_letter"),
    path("prakiraan/surat.pdf", request_letter.stock_letter_pdf, name="stock_letter_pdf"),
]
