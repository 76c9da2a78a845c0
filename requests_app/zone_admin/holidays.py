"""Holidays and joint leave: what a change moves is asked first; promises never change."""

from functools import partial

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from requests_app.models import Holiday
from requests_app.operations.closures import add_holiday, remove_holiday
from requests_app.operations.office import FieldRefused, displaced_by
from requests_app.queries.zone_admin import holiday_years, holidays_from, visits_to_move
from requests_app.rules.dates import format_day_long, local_date
from requests_app.rules.opening import HOLIDAY_KINDS
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.fields import day_field
from requests_app.zone_admin.pages import admin_page, agreement, is_agreed, refuse, render_admin


class HolidayForm(forms.Form):
    """A day on which all desks are closed."""

    day = day_field("Tanggal", "Isi tanggal libur.")
    name = forms.CharField(
        label="Nama, dibaca warga", max_length=100,
        error_messages={"required": "Isi nama hari libur.", "max_length": "Paling panjang 100 huruf."},
    )  # fmt: skip
    kind = forms.ChoiceField(
        label="Jenis", choices=list(HOLIDAY_KINDS.items()), error_messages={"invalid_choice": "Pilih jenisnya."}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page
def holidays(request: StaffRequest) -> HttpResponse:
    """GET: the days of a year. POST: first what a new one would move, then added."""
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["day"]
        add = partial(add_holiday, **form.cleaned_data, officer=request.user, now=request.now)
        try:
            moved = displaced_by(add, now=request.now)
            to_move = sum(moved.values())
            if is_agreed(request, form, to_move):
                add()
                messages.success(request, f"{format_day_long(day)} tercatat libur. {_moving(to_move)}")
                return redirect(f"{reverse('zone_admin_holidays')}?tahun={day.year}")
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            yes = agreement(form, to_move)
            return _page(request, form, {"agreement": yes, "moved": moved, "to_move": to_move, "day": day})
    return _page(request, form, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page
def remove(request: StaffRequest, holiday_id: int) -> HttpResponse:
    """GET: the question. POST: the day is a working day again."""
    holiday = Holiday.objects.filter(pk=holiday_id).first()
    if holiday is None:
        raise Http404
    if request.method == "POST":
        remove_holiday(holiday_id=holiday_id, officer=request.user, now=request.now)
        messages.success(request, f"{format_day_long(holiday.date)} bukan hari libur lagi. Slot hari itu dibuka.")
        return redirect(f"{reverse('zone_admin_holidays')}?tahun={holiday.date.year}")
    return render_admin(request, "zone_admin/holiday_remove.html", {"holiday": holiday})


def _moving(count: int) -> str:
    if not count:
        return "Tidak ada kunjungan yang dipindahkan."
    return f"{count} kunjungan dipindahkan; setiap orang diberi tahu sekali."


def _page(
    request: StaffRequest, form: HolidayForm, asked: dict[str, object] | None = None, *, status: int = 200
) -> HttpResponse:
    years = holiday_years(now=request.now)
    typed = request.GET.get("tahun", "")
    year = next((year for year in years if str(year) == typed), local_date(request.now).year)
    rows, address = holidays_from(year, now=request.now), reverse("zone_admin_holidays")
    context = {
        "form": form, "year": year, "coming": [row for row in rows if not row.is_past],
        "past": [row for row in rows if row.is_past],
        "years": [(str(one), f"{address}?tahun={one}", one == year) for one in years],
        "left": visits_to_move(now=request.now), **(asked or {}),
    }  # fmt: skip
    return render_admin(request, "zone_admin/holidays.html", context, status=status)
