"""Registering somebody who came, on one page: the same questions and papers as online, and the desk's own checklist."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import Document, Draft, Zone
from requests_app.operations.documents import Owner, remove_unneeded
from requests_app.operations.drafts import save_answers
from requests_app.operations.submission import DraftChanged, DraftGone
from requests_app.operations.walk_ins import register_walk_in
from requests_app.queries.apply import documents_of, requirements_for
from requests_app.rules.catalogue import REASONS, Reason, Requirement, Service
from requests_app.rules.dates import local_date
from requests_app.rules.linked import family_answers
from requests_app.staff.request import StaffRequest
from requests_app.templatetags.adminduk import error_target
from requests_app.uploads.script import by_script, gone_answer, list_answer, small_picture
from requests_app.uploads.taking import ACCEPT, Taken, Wanted, take, take_back
from requests_app.zone_desk.pages import desk_page, render_desk
from requests_app.zone_desk.walk_in_drafts import begin, held_draft
from requests_app.zone_desk.walk_in_forms import Filled, StatementForm, fill

GONE = (
    "Formulir ini sudah dihapus di halaman lain. Isian Anda masih ada di bawah, fotonya tidak. "
    "Foto lagi, lalu daftarkan."
)
CHANGED = "Formulir ini baru saja diubah di halaman lain. Periksa isinya, lalu daftarkan sekali lagi."
NO_FILE = "Belum ada foto atau PDF."


@dataclass
class Counter:
    """One form at the counter: its draft, its questions as they are filled in, and the papers that they ask for."""

    request: StaffRequest
    zone: Zone
    draft: Draft
    filled: Filled
    errors: dict[str, list[str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day in Palembang."""
        return local_date(self.request.now)

    @property
    def address(self) -> str:
        """Where this form is."""
        return reverse("walk_in_register", args=[self.zone.code, self.draft.pk])

    @property
    def owner(self) -> Owner:
        """Whose papers are photographed."""
        return Owner(draft_id=self.draft.pk)

    @cached_property
    def requirements(self) -> list[Requirement]:
        """All rows of the office's list to which the answers lead."""
        return requirements_for(self.filled.relevant, self.filled.service)

    @property
    def papers(self) -> list[Wanted]:
        """Those that are photographed, with what has been taken so far."""
        stored = documents_of(self.draft.pk)
        return [
            Wanted(
                requirement,
                [document for document in stored if document.document_code == requirement.document_code],
                self.errors.get(requirement.document_code, []),
                self._picture,
            )
            for requirement in self.requirements
            if requirement.needs_file
        ]

    def demand_papers(self) -> None:
        """Say what is missing."""
        for paper in self.papers:
            if paper.requirement.mandatory != "no" and not paper.documents and not paper.errors:
                self.errors[paper.code] = [NO_FILE]

    def _picture(self, document: Document) -> str:
        return reverse("walk_in_thumbnail", args=[self.zone.code, self.draft.pk, document.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("register_walk_in")
def register(request: StaffRequest, zone: Zone, draft_id: uuid.UUID) -> HttpResponse:
    """Everything on one page. Each change is kept; only "Daftarkan" sends."""
    draft = held_draft(request, zone, draft_id)
    if draft is not None and draft.application_id is not None:
        return gone_answer() if by_script(request) else redirect("walk_in_receipt", zone.code, draft.pk)
    if request.method != "POST":
        return form_page(_opened(request, zone, draft)) if draft else redirect("walk_in", zone.code)
    if draft is None:
        return gone_answer() if by_script(request) else _again(request, zone)
    try:
        return _post(request, zone, draft)
    except DraftGone:
        return gone_answer() if by_script(request) else _again(request, zone)


def _opened(request: StaffRequest, zone: Zone, draft: Draft, *, judge: bool = False) -> Counter:
    """The form with what was posted, or with what is stored."""
    posted = request.POST if request.method == "POST" else None
    known: dict[str, Any] = {"service": Service(draft.service), "today": local_date(request.now), "zone": zone}
    return Counter(request, zone, draft, fill(draft.answers, posted=posted, judge=judge, **known))


def _post(request: StaffRequest, zone: Zone, draft: Draft) -> HttpResponse:
    """Keep what is good and the photos that came along; then answer to what was pressed. Raises DraftGone."""
    data, sends = request.POST, "daftar" in request.POST
    counter = _opened(request, zone, draft, judge=sends)
    filled = counter.filled
    counter.draft = save_answers(draft_id=draft.pk, answers=filled.answers, replaces=filled.keys, now=request.now)
    taken = _take_photos(counter)
    if "hapus" in data:
        take_back(counter.owner, data["hapus"])
    if "kk_dulu" in data:
        family = begin(request, zone, Service.KK, family_answers(filled.relevant))
        return redirect("walk_in_register", zone.code, family.pk)
    if by_script(request):
        return _answer(counter, data.get("unggah", ""), taken) if "unggah" in data else _parts(counter)
    if sends:
        return _send(counter)
    wrong = filled.lost or counter.errors
    return form_page(counter, status=422 if counter.errors else 200) if wrong else redirect(counter.address)


def _take_photos(counter: Counter) -> dict[str, Taken]:
    files, taken = counter.request.FILES, {}
    for code in [requirement.document_code for requirement in counter.requirements if requirement.needs_file]:
        if code in files:
            taken[code] = take(files.getlist(code), owner=counter.owner, code=code, now=counter.request.now)
    counter.errors |= {code: part.errors for code, part in taken.items() if part.errors}
    return taken


def _send(counter: Counter) -> HttpResponse:
    """Register it, when nothing is missing; otherwise the page says what is (422), and nothing is lost."""
    request, desk = counter.request, StatementForm(counter.request.POST)
    counter.demand_papers()
    complete = counter.filled.is_valid() and not counter.errors
    if not (desk.is_valid() and complete):
        return form_page(counter, desk=desk, judged=True, status=422)
    remove_unneeded(owner=counter.owner, needed=[r.document_code for r in counter.requirements if r.needs_file])
    try:
        register_walk_in(
            draft_id=counter.draft.pk, zone=counter.zone, officer=request.user, now=request.now,
            protocol=desk.protocol, people=desk.cleaned_data["people"],
        )  # fmt: skip
    except DraftChanged:
        return form_page(counter, desk=desk, judged=True, notice=CHANGED, status=409)
    return redirect("walk_in_receipt", counter.zone.code, counter.draft.pk)


def form_page(
    counter: Counter, *, desk: StatementForm | None = None, judged: bool = False, notice: str = "", status: int = 200
) -> HttpResponse:
    """The page; what is to be put right leads the way."""
    posted = counter.request.POST if counter.request.method == "POST" and desk is None else None
    desk = desk or StatementForm(initial=_typed(posted))
    papers = counter.papers
    items = _problems(counter, desk, papers) if judged or counter.errors else []
    filled = counter.filled
    reason = Reason(filled.answers["reason"])
    context = {
        "counter": counter,
        "draft": counter.draft,
        "service": filled.service,
        "reason": reason,
        "reasons": REASONS[filled.service],
        "raised": filled.raised(reason),
        **filled.parts,
        "desk": desk,
        "notice": notice,
        "items": items,
        "has_errors": bool(items or notice),
        **_dependent(counter, papers),
    }
    return render_desk(counter.request, counter.zone, "zone_desk/walk_in_register.html", context, status=status)


def _dependent(counter: Counter, papers: list[Wanted]) -> dict[str, Any]:
    """The parts of the page that depend on answers, and what each asks."""
    details = counter.filled.details
    return {
        "details": details,
        "papers": papers,
        "others": [r for r in counter.requirements if r.kind in {"visit", "bring"}],
        "accept": ACCEPT,
        "details_keys": " ".join(details.fields) if details else "",
        "papers_keys": " ".join(paper.code for paper in papers),
    }


def _problems(counter: Counter, desk: StatementForm, papers: list[Wanted]) -> list[dict[str, str]]:
    """The lines of the summary on top, in the page's order."""
    forms = [form for form in counter.filled.parts.values() if form is not None and form.is_bound]
    photos = [
        {"target": f"id_{paper.code}", "text": f"{paper.label}: {text}"} for paper in papers for text in paper.errors
    ]
    return [*_lines(forms[:-1]), *photos, *_lines(forms[-1:]), *_lines([desk] if desk.is_bound else [])]


def _lines(forms: list[Any]) -> list[dict[str, str]]:
    return [
        {"target": error_target(form[name]), "text": text}
        for form in forms
        for name, texts in form.errors.items()
        if name in form.fields
        for text in texts
    ]


def _typed(posted: Any) -> dict[str, Any] | None:
    """The desk's own answers of a page that is shown again without being judged."""
    if posted is None:
        return None
    form = StatementForm()
    return {name: part.widget.value_from_datadict(posted, {}, name) for name, part in form.fields.items()}


def _answer(counter: Counter, code: str, taken: dict[str, Taken]) -> HttpResponse:
    """What became of the one photo that the script sent; 409 when the answers no longer ask for that paper."""
    for paper in counter.papers:
        if paper.code == code:
            return list_answer(counter.request, paper.label, paper.files, taken.get(code, Taken()))
    return gone_answer()


def _parts(counter: Counter) -> HttpResponse:
    """What the script changes on the page, where it differs from what stands there."""
    context = _dependent(counter, counter.papers)
    return JsonResponse(
        {
            name: {
                "keys": context[f"{name}_keys"],
                "html": render_to_string(f"zone_desk/walk_in_{name}.html", context, counter.request),
            }
            for name in ("details", "papers")
        }
    )


def _again(request: StaffRequest, zone: Zone) -> HttpResponse:
    """A form that is gone: what was typed comes again in a new one (422)."""
    service = request.POST.get("service", "")
    if service not in set(Service) or request.POST.get("reason") not in REASONS[Service(service)]:
        return redirect("walk_in", zone.code)
    draft = begin(request, zone, Service(service), {"reason": request.POST["reason"]})
    return form_page(_opened(request, zone, draft), notice=GONE, status=422)


@require_safe
@desk_page("register_walk_in")
def thumbnail(request: StaffRequest, zone: Zone, draft_id: uuid.UUID, document_id: uuid.UUID) -> HttpResponse:
    """The small picture of a photo of this session's form; 404 for any other."""
    if held_draft(request, zone, draft_id) is None:
        raise Http404
    return small_picture(documents_of(draft_id), document_id)
