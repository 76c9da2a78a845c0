"""Serving somebody who is there: one application after the other, with originals seen and a signature."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import Http404, HttpResponse

from requests_app.forms_layout import needed_by_condition
from requests_app.models import Application, Visit, VisitApplication, Zone
from requests_app.operations.access import log_access
from requests_app.operations.desk import Seen
from requests_app.queries.desk import originals_of, services_of
from requests_app.queries.review import documents_of
from requests_app.rules.catalogue import Requirement, Service
from requests_app.rules.desk import Outcome, at_the_desk, is_signature, outcome_now
from requests_app.rules.names import LONGEST_NAME
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.facts import facts_of, pages_of
from requests_app.zone_desk.pages import own_desk, render_desk

DRAWN, PAPER = "drawn", "paper"
BUTTONS = {
    Outcome.COMPLETED: "Selesai, sudah diserahkan",
    Outcome.RECORDED: "Sudah direkam",
    Outcome.KEPT: "Berkas sudah dilihat, jawaban menyusul",
    Outcome.DROPPED: "Lepaskan dari kunjungan ini",
}


class ServeForm(forms.Form):
    """What the desk saw. Papers that were not seen need a second word; only what is handed over needs a signature."""

    originals = forms.MultipleChoiceField(
        label="Dokumen asli yang sudah dilihat", required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmed = forms.BooleanField(required=False)
    how = forms.ChoiceField(
        label="Tanda terima",
        choices=[(DRAWN, "Tanda tangan di layar ini"), (PAPER, "Tanda tangan di kertas")],
        widget=forms.RadioSelect,
        error_messages={"required": "Pilih cara tanda tangan."},
    )
    signature = forms.CharField(required=False, widget=forms.HiddenInput)
    signed_by = forms.CharField(
        label="Nama yang menandatangani",
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "words"}),
        error_messages={"required": "Isi nama yang menandatangani."},
    )

    def __init__(self, data: Any = None, *, application: Application, outcome: Outcome) -> None:
        super().__init__(data, initial={"how": DRAWN, "signed_by": application.name})
        self.outcome = outcome
        self.papers: Sequence[Requirement] = [] if outcome is Outcome.DROPPED else originals_of(application)
        choices = [(paper.document_code, at_the_desk(paper.name)) for paper in self.papers]
        self.fields["originals"].choices = choices  # type: ignore[attr-defined]
        needed_by_condition(self, "originals")
        if not choices:
            del self.fields["originals"]
        if outcome is not Outcome.COMPLETED:
            for name in ("how", "signature", "signed_by"):
                del self.fields[name]
        unseen = self._missing(set(data.getlist("originals"))) if data is not None else []
        if unseen:
            names = "; ".join(at_the_desk(paper.name) for paper in unseen)
            self.fields["confirmed"].label = f"Saya selesaikan tanpa melihat aslinya: {names}."
        else:
            del self.fields["confirmed"]

    def clean(self) -> dict[str, Any]:
        """Papers that are missing are said out loud; a signature is drawn, or given on paper."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "confirmed" in self.fields and not data.get("confirmed"):
            text = "Ada dokumen asli yang belum dicentang. Centang yang sudah dilihat, atau nyatakan kalimat ini."
            self.add_error("confirmed", text)
        if data.get("how") == DRAWN and not is_signature(data.get("signature", "")):
            self.add_error("how", "Minta warga menandatangani di kotak, atau pilih tanda tangan di kertas.")
        return data

    def seen(self) -> Seen:
        """As the operation takes it."""
        data = self.cleaned_data
        originals = data.get("originals", [])
        return Seen(
            originals=originals,
            missing=[paper.document_code for paper in self._missing(set(originals))],
            signed_by=data.get("signed_by", ""),
            signature=data.get("signature", "") if data.get("how") == DRAWN else "",
        )

    @property
    def button(self) -> str:
        """What the button says."""
        return BUTTONS[self.outcome]

    def _missing(self, ticked: set[str]) -> list[Requirement]:
        return [paper for paper in self.papers if paper.mandatory != "no" and paper.document_code not in ticked]


def serving_page(
    request: StaffRequest, zone: Zone, visit: Visit, *, number: str = "", form: ServeForm | None = None
) -> HttpResponse:
    """One visit that is there, and one of its applications in full. Each opening leaves an access row."""
    services = services_of(visit)
    service = _chosen(services, number or request.GET.get("layanan", ""))
    context: dict[str, Any] = {
        "visit": visit,
        "services": services,
        "own_desk": own_desk(request, zone),
        "desks": range(1, zone.desks + 1),
        "service": service,
    }
    if service is not None:
        log_access(officer=request.user, action="open", now=request.now, application_id=service.application_id)
        context |= _of_application(request, zone, visit, service, form)
    return render_desk(request, zone, "zone_desk/serve.html", context, status=422 if form else 200)


def _of_application(
    request: StaffRequest, zone: Zone, visit: Visit, service: VisitApplication, form: ServeForm | None
) -> dict[str, Any]:
    """Photos of an application that belongs to another zone (registered at this counter) stay with that zone."""
    application = service.application
    is_ours = application.zone_id == zone.pk
    pages = pages_of(documents_of(application)) if is_ours else []
    wanted = request.GET.get("lihat", "")
    return {
        "application": application,
        "is_ours": is_ours,
        "facts": facts_of(application),
        "copies": application.answers.get("copies") if application.service == Service.LEGALISIR else None,
        "pages": pages,
        "page": next((tab for tab in pages if tab["position"] == wanted), pages[0] if pages else None),
        "zoom": request.GET.get("besar") == "1",
        "form": form or serve_form(visit, service),
    }


def serve_form(visit: Visit, service: VisitApplication, data: Any = None) -> ServeForm:
    """The form that fits what can be done with this application now."""
    application = service.application
    outcome = outcome_now(application.status, application.service, is_walk_in=visit.is_walk_in)
    return ServeForm(data, application=application, outcome=outcome)


def service_or_404(visit: Visit, number: str) -> VisitApplication:
    """One application of a visit."""
    found = next((service for service in services_of(visit) if service.application.number == number), None)
    if found is None:
        raise Http404
    return found


def _chosen(services: list[VisitApplication], number: str) -> VisitApplication | None:
    """The one asked for, else the first that is not done yet."""
    undone = [service for service in services if not service.outcome]
    return next((service for service in undone if service.application.number == number), undone[0] if undone else None)
