"""What was decided and waits for somebody to come: recordings to be done, cards to be collected."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from requests_app.officer.pages import application_or_404, explained, render_officer
from requests_app.operations.pickup import record_many_collected
from requests_app.operations.recording import record_recording_done
from requests_app.queries.officer import PAGE, Cursor, approved_to_collect, list_page, visible, waiting_for_recording
from requests_app.rules.dates import format_count
from requests_app.rules.numbers import normalise_number
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest

MOST_AT_ONCE = 50


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


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("record_collected")
@explained
def pickups(request: StaffRequest) -> HttpResponse:
    """GET: approved cards. POST: those chosen were collected by their owners, at most 50 at once."""
    if request.method == "POST":
        return _record_collected(request)
    return _pickup_page(request)


def _record_collected(request: StaffRequest) -> HttpResponse:
    numbers = request.POST.getlist("collected")
    if not numbers:
        return _pickup_page(request, problem="Pilih sedikitnya satu kartu yang sudah diambil.")
    if len(numbers) > MOST_AT_ONCE:
        return _pickup_page(request, problem=f"Paling banyak {MOST_AT_ONCE} kartu sekaligus.")
    ids = list(visible(request.user).filter(number__in=numbers).values_list("pk", flat=True))
    done, missed = record_many_collected(application_ids=ids, officer=request.user, now=request.now)
    if done:
        messages.success(request, f"{format_count(done)} kartu tercatat sudah diambil.")
    missed += len(set(numbers)) - len(ids)
    if missed:
        messages.warning(request, f"{format_count(missed)} tidak tercatat, karena statusnya sudah berubah.")
    return redirect("officer_pickups")


def _pickup_page(request: StaffRequest, problem: str = "") -> HttpResponse:
    found = approved_to_collect(request.user)
    typed = request.GET.get("nomor", "").strip()
    if typed:
        found = found.filter(number=normalise_number(typed) or "")
    page = list_page(found, Cursor.parse(request.GET["dari"]) if request.GET.get("dari") else None)
    context = {
        "rows": page.rows,
        "newer": f"?dari={page.newer}" if page.newer else "",
        "older": f"?dari={page.older}" if page.older else "",
        "typed": typed,
        "problem": problem,
        "has_errors": bool(problem),
        "chosen": set(request.POST.getlist("collected")),
    }
    return render_officer(request, "officer/pickups.html", context, status=422 if problem else 200)
