"""Reports: who takes them, what is answered, and when they are closed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.operations.access import log_access
from requests_app.operations.reports import answer_report, close_report, own_report
from requests_app.oversight.forms import AnswerForm
from requests_app.oversight.pages import explained, render_oversight
from requests_app.queries.oversight import ReportFile, load_report, reports_page
from requests_app.rules.numbers import REPORT_PREFIX, normalise_number
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_safe
@staff_page("handle_report")
def list_reports(request: StaffRequest) -> HttpResponse:
    """Open Reports, the oldest first, or the history of closed ones."""
    closed = request.GET.get("selesai") == "1"
    page = reports_page(request.GET.get("dari", ""), open_only=not closed)
    return render_oversight(request, "oversight/reports.html", {"page": page, "closed": closed})


@require_safe
@staff_page("handle_report")
def show_report(request: StaffRequest, number: str) -> HttpResponse:
    """One Report; opening it leaves an access row."""
    file = _report_or_404(number)
    return _page(request, file, AnswerForm(initial={"seen": len(file.report.words)}))


@require_POST
@staff_page("handle_report")
@explained
def own(request: StaffRequest, number: str) -> HttpResponse:
    """The supervisor takes it."""
    report = _report_or_404(number).report
    own_report(report_id=report.pk, supervisor=request.user, now=request.now)
    messages.success(request, f"Laporan {report.number} sekarang tanggung jawab Anda.")
    return redirect("oversight_report", number=report.number)


@require_POST
@staff_page("handle_report")
@explained
def answer(request: StaffRequest, number: str) -> HttpResponse:
    """The answer leaves for the citizen."""
    file = _report_or_404(number)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, file, form, status=422)
    report = answer_report(report_id=file.report.pk, supervisor=request.user, now=request.now, **form.cleaned_data)
    if report.status == "answered":
        messages.success(request, "Jawaban dikirim kepada warga. Tutup laporan ini bila urusannya selesai.")
    else:
        messages.warning(request, "Jawaban dikirim. Sementara itu warga menulis lagi; laporan ini tetap terbuka.")
    return redirect("oversight_report", number=file.report.number)


@require_POST
@staff_page("handle_report")
@explained
def close(request: StaffRequest, number: str) -> HttpResponse:
    """Done."""
    report = _report_or_404(number).report
    close_report(report_id=report.pk, supervisor=request.user, now=request.now)
    messages.success(request, f"Laporan {report.number} ditutup.")
    return redirect("oversight_reports")


def _report_or_404(number: str) -> ReportFile:
    stored = normalise_number(number, REPORT_PREFIX)
    file = load_report(stored) if stored else None
    if file is None:
        raise Http404
    return file


def _page(request: StaffRequest, file: ReportFile, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    log_access(officer=request.user, action="report", now=request.now, application_id=file.report.application_id)
    return render_oversight(request, "oversight/report.html", {"file": file, "form": form}, status=status)
