"""The forms of each service, in the order in which they are asked."""

from requests_app.questions.address import AddressForm
from requests_app.questions.base import StepForm
from requests_app.questions.contact import ContactForm
from requests_app.questions.details import CardDetailsForm, FamilyDetailsForm
from requests_app.questions.person import DocumentOwnerForm, FamilyForm, OwnerForm
from requests_app.questions.reason import CardReasonForm, CertifiedReasonForm, FamilyReasonForm
from requests_app.questions.signature import SignatureForm
from requests_app.rules.catalogue import Service

FORMS: dict[Service, tuple[type[StepForm], ...]] = {
    Service.KTP_EL: (CardReasonForm, OwnerForm, AddressForm, CardDetailsForm, ContactForm),
    Service.KK: (FamilyReasonForm, FamilyForm, AddressForm, FamilyDetailsForm, ContactForm),
    Service.LEGALISIR: (SignatureForm, CertifiedReasonForm, DocumentOwnerForm, AddressForm, ContactForm),
}
