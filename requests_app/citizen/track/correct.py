"""Correction of only the faulted documents and fields; what was good stays."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.citizen.apply.uploads import take_counted
from requests_app.citizen.limited import too_many
from requests_app.citizen.track.access import Access, after_proof, page_of
from requests_app.citizen.track.correction_forms import CorrectionPart, correction_parts
from requests_app.language import say
from requests_app.operations.documents import Owner
from requests_app.operations.followup import resubmit_correction
from requests_app.operations.limits import TooMany
from requests_app.operations.steps import NotNow
from requests_app.queries import track
from requests_app.queries.track import Fault
from requests_app.rules.dates import local_date
from requests_app.rules.labels import DOCUMENT_LABELS
from requests_app.rules.statuses import StepNotAllowed
from requests_app.rules.texts import N_
from requests_app.templatetags.adminduk import error_target
from requests_app.uploads.script import by_script, gone_answer, list_answer, small_picture, too_many_answer
from requests_app.uploads.taking import ACCEPT, Taken, listed, take_back

MOVED_ON = N_("Permohonan ini sudah berubah. Lihat keadaannya di bawah.")
MISSING = N_("Unggah {label} yang baru.")


@dataclass
class FaultedDocument:
    """A document to be sent again: what has arrived of it so far, and what was wrong with the last upload."""

    fault: Fault
    files: list[dict[str, Any]] = field(default_factory=list)
    taken: Taken = field(default_factory=Taken)

    @property
    def errors(self) -> list[str]:
        """What was wrong with the last upload."""
        return self.taken.errors


@dataclass
class Correction:
    """The correction page: faulted documents and faulted fields."""

    access: Access
    owner: Owner
    documents: list[FaultedDocument]
    parts: list[CorrectionPart]
    faults: list[Fault]

    def reload_files(self) -> None:
        """What has arrived for the next round."""
        assert self.owner.application_id is not None
        stored = track.correction_documents(self.owner.application_id, self.owner.round)
        for document in self.documents:
            rows = [row for row in stored if row.document_code == document.fault.target]
            document.files = [
                listed(number, row, thumbnail=reverse("track_correct_thumbnail", args=[self.access.number, row.pk]))
                for number, row in enumerate(rows, start=1)
            ]

    def demand_files(self) -> None:
        """Each faulted document has to be sent again."""
        for document in self.documents:
            if not document.files and not document.errors:
                document.errors.append(say(MISSING, label=document.fault.label))

    def problems(self) -> list[dict[str, str]]:
        """The lines of the summary on top, each leading to its input."""
        files = [
            {"target": f"id_{document.fault.target}", "text": f"{document.fault.label}: {error}"}
            for document in self.documents
            for error in document.errors
        ]
        fields = [
            {"target": error_target(part.form[name]), "text": error}
            for part in self.parts
            for name, errors in (part.problems() if part.form.is_bound else {}).items()
            for error in errors
        ]
        return files + fields

    def answers(self) -> dict[str, Any]:
        """The corrected answers."""
        return _answers(self.parts)


def _answers(parts: Iterable[CorrectionPart]) -> dict[str, Any]:
    return {key: value for part in parts for key, value in part.answers().items()}


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def correct(request: HttpRequest, access: Access) -> HttpResponse:
    """Upload what was faulted, change what was faulted, send; good files of a refused page stay listed."""
    sending = request.method == "POST" and "kirim" in request.POST
    correction = _correction(request, access, judge=sending)
    if not correction.faults:
        return _moved_on(request, access, NotNow(N_("Tidak ada yang perlu diperbaiki pada permohonan ini.")))
    try:
        if request.method == "POST":
            _take_files(request, access, correction)
    except TooMany as refusal:
        if by_script(request):
            return too_many_answer(refusal, access.now)
        correction.reload_files()
        context = _context(access, correction)
        return too_many(request, refusal, now=access.now, template="citizen/track/correct.html", context=context)
    correction.reload_files()
    if by_script(request):
        return _answer(request, correction)
    if sending:
        correction.demand_files()
    problems = correction.problems()
    if problems or not sending:
        return render(
            request, "citizen/track/correct.html", _context(access, correction), status=422 if problems else 200
        )
    return _resubmit(request, access, correction)


def _correction(request: HttpRequest, access: Access, *, judge: bool) -> Correction:
    faults = track.faults(access.application_id)
    sent = track.to_correct(access.application_id)
    targets, today = {fault.target for fault in faults}, local_date(access.now)
    documents = [fault for fault in faults if fault.target in DOCUMENT_LABELS]
    typed = request.POST if request.method == "POST" else None
    parts = correction_parts(targets, sent, today=today, typed=typed, judge=judge)
    if typed is not None:
        judged = parts if judge else correction_parts(targets, sent, today=today, typed=typed, judge=True)
        if not any(part.problems() for part in judged):
            after = {**sent.answers, **_answers(judged)}
            documents += track.newly_needed(access.application_id, sent, after, today=today)
    owner = Owner(application_id=access.application_id, round=sent.next_round)
    return Correction(access, owner, [FaultedDocument(fault) for fault in documents], parts, faults)


def _take_files(request: HttpRequest, access: Access, correction: Correction) -> None:
    """Store the good files of this request, note what was wrong with the others, take back one if asked to."""
    if "hapus" in request.POST:
        take_back(correction.owner, request.POST["hapus"])
    for document in correction.documents:
        document.taken = take_counted(request, correction.owner, document.fault.target, access.now)


def _answer(request: HttpRequest, correction: Correction) -> HttpResponse:
    """What became of the one document that the script sent a file for; 409 when it is not asked for any more."""
    for document in correction.documents:
        if document.fault.target == request.POST.get("unggah"):
            return list_answer(request, document.fault.label, document.files, document.taken)
    return gone_answer()


@require_safe
@after_proof
def thumbnail(request: HttpRequest, access: Access, document_id: uuid.UUID) -> HttpResponse:
    """The small picture of an upload of this correction; 404 for anything else."""
    next_round = track.to_correct(access.application_id).next_round
    return small_picture(track.correction_documents(access.application_id, next_round), document_id)


def _resubmit(request: HttpRequest, access: Access, correction: Correction) -> HttpResponse:
    try:
        resubmit_correction(application_id=access.application_id, answers=correction.answers(), now=access.now)
    except (StepNotAllowed, NotNow) as problem:
        return _moved_on(request, access, problem)
    messages.success(request, gettext("Perbaikan sudah terkirim. Kami menjawab lagi dalam lima hari."))
    return page_of(access)


def _moved_on(request: HttpRequest, access: Access, problem: Exception) -> HttpResponse:
    known = isinstance(problem, NotNow)
    messages.warning(request, gettext(str(problem) if known else MOVED_ON))
    return page_of(access)


def _context(access: Access, correction: Correction) -> dict[str, Any]:
    problems = correction.problems()
    return {
        "number": access.number,
        "correction": correction,
        "fields": [(part, bound) for part in correction.parts for bound in part.fields],
        "items": problems,
        "has_errors": bool(problems),
        "accept": ACCEPT,
    }
