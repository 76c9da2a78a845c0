"""The survey is behind the same proof as the tracking page."""

from datetime import datetime
from typing import Any

from requests_app.models import Survey
from tests.citizen.track.conftest import now, prove, visitor
from tests.factories import submitted

__all__ = ["now", "prove", "visitor"]

GOOD = {f"u{number}": "4" for number in range(1, 10)} | {"u3": "2", "words": "Petugasnya ramah."}


def said(at: datetime, answers: list[int], *, times: int = 1, **over: Any) -> None:
    """So many people gave these answers at a moment."""
    for _ in range(times):
        application = submitted(at)
        values = {"zone": application.zone, "service": "ktp_el", "words": ""} | over
        Survey.objects.create(application=application, answers=answers, answered_at=at, **values)
