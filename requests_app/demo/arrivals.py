"""When people send their applications, and when the office decides."""

import random
from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from requests_app.rules.dates import WIB, to_wib
from requests_app.rules.promise import is_working_day

OPENS, CLOSES = time(8), time(15, 30)
# Of a working day's arrivals; people apply in the evening and at weekends too.
SATURDAY, OTHER_DAYS = 0.25, 0.15
HOURS = (1, 0, 0, 0, 1, 3, 6, 9, 12, 14, 13, 11, 9, 10, 9, 8, 7, 6, 7, 9, 9, 7, 4, 2)
JUST_NOW = timedelta(minutes=5)


class Calendar:
    """Draws moments around `now` (aware); holidays are those of the office."""

    def __init__(self, rng: random.Random, now: datetime, holidays: Collection[date]) -> None:
        self._rng, self._now = rng, now
        self.holidays = holidays

    def arrivals(self, count: int, days: int) -> list[datetime]:
        """`count` moments of the last `days` days, oldest first: many on working mornings, few at night."""
        today = to_wib(self._now).date()
        dates = [today - timedelta(days=n) for n in range(days, -1, -1)]
        weights = [self._weight(day) for day in dates]
        begin, end = self._now - timedelta(days=days), self._now - JUST_NOW
        moments: list[datetime] = []
        while len(moments) < count:
            day = self._rng.choices(dates, weights)[0]
            hour = self._rng.choices(range(24), HOURS)[0]
            seconds = timedelta(seconds=self._rng.randint(0, 3599))
            moment = datetime.combine(day, time(hour), WIB) + seconds
            if begin <= moment <= end:
                moments.append(moment)
        return sorted(moments)

    def _weight(self, day: date) -> float:
        if is_working_day(day, self.holidays):
            return 1.0
        return SATURDAY if day.weekday() == 5 else OTHER_DAYS

    def office_moment(self, moment: datetime) -> datetime:
        """The moment itself in office hours, else some time in the next working morning."""
        local = to_wib(moment)
        if is_working_day(local.date(), self.holidays) and OPENS <= local.time() <= CLOSES:
            return moment
        day = local.date() + timedelta(days=local.time() > CLOSES)
        while not is_working_day(day, self.holidays):
            day += timedelta(days=1)
        return datetime.combine(day, OPENS, WIB) + timedelta(minutes=self._rng.uniform(0, 240))

    def office_moment_before(self, moment: datetime) -> datetime:
        """The moment itself in office hours, else in the last hour of the working day before it."""
        local = to_wib(moment)
        if is_working_day(local.date(), self.holidays) and OPENS <= local.time() <= CLOSES:
            return moment
        day = local.date() - timedelta(days=local.time() < OPENS)
        while not is_working_day(day, self.holidays):
            day -= timedelta(days=1)
        return datetime.combine(day, CLOSES, WIB) - timedelta(minutes=self._rng.uniform(0, 60))
