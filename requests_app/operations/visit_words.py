"""The words of visits: where, when, with what; the placeholders of their messages."""

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
    zone = visit.zone
    return {
        "tempat": ", ".join(filter(None, [zone.name, zone.address])),
        "waktu": format_moment(visit.starts_at),
        "antrean": visit.number,
        "bawa": to_bring(application),
        "protokol": protocol_in_force(),
        "batas": format_moment(visit.respond_by or visit.starts_at),
        "catatan": NO_NOTE,
    }


def to_bring(application: Application) -> str:
    """The originals of what was uploaded, and what is only brought, in short words."""
    if application.service == Service.KTP_EL:
        return "Kartu Keluarga asli"
    uploaded = Document.objects.filter(application=application, replaced_at=None).order_by("document_code")
    names = [f"{target_label(code)} asli" for code in dict.fromkeys(uploaded.values_list("document_code", flat=True))]
    rows = RequirementRow.objects.filter(
        service=application.service, reason__in=[application.reason, EVERY_REASON], kind="bring"
    ).order_by("position", "pk")
    names += [as_brought(row.name) for row in rows if condition_holds(row.condition_code, application.answers)]
    return "; ".join(names) or "dokumen asli"


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


SCHEDULE_IS_THERE = "Jadwal kunjungan Anda sudah ada di halaman permohonan Anda."
