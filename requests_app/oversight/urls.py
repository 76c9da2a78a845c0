"""Addresses of the supervisor's door, all under /pengawas/."""

from django.urls import path

from requests_app.oversight import annulment, board, invitations, notices, reports, survey

urlpatterns = [
    path("", board.oversight_home, name="oversight_home"),
    path("lewat/", board.broken, name="oversight_broken"),
    path("segera/", board.soon, name="oversight_soon"),
    path("laporan/", reports.list_reports, name="oversight_reports"),
    path("laporan/<str:number>/", reports.show_report, name="oversight_report"),
    path("laporan/<str:number>/ambil/", reports.own, name="oversight_report_own"),
    path("laporan/<str:number>/jawab/", reports.answer, name="oversight_report_answer"),
    path("laporan/<str:number>/tutup/", reports.close, name="oversight_report_close"),
    path("undangan/", invitations.waiting_invitations, name="oversight_invitations"),
    path("pesan/", notices.notices, name="oversight_notices"),
    path("pesan/baca-lagi/", notices.read_unreadable, name="oversight_read_unreadable"),
    path("survei/", survey.words, name="oversight_survey"),
    path("permohonan/<str:number>/pembatalan/", annulment.annul, name="oversight_annul"),
]
