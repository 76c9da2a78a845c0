"""The list of zones, a zone's form, and how a zone closes down."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from requests_app.models import Zone
from requests_app.operations.office import FieldRefused, displaced_by
from requests_app.operations.zones import (
    activate_zone,
    deactivate_zone,
    hand_over_zone,
    save_zone,
    what_needs,
)
from requests_app.queries.zone_admin import number_flags, zone_rows
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.forms import ZoneForm
from requests_app.zone_admin.pages import admin_page, agreement, is_agreed, refuse, render_admin, zone_page


@require_safe
@admin_page
def home(request: StaffRequest) -> HttpResponse:
    """All zones with what somebody has to look after."""
    return render_admin(request, "zone_admin/home.html", {"rows": zone_rows(now=request.now)})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page
def new_zone(request: StaffRequest) -> HttpResponse:
    """A zone that is opened; it covers nothing yet."""
    form = ZoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            zone = save_zone(zone=None, facts=form.facts(), officer=request.user, now=request.now)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            messages.success(request, f"{zone.name} dibuka. Pilih kelurahan yang dicakupnya.")
            return redirect("zone_admin_coverage")
    return render_admin(request, "zone_admin/zone.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@zone_page
def edit_zone(request: StaffRequest, zone: Zone) -> HttpResponse:
    """GET: the form. POST: saved; first asked when visits would have to move."""
    form = ZoneForm(request.POST or None, zone=zone)
    context = {"form": form, "zone": zone, "flags": number_flags(zone)}
    if request.method == "POST" and form.is_valid():
        try:
            to_move = _save(request, zone, form)
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            if not to_move:
                return redirect("zone_admin_home")
            asked = {"to_move": to_move, "agreement": agreement(form, to_move)}
            return render_admin(request, "zone_admin/zone.html", {**context, **asked})
    return render_admin(request, "zone_admin/zone.html", context, status=422 if form.is_bound else 200)


def _save(request: StaffRequest, zone: Zone, form: ZoneForm) -> int:
    """Save; instead, how many visits would have to move when that was not agreed to."""

    def change() -> Zone:
        return save_zone(zone=zone, facts=form.facts(), officer=request.user, now=request.now)

    to_move = sum(displaced_by(change, now=request.now).values())
    if to_move and not is_agreed(request, form, to_move):
        return to_move
    saved = change()
    moving = f" {to_move} kunjungan dipindahkan; setiap orang diberi tahu." if to_move else ""
    messages.success(request, f"{saved.name} tersimpan.{moving}")
    return 0


class HandOverForm(forms.Form):
    """Who takes over."""

    to_zone = forms.ModelChoiceField(
        label="Zona yang mengambil alih", queryset=Zone.objects.none(), empty_label="Pilih zona",
        error_messages={"required": "Pilih zona yang mengambil alih.", "invalid_choice": "Pilih zona yang aktif."},
    )  # fmt: skip

    def __init__(self, data: object = None, *, zone: Zone) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        choice = self.fields["to_zone"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = Zone.objects.filter(is_active=True).exclude(pk=zone.pk).order_by("code")


@require_safe
@zone_page
def close_down(request: StaffRequest, zone: Zone) -> HttpResponse:
    """What a zone still has to hand over before it can close down."""
    return _close_down_page(request, zone, HandOverForm(zone=zone))


@require_POST
@zone_page
def hand_over(request: StaffRequest, zone: Zone) -> HttpResponse:
    """Another zone takes over the open applications; whoever comes is told once and invited anew."""
    form = HandOverForm(request.POST, zone=zone)
    if not form.is_valid():
        return _close_down_page(request, zone, form, status=422)
    target = form.cleaned_data["to_zone"]
    done = hand_over_zone(from_zone=zone, to_zone=target, officer=request.user, now=request.now)
    messages.success(
        request,
        f"{done.applications} permohonan dilanjutkan {target.name}. {done.visits} kunjungan dibatalkan; "
        f"setiap orang diberi tahu dan diundang lagi. {done.chosen} kartu warga zona lain diambil di {target.name}.",
    )
    return redirect("zone_admin_close_down", zone.code)


@require_POST
@zone_page
def deactivate(request: StaffRequest, zone: Zone) -> HttpResponse:
    """The zone closes down, when nothing needs it any more."""
    deactivate_zone(zone=zone, officer=request.user, now=request.now)
    messages.success(request, f"{zone.name} tidak aktif lagi.")
    return redirect("zone_admin_home")


@require_POST
@zone_page
def activate(request: StaffRequest, zone: Zone) -> HttpResponse:
    """The zone is at work again."""
    activate_zone(zone=zone, officer=request.user, now=request.now)
    messages.success(request, f"{zone.name} aktif lagi. Pilih kelurahan yang dicakupnya.")
    return redirect("zone_admin_coverage")


def _close_down_page(request: StaffRequest, zone: Zone, form: HandOverForm, *, status: int = 200) -> HttpResponse:
    context = {"zone": zone, "form": form, "needs": what_needs(zone, now=request.now)}
    return render_admin(request, "zone_admin/close_down.html", context, status=status)
