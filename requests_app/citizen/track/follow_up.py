"""What the citizen does after sending: withdraw, object, change the contact, report. Each needs the proof."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from requests_app.citizen.limited import too_many
from requests_app.citizen.track.access import Access, after_proof, page_of
from requests_app.citizen.track.forms import ObjectionForm, PlainForm, ReportForm
from requests_app.operations.followup import change_contact, object_to_rejection, withdraw
from requests_app.operations.guessing import follow_up_limits
from requests_app.operations.limits import TooMany, count_all_or_refuse
from requests_app.operations.reports import write_report
from requests_app.operations.steps import NotNow
from requests_app.queries import track
from requests_app.questions.contact import ContactForm
from requests_app.rules.dates import local_date
from requests_app.rules.statuses import StepNotAllowed
from requests_app.visitor import visitor_address

MOVED_ON = _("Permohonan ini sudah berubah. Lihat keadaannya di bawah.")


def _page(request: HttpRequest, name: str, access: Access, *, status: int = 200, **context: Any) -> HttpResponse:
    template = f"citizen/track/{name}.html"
    return render(request, template, {"number": access.number, "now": access.now, **context}, status=status)


def _moved_on(request: HttpRequest, access: Access, problem: Exception) -> HttpResponse:
    messages.warning(request, gettext(str(problem)) if isinstance(problem, NotNow) else str(MOVED_ON))
    return page_of(access)


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def withdraw_page(request: HttpRequest, access: Access) -> HttpResponse:
    """Asks once more before an application is withdrawn."""
    detail = track.detail(access.application_id, now=access.now)
    if not detail.can_withdraw:
        return _moved_on(request, access, NotNow(_("Permohonan ini tidak dapat dibatalkan lagi.")))
    if request.method != "POST":
        return _page(request, "withdraw", access, stage=detail.stage)
    try:
        withdraw(application_id=access.application_id, now=access.now)
    except (StepNotAllowed, NotNow) as problem:
        return _moved_on(request, access, problem)
    messages.success(request, _("Permohonan sudah dibatalkan. Anda dapat mengajukan lagi kapan saja."))
    return page_of(access)


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def objection_page(request: HttpRequest, access: Access) -> HttpResponse:
    """An objection to a rejection: once, within thirty days."""
    detail = track.detail(access.application_id, now=access.now)
    if detail.object_until is None:
        return _moved_on(request, access, NotNow(_("Keberatan tidak dapat diajukan untuk permohonan ini.")))
    form = ObjectionForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "until": detail.object_until, "answer": detail.answer}
    if request.method != "POST":
        return _page(request, "object", access, **context)
    if not form.is_valid():
        return _page(request, "object", access, status=422, **context)
    try:
        object_to_rejection(application_id=access.application_id, words=form.cleaned_data["words"], now=access.now)
    except (StepNotAllowed, NotNow) as problem:
        return _moved_on(request, access, problem)
    messages.success(request, _("Keberatan Anda sudah masuk. Petugas lain memeriksanya dalam lima hari."))
    return page_of(access)


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def report_page(request: HttpRequest, access: Access) -> HttpResponse:
    """The citizen's words for the Report of a broken promise."""
    detail = track.detail(access.application_id, now=access.now)
    if not detail.stage.broken:
        return _moved_on(request, access, NotNow(_("Janji lima hari belum lewat. Anda tidak perlu melapor.")))
    form = ReportForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return _page(request, "report", access, status=status, form=form, report=detail.report)
    try:
        _limit(request, access)
        report = write_report(application_id=access.application_id, words=form.cleaned_data["words"], now=access.now)
    except TooMany as refusal:
        return _refused(request, access, refusal, "report", form, report=detail.report)
    except NotNow as problem:
        return _moved_on(request, access, problem)
    messages.success(
        request, _("Laporan {number} sudah masuk. Pengawas menjawabnya kepada Anda.").format(number=report.number)
    )
    return page_of(access)


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def contact_page(request: HttpRequest, access: Access) -> HttpResponse:
    """Whom to tell from now on. Whoever gives neither phone nor e-mail gets a secret, shown this once."""
    answers, service = track.contact_answers(access.application_id)
    form = ContactForm(request.POST or None, answers=answers, today=local_date(access.now), service=service)
    if request.method != "POST":
        return _page(request, "contact", access, form=form)
    if not form.is_valid():
        return _page(request, "contact", access, status=422, form=form)
    try:
        _limit(request, access)
        changed = change_contact(application_id=access.application_id, answers=form.to_answers(), now=access.now)
    except TooMany as refusal:
        return _refused(request, access, refusal, "contact", form)
    except NotNow as problem:
        return _moved_on(request, access, problem)
    if changed.secret:
        return _page(request, "secret", access, secret=changed.secret)
    messages.success(request, _("Cara dikabari sudah diganti. Kabar berikutnya kami kirim ke sana."))
    return page_of(access)


def _limit(request: HttpRequest, access: Access) -> None:
    count_all_or_refuse(follow_up_limits(visitor_address(request), access.number), now=access.now)


def _refused(
    request: HttpRequest, access: Access, refusal: TooMany, name: str, form: PlainForm | ContactForm, **context: Any
) -> HttpResponse:
    return too_many(
        request, refusal, now=access.now, template=f"citizen/track/{name}.html", form=form,
        context={"number": access.number, **context},
    )  # fmt: skip
