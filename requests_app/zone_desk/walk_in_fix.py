"""A paper that was not good enough is photographed at the counter, for whoever brought it along."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import Application, Zone
from requests_app.operations.access import log_access
from requests_app.operations.actors import staff
from requests_app.operations.documents import Owner
from requests_app.operations.followup import resubmit_correction
from requests_app.operations.steps import NotNow
from requests_app.queries import track
from requests_app.queries.track import Fault
from requests_app.queries.walk_ins import of_zone, standing_of
from requests_app.staff.request import StaffRequest
from requests_app.uploads.script import by_script, gone_answer, list_answer, small_picture
from requests_app.uploads.taking import ACCEPT, Taken, listed, take, take_back
from requests_app.zone_desk.pages import desk_page, render_desk

NO_FILE = "Belum ada foto atau PDF yang baru."
NOTHING = "Tidak ada berkas yang perlu difoto untuk permohonan ini."


@dataclass
class Missing:
    """One paper to be photographed again, what has been taken of it, and what was wrong with the last one."""

    fault: Fault
    files: list[dict[str, Any]] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("register_walk_in")
def fix(request: StaffRequest, zone: Zone, number: str) -> HttpResponse:
    """The papers that were asked for again; with the last one the application goes on as if the citizen had sent it."""
    application = _of_zone(zone, number)
    missing = _missing(request, application)
    if not missing:
        if by_script(request):
            return gone_answer()
        raise NotNow(NOTHING)
    owner = _owner(application)
    if request.method == "POST":
        _take(request, owner, missing)
    _list(zone, application, owner, missing)
    if by_script(request):
        return _answer(request, missing)
    if "kirim" in request.POST:
        return _send(request, zone, application, missing)
    log_access(officer=request.user, action="open", now=request.now, application_id=application.pk)
    return _page(request, zone, application, missing)


def _of_zone(zone: Zone, number: str) -> Application:
    application = of_zone(number)
    if application is None or application.zone_id != zone.pk:
        raise Http404
    return application


def _owner(application: Application) -> Owner:
    return Owner(application_id=application.pk, round=application.round + 1)


def _missing(request: StaffRequest, application: Application) -> list[Missing]:
    standing = standing_of(application, now=request.now)
    return [Missing(fault) for fault in standing.faults] if standing.can_be_fixed_here else []


def _take(request: StaffRequest, owner: Owner, missing: list[Missing]) -> None:
    if "hapus" in request.POST:
        take_back(owner, request.POST["hapus"])
    for paper in missing:
        files = request.FILES.getlist(paper.fault.target)
        paper.taken = take(files, owner=owner, code=paper.fault.target, now=request.now)


def _list(zone: Zone, application: Application, owner: Owner, missing: list[Missing]) -> None:
    stored = track.correction_documents(application.pk, owner.round)
    for paper in missing:
        rows = [row for row in stored if row.document_code == paper.fault.target]
        paper.files = [
            listed(n, row, thumbnail=reverse("walk_in_fix_thumbnail", args=[zone.code, application.number, row.pk]))
            for n, row in enumerate(rows, start=1)
        ]


def _answer(request: StaffRequest, missing: list[Missing]) -> HttpResponse:
    """What became of the one photo that the script sent."""
    for paper in missing:
        if paper.fault.target == request.POST.get("unggah"):
            return list_answer(request, paper.fault.label, paper.files, paper.taken)
    return gone_answer()


def _send(request: StaffRequest, zone: Zone, application: Application, missing: list[Missing]) -> HttpResponse:
    for paper in missing:
        if not paper.files and not paper.taken.errors:
            paper.taken.errors.append(NO_FILE)
    if any(paper.taken.errors for paper in missing):
        return _page(request, zone, application, missing, status=422)
    resubmit_correction(application_id=application.pk, answers={}, now=request.now, actor=staff(request.user))
    messages.success(request, "Perbaikan sudah terkirim. Jawabannya sampai lagi dalam lima hari.")
    return redirect("walk_in_admit", zone.code, application.number)


def _page(
    request: StaffRequest, zone: Zone, application: Application, missing: list[Missing], status: int = 200
) -> HttpResponse:
    items = [
        {"target": f"id_{paper.fault.target}", "text": f"{paper.fault.label}: {text}"}
        for paper in missing
        for text in paper.taken.errors
    ]
    status = 422 if items else status
    context = {"application": application, "missing": missing, "items": items, "accept": ACCEPT}
    return render_desk(
        request, zone, "zone_desk/walk_in_fix.html", context | {"has_errors": bool(items)}, status=status
    )


@require_safe
@desk_page("register_walk_in")
def thumbnail(request: StaffRequest, zone: Zone, number: str, document_id: uuid.UUID) -> HttpResponse:
    """The small picture of a photo of this correction; 404 for any other."""
    application = _of_zone(zone, number)
    return small_picture(track.correction_documents(application.pk, application.round + 1), document_id)
