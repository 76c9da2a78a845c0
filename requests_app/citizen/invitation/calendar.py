"""The visit as a calendar file (RFC 5545): one event with a reminder, and nothing that the page does not show."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.citizen.invitation.page import address_of
from requests_app.citizen.invitation.plain import plain
from requests_app.queries.invitations import Invitation
from requests_app.vault.keyring import keyed_hash

LONGEST_LINE = 75
"""Bytes; what is longer goes on in a line that begins with a space."""
STAMP = "%Y%m%dT%H%M%SZ"
REMIND_BEFORE = timedelta(hours=3)
MINUTE = 60


def calendar_file(invitation: Invitation, *, now: datetime) -> str:
    """The file. Its event keeps its name when the visit moves, and the one that was fetched last is the valid one."""
    return "".join(f"{part}\r\n" for line in _lines(invitation, now) for part in folded(line))


def _lines(invitation: Invitation, now: datetime) -> Iterator[str]:
    visit, zone = invitation.visit, invitation.visit.zone
    ends_at = visit.slot.ends_at if visit.slot else visit.starts_at + timedelta(minutes=zone.slot_minutes)
    summary = _("Datang ke {office}, antrean {number}").format(office=zone.name, number=visit.number)
    host = settings.PUBLIC_URL.split("://", 1)[-1]
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dukcapil Kota Palembang//Adminduk Online//ID")
    yield from ("CALSCALE:GREGORIAN", "METHOD:PUBLISH", "BEGIN:VEVENT")
    yield f"UID:{keyed_hash('calendar', invitation.code).hex()}@{host}"
    yield f"SEQUENCE:{int(now.timestamp()) // MINUTE}"
    yield f"DTSTAMP:{_utc(now)}"
    yield f"DTSTART:{_utc(visit.starts_at)}"
    yield f"DTEND:{_utc(ends_at)}"
    yield f"SUMMARY:{escaped(summary)}"
    yield f"LOCATION:{escaped(', '.join(filter(None, [zone.name, zone.address])))}"
    if zone.latitude is not None and zone.longitude is not None:
        yield f"GEO:{zone.latitude};{zone.longitude}"
    yield f"DESCRIPTION:{escaped(_description(invitation))}"
    yield f"URL:{address_of(invitation)}"
    yield from ("STATUS:CONFIRMED", "TRANSP:OPAQUE", "BEGIN:VALARM", "ACTION:DISPLAY")
    yield f"TRIGGER:-PT{int(REMIND_BEFORE.total_seconds()) // 3600}H"
    yield f"DESCRIPTION:{escaped(summary)}"
    yield from ("END:VALARM", "END:VEVENT", "END:VCALENDAR")


def _description(invitation: Invitation) -> str:
    when = _("{moment}, nomor antrean {number}.").format(
        moment=language.moment(invitation.visit.starts_at), number=invitation.visit.number
    )
    brought = _("{number}: {service}. Bawa: {items}.")
    lines = [
        brought.format(number=one.number, service=one.service, items="; ".join(map(plain, one.bring)))
        for one in invitation.served
    ]
    return "\n".join([when, *lines, _("Gratis."), address_of(invitation)])


def escaped(text: str) -> str:
    """A text as a value: signs that mean something in the file lose their meaning."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r\n", "\\n").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in parts of at most 75 bytes, never through the middle of a character."""
    part, room = "", LONGEST_LINE
    for character in line:
        size = len(character.encode())
        if size > room:
            yield part
            part, room = " ", LONGEST_LINE - 1
        part, room = part + character, room - size
    yield part


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime(STAMP)
