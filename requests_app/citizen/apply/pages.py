"""Drawing a step: its form or its list of files, what is wrong, and how far it is."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from requests_app.citizen.apply import uploads
from requests_app.citizen.apply.device import copy_key, is_shared
from requests_app.citizen.apply.pace import minutes_left
from requests_app.citizen.apply.steps import ADDRESS, STEPS, Step, asked_steps
from requests_app.citizen.apply.summary import check_parts
from requests_app.citizen.apply.visit import Visit, other_drafts
from requests_app.models import ZoneCoverage
from requests_app.operations.limits import TooMany
from requests_app.operations.submission import PRIVACY_VERSION
from requests_app.queries.public import coverage_of
from requests_app.questions.base import StepForm
from requests_app.questions.check import CheckForm
from requests_app.retry import retry_text
from requests_app.uploads.taking import ACCEPT
from requests_app.words import Text

EXPIRED = _(
    "Draf Anda sudah dihapus, karena tujuh hari tidak diubah atau karena cookie dihapus. "
    "Isian halaman ini masih ada. Tekan tombol di bawah untuk mulai lagi."
)
OTHER_FORM = _("Halaman ini dari permohonan lain. Periksa isiannya, lalu tekan tombol di bawah untuk menyimpannya.")
TOO_LONG_OPEN = _("Halaman ini terlalu lama terbuka. Isian Anda masih ada. Tekan tombol di bawah sekali lagi.")
TOO_MANY = _("Terlalu banyak percobaan dari jaringan Anda. Coba lagi %(when)s. Isian Anda tetap tersimpan.")
LAST_DAY = timedelta(days=1)


def form_page(
    this: Step,
    visit: Visit,
    *,
    form: StepForm | CheckForm | None = None,
    typed: bool = False,
    file_errors: Mapping[str, list[str]] | None = None,
    notice: Text = "",
    refusal: TooMany | None = None,
    status: int = 200,
) -> HttpResponse:
    """One step. `typed`: fill in what was just posted, without judging it. `refusal`: a limit, answered with 429."""
    shown = form or (_form(this, visit, typed) if this.form is not None else None)
    context: dict[str, Any] = {
        **_progress(this, visit),
        **_kept(this, visit),
        "step": this,
        "service": visit.service,
        "other_drafts": other_drafts(visit.request, visit.service),
        "typed": typed or form is not None,
        "draft": visit.draft,
        "notice": TOO_MANY % {"when": retry_text(refusal, visit.now)} if refusal else notice,
        "has_errors": bool(notice or refusal),
    }
    if this.is_documents:
        context |= _documents(visit, dict(file_errors or {}))
    elif this.is_check:
        context |= {"form": form or CheckForm(visit.request.POST if typed else None), "parts": check_parts(visit)}
    else:
        context |= {"form": shown, "privacy_version": PRIVACY_VERSION}
    context["coverage"] = _office(this, visit, shown)
    response = render(visit.request, this.template, context, status=429 if refusal else status)
    if refusal:
        response["Retry-After"] = str(max(1, int((refusal.retry_at - visit.now).total_seconds()) + 1))
    return response


def _form(this: Step, visit: Visit, typed: bool) -> StepForm:
    assert this.form is not None
    form = visit.form(this.form)
    for name, field in form.fields.items() if typed else ():
        form.initial[name] = field.widget.value_from_datadict(visit.request.POST, {}, name)
    return form


def _progress(this: Step, visit: Visit) -> dict[str, Any]:
    asked = asked_steps(visit)
    number = asked.index(this) + 1 if this in asked else 1
    # Until the reason is known, as many as there can be: the number never grows on the way.
    of = len(asked) if visit.answers.get("reason") else len(STEPS[visit.service])
    back = asked[number - 2] if number > 1 else None
    return {"number": number, "of": of, "back": back, "minutes": minutes_left(this, visit)}


def _kept(this: Step, visit: Visit) -> dict[str, Any]:
    """Where the answers are kept, and until when. Files and the statement on the check page are never copied."""
    ends_soon = visit.draft is not None and visit.draft.expires_at - visit.now < LAST_DAY
    key = copy_key(visit) if this.form else ""
    return {"copy_key": key, "is_shared": is_shared(visit.request), "ends_soon": ends_soon}


def _office(this: Step, visit: Visit, form: StepForm | CheckForm | None) -> ZoneCoverage | None:
    """The office of the kelurahan: beside the question, on the page after it, and where everything is checked."""
    kelurahan = visit.answers.get("kelurahan", "")
    if this.slug == ADDRESS and form is not None:
        kelurahan = form["kelurahan"].value()
    elif not this.is_check and not _follows_address(this, visit):
        return None
    return coverage_of(kelurahan, visit.today) if kelurahan else None


def _follows_address(this: Step, visit: Visit) -> bool:
    asked = [step.slug for step in asked_steps(visit)]
    return ADDRESS in asked and this.slug == asked[asked.index(ADDRESS) + 1]


def _documents(visit: Visit, errors: dict[str, list[str]]) -> dict[str, Any]:
    listed = uploads.wanted(visit, errors)
    items = [
        {"target": f"id_{wanted.code}", "text": f"{wanted.label}: {text}"}
        for wanted in listed
        for text in wanted.errors
    ]
    others = [r for r in visit.requirements if r.kind in {"visit", "bring"}]
    context: dict[str, Any] = {"wanted": listed, "items": items, "others": others, "accept": ACCEPT}
    return context | ({"has_errors": True} if items else {})
