"""One click: does a zone's number work? A message to the admin's own phone, and its delivery."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import Zone
from requests_app.operations.number_tests import send_number_test
from requests_app.operations.office import keep_phone
from requests_app.queries.zone_admin import number_flags, tests_of
from requests_app.questions.fields import phone_field
from requests_app.rules.phone import mask_phone
from requests_app.staff.request import StaffRequest
from requests_app.zone_admin.pages import render_admin, zone_page


class PhoneForm(forms.Form):
    """The admin's own number."""

    phone = phone_field(
        label="Nomor WhatsApp Anda sendiri", help_text="Disimpan tersandi; hanya untuk pesan uji.",
        error_messages={"required": "Isi nomor WhatsApp Anda."},
    )  # fmt: skip


@require_safe
@zone_page
def number_test(request: StaffRequest, zone: Zone) -> HttpResponse:
    """The last tests of this number and where they stand."""
    return _page(request, zone, PhoneForm())


@require_POST
@zone_page
def send_test(request: StaffRequest, zone: Zone) -> HttpResponse:
    """A message leaves from the zone's number; a phone that is typed in is kept for the next time."""
    if "phone" in request.POST or not request.user.phone:
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return _page(request, zone, form, status=422)
        keep_phone(officer=request.user, phone=form.cleaned_data["phone"])
    send_number_test(zone=zone, officer=request.user, now=request.now)
    messages.success(request, f"Pesan uji dari {zone.name} dikirim ke {mask_phone(request.user.phone)}.")
    return redirect("zone_admin_test", zone.code)


def _page(request: StaffRequest, zone: Zone, form: PhoneForm, *, status: int = 200) -> HttpResponse:
    tests = tests_of(zone)
    context = {
        "zone": zone, "form": form, "tests": tests, "flags": number_flags(zone),
        "own_phone": mask_phone(request.user.phone) if request.user.phone else "",
        "under_way": any(test.is_under_way for test in tests[:1]),
    }  # fmt: skip
    return render_admin(request, "zone_admin/number_test.html", context, status=status)
