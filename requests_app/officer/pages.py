"""What the officer's pages share: finding the application, the take-back banner, and pages that say "not now"."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from requests_app.models import Application, Decision
from requests_app.operations.review import NotOnDuty
from requests_app.operations.steps import NotNow
from requests_app.queries.officer import visible
from requests_app.rules.numbers import normalise_number
from requests_app.rules.statuses import Status, StepNotAllowed
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest

P = ParamSpec("P")
View = Callable[Concatenate[StaffRequest, P], HttpResponse]
UNDO = "undo"
TYPED = {
    "place": "Tempat", "hours": "Jam", "bring": "Yang dibawa", "note": "Catatan", "next_step": "Langkah berikutnya",
}  # fmt: skip


@dataclass(frozen=True)
class Undo:
    """A decision that its officer can still take back, for so many seconds."""

    decision: Decision
    seconds: int


def application_or_404(request: StaffRequest, number: str) -> Application:
    """The application of this number, if the officer may see it; other zones and services do not exist for them."""
    stored = normalise_number(number)
    found = visible(request.user).select_related("zone", "kelurahan__kecamatan", "lease_officer", "skipped_by")
    application = found.filter(number=stored).first() if stored else None
    if application is None:
        raise Http404
    return application


def render_officer(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """An officer's page, with the take-back banner while a decision can be taken back."""
    return render_staff(request, template, {"undo": undo_of(request), **(context or {})}, status=status)


def undo_of(request: StaffRequest) -> Undo | None:
    """The decision this session just made, while its eight seconds last."""
    pk = request.session.get(UNDO)
    if pk is None:
        return None
    own = Decision.objects.filter(pk=pk, officer=request.user, taken_back_at__isnull=True).select_related("application")
    decision = own.only("kind", "release_at", "application__number").first()
    if decision is None or request.now >= decision.release_at:
        del request.session[UNDO]
        return None
    return Undo(decision, round((decision.release_at - request.now).total_seconds()))


def explained(view: View[P]) -> View[P]:
    """Turn "this cannot be done any more" into a page (409) that says what happened, with what was typed."""

    @wraps(view)
    def explaining(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotNow as problem:
            return not_now(request, str(problem), **kwargs)
        except StepNotAllowed as step:
            stands = Status(step.frm).officer_word
            reason = f"Permohonan ini sekarang berstatus “{stands}”. Langkah ini tidak berlaku lagi."
            return not_now(request, reason, **kwargs)
        except NotOnDuty:
            return off_duty(request)

    return explaining


def not_now(request: StaffRequest, reason: str, **address: Any) -> HttpResponse:
    """409: what happened, where the application stands, what to do, and what was typed, so that it can be copied."""
    number = normalise_number(str(address.get("number", ""))) or ""
    found = visible(request.user).filter(number=number).select_related("lease_officer")
    application = found.only("number", "status", "lease_officer__username").first()
    decision = _last_decision(application) if application is not None else None
    context = {"reason": reason, "typed": _typed(request), "application": application, "decision": decision}
    return render_officer(request, "officer/not_now.html", context, status=409)


def _last_decision(application: Application) -> Decision | None:
    standing = Decision.objects.filter(application=application, taken_back_at__isnull=True).select_related("officer")
    return standing.only("kind", "decided_at", "officer__username").order_by("-pk").first()


def off_duty(request: StaffRequest) -> HttpResponse:
    """One confirmation before working on a day without duty; the same POST goes on after it."""
    kept = [(name, value) for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", "confirmed"}]
    return render_officer(request, "officer/off_duty.html", {"kept": kept, "action": request.path})


def to_application(application: Application) -> HttpResponse:
    """To the desk with this application."""
    return redirect("review_application", number=application.number)


def _typed(request: StaffRequest) -> list[tuple[str, str]]:
    names = [(name, TYPED.get(name.split("-")[0].split("_for_")[0], "")) for name in request.POST]
    return [(label, request.POST[name]) for name, label in names if label and request.POST[name].strip()]
