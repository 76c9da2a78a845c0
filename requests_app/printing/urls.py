"""Addresses of this door, all under /cetak/. What is only spelt out comes before what names a batch."""

from django.urls import path

from requests_app.printing import arrivals, batch, card, home, missing, packing

urlpatterns = [
    path("", home.printing_home, name="printing_home"),
    path("buat/", home.make, name="printing_make"),
    path("kirim/", home.send, name="printing_send"),
    path("cari/", home.find, name="printing_find"),
    path("daftar/", packing.show_pack_list, name="printing_pack_list"),
    path("daftar/slip.pdf", packing.new_slips, name="printing_new_slips"),
    path("kiriman/", arrivals.list_shipments, name="printing_shipments"),
    path("kiriman/<str:number>/", arrivals.show_shipment, name="printing_shipment"),
    path("kartu/<str:code>/", card.show_card, name="printing_card"),
    path("kartu/<str:code>/rusak/", card.spoil, name="printing_spoil"),
    path("kartu/<str:code>/hilang/", card.lost, name="printing_lost"),
    path("kartu/<str:code>/dicari/", missing.look_for, name="printing_look_for"),
    path("dicari/<int:loss_id>/", missing.end_search, name="printing_search"),
    path("<str:number>/", batch.show_batch, name="printing_batch"),
    path("<str:number>/hasil/", batch.scan, name="printing_scan"),
    path("<str:number>/tambah/", batch.more, name="printing_more"),
    path("<str:number>/tutup/", batch.close, name="printing_close"),
    path("<str:number>/batal/", batch.cancel, name="printing_cancel"),
    path("<str:number>/lembar.pdf", batch.sheet, name="printing_sheet"),
    path("<str:number>/slip.pdf", batch.slips, name="printing_slips"),
]
