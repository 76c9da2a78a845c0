"""Addresses of the zone desk's door, all under /uptd/. What is only spelt out comes before what names a zone."""

from django.urls import path

from requests_app.zone_desk import (
    arrival,
    by_hand,
    display,
    home,
    today,
    visit,
    walk_in,
    walk_in_admit,
    walk_in_fix,
    walk_in_receipt,
    walk_in_register,
)

urlpatterns = [
    path("", home.desk_home, name="desk_home"),
    path("layar/<str:code>/", display.display, name="desk_display"),
    path("layar/<str:code>/isi/", display.board, name="desk_display_board"),
    path("<str:code>/", today.today, name="desk_today"),
    path("<str:code>/isi/", today.lists, name="desk_lists"),
    path("<str:code>/panggil/", today.call_next, name="desk_call_next"),
    path("<str:code>/kirim/", by_hand.by_hand, name="by_hand"),
    path("<str:code>/cari/", arrival.find, name="desk_find"),
    path("<str:code>/kunjungan/<int:visit_id>/", visit.show_visit, name="desk_visit"),
    path("<str:code>/kunjungan/<int:visit_id>/hadir/", arrival.check_in, name="desk_check_in"),
    path("<str:code>/kunjungan/<int:visit_id>/tidak-datang/", arrival.no_show, name="desk_no_show"),
    path("<str:code>/kunjungan/<int:visit_id>/panggil/", visit.call, name="desk_call"),
    path("<str:code>/kunjungan/<int:visit_id>/tidak-ada/", visit.put_back, name="desk_put_back"),
    path("<str:code>/kunjungan/<int:visit_id>/pulang/", visit.send_home, name="desk_send_home"),
    path("<str:code>/kunjungan/<int:visit_id>/layanan/<str:number>/", visit.finish, name="desk_finish"),
    path("<str:code>/langsung/", walk_in.walk_in, name="walk_in"),
    path("<str:code>/langsung/tanpa-legalisir/", walk_in.not_needed, name="walk_in_not_needed"),
    path("<str:code>/langsung/<uuid:draft_id>/", walk_in_register.register, name="walk_in_register"),
    path("<str:code>/langsung/<uuid:draft_id>/hapus/", walk_in.discard, name="walk_in_discard"),
    path("<str:code>/langsung/<uuid:draft_id>/bukti/", walk_in_receipt.show, name="walk_in_receipt"),
    path("<str:code>/langsung/<uuid:draft_id>/bukti/bukti.pdf", walk_in_receipt.download, name="walk_in_receipt_pdf"),
    path(
        "<str:code>/langsung/<uuid:draft_id>/berkas/<uuid:document_id>/",
        walk_in_register.thumbnail,
        name="walk_in_thumbnail",
    ),
    path("<str:code>/langsung/<str:number>/", walk_in_admit.admit, name="walk_in_admit"),
    path("<str:code>/langsung/<str:number>/jadwal/", walk_in_admit.book, name="walk_in_book"),
    path("<str:code>/langsung/<str:number>/perbaikan/", walk_in_fix.fix, name="walk_in_fix"),
    path(
        "<str:code>/langsung/<str:number>/perbaikan/<uuid:document_id>/",
        walk_in_fix.thumbnail,
        name="walk_in_fix_thumbnail",
    ),
]
