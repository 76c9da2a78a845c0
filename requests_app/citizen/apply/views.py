"""The pages of the application form. Nothing is sent before the last button."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.citizen.apply.checked import remember_complete
from requests_app.citizen.apply.device import is_shared, share_device
from requests_app.citizen.apply.documents import post_documents
from requests_app.citizen.apply.handover import change_device, is_elsewhere, show_elsewhere
from requests_app.citizen.apply.limits import count_start
from requests_app.citizen.apply.pages import EXPIRED, OTHER_FORM, form_page
from requests_app.citizen.apply.sending import check_and_send
from requests_app.citizen.apply.services import TITLES, listed_services
from requests_app.citizen.apply.steps import CHECK, STEPS, Step, check_of, first_open, next_step, step_of
from requests_app.citizen.apply.visit import DRAFT, Visit, open_visit, other_drafts, sent_draft
from requests_app.citizen.limited import too_many
from requests_app.operations.drafts import discard_draft, save_answers, start_draft
from requests_app.operations.limits import TooMany
from requests_app.operations.submission import DraftGone
from requests_app.queries.apply import documents_by_reason
from requests_app.questions.reason import CardReasonForm
from requests_app.questions.signature import SignatureForm
from requests_app.rules.catalogue import Service
from requests_app.uploads.script import by_script, gone_answer
from requests_app.words import Text

ASKED_BEFORE = frozenset({"alasan", "kode-qr", "dokumen"})
"""The steps whose questions the guide asks too."""


@never_cache
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The three services, each with its draft when this session holds one."""
    return render(request, "citizen/apply/choose.html", {"services": listed_services(request)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, service: Service) -> HttpResponse:
    """What it needs, that it is free, and the promise; POST begins a draft, or goes on with the one there is."""
    visit = open_visit(request, service)
    if request.method == "POST":
        try:
            return _begin(visit)
        except TooMany as refusal:
            return too_many(request, refusal, now=visit.now)
    context = {
        "service": service,
        "title": TITLES[service],
        "draft": visit.draft,
        "other_drafts": other_drafts(request, service),
        "is_shared": is_shared(request),
        "is_elsewhere": is_elsewhere(visit),
        "documents": documents_by_reason(service),
    }
    return render(request, "citizen/apply/start.html", context)


def _begin(visit: Visit) -> HttpResponse:
    """Going on counts as a change: the draft's seven days begin again."""
    if visit.draft is not None:
        visit.keep(save_answers(draft_id=visit.draft.pk, answers={}, replaces=(), now=visit.now))
    else:
        count_start(visit.request, visit.now)
        share_device(visit.request, shared="bersama" in visit.request.POST)
        visit.keep(start_draft(service=visit.service, now=visit.now, answers=_asked_before(visit)))
    return redirect((first_open(visit) or check_of(visit.service)).address)


def _asked_before(visit: Visit) -> dict[str, Any]:
    """What pages before the form have asked (`?reason=hilang`); whatever is not a choice is dropped."""
    given: dict[str, Any] = {}
    for step in STEPS[visit.service]:
        if step.form is not None and step.slug in ASKED_BEFORE:
            form = visit.form(step.form, visit.request.GET)
            given |= form.good_answers()
    return given


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, service: Service, slug: str) -> HttpResponse:
    """One step. A step whose predecessors are incomplete leads back to the first of those."""
    this = step_of(service, slug)
    if this is None:
        raise Http404
    visit = open_visit(request, service)
    if request.method == "POST":
        return _post(this, visit)
    if visit.draft is None:
        return redirect("apply_receipt" if sent_draft(request, service, visit.now) else "apply", service)
    missing = first_open(visit, before=this)
    if missing is not None:
        return redirect(missing.address)
    if not this.is_asked(visit):
        return redirect(next_step(this, visit).address)
    if this.is_check:
        remember_complete(visit)
    return form_page(this, visit)


def _post(this: Step, visit: Visit) -> HttpResponse:
    """Save a step; what was typed into a form that is not of this draft is shown again, never lost."""
    try:
        return _stale(this, visit) or _work(this, visit)
    except DraftGone:
        # Sent, thrown away, or moved to another device in this very moment.
        visit.draft = None
        return _stale(this, visit) or redirect("apply", visit.service)


def _work(this: Step, visit: Visit) -> HttpResponse:
    if "perangkat" in visit.request.POST:
        return change_device(this, visit)
    if this.is_documents:
        return post_documents(this, visit) or _onward(this, visit)
    return check_and_send(visit) if this.is_check else _post_answers(this, visit)


def _stale(this: Step, visit: Visit) -> HttpResponse | None:
    """What to answer to a form that does not belong to the session's draft; None when it does."""
    posted = visit.request.POST.get("draft", "")
    if visit.draft is not None and posted == str(visit.draft.pk):
        return None
    if by_script(visit.request):
        return gone_answer()
    sent = sent_draft(visit.request, visit.service, visit.now)
    if sent is not None and posted == str(sent.pk):
        return redirect("apply_receipt", visit.service)
    if is_elsewhere(visit):
        return show_elsewhere(this, visit)
    return _show_again(this, visit, OTHER_FORM if visit.draft else EXPIRED)


def _show_again(this: Step, visit: Visit, notice: Text) -> HttpResponse:
    """The same page with what was typed, a draft to save it in, and what to do: 422."""
    if visit.draft is None:
        try:
            count_start(visit.request, visit.now)
        except TooMany as refusal:
            return too_many(visit.request, refusal, now=visit.now)
        visit.keep(start_draft(service=visit.service, now=visit.now))
    return form_page(this, visit, typed=True, notice=notice, status=422)


def _post_answers(this: Step, visit: Visit) -> HttpResponse:
    assert this.form is not None
    form = visit.form(this.form, visit.request.POST)
    if not form.is_valid():
        if isinstance(form, SignatureForm) and form.needs_nothing:
            return redirect("apply_not_needed")
        if isinstance(form, CardReasonForm) and form.needs_the_card_first:
            return redirect("apply_family_first")
        return form_page(this, visit, form=form, status=422)
    assert visit.draft is not None
    visit.keep(
        save_answers(draft_id=visit.draft.pk, answers=form.to_answers(), replaces=this.form.keys(), now=visit.now)
    )
    return _onward(this, visit)


def _onward(this: Step, visit: Visit) -> HttpResponse:
    """The next step; back to the check page for whoever came from there, unless something is open."""
    if visit.request.GET.get("kembali") == CHECK:
        return redirect((first_open(visit) or check_of(visit.service)).address)
    missing = first_open(visit, before=this)
    return redirect((missing or next_step(this, visit)).address)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, service: Service) -> HttpResponse:
    """Throw the draft away, after one question."""
    visit = open_visit(request, service)
    if request.method == "POST":
        if visit.draft is not None:
            discard_draft(draft_id=visit.draft.pk)
        request.session.pop(DRAFT[service], None)
        messages.success(request, gettext("Draf sudah dihapus, termasuk fotonya."))
        return redirect("apply", service)
    if visit.draft is None:
        return redirect("apply", service)
    return render(request, "citizen/apply/discard.html", {"service": service})
