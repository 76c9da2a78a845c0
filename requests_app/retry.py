"""When the next try is taken, for whoever has tried too often."""

from datetime import datetime, timedelta

from requests_app import language
from requests_app.operations.limits import TooMany
from requests_app.rules.dates import local_date, to_wib


def retry_text(refusal: TooMany, now: datetime) -> str:
    """`pukul 14.35 WIB`, with the day when it is another one; never earlier than the moment itself."""
    at = to_wib(refusal.retry_at + timedelta(seconds=59)).replace(second=0, microsecond=0)
    return language.time(at) if at.date() == local_date(now) else language.moment(at)
