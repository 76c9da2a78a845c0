"""Addresses of tracking."""

from django.urls import path

from requests_app.citizen.track import book, correct, follow_up, live, look_up, page, pickup, prove, send_proof, suket

urlpatterns = [
    path("lacak/", look_up.look_up, name="track"),
    path("lacak/nomor-hilang/", look_up.lost_number, name="track_lost"),
    path("lacak/nomor-hilang/terkirim/", look_up.lost_number_sent, name="track_lost_sent"),
    path("lacak/<str:number>/", page.show, name="track_application"),
    path("lacak/<str:number>/kabar/", live.news, name="track_news"),
    path("lacak/<str:number>/kirim-kode/", prove.send, name="track_send_code"),
    path("lacak/<str:number>/kode/", prove.enter_code, name="track_code"),
    path("lacak/<str:number>/whatsapp/", send_proof.write, name="track_whatsapp"),
    path("lacak/<str:number>/whatsapp/terkirim/", send_proof.sent, name="track_whatsapp_sent"),
    path("lacak/<str:number>/whatsapp/kabar/", send_proof.news, name="track_whatsapp_news"),
    path("lacak/<str:number>/tutup/", prove.leave, name="track_leave"),
    path("lacak/<str:number>/perbaikan/", correct.correct, name="track_correct"),
    path("lacak/<str:number>/perbaikan/<uuid:document_id>/", correct.thumbnail, name="track_correct_thumbnail"),
    path("lacak/<str:number>/jadwal/", book.book_page, name="track_book"),
    path("lacak/<str:number>/ambil/", pickup.pickup_page, name="track_pickup"),
    path("lacak/<str:number>/batal/", follow_up.withdraw_page, name="track_withdraw"),
    path("lacak/<str:number>/keberatan/", follow_up.objection_page, name="track_object"),
    path("lacak/<str:number>/kontak/", follow_up.contact_page, name="track_contact"),
    path("lacak/<str:number>/lapor/", follow_up.report_page, name="track_report"),
    path("lacak/<str:number>/bukti/", page.receipt, name="track_receipt"),
    path("lacak/<str:number>/bukti/bukti.pdf", page.receipt_as_pdf, name="track_receipt_pdf"),
    path("lacak/<str:number>/bukti/bukti.png", page.receipt_as_picture, name="track_receipt_picture"),
    path("lacak/<str:number>/suket/", suket.renew, name="track_suket_renew"),
    path("lacak/<str:number>/suket/suket.pdf", suket.download, name="track_suket_pdf"),
    path("buka/<str:token>/", prove.open_link, name="open_link"),
]
