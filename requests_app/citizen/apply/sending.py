"""The check page's button: everything is checked once more, then sent exactly once."""

from django.http import HttpResponse
from django.shortcuts import redirect

from requests_app.citizen.apply import uploads
from requests_app.citizen.apply.checked import is_still_complete
from requests_app.citizen.apply.limits import submit_limits
from requests_app.citizen.apply.pages import form_page
from requests_app.citizen.apply.steps import check_of, first_open
from requests_app.citizen.apply.visit import Visit
from requests_app.operations.limits import TooMany
from requests_app.operations.submission import DraftChanged, Seen, submit_draft
from requests_app.questions.check import CheckForm


def check_and_send(visit: Visit) -> HttpResponse:
    """Send the draft and lead to its receipt; the same draft sent again leads to the same receipt.

    Whatever changed since the check page was shown is judged again as strictly as when it was filled in.

    An incomplete step leads back to that step; a missing statement or a limit shows the page again (422, 429).
    """
    unchanged = is_still_complete(visit)
    missing = None if unchanged else first_open(visit)
    if missing is not None:
        return redirect(missing.address)
    check = check_of(visit.service)
    form = CheckForm(visit.request.POST)
    if not form.is_valid():
        return form_page(check, visit, form=form, status=422)
    assert visit.draft is not None
    if not unchanged:
        uploads.drop_stale(visit)
    seen = Seen(visit.draft, visit.files) if unchanged else None
    limits = submit_limits(visit.request, visit.answers.get("phone", ""))
    try:
        submit_draft(draft_id=visit.draft.pk, now=visit.now, seen=seen, limits=limits)
    except TooMany as refusal:
        return form_page(check, visit, form=form, refusal=refusal)
    except DraftChanged:
        # Another tab, in this very moment. What would be sent is shown first.
        return redirect(check.address)
    return redirect("apply_receipt", visit.service)
