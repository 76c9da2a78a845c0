"""When a zone's desks are closed: declared with a look at whom that moves, and revoked."""

from datetime import date, datetime, time, timedelta
from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.models import Zone
from requests_app.operations.closures import declare_closure, revoke_closure
from requests_app.operations.office import FieldRefused, displaced_by
from requests_app.queries.zone_admin import closed_when, closures_of
from requests_app.rules.dates import WIB, start_of_day
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.fields import ClockField, day_field
from requests_app.zone_admin.pages import agreement, is_agreed, refuse, render_admin, zone_page


class ClosureForm(forms.Form):
    """From a day (and time) to a day (and time); without times whole days, the last one included."""

    first_day = day_field("Tutup mulai tanggal", "Isi tanggal mulai tutup.")
    first_time = ClockField("Mulai jam")
    last_day = day_field("Sampai tanggal", "Isi tanggal terakhir tutup.")
    last_time = ClockField("Buka lagi jam")
    reason = forms.CharField(
        label="Alasan, dibaca warga", max_length=120,
        help_text="Lanjutan kalimat “jadwal dipindahkan karena …”, misalnya: banjir di sekitar kantor.",
        error_messages={"required": "Isi alasan; warga membacanya.", "max_length": "Paling panjang 120 huruf."},
    )  # fmt: skip

    def period(self) -> tuple[datetime, datetime]:
        """From when to when; the form is valid."""
        given = self.cleaned_data
        end = _moment(given["last_day"], given["last_time"]) if given["last_time"] else _next_day(given["last_day"])
        return _moment(given["first_day"], given["first_time"] or "00:00"), end


def _moment(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=WIB)


def _next_day(day: date) -> datetime:
    return start_of_day(day + timedelta(days=1))


@require_http_methods(["GET", "HEAD", "POST"])
@zone_page
def closures(request: StaffRequest, zone: Zone) -> HttpResponse:
    """GET: what is declared, and how far its visits are moved. POST: first what it would move, then declared."""
    form = ClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.period()
        declare = partial(
            declare_closure, zone=zone, starts_at=starts_at, ends_at=ends_at, reason=form.cleaned_data["reason"],
            officer=request.user, now=request.now,
        )  # fmt: skip
        try:
            to_move = sum(displaced_by(declare, now=request.now).values())
            if is_agreed(request, form, to_move):
                declare()
                messages.success(request, _declared(to_move))
                return redirect("zone_admin_closures", zone.code)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            when, yes = closed_when(starts_at, ends_at), agreement(form, to_move)
            return _page(request, zone, form, asked={"agreement": yes, "to_move": to_move, "when": when})
    return _page(request, zone, form, status=422 if form.is_bound else 200)


def _declared(to_move: int) -> str:
    if not to_move:
        return "Penutupan tercatat. Tidak ada kunjungan yang dipindahkan."
    return f"Penutupan tercatat. {to_move} kunjungan dipindahkan; setiap orang diberi tahu sekali."


@require_POST
@zone_page
def revoke(request: StaffRequest, zone: Zone, closure_id: int) -> HttpResponse:
    """The desks are open after all."""
    if not zone.closures.filter(pk=closure_id).exists():
        raise Http404
    revoke_closure(closure_id=closure_id, officer=request.user, now=request.now)
    messages.success(request, "Penutupan dicabut. Kunjungan yang sudah dipindahkan tetap di jadwal barunya.")
    return redirect("zone_admin_closures", zone.code)


def _page(
    request: StaffRequest, zone: Zone, form: ClosureForm, *, asked: dict[str, object] | None = None, status: int = 200
) -> HttpResponse:
    rows = closures_of(zone, now=request.now)
    context = {"zone": zone, "form": form, "rows": rows, "left": sum(row.to_move for row in rows), **(asked or {})}
    return render_admin(request, "zone_admin/closures.html", context, status=status)
