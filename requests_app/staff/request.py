"""What the guard hands to a staff view."""

from datetime import datetime

from django.http import HttpRequest

from requests_app.models import Officer


class StaffRequest(HttpRequest):
    """A request that passed the guard: `user` may do the page's action, `now` is the moment (UTC) of this request."""

    user: Officer
    now: datetime
