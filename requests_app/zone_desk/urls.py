"""Addresses of the zone desk's door, all under /uptd/. What is only spelt out comes before what names a zone."""

from django.urls import path

from requests_app.zone_desk import arrival, by_hand, display, home, today, visit

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
]
