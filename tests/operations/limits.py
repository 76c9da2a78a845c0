"""The office's limits of sending, as a test wants them."""

from datetime import datetime
from typing import Any

from requests_app.models import SendingPolicy
from requests_app.operations.routes import forget_routes


def set_limits(now: datetime, **values: Any) -> None:
    """In force from now on; what is not named is as usual."""
    SendingPolicy.objects.create(valid_from=now, **values)
    forget_routes()
