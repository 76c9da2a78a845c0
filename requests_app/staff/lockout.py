"""Wrong passwords slow somebody down: what is kept of their tries, and what they see."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from requests_app.clock import database_now
from requests_app.vault.keyring import keyed_hash


def hidden_name(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str | None:
    """What is kept of the name typed: its keyed hash. A citizen at the wrong door may have typed a NIK."""
    name = (credentials or request.POST).get("username")
    return keyed_hash("sign_in", name).hex() if name else None


def locked_out(request: HttpRequest, original_response: object = None, credentials: object = None) -> HttpResponse:
    """429 with the moment from which the next try is taken; the typed name is kept.

    Counted per name and address together, so that nobody can lock another person's account from elsewhere.
    """
    retry_at = database_now() + timedelta(hours=settings.AXES_COOLOFF_TIME)
    context = {"retry_at": retry_at, "username": str(request.POST.get("username", ""))[:150]}
    return render(request, "staff/locked_out.html", context, status=429)
