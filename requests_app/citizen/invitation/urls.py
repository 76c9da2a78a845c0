"""Addresses of invitations. The code in them is what lets somebody in, so they are never passed on to other sites."""

from django.urls import path

from requests_app.citizen.invitation import answer, enter, files, page, schedule

urlpatterns = [
    path("", enter.enter, name="invitation_enter"),
    path("<str:code>/", page.show, name="invitation"),
    path("<str:code>/datang/", answer.confirm, name="invitation_confirm"),
    path("<str:code>/jadwal/", schedule.choose, name="invitation_slots"),
    path("<str:code>/batal/", answer.cancel, name="invitation_cancel"),
    path("<str:code>/undangan.pdf", files.as_pdf, name="invitation_pdf"),
    path("<str:code>/undangan.ics", files.as_calendar, name="invitation_calendar"),
]
