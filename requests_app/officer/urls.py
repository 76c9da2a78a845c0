"""Addresses of the officer's door, all under /petugas/."""

from django.urls import path

from requests_app.officer import calls, deciding, documents, duplicates, home, listing, reports, review, sukets, waiting

urlpatterns = [
    path("", home.officer_home, name="officer_home"),
    path("ambil/", home.take_next, name="take_next"),
    path("permohonan/", listing.officer_list, name="officer_list"),
    path("permohonan/<str:number>/", review.review_application, name="review_application"),
    path("permohonan/<str:number>/ambil/", review.claim, name="claim_application"),
    path("permohonan/<str:number>/lepas/", review.release, name="release_application"),
    path("permohonan/<str:number>/pegang/", review.renew, name="renew_lease"),
    path("permohonan/<str:number>/putuskan/<str:kind>/", deciding.decide_application, name="decide_application"),
    path("keputusan/<int:pk>/", deciding.decision_recorded, name="decision_recorded"),
    path("keputusan/<int:pk>/urungkan/", deciding.take_back_decision, name="take_back_decision"),
    path("permohonan/<str:number>/suket/", sukets.suket, name="officer_suket"),
    path("permohonan/<str:number>/suket/suket.pdf", sukets.paper, name="officer_suket_pdf"),
    path("berkas/<uuid:document_id>/<int:page>/", documents.see_document, name="see_document"),
    path("ganda/", duplicates.list_duplicates, name="officer_duplicates"),
    path("ganda/<str:number>/", duplicates.compare_duplicates, name="compare_duplicates"),
    path("perekaman/", waiting.recordings, name="officer_recordings"),
    path("hubungi/", calls.list_calls, name="officer_calls"),
    path("hubungi/<int:pk>/", calls.call, name="officer_call"),
    path("laporan/", reports.find_report, name="officer_report"),
]
