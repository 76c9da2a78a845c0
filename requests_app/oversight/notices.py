"""Do messages arrive? What was sent and delivered, what waits and why, and how much of the day's limit is left."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.channels.posts import receipted
from requests_app.charts import Chart, Point, bar_chart
from requests_app.operations.unreadable import read_again
from requests_app.oversight.pages import render_oversight
from requests_app.queries.notice_figures import BUCKET, DAY, Line
from requests_app.queries.notice_health import load_health
from requests_app.queries.notice_situation import recent_alerts
from requests_app.queries.notice_waiting import BudgetNow
from requests_app.rules.dates import format_count, to_wib
from requests_app.rules.notice_health import ENOUGH, FEW, IN_TIME_SHARE
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.roles import may
from requests_app.rules.routes import SMS
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest

NEAR_EDGE = 25  # per cent: words so near to an edge grow away from it


@require_safe
@staff_page("see_messages")
def notices(request: StaffRequest) -> HttpResponse:
    """What is wrong and what to do stands on top; below it the figures of 24 hours, or of 30 days."""
    month = request.GET.get("rentang") == "30"
    health = load_health(request.now, days=30 if month else 1)
    context = {
        "health": health,
        "month": month,
        "budget": draw_budget(health.situation.budget),
        "chart": draw_day(health.ages, request.now),
        "alerts": recent_alerts(request.now, health.situation.conditions),
        "enough": ENOUGH,
        "sms_reports": SMS in receipted(),
        "take_back_s": int(TAKE_BACK.total_seconds()),
        "may_call": may(request.user.role, "call_list"),
    }
    return render_oversight(request, "oversight/notices.html", context)


@require_POST
@staff_page("see_messages")
def read_unreadable(request: StaffRequest) -> HttpResponse:
    """What could not be worked on is worked on again."""
    number = read_again()
    if number:
        messages.success(
            request, f"{format_count(number)} kiriman dibaca lagi. Lihat hasilnya di sini sesudah satu menit."
        )
    else:
        messages.info(request, "Tidak ada lagi kiriman yang belum terbaca.")
    return redirect("oversight_notices")


@dataclass(frozen=True)
class Mark:
    """A place in the drawing of the budget, and which way its words grow."""

    x: str
    number: int
    anchor: str


@dataclass(frozen=True)
class BudgetDrawing:
    """The limit of 24 hours as a bar: what is used, where only answers may leave, where supervisors are warned."""

    now: BudgetNow
    used: str
    reserve: Mark
    reserve_width: str
    warning: Mark


def draw_budget(budget: BudgetNow) -> BudgetDrawing | None:
    """Places in per cent of the bar; None where there is no limit."""
    if not budget.limit:
        return None
    whole = max(budget.limit, budget.used)

    def place(number: int) -> float:
        return 100 * number / whole

    def mark(number: int) -> Mark:
        at = place(number)
        anchor = "start" if at < NEAR_EDGE else "end" if at > 100 - NEAR_EDGE else ""
        return Mark(_percent(at), number, anchor)

    return BudgetDrawing(
        now=budget,
        used=_percent(place(budget.used)),
        reserve=mark(budget.open_to_all),
        reserve_width=_percent(place(budget.reserve)),
        warning=mark(budget.limit * budget.warn_percent // 100),
    )


def _percent(place: float) -> str:
    return f"{round(place, 2):g}%"


def draw_day(ages: Mapping[int, Line], now: datetime) -> Chart:
    """The share that arrived, of what might leave in each three hours of the last day; the last bar is the newest."""
    steps = range(int(DAY / BUCKET) - 1, -1, -1)
    told = "WhatsApp dan SMS" if SMS in receipted() else "WhatsApp"
    return bar_chart(
        "sampai",
        f"Sampai di ponsel, dari pesan {told} tiap tiga jam (%)",
        [_point(ages.get(age, Line()), now - BUCKET * (age + 1)) for age in steps],
        values="Sampai (%)",
        note="Di bawah tiap batang: jam mulai (WIB). Kuning: kurang dari 95%. Merah: kurang dari separuh.",
    )


def _point(line: Line, begins: datetime) -> Point:
    share, label = line.share_arrived, f"{to_wib(begins):%H.%M}"
    if share is None:
        return Point(label, None)
    tone = "bad" if share < FEW else "warn" if share < IN_TIME_SHARE else ""
    exact = f"{int(100 * share)} ({line.judged_arrived} dari {line.judged})"
    return Point(label, int(100 * share), tone=tone, exact=exact)
