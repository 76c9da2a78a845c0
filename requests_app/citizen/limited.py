"""Answering with 429: what was typed stays, and the page says when the next try is taken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from requests_app.operations.limits import TooMany
from requests_app.retry import retry_text


def too_many(
    request: HttpRequest,
    refusal: TooMany,
    *,
    now: datetime,
    template: str = "429.html",
    form: forms.Form | None = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The same page again with status 429, everything typed kept, and Retry-After; or the plain 429 page."""
    when = retry_text(refusal, now)
    if form is not None and form.is_bound:
        text = gettext("Terlalu banyak percobaan. Coba lagi %(when)s. Isian Anda tetap ada.")
        form.add_error(None, text % {"when": when})
    response = render(request, template, {**(context or {}), "form": form, "retry_at": when}, status=429)
    response["Retry-After"] = str(max(1, int((refusal.retry_at - now).total_seconds()) + 1))
    return response
