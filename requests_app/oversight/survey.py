"""What citizens wrote beside their answers to the survey, for the supervisor alone."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from requests_app.operations.access import log_access
from requests_app.oversight.pages import render_oversight
from requests_app.queries.survey import satisfaction, words_page
from requests_app.rules.survey import ENOUGH
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_safe
@staff_page("oversee")
def words(request: StaffRequest) -> HttpResponse:
    """The newest first, without name or number; somebody may have written their own, so it leaves an access row."""
    page = words_page(request.GET.get("dari", ""))
    log_access(officer=request.user, action="survey", now=request.now)
    context = {"page": page, "overall": satisfaction().overall, "enough": ENOUGH}
    return render_oversight(request, "oversight/survey.html", context)
