"""The call list: people whom no message reached."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import CallAttempt, CallTask
from requests_app.officer.pages import explained, render_officer
from requests_app.operations.access import log_access
from requests_app.operations.calls import record_call
from requests_app.operations.steps import NotNow
from requests_app.queries.officer import PAGE, open_calls, reach_of
from requests_app.queries.review import words_to_tell
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


class OutcomeForm(forms.Form):
    """What came of one try."""

    outcome = forms.ChoiceField(
        label="Hasil",
        choices=CallAttempt.OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih hasilnya."},
    )
    note = forms.CharField(label="Catatan", required=False, max_length=400, widget=forms.Textarea({"rows": 2}))


@require_safe
@staff_page("call_list")
def list_calls(request: StaffRequest) -> HttpResponse:
    """Who has to be called, the longest waiting first. No phone numbers here."""
    return render_officer(request, "officer/calls.html", {"tasks": open_calls(reach_of(request.user))[:PAGE]})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("call_list")
@explained
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """GET: the phone, what to say, and the form; opening it leaves an access row. POST: what came of it."""
    task = _task_or_404(request, pk)
    if task.closed_at is not None:
        raise NotNow("Warga ini sudah diberi tahu. Tidak perlu ditelepon lagi.")
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        record_call(task_id=task.pk, officer=request.user, outcome=data["outcome"], note=data["note"], now=request.now)
        messages.success(request, f"{task.application.number}: hasil tercatat.")
        return redirect("officer_calls")
    log_access(officer=request.user, action="call", now=request.now, application_id=task.application_id)
    attempts = task.attempts.select_related("officer").order_by("-at")
    context = {"task": task, "form": form, "words": words_to_tell(task), "attempts": attempts}
    return render_officer(request, "officer/call.html", context, status=422 if form.is_bound else 200)


def _task_or_404(request: StaffRequest, pk: int) -> CallTask:
    visible = CallTask.objects.filter(reach_of(request.user).condition_on("application__"))
    return get_object_or_404(visible.select_related("application__zone", "notice__text"), pk=pk)
