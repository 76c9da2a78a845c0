"""What every staff page shows around its own content."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from requests_app.rules.roles import Role, may
from requests_app.staff.request import StaffRequest

# Label, the URL's name, the action that it needs.
NAV = (
    ("Meja", "officer_home", "home"),
    ("Daftar", "officer_list", "list"),
    ("Ganda", "officer_duplicates", "compare_duplicates"),
    ("Perekaman", "officer_recordings", "record_recording"),
    ("Hubungi", "officer_calls", "call_list"),
    ("Laporan", "officer_report", "find_report"),
    ("Kartu", "cards_home", "hand_over_cards"),
    ("Cetak", "printing_home", "print_cards"),
    ("Stok", "stock_home", "see_stock"),
    ("UPTD", "desk_home", "desk"),
    ("Pengawas", "oversight_home", "oversee"),
    ("Kelola", "zone_admin_home", "manage_zones"),
    ("Admin", "admin:index", "administer"),
)


def staff_nav(request: StaffRequest) -> list[tuple[str, str, bool]]:
    """Label, address, and whether it is this page, of the links that this role may follow."""
    nav = []
    for label, name, action in NAV:
        address = _address(name) if may(request.user.role, action) else None
        if address is not None:
            nav.append((label, address, request.path == address))
    return nav


def render_staff(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """A staff page, with its navigation, role and moment (`now`)."""
    around = {"staff_nav": staff_nav(request), "staff_role": Role(request.user.role).label, "now": request.now}
    return render(request, template, {**around, **(context or {})}, status=status)


def shown_at(request: StaffRequest) -> datetime:
    """When the page of this form was shown (its field `sampai`), so that what came since stays; at the latest now."""
    try:
        shown = datetime.fromisoformat(request.POST.get("sampai", ""))
    except ValueError:
        return request.now
    return min(shown, request.now) if shown.tzinfo is not None else request.now


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
