"""Somebody arrives: their invitation is scanned or typed, and they are checked in, or told where and when to come."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from requests_app.forms_layout import needed_by_condition
from requests_app.models import ProtocolItem, Visit, Zone
from requests_app.operations import desk as at_desk
from requests_app.operations.access import log_access
from requests_app.operations.visits import find_visit
from requests_app.queries.desk import newer_visit, originals_of, room_of, services_of, visit_for_number, visit_of
from requests_app.rules.dates import local_date
from requests_app.rules.desk import Arrival, arrival
from requests_app.rules.numbers import normalise_number
from requests_app.rules.walk_ins import MOST_PEOPLE
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, render_desk

IN_ADDRESS = re.compile(r"/undangan/([^/?#\s]+)")


class FindForm(forms.Form):
    """What was scanned (the invitation's address) or typed: its code, or an application's number."""

    code = forms.CharField(
        label="Kode undangan atau nomor permohonan",
        max_length=300,
        error_messages={"required": "Pindai kode QR undangan, atau ketik kodenya."},
    )

    @property
    def visit(self) -> Visit | None:
        """The visit that it means."""
        typed = self.cleaned_data["code"]
        scanned = IN_ADDRESS.search(typed)
        visit = find_visit(scanned[1] if scanned else typed)
        number = normalise_number(typed)
        return visit if visit or not number else visit_for_number(number)


class CheckInForm(forms.Form):
    """How many come in, and the lines of the health protocol that are kept."""

    people = forms.IntegerField(
        label="Berapa orang yang masuk?",
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.NumberInput({"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        error_messages={
            "required": "Isi jumlah orang yang masuk.",
            "invalid": "Tulis jumlah orang dengan angka.",
            "min_value": "Paling sedikit 1 orang.",
            "max_value": f"Paling banyak {MOST_PEOPLE} orang.",
        },
    )
    protocol = forms.MultipleChoiceField(
        label="Protokol kesehatan", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_by_condition(self, "protocol")
        lines = ProtocolItem.objects.filter(in_force=True)
        if lines:
            self.fields["protocol"].choices = [(str(line.pk), line.text) for line in lines]  # type: ignore[attr-defined]
        else:
            del self.fields["protocol"]


@desk_page("desk")
@require_POST
def find(request: StaffRequest, zone: Zone) -> HttpResponse:
    """To the visit of this zone; another zone's is told with its office only, and nothing of the person."""
    form = FindForm(request.POST)
    if not form.is_valid():
        return render_desk(request, zone, "zone_desk/unknown.html", {"form": form}, status=422)
    visit = form.visit
    if visit is None:
        return render_desk(request, zone, "zone_desk/unknown.html", {"form": FindForm(), "unknown": True}, status=404)
    if visit.zone_id != zone.pk:
        return render_desk(request, zone, "zone_desk/other_zone.html", {"office": visit.zone}, status=409)
    return redirect("desk_visit", zone.code, visit.pk)


@desk_page("desk")
@require_POST
def check_in(request: StaffRequest, zone: Zone, visit_id: int) -> HttpResponse:
    """The household is there. A second press finds it done."""
    visit = visit_or_404(zone, visit_id)
    form = CheckInForm(request.POST)
    if not form.is_valid():
        return arrival_page(request, zone, visit, form)
    ticked = [int(pk) for pk in form.cleaned_data.get("protocol", [])]
    visit = at_desk.check_in(
        visit_id=visit.pk, zone=zone, officer=request.user, now=request.now, people=form.cleaned_data["people"],
        protocol=ticked,
    )  # fmt: skip
    messages.success(request, f"{visit.number} hadir. Persilakan menunggu panggilan.")
    return redirect("desk_today", zone.code)


@desk_page("desk")
@require_POST
def no_show(request: StaffRequest, zone: Zone, visit_id: int) -> HttpResponse:
    """Nobody came to a slot that has begun."""
    visit = visit_or_404(zone, visit_id)
    at_desk.mark_no_show(visit_id=visit.pk, zone=zone, officer=request.user, now=request.now)
    messages.success(request, f"{visit.number} dicatat tidak datang. Warga diundang lagi, atau diberi tahu.")
    return redirect("desk_today", zone.code)


def visit_or_404(zone: Zone, visit_id: int) -> Visit:
    """A visit of this zone."""
    visit = visit_of(zone, visit_id)
    if visit is None:
        raise Http404
    return visit


def arrival_page(request: StaffRequest, zone: Zone, visit: Visit, form: CheckInForm | None = None) -> HttpResponse:
    """Who it is and what they need, to check them in; or why that cannot be, and what to do."""
    welcome = arrival(visit.state, visit.day, local_date(request.now))
    services = services_of(visit)
    for service in services:
        log_access(officer=request.user, action="open", now=request.now, application_id=service.application_id)
    context = {
        "visit": visit,
        "services": [(service, originals_of(service.application)) for service in services],
        "arrival": welcome,
        "has_begun": visit.starts_at <= request.now,
        "newer": newer_visit(visit) if welcome not in (Arrival.WELCOME, Arrival.INSIDE) else None,
        "room": room_of(zone, local_date(request.now)),
    }
    if welcome is Arrival.WELCOME:
        context["form"] = form or CheckInForm(initial={"people": visit.people})
    return render_desk(request, zone, "zone_desk/arrival.html", context, status=422 if form else 200)
