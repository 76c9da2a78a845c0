"""The list of applications, and the search by number, name, NIK or phone."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from requests_app.models import Application, Zone
from requests_app.officer.pages import render_officer, to_application
from requests_app.operations.access import log_access
from requests_app.queries.officer import Cursor, filtered, hash_matches, list_page, name_matches, visible
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.nik import LENGTH, clean_digits
from requests_app.rules.numbers import normalise_number
from requests_app.rules.phone import PhoneError, normalise_phone
from requests_app.rules.statuses import Status
from requests_app.staff.guard import staff_page
from requests_app.staff.request import StaffRequest
from requests_app.vault.keyring import keyed_hash

SHORTEST_NAME = 3
ALL = ("", "Semua")
DUE = [ALL, ("broken", "Lewat janji"), ("today", "Hari ini"), ("tomorrow", "Besok")]
CHANNELS = [ALL, ("online", "Daring"), ("counter", "Loket")]


class FilterForm(forms.Form):
    """What the list can be narrowed to; an unknown value narrows nothing."""

    status = forms.ChoiceField(label="Status", required=False)
    due = forms.ChoiceField(label="Jatuh tempo", required=False, choices=DUE)
    service = forms.ChoiceField(label="Layanan", required=False, choices=[ALL, *((s.value, s.label) for s in Service)])
    reason = forms.ChoiceField(label="Alasan", required=False, choices=[ALL, *((r.value, r.label) for r in Reason)])
    zone = forms.ChoiceField(label="Zona", required=False)
    channel = forms.ChoiceField(label="Jalur", required=False, choices=CHANNELS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        status: Any = self.fields["status"]
        status.choices = [ALL, *((s.value, s.officer_word) for s in Status if s is not Status.DRAFT)]
        zone: Any = self.fields["zone"]
        zone.choices = [ALL, *Zone.objects.values_list("code", "name")]

    @property
    def chosen(self) -> dict[str, str]:
        """Only values that exist."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class SearchForm(forms.Form):
    """One box for a number, a name, a NIK or a phone. Sent by POST, so that it never stands in an address or a log."""

    q = forms.CharField(
        label="Nomor, nama, NIK, atau WhatsApp", max_length=120, error_messages={"required": "Tulis apa yang dicari."}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("list")
def officer_list(request: StaffRequest) -> HttpResponse:
    """GET: the list by filters, 50 a page. POST: the search."""
    if request.method == "POST":
        return _search(request)
    filters = FilterForm(request.GET)
    chosen = filters.chosen
    cursor = Cursor.parse(request.GET["dari"]) if request.GET.get("dari") else None
    page = list_page(filtered(visible(request.user), chosen, request.now), cursor)
    context = {"rows": page.rows, "newer": _address(chosen, page.newer), "older": _address(chosen, page.older)}
    return _list_page(request, filters, SearchForm(), context)


def _search(request: StaffRequest) -> HttpResponse:
    search = SearchForm(request.POST)
    if not search.is_valid():
        return _list_page(request, FilterForm(), search, {"rows": [], "form": search}, status=422)
    text = search.cleaned_data["q"].strip()
    number = normalise_number(text)
    known = visible(request.user).filter(number=number).first() if number else None
    if known is not None:
        return to_application(known)
    try:
        found = _matches(request, text)
    except ValueError as problem:
        search.add_error("q", str(problem))
        return _list_page(request, FilterForm(), search, {"rows": [], "form": search}, status=422)
    return _list_page(request, FilterForm(), search, {"rows": found, "searched": True})


def _matches(request: StaffRequest, text: str) -> list[Application]:
    """By NIK (16 digits), phone (starts like one) or name; NIK and phone searches leave an access row."""
    digits = clean_digits(text)
    if digits.isdigit() and len(digits) == LENGTH:
        log_access(officer=request.user, action="search_nik", now=request.now)
        return hash_matches(visible(request.user), "nik_hash", keyed_hash("nik", digits))
    if text[:1] in "+0" or digits.startswith("62"):
        try:
            phone = normalise_phone(text, allow_fictitious=settings.LOCAL)
        except PhoneError as problem:
            raise ValueError("Nomor WhatsApp ini tidak mungkin ada. Periksa angkanya.") from problem
        log_access(officer=request.user, action="search_phone", now=request.now)
        return hash_matches(visible(request.user), "phone_hash", keyed_hash("phone", phone))
    if digits.isdigit():
        raise ValueError("NIK harus 16 angka. Nomor WhatsApp diawali 0 atau +62.")
    if len(text) < SHORTEST_NAME:
        raise ValueError("Tulis sedikitnya tiga huruf nama.")
    return name_matches(visible(request.user), text)


def _list_page(
    request: StaffRequest, filters: FilterForm, search: SearchForm, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {"filters": filters, "search": search, **context}
    return render_officer(request, "officer/list.html", context, status=status)


def _address(chosen: dict[str, str], cursor: str) -> str:
    return f"?{urlencode({**chosen, 'dari': cursor})}" if cursor else ""
