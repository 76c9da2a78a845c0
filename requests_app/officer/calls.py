"""The call list: people whom no message reached."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from requests_app.models import CallAttempt, CallTask, Slot
from requests_app.officer.pages import explained, render_officer
from requests_app.operations.access import log_access
from requests_app.operations.actors import staff
from requests_app.operations.calls import TOLD, others_to_tell, record_call
from requests_app.operations.steps import NotNow
from requests_app.operations.visits import SlotTaken, book_visit
from requests_app.queries.calls import calls_page
from requests_app.queries.officer import reach_of
from requests_app.queries.review import words_to_tell
from requests_app.queries.visits import free_slots, waits_for_visit
from requests_app.rules.dates import format_moment
from requests_app.rules.messages import render
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
    slot = forms.TypedChoiceField(
        label="Jadwal yang dipilih warga", required=False, coerce=int, empty_value=None,
        help_text="Tanyakan harinya, lalu pilih. Boleh dikosongkan bila warga belum dapat memastikan.",
        error_messages={"invalid_choice": "Jadwal itu sudah terisi. Pilih jadwal lain dari daftar."},
    )  # fmt: skip
    note = forms.CharField(label="Catatan", required=False, max_length=400, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, free: Sequence[Slot] | None, **kwargs: Any) -> None:
        """`free`: the slots that can be offered on the phone; None when nobody has to choose one."""
        super().__init__(*args, **kwargs)
        if free is None:
            del self.fields["slot"]
            return
        slot: Any = self.fields["slot"]
        slot.choices = [("", "Belum memilih"), *((s.pk, f"{format_moment(s.starts_at)} ({s.label})") for s in free)]

    def clean(self) -> dict[str, Any]:
        """A slot is chosen by whoever was reached."""
        data = super().clean() or {}
        if data.get("slot") and data.get("outcome") not in TOLD:
            self.add_error("slot", "Jadwal dipilih oleh warga sendiri. Kosongkan bila warga tidak terhubung.")
        return data


@require_safe
@staff_page("call_list")
def list_calls(request: StaffRequest) -> HttpResponse:
    """Who has to be called, what is due first on top, fifty a page. No phone numbers here."""
    page = calls_page(reach_of(request.user), request.GET.get("dari", ""))
    return render_officer(request, "officer/calls.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("call_list")
@explained
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """GET: the phone, what to say, and the form; opening it leaves an access row. POST: what came of it."""
    task = _task_or_404(request, pk)
    if task.closed_at is not None:
        raise NotNow("Warga ini sudah diberi tahu. Tidak perlu ditelepon lagi.")
    form = OutcomeForm(request.POST or None, free=_slots_to_offer(request, task))
    if request.method == "POST" and form.is_valid() and _record(request, task, form):
        return redirect("officer_calls")
    log_access(officer=request.user, action="call", now=request.now, application_id=task.application_id)
    attempts = task.attempts.select_related("officer").order_by("-at")
    others = [render(other.text.body, other.params) for other in others_to_tell(task)]
    context = {"task": task, "form": form, "words": words_to_tell(task), "others": others, "attempts": attempts}
    return render_officer(request, "officer/call.html", context, status=422 if form.is_bound else 200)


def _slots_to_offer(request: StaffRequest, task: CallTask) -> list[Slot] | None:
    """Whoever was approved and has no coming visit can be given one while they are on the phone."""
    application = task.application
    if not waits_for_visit(application):
        return None
    return free_slots(application.zone, now=request.now)


def _record(request: StaffRequest, task: CallTask, form: OutcomeForm) -> bool:
    """The slot first, which somebody else may have taken meanwhile; False when that is so."""
    data, number = form.cleaned_data, task.application.number
    said = f"{number}: hasil tercatat."
    if data.get("slot"):
        try:
            visit = book_visit(
                application_id=task.application_id, slot_id=data["slot"], now=request.now, actor=staff(request.user)
            )
        except SlotTaken as taken:
            form.add_error("slot", str(taken))
            return False
        said = f"{number}: jadwal {format_moment(visit.starts_at)}, nomor antrean {visit.number}."
    record_call(task_id=task.pk, officer=request.user, outcome=data["outcome"], note=data["note"], now=request.now)
    messages.success(request, said)
    return True


def _task_or_404(request: StaffRequest, pk: int) -> CallTask:
    visible = CallTask.objects.filter(reach_of(request.user).condition_on("application__"))
    return get_object_or_404(visible.select_related("application__zone", "notice__text"), pk=pk)
