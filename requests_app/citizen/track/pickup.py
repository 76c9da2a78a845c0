"""Choosing where and when a card is collected, after the proof."""

from datetime import date
from typing import Any

import segno
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from requests_app import language
from requests_app.citizen.limited import too_many
from requests_app.citizen.track.access import Access, after_proof, page_of
from requests_app.citizen.track.forms import PlainForm
from requests_app.citizen.track.next_pickup import part_words
from requests_app.forms_layout import HintedRadioSelect
from requests_app.models import Application, Zone
from requests_app.models.blanks import HEAD_OFFICE
from requests_app.models.pickup_choice import opening_of
from requests_app.operations.guessing import follow_up_limits
from requests_app.operations.limits import TooMany, count_all_or_refuse
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.operations.pickup_words import HEAD_OFFICE_ADDRESS, office_in_words
from requests_app.operations.steps import NotNow
from requests_app.queries.pickups import OwnPickup, offices, own_pickup
from requests_app.rules.blanks import PARTS
from requests_app.rules.pickups import offered_days
from requests_app.visitor import visitor_address

HEAD, ANY = "kantor", ""
TEMPLATE = "citizen/track/pickup.html"


class PickupForm(PlainForm):
    """The office as long as the card is not on its way there; the day once it is there; and a part of the day."""

    office = forms.ChoiceField(
        label=gettext_lazy("Di kantor mana?"),
        widget=HintedRadioSelect(),
        error_messages={"required": gettext_lazy("Pilih kantor tempat Anda mengambil kartu.")},
    )
    day = forms.ChoiceField(label=gettext_lazy("Hari apa?"), required=False)
    part = forms.ChoiceField(label=gettext_lazy("Kapan?"), required=False, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, pickup: OwnPickup, zones: list[Zone], now: Any) -> None:
        day = pickup.day.isoformat() if pickup.day else ANY
        office = pickup.zone.code if pickup.zone else HEAD
        super().__init__(data, initial={"office": office, "day": day, "part": pickup.part})
        fields: Any = self.fields
        fields["part"].choices = [(ANY, _("Kapan saja")), *((part, part_words(part)) for part in PARTS)]
        for name in ("day", "part"):
            fields[name].needed_by_condition = True
        self.zones = {zone.code: zone for zone in zones}
        self._offices(fields, zones)
        self.offered = {}
        if pickup.choosable.day:
            offered = offered_days(opening_of(pickup.zone, now=now), now=now)
            self.offered = {one.day.isoformat(): one.parts for one in offered}
            days = [(one.day.isoformat(), language.long_day(one.day)) for one in offered]
            fields["day"].choices = [(ANY, _("Kapan saja pada jam layanan")), *days]
        if not pickup.choosable.office:
            del fields["office"]
        if not pickup.choosable.day:
            del fields["day"]

    def _offices(self, fields: Any, zones: list[Zone]) -> None:
        rows = [(zone.code, language.as_written(zone.name)) for zone in zones]
        fields["office"].choices = [*rows, (HEAD, language.as_written(HEAD_OFFICE))]
        hints = {zone.code: language.as_written(zone.address) for zone in zones if zone.address}
        fields["office"].widget.hints = hints | {HEAD: language.as_written(HEAD_OFFICE_ADDRESS)}

    def clean(self) -> dict[str, Any]:
        """A day is open in the part that was chosen with it."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        day, part = data.get("day"), data.get("part", ANY)
        if day and not part:
            self.add_error("part", _("Pilih pagi atau siang pada hari itu."))
        elif day and part not in self.offered.get(day, ()):
            self.add_error("part", _("Pada hari itu kantor tidak buka di waktu tersebut. Pilih waktu atau hari lain."))
        return data

    def office_chosen(self, pickup: OwnPickup) -> Zone | None:
        """None: the head office."""
        return self.zones.get(self.cleaned_data["office"]) if "office" in self.cleaned_data else pickup.zone


@require_http_methods(["GET", "HEAD", "POST"])
@after_proof
def pickup_page(request: HttpRequest, access: Access) -> HttpResponse:
    """The offices or the days; what cannot be chosen (any more) leads back to the application's page."""
    columns = ("status", "service", "zone")
    application = Application.objects.only(*columns).select_related("zone").get(pk=access.application_id)
    pickup = own_pickup(application, now=access.now)
    if pickup is None or not pickup.choosable:
        messages.warning(request, _("Tempat dan waktu tidak dapat dipilih sekarang. Lihat kabar kartu Anda di bawah."))
        return page_of(access)
    zones = list(offices(application.zone_id)) if pickup.choosable.office else []
    form = PickupForm(request.POST if request.method == "POST" else None, pickup=pickup, zones=zones, now=access.now)
    context = {"form": form, "number": access.number, "pickup": pickup, "place": office_in_words(pickup.zone)}
    if request.method != "POST" or not form.is_valid():
        return render(request, TEMPLATE, context, status=422 if request.method == "POST" else 200)
    return _choose(request, access, pickup, form, context)


def _choose(
    request: HttpRequest, access: Access, pickup: OwnPickup, form: PickupForm, context: dict[str, Any]
) -> HttpResponse:
    day = form.cleaned_data.get("day")
    try:
        count_all_or_refuse(follow_up_limits(visitor_address(request), access.number), now=access.now)
        choose_pickup(
            application_id=access.application_id, office=form.office_chosen(pickup),
            day=date.fromisoformat(day) if day else None, part=form.cleaned_data.get("part", ANY), now=access.now,
        )  # fmt: skip
    except TooMany as refusal:
        return too_many(request, refusal, now=access.now, template=TEMPLATE, form=form, context=context)
    except NotNow as problem:
        messages.warning(request, _(str(problem)))
        return page_of(access)
    messages.success(request, _("Pilihan Anda tersimpan."))
    return page_of(access)


def qr_of(code: str) -> str:
    """The pickup code as the desk scans it, as the address of a picture."""
    return segno.make(code, error="m", micro=False).svg_data_uri(scale=4, border=1)
