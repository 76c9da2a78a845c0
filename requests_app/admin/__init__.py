"""Django admin: what the office changes without a programmer, and history to look at."""

from requests_app.admin import history, reference, sending, service, staff, stock, texts, zones

__all__ = ["history", "reference", "sending", "service", "staff", "stock", "texts", "zones"]
