"""The documents step: files come with the page's form or, one by one, from its script."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from requests_app.citizen.apply import uploads
from requests_app.citizen.apply.pages import form_page
from requests_app.citizen.apply.steps import Step
from requests_app.citizen.apply.visit import Visit, open_visit
from requests_app.operations.drafts import save_answers
from requests_app.operations.limits import TooMany
from requests_app.rules.catalogue import Service
from requests_app.uploads.script import by_script, gone_answer, list_answer, small_picture, too_many_answer
from requests_app.uploads.taking import Taken, take_back


def post_documents(this: Step, visit: Visit) -> HttpResponse | None:
    """Take the files of this request; None when "Lanjut" was pressed and nothing is missing."""
    data = visit.request.POST
    assert visit.draft is not None
    try:
        taken = uploads.take_files(visit)
    except TooMany as refusal:
        if by_script(visit.request):
            return too_many_answer(refusal, visit.now)
        return form_page(this, visit, refusal=refusal)
    if "hapus" in data:
        take_back(visit.owner, data["hapus"])
    # Whoever uploads is still here: the draft's seven days begin again.
    visit.keep(save_answers(draft_id=visit.draft.pk, answers={}, replaces=(), now=visit.now))
    if by_script(visit.request):
        return _answer(visit, data.get("unggah", ""), taken)
    errors = {code: part.errors for code, part in taken.items() if part.errors}
    if "lanjut" in data:
        errors = {**uploads.missing_messages(visit), **errors}
    if errors:
        return form_page(this, visit, file_errors=errors, status=422)
    return None if "lanjut" in data else redirect(visit.request.get_full_path())


@never_cache
@require_safe
def thumbnail(request: HttpRequest, service: Service, document_id: uuid.UUID) -> HttpResponse:
    """The small picture of an upload of this session's draft; 404 for anybody else's."""
    return small_picture(open_visit(request, service).documents, document_id)


def _answer(visit: Visit, code: str, taken: dict[str, Taken]) -> HttpResponse:
    """What became of the one document that the script sent a file for; 409 when the answers no longer ask for it."""
    for document in uploads.wanted(visit):
        if document.code == code:
            return list_answer(visit.request, document.label, document.files, taken.get(code, Taken()))
    return gone_answer()
