"""The words of visits: where, when, with what; the placeholders of their messages."""

from collections.abc import Iterable
from datetime import datetime

from requests_app.models import Application, Document, ProtocolItem, Visit
from requests_app.models import Requirement as RequirementRow
from requests_app.rules.catalogue import EVERY_REASON, Service, as_brought, condition_holds
from requests_app.rules.dates import format_moment
from requests_app.rules.labels import target_label
from requests_app.rules.messages import NO_NOTE
from requests_app.rules.phone import spaced_phone

BE_ON_TIME = "Datanglah tepat waktu."


def visit_params(visit: Visit, application: Application) -> dict[str, str]:
    """Placeholders of every message about a visit: `tempat`, `waktu`, `antrean`, `bawa`, `protokol`, `batas` (WIB)."""
    return visit_in_words(visit, bring=to_bring(application), protocol=protocol_in_force())


def visit_in_words(visit: Visit, *, bring: str, protocol: str) -> dict[str, str]:
    """The same, from what to bring and the protocol in force."""
    zone = visit.zone
    return {
        "tempat": ", ".join(filter(None, [zone.name, zone.address])),
        "waktu": format_moment(visit.starts_at),
        "antrean": visit.number,
        "bawa": bring,
        "protokol": protocol,
        "batas": format_moment(visit.respond_by or visit.starts_at),
        "catatan": NO_NOTE,
    }


def to_bring(application: Application) -> str:
    """The originals of what was uploaded, and what is only brought, in short words."""
    if application.service == Service.KTP_EL:
        return originals_in_words(application.service, [], [])
    uploaded = Document.objects.filter(application=application, replaced_at=None).order_by("document_code")
    rows = RequirementRow.objects.filter(
        service=application.service, reason__in=[application.reason, EVERY_REASON], kind="bring"
    ).order_by("position", "pk")
    brought = [row.name for row in rows if condition_holds(row.condition_code, application.answers)]
    return originals_in_words(application.service, uploaded.values_list("document_code", flat=True), brought)


def originals_in_words(service: str, uploaded: Iterable[str], brought: Iterable[str]) -> str:
    """From the codes of what was uploaded, and the names of what is only brought. Whoever is recorded shows the KK."""
    if service == Service.KTP_EL:
        return "Kartu Keluarga asli"
    names = [target_label(code) for code in dict.fromkeys(uploaded)]
    originals = [name if "asli" in name.split() else f"{name} asli" for name in names]
    return "; ".join([*originals, *(as_brought(name).partition(" (")[0] for name in brought)]) or "dokumen asli"


def protocol_in_force() -> str:
    """The health protocol as one sentence; without one, what is true anyway."""
    lines = list(ProtocolItem.objects.filter(in_force=True).values_list("text", flat=True))
    return f"Protokol kesehatan: {'; '.join(line.rstrip('.') for line in lines)}." if lines else BE_ON_TIME


def schedule_follows(application: Application, until: datetime) -> str:
    """`jadwal` of an approval without an invitation: until when it comes, and from which number."""
    zone = application.zone
    source = "di halaman permohonan Anda"
    if application.contact == "whatsapp" and zone.whatsapp_number:
        source = f"dari nomor WhatsApp {zone.name} {spaced_phone(zone.whatsapp_number)}"
    return f"Jadwal kunjungan ke {zone.name} menyusul paling lambat {format_moment(until)}, {source}."


def is_served_now(visit: Visit) -> str:
    """`jadwal` of an approval while the person stands at the desk."""
    return f"Anda sedang dilayani di {visit.zone.name}, nomor antrean {visit.number}."


SCHEDULE_IS_THERE = "Jadwal kunjungan Anda sudah ada di halaman permohonan Anda."
