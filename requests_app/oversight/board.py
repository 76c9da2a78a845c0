"""The supervisor's first page, and the lists of broken and soon broken promises."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from requests_app.charts import Chart, Point, bar_chart, line_chart
from requests_app.oversight.pages import render_oversight
from requests_app.queries.capacity import load_capacity
from requests_app.queries.fairness import Fairness, Side, fairness
from requests_app.queries.forecast import blank_line, cover_alert
from requests_app.queries.oversight import broken_page, load_board, soon_page
from requests_app.queries.stock import open_alerts
from requests_app.rules.capacity import Day
from requests_app.rules.dates import DAYS, format_decimal
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest


@require_safe
@staff_page("oversee")
def oversight_home(request: StaffRequest) -> HttpResponse:
    """What is broken or about to break, who has to be called or invited, capacity, blanks, fairness, what runs."""
    board = load_board(request.now)
    capacity = load_capacity(request.now, undecided=board.promises["undecided"])
    waits = fairness(request.now)
    alerts, more_alerts = open_alerts(everything=request.GET.get("peringatan") == "semua")
    context = {
        "board": board,
        "capacity": capacity,
        "chart": _load_chart(capacity.days),
        "waits": waits,
        "waits_chart": _waits_chart(waits),
        "blanks": blank_line(request.now),
        "alert": cover_alert(),
        "stock_alerts": alerts,
        "more_alerts": more_alerts,
        "may_see_forecast": True,
    }
    return render_oversight(request, "oversight/home.html", context)


def _load_chart(days: Sequence[Day]) -> Chart:
    """What somebody has to look at on each of the coming days, against what can be decided."""
    return bar_chart(
        "beban",
        "Harus diperiksa tiap hari, dibanding kapasitas",
        [_point(day) for day in days],
        values="Harus diperiksa",
        limits="Kapasitas",
        note="Garis putus: kapasitas petugas piket (panah: jauh di atas gambar). Merah: tidak cukup petugas.",
    )


def _point(day: Day) -> Point:
    label = f"{DAYS[day.date.weekday()][:3]} {day.date.day}"
    return Point(label, day.load, day.capacity, "bad" if day.too_much else "")


def _waits_chart(waits: Fairness) -> Chart:
    """Both ways in, week by week."""
    labels = [f"{week.day}/{week.month}" for week, _online, _counter in waits.weeks]
    return line_chart(
        "tunggu",
        "Jam sampai separuh permohonan diputuskan",
        [_hours(label, online) for label, (_week, online, _counter) in zip(labels, waits.weeks, strict=True)],
        values="Daring (jam)",
        others=[_hours(label, counter) for label, (_week, _online, counter) in zip(labels, waits.weeks, strict=True)],
        other_values="Loket (jam)",
        note="Menurut minggu keputusan pertama; di bawahnya hari Seninnya. Garis utuh: daring. Garis putus: loket.",
    )


def _hours(label: str, side: Side) -> Point:
    if side.median is None:
        return Point(label, None)
    return Point(label, side.median, exact=f"{format_decimal(side.median)} ({side.decisions} keputusan)")


@require_safe
@staff_page("oversee")
def broken(request: StaffRequest) -> HttpResponse:
    """Broken promises, those that nobody was told about first of all."""
    everything = request.GET.get("semua") == "1"
    page = broken_page(request.GET.get("dari", ""), untold_only=not everything)
    return render_oversight(request, "oversight/broken.html", {"page": page, "everything": everything})


@require_safe
@staff_page("oversee")
def soon(request: StaffRequest) -> HttpResponse:
    """Promises of three and four days, and those due today or tomorrow."""
    page = soon_page(request.GET.get("dari", ""), now=request.now)
    return render_oversight(request, "oversight/soon.html", {"page": page})
