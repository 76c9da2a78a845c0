"""Django admin: what the office changes without a programmer, and history to look at."""

from requests_app.admin import history, reference, service, staff, stock, zones

__all__ = ["history", "reference", "service", "staff", "stock", "zones"]
