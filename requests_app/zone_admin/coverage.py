"""One screen: which kelurahan belongs to which zone, now and later."""

from datetime import datetime

from django import forms
from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from requests_app.models import Zone
from requests_app.operations.coverage import move_kelurahan, undo_moves
from requests_app.operations.office import FieldRefused
from requests_app.operations.steps import NotNow
from requests_app.queries.coverage import CoverageScreen, coverage_screen
from requests_app.rules.dates import format_day_long, local_date
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.fields import day_field
from requests_app.zone_admin.pages import admin_page, refuse, render_admin

MOST_AT_ONCE = 200


class MoveForm(forms.Form):
    """Kelurahan, or whole kecamatan, to one zone from one day on; `wards` is what was ticked, all together."""

    zone = forms.ModelChoiceField(
        label="Ke zona", queryset=Zone.objects.filter(is_active=True).order_by("code"), empty_label="Pilih zona",
        error_messages={"required": "Pilih zona tujuan.", "invalid_choice": "Pilih zona yang aktif."},
    )  # fmt: skip
    first_day = day_field("Mulai tanggal", "Isi tanggal mulai berlaku.")
    kelurahan = forms.MultipleChoiceField(
        label="Kelurahan", required=False, error_messages={"invalid_choice": "Kelurahan ini tidak ada. Muat ulang."}
    )
    kecamatan = forms.MultipleChoiceField(
        label="Kecamatan", required=False, error_messages={"invalid_choice": "Kecamatan ini tidak ada. Muat ulang."}
    )

    def __init__(self, data: object = None, *, screen: CoverageScreen, now: datetime) -> None:
        super().__init__(data, initial={"first_day": local_date(now)})  # type: ignore[arg-type]
        self._districts = {district.code: district for district in screen.districts}
        choices = [(ward.code, ward.name) for district in screen.districts for ward in district.wards]
        self.fields["kelurahan"].choices = choices  # type: ignore[attr-defined]
        self.fields["kecamatan"].choices = [(d.code, d.name) for d in screen.districts]  # type: ignore[attr-defined]

    def ticks(self) -> list[BoundField]:
        """What is ticked on the screen itself, for its errors."""
        return [self["kelurahan"], self["kecamatan"]]

    def wards(self) -> list[str]:
        """The codes of all that was ticked; the form is valid."""
        whole = [ward.code for code in self.cleaned_data["kecamatan"] for ward in self._districts[code].wards]
        return sorted({*self.cleaned_data["kelurahan"], *whole})


@require_http_methods(["GET", "HEAD", "POST"])
@admin_page
def coverage(request: StaffRequest) -> HttpResponse:
    """GET: the screen. POST: what is ticked moves, all or nothing."""
    screen = coverage_screen(now=request.now)
    form = MoveForm(request.POST or None, screen=screen, now=request.now)
    if request.method == "POST" and form.is_valid():
        zone, first_day = form.cleaned_data["zone"], form.cleaned_data["first_day"]
        try:
            done = move_kelurahan(
                kelurahan=form.wards(), zone=zone, first_day=first_day, officer=request.user, now=request.now
            )
        except FieldRefused as problem:
            refuse(form, problem)
        else:
            already = f" {done.already} sudah di zona itu." if done.already else ""
            messages.success(
                request, f"{done.moved} kelurahan pindah ke {zone.name} mulai {format_day_long(first_day)}.{already}"
            )
            return redirect("zone_admin_coverage")
    ticked = {*request.POST.getlist("kelurahan"), *request.POST.getlist("kecamatan")}
    if not form.is_bound:
        ticked = _wards_of(screen, request.GET.get("dari", ""))
    context = {"screen": screen, "form": form, "ticked": ticked}
    return render_admin(request, "zone_admin/coverage.html", context, status=422 if form.is_bound else 200)


def _wards_of(screen: CoverageScreen, code: str) -> set[str]:
    """Ticked beforehand for a zone that is to close down (`?dari=Z7`): all that it covers now."""
    wards = (ward for district in screen.districts for ward in district.wards)
    return {ward.code for ward in wards if ward.zone.zone.code == code}


@require_POST
@admin_page
def undo(request: StaffRequest) -> HttpResponse:
    """Moves that have not begun are taken back."""
    typed = request.POST.getlist("pindah")[:MOST_AT_ONCE]
    ids = {int(one) for one in typed if one.isascii() and one.isdigit() and len(one) < 19}
    if not ids:
        raise NotNow("Centang perpindahan yang dibatalkan.")
    done = undo_moves(coverage_ids=ids, officer=request.user, now=request.now)
    messages.success(request, f"{done} perpindahan dibatalkan. Zona sebelumnya tetap berlaku.")
    return redirect("zone_admin_coverage")
