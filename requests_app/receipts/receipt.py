"""What a receipt says: the number, the promised moment, the office, and how the answer comes."""

from dataclasses import dataclass
from datetime import datetime

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.models import Application, Draft
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.names import first_word
from requests_app.rules.phone import mask_phone, spaced_phone
from requests_app.rules.walk_ins import COUNTER, TOLD_BY
from requests_app.wa_me import chat_link


@dataclass(frozen=True)
class Receipt:
    """What the receipt says. It says the same of an application that is held beside another one.

    `queue` and `desk`: the number that somebody who came was given, and the office where it counts.
    """

    service: Service
    number: str
    name: str
    reason: str
    submitted_at: datetime
    due_at: datetime
    told: str
    zone_name: str
    zone_address: str
    zone_hours: str
    zone_number: str
    secret: str
    track_url: str
    by_counter: bool = False
    queue: str = ""
    desk: str = ""

    @property
    def qr(self) -> str:
        """A QR code to the tracking page, as the address of a picture. It holds the number only."""
        return segno.make(self.track_url, error="m").svg_data_uri(scale=4, border=1)

    @property
    def share_text(self) -> str:
        """What is passed on with the picture or alone: the number and where to track it, no more."""
        return _("Bukti permohonan {service} {number}. Jawaban paling lambat {moment}. Lacak di {address}").format(
            service=self.service_name, number=self.number, moment=language.moment(self.due_at), address=self.track_url
        )

    @property
    def service_name(self) -> str:
        """What was asked for, in words."""
        return _(self.service.label)

    @property
    def title(self) -> str:
        """What stands above everything."""
        return _("Bukti permohonan {service}").format(service=self.service_name)

    @property
    def whatsapp_url(self) -> str:
        """Opens WhatsApp with that text, for whomever the citizen chooses there."""
        return chat_link("", self.share_text)

    @property
    def to_keep(self) -> dict[str, object]:
        """What a phone keeps for hours without a network: nothing about the person, and no secret."""
        rows = [
            (_("Layanan"), self.service_name),
            (_("Jawaban paling lambat"), language.moment(self.due_at)),
            (_("Kantor"), ", ".join(filter(None, [self.zone_name, self.zone_address]))),
            (_("Jam layanan"), self.zone_hours),
            (_("WhatsApp resmi"), self.zone_number),
        ]
        return {"number": self.number, "rows": rows}


def receipt_of(draft: Draft) -> Receipt:
    """Everything comes from the application and its zone, but the secret, which only the draft still knows."""
    application = draft.application
    assert application is not None
    zone = application.zone
    return Receipt(
        service=Service(application.service),
        number=application.number,
        name=first_word(application.name),
        reason=_(Reason(application.reason).label),
        submitted_at=application.submitted_at,
        due_at=application.first_due_at,
        told=_told(application),
        zone_name=zone.name,
        zone_address=zone.address,
        zone_hours=language.hours(zone.weekly_hours),
        zone_number=spaced_phone(zone.whatsapp_number),
        secret=draft.answers.get("secret", ""),
        track_url=f"{settings.PUBLIC_URL}/lacak/?nomor={application.number}",
        by_counter=application.channel == COUNTER,
    )


def _told(application: Application) -> str:
    if application.contact == "whatsapp":
        return f"WhatsApp {mask_phone(application.phone)}"
    if application.contact == "email":
        name, _at, domain = application.email.partition("@")
        return _("Surel {address}").format(address=f"{name[:1]}•••@{domain}")
    told_by = TOLD_BY.get(application.answers.get("told_by", ""))
    return _(told_by) if told_by else _("Anda melihat sendiri di halaman Lacak")
