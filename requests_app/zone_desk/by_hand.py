"""Messages that leave from the zone's own phone: the next one ready, sent, and proven with one key."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from requests_app.models import Notice, NoticeAttempt, Zone
from requests_app.operations.access import log_access
from requests_app.operations.hand import next_to_send, record_sent, record_unreachable, undo_record
from requests_app.operations.senders import whole_text
from requests_app.queries.hand import day_of, held_for_a_number, sent_today, undoable
from requests_app.rules.hand import UNDO
from requests_app.rules.messages import ANSWER_PURPOSES
from requests_app.rules.names import first_word
from requests_app.rules.phone import mask_phone, spaced_phone
from requests_app.rules.routes import HAND
from requests_app.rules.visits import Sender
from requests_app.staff.request import StaffRequest
from requests_app.wa_me import chat_link
from requests_app.zone_desk.pages import desk_page, render_desk

TEMPLATE = "zone_desk/by_hand.html"
KINDS = {
    "invitation": "Undangan", "invitation_recording": "Undangan perekaman", "invitation_again": "Jadwal baru",
    "visit_moved": "Jadwal dipindahkan", "visit_recalled": "Jadwal dibatalkan", "visit_reminder": "Pengingat",
    "number_test": "Pesan uji",
}  # fmt: skip
NOTHING = {
    Sender.HAND: "Tidak ada pesan yang menunggu.",
    Sender.API: "Tidak ada pesan yang menunggu. Pesan zona ini dikirim otomatis.",
    Sender.NONE: "Tidak ada pesan yang dapat dikirim: zona ini belum punya nomor WhatsApp.",
}
ALREADY = "Pesan itu sudah tercatat. Tidak ada yang berubah."
OVERTAKEN = "Pesan itu ternyata sudah digantikan saat Anda membukanya. Catatan pengiriman Anda tetap disimpan."


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page("send_by_hand")
def by_hand(request: StaffRequest, zone: Zone) -> HttpResponse:
    """GET: the next message, leased to this clerk. POST: what came of the one that was open; the next follows."""
    if request.method == "POST":
        _record(request, zone)
        return redirect("by_hand", zone.code)
    notice = next_to_send(zone=zone, officer=request.user, now=request.now)
    if notice is not None:
        action, application_id = "send_by_hand", notice.application_id
        log_access(officer=request.user, action=action, now=request.now, application_id=application_id)
    context = {
        "notice": notice,
        "next": _shown(notice) if notice is not None else None,
        "day": day_of(zone, request.now),
        "sent": [(one, kind_of(one.notice.purpose), spaced_phone(one.sender)) for one in sent_today(zone, request.now)],
        "undo": _undo(request, zone),
        "held": held_for_a_number(zone) if zone.sender is Sender.NONE else 0,
        "number": spaced_phone(zone.whatsapp_number),
        "nothing": NOTHING[zone.sender],
    }
    return render_desk(request, zone, TEMPLATE, context)


def _record(request: StaffRequest, zone: Zone) -> None:
    """Raises NotNow, Http404 (no such message of this zone's phone, or no such button)."""
    notice_id, officer, now = _notice_id(request, zone), request.user, request.now
    match request.POST.get("hasil"):
        case "terkirim":
            done = record_sent(notice_id=notice_id, officer=officer, now=now)
        case "nomor-salah":
            done = record_unreachable(notice_id=notice_id, officer=officer, now=now)
        case "urungkan":
            undo_record(notice_id=notice_id, officer=officer, now=now)
            return
        case _:
            raise Http404
    if done.overtaken:
        messages.warning(request, OVERTAKEN)
    elif not done.changed:
        messages.info(request, ALREADY)


def _notice_id(request: StaffRequest, zone: Zone) -> uuid.UUID:
    try:
        notice_id = uuid.UUID(request.POST.get("pesan", ""))
    except ValueError:
        raise Http404 from None
    get_object_or_404(Notice.objects.only("pk"), pk=notice_id, zone=zone, channel=HAND)
    return notice_id


def kind_of(purpose: str) -> str:
    """What a message is, in one or two words."""
    return KINDS.get(purpose) or ("Jawaban" if purpose in ANSWER_PURPOSES else "Kabar")


def _shown(notice: Notice) -> dict[str, str]:
    """Whom it is for, and what leaves. The number stands in the link only."""
    text = whole_text(notice).strip()
    return {
        "kind": kind_of(notice.purpose),
        "name": first_word(notice.application.name) if notice.application is not None else "",
        "masked": mask_phone(notice.recipient),
        "text": text,
        "link": chat_link(notice.recipient, text, on_phone=notice.zone.whatsapp_number),
    }


def _undo(request: StaffRequest, zone: Zone) -> dict[str, object] | None:
    last = undoable(zone, request.user, request.now)
    return {"attempt": last, "seconds": _seconds_left(last, request)} if last is not None else None


def _seconds_left(attempt: NoticeAttempt, request: StaffRequest) -> int:
    return max(int((attempt.started_at + UNDO - request.now).total_seconds()), 0)
