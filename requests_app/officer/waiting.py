"""What was decided and waits for somebody to come: recordings to be done."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from requests_app.officer.pages import application_or_404, explained, render_officer
from requests_app.operations.recording import record_recording_done
from requests_app.queries.officer import PAGE, waiting_for_recording
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("record_recording")
@explained
def recordings(request: StaffRequest) -> HttpResponse:
    """GET: who was asked to come. POST: this person was recorded, and the review goes on."""
    if request.method == "POST":
        application = application_or_404(request, request.POST.get("number", ""))
        record_recording_done(application_id=application.pk, officer=request.user, now=request.now)
        messages.success(request, f"{application.number}: perekaman tercatat. Permohonan kembali ke antrean.")
        return redirect("officer_recordings")
    return render_officer(request, "officer/recordings.html", {"rows": waiting_for_recording(request.user)[:PAGE]})
