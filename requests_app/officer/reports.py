"""Somebody stands at the counter with a report number: find the application and serve it first."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from requests_app.models import Report
from requests_app.officer.pages import render_officer
from requests_app.queries.officer import reach_of
from requests_app.queries.review import holds
from requests_app.rules.numbers import REPORT_PREFIX, normalise_number
from requests_app.rules.statuses import Status
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


class ReportForm(forms.Form):
    """The number as it is read aloud; small slips are forgiven."""

    report = forms.CharField(
        label="Nomor laporan",
        help_text="Diawali LAP, misalnya LAP-7K3M-9QTX-4.",
        max_length=40,
        error_messages={"required": "Isi nomor laporan."},
    )

    def clean_report(self) -> str:
        """As stored; a number that cannot be one is refused."""
        number = normalise_number(self.cleaned_data["report"], REPORT_PREFIX)
        if number is None:
            raise forms.ValidationError("Nomor ini salah ketik. Periksa lagi nomor laporannya.")
        return number


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("find_report")
def find_report(request: StaffRequest) -> HttpResponse:
    """The application behind a report number, with the button that takes it at once."""
    form = ReportForm(request.POST or None)
    report = _report(request, form.cleaned_data["report"]) if form.is_bound and form.is_valid() else None
    if form.is_bound and form.is_valid() and report is None:
        form.add_error("report", "Laporan ini tidak ada di zona dan layanan Anda.")
    context: dict[str, Any] = {"form": form, "report": report}
    if report is not None:
        context["can_claim"] = report.application.status == Status.SUBMITTED
        context["mine"] = holds(report.application, request.user, request.now)
    return render_officer(request, "officer/report.html", context, status=422 if form.errors else 200)


def _report(request: StaffRequest, number: str) -> Report | None:
    found = Report.objects.filter(reach_of(request.user).condition_on("application__"), number=number)
    return found.select_related("application__zone", "application__lease_officer").first()
