"""Cards of the last months that are in their owners' hands, so that what people say has an index for each zone."""

from datetime import timedelta

from requests_app.demo.life import Life
from requests_app.demo.office import Office
from requests_app.demo.scenarios import approval, fetch
from requests_app.models import Zone
from requests_app.rules.survey import ENOUGH

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAYS_AGO = (25, 80)
ONE_OF = 80
"""A set of so many applications has one of them in each zone, up to as many as are shown."""


def play_past(office: Office, count: int) -> list[Life]:
    """For a set of `count` applications."""
    zones = dict.fromkeys(office.zones.values())
    return [_judged(office, zone) for zone in zones for _ in range(min(count // ONE_OF, ENOUGH))]


def _judged(office: Office, zone: Zone) -> Life:
    rng, calendar = office.rng, office.calendar
    decided = calendar.office_moment_before(office.now - rng.uniform(*DAYS_AGO) * DAY)
    where, reason = rng.choice(office.kelurahan_of(zone)), rng.choice(["rusak", "hilang"])
    at = decided - rng.uniform(8, 60) * HOUR
    life = Life(office, office.people.draw(at=at, contact="whatsapp", kelurahan=where, reason=reason), at)
    life.decide(decided, rng.choice(office.officers), approval(life))
    life.produce()
    if life.is_ready:
        fetch(life, calendar.office_moment(life.last_at + rng.uniform(0.5, 6) * DAY), surely=True)
    life.settle()
    return life
