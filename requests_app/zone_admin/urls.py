"""Addresses of the admin's door, all under /kelola/. What is only spelt out comes before what names a zone."""

from django.urls import path

from requests_app.zone_admin import closures, coverage, holidays, number_test, protocol, sending, zones

urlpatterns = [
    path("", zones.home, name="zone_admin_home"),
    path("baru/", zones.new_zone, name="zone_admin_new"),
    path("cakupan/", coverage.coverage, name="zone_admin_coverage"),
    path("cakupan/batal/", coverage.undo, name="zone_admin_undo_moves"),
    path("libur/", holidays.holidays, name="zone_admin_holidays"),
    path("libur/<int:holiday_id>/hapus/", holidays.remove, name="zone_admin_remove_holiday"),
    path("protokol/", protocol.protocol, name="zone_admin_protocol"),
    path("pesan/", sending.sending, name="zone_admin_sending"),
    path("<str:code>/", zones.edit_zone, name="zone_admin_zone"),
    path("<str:code>/tutup/", closures.closures, name="zone_admin_closures"),
    path("<str:code>/tutup/<int:closure_id>/cabut/", closures.revoke, name="zone_admin_revoke"),
    path("<str:code>/uji/", number_test.number_test, name="zone_admin_test"),
    path("<str:code>/uji/kirim/", number_test.send_test, name="zone_admin_send_test"),
    path("<str:code>/nonaktif/", zones.close_down, name="zone_admin_close_down"),
    path("<str:code>/nonaktif/serahkan/", zones.hand_over, name="zone_admin_hand_over"),
    path("<str:code>/nonaktif/simpan/", zones.deactivate, name="zone_admin_deactivate"),
    path("<str:code>/aktif/", zones.activate, name="zone_admin_activate"),
]
