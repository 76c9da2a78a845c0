"""How long an answer takes, in words that never promise more than the figures do."""

from datetime import timedelta
from math import ceil

from django.utils.translation import gettext as _

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
COUNTED_IN_HOURS = timedelta(hours=36)


def about(span: timedelta) -> str:
    """A duration rounded up: hours up to a day and a half, then days."""
    if span <= HOUR:
        return _("satu jam")
    if span <= COUNTED_IN_HOURS:
        return _("%(count)s jam") % {"count": ceil(span / HOUR)}
    return _("%(count)s hari") % {"count": ceil(span / DAY)}
