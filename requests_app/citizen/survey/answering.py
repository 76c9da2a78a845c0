"""The survey of one application: nine questions on one page, behind the proof that opens its tracking page."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from requests_app.citizen.survey.forms import SurveyForm
from requests_app.citizen.track.access import Access, after_proof, come_back_after_proof
from requests_app.operations.steps import NotNow
from requests_app.operations.survey import answer_survey
from requests_app.queries.survey import ask

FIRST_THE_PROOF = _("Buka permohonan Anda dulu. Sesudah itu survei terbuka.")


def with_way_back(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Like after_proof, but whoever has to prove first is led back here and not to the application."""
    proven_only = after_proof(view)

    @wraps(view)
    def checked(request: HttpRequest, number: str) -> HttpResponseBase:
        response = proven_only(request, number)
        if request.method == "GET" and response.status_code == 302:
            come_back_after_proof(request, number)
            messages.info(request, FIRST_THE_PROOF)
        return response

    return checked


@require_http_methods(["GET", "HEAD", "POST"])
@with_way_back
def answer(request: HttpRequest, access: Access) -> HttpResponse:
    """GET: the questions, or thanks once they are answered. POST: the answers are kept."""
    asked = ask(access.application_id)
    context = {"number": access.number, "service": gettext(asked.service.label)}
    if request.method != "POST" and asked.answered_at is not None:
        return render(request, "citizen/survey/thanks.html", context)
    if not asked.finished:
        return render(request, "citizen/survey/not_yet.html", context, status=409)
    form = SurveyForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "citizen/survey/questions.html", {**context, "form": form}, status=status)
    try:
        answer_survey(
            application_id=access.application_id, answers=form.answers, words=form.cleaned_data["words"],
            now=access.now,
        )  # fmt: skip
    except NotNow:
        return render(request, "citizen/survey/thanks.html", {**context, "before": True}, status=409)
    return redirect("survey", number=access.number)
