"""Today's shift and the coming days against what arrives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate

from requests_app.models import Application, Decision, Shift
from requests_app.rules.capacity import Day, forecast
from requests_app.rules.dates import WIB, local_date, start_of_day

AHEAD = 7
LOOK_BACK = 14
WEEKEND = 5


@dataclass(frozen=True)
class OnDuty:
    """One officer today: decided so far, of how many."""

    name: str
    done: int
    quota: int


@dataclass(frozen=True)
class Capacity:
    """Today and the days to come."""

    arrived_today: int
    on_duty: Sequence[OnDuty]
    days: Sequence[Day]

    @property
    def decided_today(self) -> int:
        """By the officers on duty."""
        return sum(person.done for person in self.on_duty)

    @property
    def quota_today(self) -> int:
        """Of all officers on duty."""
        return sum(person.quota for person in self.on_duty)


def load_capacity(now: datetime, *, undecided: int) -> Capacity:
    """Two queries. Arrivals of the coming days are the mean of the last two weeks' working days or weekend days."""
    today = local_date(now)
    shifts, arrived = _shifts(today), _arrivals(today)
    on_duty = shifts.get(today, [])
    days = [today + timedelta(days=n) for n in range(AHEAD)]
    expected = {day: _mean(arrived, today, weekend=day.weekday() >= WEEKEND) for day in days}
    expected[today] = max(0, expected[today] - arrived.get(today, 0))
    room = {day: sum(person.quota for person in shifts.get(day, [])) for day in days}
    room[today] = max(0, room[today] - sum(person.done for person in on_duty))
    plan = forecast(days, undecided=undecided, arrivals=expected, capacity=room)
    return Capacity(arrived.get(today, 0), on_duty, plan)


def _shifts(today: date) -> dict[date, list[OnDuty]]:
    """Who is on duty on the coming days, with what each has decided today."""
    done = (
        Decision.objects.filter(officer=OuterRef("officer"), decided_at__gte=start_of_day(today))
        .filter(taken_back_at__isnull=True)
        .order_by()
        .values("officer")
        .annotate(number=Count("pk"))
        .values("number")
    )
    rows = Shift.objects.filter(date__range=(today, today + timedelta(days=AHEAD - 1))).select_related("officer")
    by_day: dict[date, list[OnDuty]] = {}
    for shift in rows.annotate(done=Coalesce(Subquery(done), 0)).order_by("date", "officer__username"):
        name = shift.officer.get_full_name() or shift.officer.username
        by_day.setdefault(shift.date, []).append(OnDuty(name, shift.done, shift.quota))
    return by_day


def _arrivals(today: date) -> dict[date, int]:
    """Submissions of the last two weeks and today, by day (WIB)."""
    since = start_of_day(today - timedelta(days=LOOK_BACK))
    rows = Application.objects.filter(submitted_at__gte=since).order_by()
    counted = rows.annotate(day=TruncDate("submitted_at", tzinfo=WIB)).values_list("day").annotate(Count("pk"))
    return dict(counted)


def _mean(arrived: Mapping[date, int], today: date, *, weekend: bool) -> int:
    """The mean of the days like this one, those before the first submission left out."""
    begin = min(arrived, default=today)
    before = [today - timedelta(days=n) for n in range(1, LOOK_BACK + 1)]
    alike = [arrived.get(day, 0) for day in before if day >= begin and (day.weekday() >= WEEKEND) == weekend]
    return round(fmean(alike)) if alike else 0
