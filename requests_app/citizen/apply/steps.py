"""The steps of each service in their order, which of them are asked, and which one is still open."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.citizen.apply.visit import Visit
from requests_app.questions.address import AddressForm
from requests_app.questions.base import StepForm
from requests_app.questions.contact import ContactForm
from requests_app.questions.details import CardDetailsForm, FamilyDetailsForm
from requests_app.questions.person import DocumentOwnerForm, FamilyForm, OwnerForm
from requests_app.questions.reason import CardReasonForm, CertifiedReasonForm, FamilyReasonForm
from requests_app.questions.signature import SignatureForm
from requests_app.rules.catalogue import Service
from requests_app.words import Text

DOCUMENTS, CHECK, ADDRESS = "berkas", "periksa", "alamat"


def _always(visit: Visit) -> bool:
    return True


def _has_fields(form: type[StepForm]) -> Callable[[Visit], bool]:
    """Whether the answers lead to any question of that page."""
    return lambda visit: bool(visit.form(form).fields)


@dataclass(frozen=True)
class Step:
    """One page: the end of its address, its heading, the heading above its answers on the check page, its form
    (None: documents, and the check page)."""

    service: Service
    slug: str
    title: Text
    short: Text
    form: type[StepForm] | None
    template: str
    is_asked: Callable[[Visit], bool] = _always

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse("apply_step", args=[self.service, self.slug])

    @property
    def is_check(self) -> bool:
        """Whether this is the last page, from which all of it is sent."""
        return self.slug == CHECK

    @property
    def is_documents(self) -> bool:
        """Whether files are uploaded here."""
        return self.slug == DOCUMENTS


def _with_the_last(service: Service, *steps: tuple[str, Text, Text, type[StepForm]]) -> tuple[Step, ...]:
    """The steps of a service, and after them those that all services have."""
    asked = [
        Step(
            service, slug, title, short, form, f"citizen/apply/{TEMPLATES[slug]}.html",
            _has_fields(form) if slug == "keterangan" else _always,
        )
        for slug, title, short, form in steps
    ]  # fmt: skip
    return (
        *asked,
        Step(service, DOCUMENTS, _("Unggah berkas"), _("Berkas"), None, "citizen/apply/documents.html"),
        Step(
            service, "kabar", _("Ke mana kami mengabari Anda?"), _("Kabar"), ContactForm, "citizen/apply/contact.html"
        ),
        Step(service, CHECK, _("Periksa jawaban Anda"), "", None, "citizen/apply/check.html"),
    )


TEMPLATES = {
    "kode-qr": "signature",
    "alasan": "reason",
    "dokumen": "document",
    "pemilik": "owner",
    "keluarga": "owner",
    ADDRESS: "address",
    "keterangan": "details",
}
STEPS: dict[Service, tuple[Step, ...]] = {
    Service.KTP_EL: _with_the_last(
        Service.KTP_EL,
        ("alasan", _("Mengapa Anda perlu KTP-el?"), _("Alasan"), CardReasonForm),
        ("pemilik", _("Siapa pemilik KTP-el ini?"), _("Pemilik kartu"), OwnerForm),
        (ADDRESS, _("Di mana pemiliknya tinggal?"), _("Alamat"), AddressForm),
        ("keterangan", _("Beberapa keterangan lagi"), _("Keterangan"), CardDetailsForm),
    ),
    Service.KK: _with_the_last(
        Service.KK,
        ("alasan", _("Mengapa Anda perlu KK baru?"), _("Alasan"), FamilyReasonForm),
        ("keluarga", _("Keluarga siapa?"), _("Keluarga"), FamilyForm),
        (ADDRESS, _("Di mana keluarga ini tinggal?"), _("Alamat"), AddressForm),
        ("keterangan", _("Beberapa keterangan lagi"), _("Keterangan"), FamilyDetailsForm),
    ),
    Service.LEGALISIR: _with_the_last(
        Service.LEGALISIR,
        ("kode-qr", _("Apakah perlu dilegalisir?"), _("Tanda tangan"), SignatureForm),
        ("dokumen", _("Dokumen apa yang dilegalisir?"), _("Dokumen"), CertifiedReasonForm),
        ("pemilik", _("Siapa pemilik dokumen ini?"), _("Pemilik dokumen"), DocumentOwnerForm),
        (ADDRESS, _("Di mana pemohon tinggal?"), _("Alamat"), AddressForm),
    ),
}


def step_of(service: Service, slug: str) -> Step | None:
    """The step at an address."""
    return next((step for step in STEPS[service] if step.slug == slug), None)


def check_of(service: Service) -> Step:
    """The check page of a service."""
    return STEPS[service][-1]


def asked_steps(visit: Visit) -> list[Step]:
    """The steps to which the answers so far lead."""
    return [step for step in STEPS[visit.service] if step.is_asked(visit)]


def first_open(visit: Visit, before: Step | None = None) -> Step | None:
    """The first step before `before` (or the check page) that is not complete, checked as strictly as when it was
    filled in."""
    for step in asked_steps(visit):
        if step is before or step.is_check:
            return None
        if not is_complete(step, visit):
            return step
    return None


def is_complete(step: Step, visit: Visit) -> bool:
    """Whether the stored answers of this step are still good, today and with the other answers."""
    if step.is_documents:
        return not visit.missing_files()
    if step.form is None:
        return False
    return visit.form(step.form, visit.form(step.form).stored_data()).is_valid()


def next_step(step: Step, visit: Visit) -> Step:
    """Where to go after this step."""
    order, asked = STEPS[visit.service], asked_steps(visit)
    later = [s for s in order[order.index(step) + 1 :] if s in asked]
    return later[0] if later else check_of(visit.service)
