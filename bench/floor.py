"""Two floors of a submission, behind the same middleware: one validated form, one INSERT, one redirect.

The bare one has five fields. The other one asks what our form asks and stores it in plain columns: no session, no
draft, no encryption, no promise, history, notice or duplicate check.
"""

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bench.models import FloorEntry, SameEntry
from requests_app.rules.catalogue import REASONS, Service


class FloorForm(forms.Form):
    """Five fields of a person."""

    name = forms.CharField(max_length=120)
    nik = forms.CharField(validators=[RegexValidator(r"^\d{16}$")])
    phone = forms.CharField(validators=[RegexValidator(r"^\+62\d{8,13}$")])
    birth_date = forms.DateField(input_formats=["%Y-%m-%d"])
    address = forms.CharField(max_length=200)


class SameForm(FloorForm):
    """The questions of a lost card, as a plain Django form would ask them in one go."""

    kk_number = forms.CharField(validators=[RegexValidator(r"^\d{16}$")])
    reason = forms.ChoiceField(choices=[(reason.value, reason.label) for reason in REASONS[Service.KTP_EL]])
    applicant = forms.ChoiceField(choices=[("self", "Sendiri"), ("family", "Keluarga"), ("outsider", "Orang lain")])
    sex = forms.ChoiceField(choices=[("L", "Laki-laki"), ("P", "Perempuan")])
    kelurahan = forms.RegexField(r"^16\.71\.\d\d\.\d{4}$")
    rt = forms.RegexField(r"^\d{3}$")
    rw = forms.RegexField(r"^\d{3}$")
    police_number = forms.CharField(max_length=60)
    police_date = forms.DateField(input_formats=["%Y-%m-%d"])
    police_station = forms.CharField(max_length=100)
    collector = forms.ChoiceField(choices=[("self", "Sendiri"), ("family", "Keluarga"), ("outsider", "Orang lain")])
    contact = forms.ChoiceField(choices=[("whatsapp", "WhatsApp"), ("email", "Surel"), ("none", "Lihat sendiri")])
    phone_owner = forms.ChoiceField(choices=[("self", "Sendiri"), ("other", "Orang lain")])
    statement = forms.BooleanField()


def same(request: HttpRequest) -> HttpResponse:
    """Store what was posted, a column a field."""
    form = SameForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    SameEntry.objects.create(**form.cleaned_data)
    return HttpResponseRedirect("/")


def floor(request: HttpRequest) -> HttpResponse:
    """Store what was posted."""
    form = FloorForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    FloorEntry.objects.create(**form.cleaned_data)
    return HttpResponseRedirect("/")
