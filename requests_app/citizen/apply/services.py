"""The three services as pages offer them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from requests_app.citizen.apply.visit import held_services
from requests_app.rules.catalogue import Service
from requests_app.words import Text

TITLES: dict[Service, Text] = {
    Service.KTP_EL: _("Ajukan KTP-el"),
    Service.KK: _("Ajukan Kartu Keluarga"),
    Service.LEGALISIR: _("Ajukan legalisir"),
}
LINES: dict[Service, Text] = {
    Service.KTP_EL: _("Pertama, hilang, rusak, pindah, atau data berubah."),
    Service.KK: _("KK baru, pisah, hilang, rusak, anggota, atau data berubah."),
    Service.LEGALISIR: _("Pengesahan fotokopi KK dan akta lama tanpa kode QR."),
}


@dataclass(frozen=True)
class Offered:
    """A link to a form. `is_begun`: this session may hold an unsent draft of it."""

    service: Service
    title: Text
    line: Text
    is_begun: bool


def listed_services(request: HttpRequest) -> list[Offered]:
    """All of them, in their order."""
    begun = held_services(request)
    return [Offered(service, TITLES[service], LINES[service], service in begun) for service in Service]
