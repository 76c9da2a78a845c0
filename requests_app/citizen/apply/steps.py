"""The steps in their order, which of them are asked, and which one is still open."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from requests_app.citizen.apply.visit import Visit
from requests_app.questions.base import StepForm
from requests_app.questions.contact import ContactForm
from requests_app.questions.details import DetailsForm
from requests_app.questions.person import AddressForm, OwnerForm
from requests_app.questions.reason import ReasonForm
from requests_app.words import Text


def _always(visit: Visit) -> bool:
    return True


def _has_details(visit: Visit) -> bool:
    """Whether something on that page decides the requirements."""
    return bool(DetailsForm(answers=visit.answers, today=visit.today, service=visit.service).fields)


@dataclass(frozen=True)
class Step:
    """One page: the end of its address, its heading, its form (None: documents, and the check page)."""

    slug: str
    title: Text
    form: type[StepForm] | None
    template: str
    is_asked: Callable[[Visit], bool] = _always

    @property
    def address(self) -> str:
        """Where it is."""
        return reverse("apply_ktp_el_step", args=[self.slug])


STEPS = (
    Step("alasan", _("Mengapa Anda perlu KTP-el?"), ReasonForm, "citizen/apply/reason.html"),
    Step("pemilik", _("Siapa pemilik KTP-el ini?"), OwnerForm, "citizen/apply/owner.html"),
    Step("alamat", _("Di mana pemiliknya tinggal?"), AddressForm, "citizen/apply/address.html"),
    Step("keterangan", _("Beberapa keterangan lagi"), DetailsForm, "citizen/apply/details.html", _has_details),
    Step("berkas", _("Unggah berkas"), None, "citizen/apply/documents.html"),
    Step("kabar", _("Ke mana kami mengabari Anda?"), ContactForm, "citizen/apply/contact.html"),
    Step("periksa", _("Periksa jawaban Anda"), None, "citizen/apply/check.html"),
)
BY_SLUG = {step.slug: step for step in STEPS}
DOCUMENTS, CHECK = BY_SLUG["berkas"], BY_SLUG["periksa"]


def asked_steps(visit: Visit) -> list[Step]:
    """The steps to which the answers so far lead."""
    return [step for step in STEPS if step.is_asked(visit)]


def first_open(visit: Visit, before: Step = CHECK) -> Step | None:
    """The first step before `before` that is not complete, checked as strictly as when it was filled in."""
    for step in asked_steps(visit):
        if step is before:
            return None
        if not is_complete(step, visit):
            return step
    return None


def is_complete(step: Step, visit: Visit) -> bool:
    """Whether the stored answers of this step are still good, today and with the other answers."""
    if step is DOCUMENTS:
        return not visit.missing_files()
    if step.form is None:
        return False
    stored = step.form(answers=visit.answers, today=visit.today, service=visit.service).stored_data()
    return step.form(stored, answers=visit.answers, today=visit.today, service=visit.service).is_valid()


def next_step(step: Step, visit: Visit) -> Step:
    """Where to go after this step."""
    asked = asked_steps(visit)
    later = [s for s in STEPS[STEPS.index(step) + 1 :] if s in asked]
    return later[0] if later else CHECK
