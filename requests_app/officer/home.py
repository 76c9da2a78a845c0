"""The officer's first page, and taking the next application."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.officer.pages import explained, render_officer, to_application
from requests_app.operations.review import take_next as take_next_application
from requests_app.queries.calls import open_calls
from requests_app.queries.officer import held_lease, promises_due, quota_today, reach_of, waiting_counts
from requests_app.rules.statuses import Status
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest

STREAM = "stream"


@require_safe
@staff_page("home")
def officer_home(request: StaffRequest) -> HttpResponse:
    """Today's work in figures, what is being worked on, and the ways to all lists."""
    reach = reach_of(request.user)
    due, waiting = promises_due(reach, request.now), waiting_counts(reach)
    context = {
        "quota": quota_today(request.user, request.now),
        "due": due,
        "due_most": max(*due.values(), 1),
        "held": held_lease(request.user, request.now),
        "duplicates": waiting.get(Status.HELD_DUPLICATE, 0),
        "recordings": waiting.get(Status.RECORDING_NEEDED, 0),
        "calls": open_calls(reach).count(),
    }
    return render_officer(request, "officer/home.html", context)


@require_POST
@staff_page("take_next")
@explained
def take_next(request: StaffRequest) -> HttpResponse:
    """Lease the next application and open it; decisions from here on lead straight to the one after."""
    confirmed = request.POST.get("confirmed") == "1"
    application = take_next_application(officer=request.user, now=request.now, confirmed=confirmed)
    if application is None:
        messages.info(request, "Tidak ada permohonan yang menunggu di antrean Anda.")
        return redirect("officer_home")
    request.session[STREAM] = True
    return to_application(application)
