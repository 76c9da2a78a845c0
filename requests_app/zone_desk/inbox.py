"""What citizens wrote to the zone's number and no machine could answer: the list, a conversation, reply, close."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from requests_app.models import Conversation, InboundMessage, Zone
from requests_app.operations.access import log_access
from requests_app.operations.inbox import (
    Overtaken,
    cannot_reply,
    close_conversation,
    reply_to_conversation,
)
from requests_app.operations.status_words import own_site
from requests_app.operations.steps import NotNow
from requests_app.queries.inbox import (
    applications_of,
    conversation_of,
    handled,
    is_lost,
    reply_state,
    thread,
    waiting,
    zones_read_by,
)
from requests_app.rules.inbound import REPLY_LIMIT, check_reply
from requests_app.rules.phone import last_four
from requests_app.staff.guard import staff_page
from requests_app.staff.pages import render_staff
from requests_app.staff.request import StaffRequest
from requests_app.zone_desk.pages import desk_page, render_desk

ACTION = "answer_messages"
LONGEST_ID = 18
OVERTAKEN = "Petugas lain baru saja menangani percakapan ini. Baca dulu, lalu kirim jawaban Anda bila masih perlu."


class ReplyForm(forms.Form):
    """An officer's reply. `seen` and `after` say what the page showed; spoiled ones are as if it had shown nothing."""

    text = forms.CharField(
        label="Jawaban Anda",
        help_text="Jangan minta NIK, foto dokumen, atau kode. Nama zona dan kode pesan ditambahkan sendiri.",
        widget=forms.Textarea({"rows": 4, "maxlength": REPLY_LIMIT}),
        error_messages={"required": "Tulis jawaban Anda."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    after = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        """What may be sent (rules/inbound.py)."""
        # A browser counts a line's end as one sign and sends two.
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        try:
            check_reply(text, site=own_site())
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from problem
        return text


@require_safe
@staff_page(ACTION)
def inbox(request: StaffRequest) -> HttpResponse:
    """Who waits, in all zones of this officer; straight to the only one."""
    zones = list(zones_read_by(request.user))
    if len(zones) == 1:
        return redirect("inbox_of_zone", zones[0].code)
    return render_staff(request, "zone_desk/inbox_all.html", _lists(request, zones, reverse("inbox")))


@require_safe
@desk_page(ACTION, zones_read_by)
def inbox_of_zone(request: StaffRequest, zone: Zone) -> HttpResponse:
    """Who waits in one zone, longest first; and what was done last."""
    return render_desk(
        request, zone, "zone_desk/inbox.html", _lists(request, [zone], reverse("inbox_of_zone", args=[zone.code]))
    )


def _lists(request: StaffRequest, zones: list[Zone], address: str) -> dict[str, Any]:
    cursor = request.GET.get("dari", "")
    page = waiting(zones, request.user, cursor)
    done = [
        (note, reply_state(note.reply, request.now), is_lost(note.reply, request.now))
        if note.reply
        else (note, "", False)
        for note in handled(zones)
    ]
    kinds, rows = dict(InboundMessage.INTENTS), cast(Sequence[Any], page.rows)
    return {
        "rows": [(row, kinds.get(row.latest_intent, "")) for row in rows],
        "first": address if cursor else "",
        "older": f"{address}?dari={page.older}" if page.older else "",
        "done": done,
    }


@require_safe
@desk_page(ACTION, zones_read_by)
def conversation(request: StaffRequest, zone: Zone, conversation_id: int) -> HttpResponse:
    """The messages of one person with this zone's number, our replies with how far they came, and what can be done."""
    found = _found(zone, conversation_id)
    return _page(request, zone, found, None)


@require_POST
@desk_page(ACTION, zones_read_by)
def reply(request: StaffRequest, zone: Zone, conversation_id: int) -> HttpResponse:
    """Send the officer's reply. 422: it cannot be sent as it is. 409: not any more. What was typed is kept."""
    found = _found(zone, conversation_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _page(request, zone, found, form, status=422)
    text, seen, after = form.cleaned_data["text"], _number(request, "seen"), _number(request, "after")
    try:
        reply_to_conversation(
            conversation_id=found.pk, officer=request.user, text=text, seen=seen, after=after, now=request.now
        )
    except (NotNow, Overtaken) as problem:
        form.add_error(None, str(problem) or OVERTAKEN)
        return _page(request, zone, found, form, status=409)
    messages.success(request, "Jawaban dicatat dan dikirim. Keadaannya terlihat di percakapan.")
    return redirect("conversation", zone.code, found.pk)


@require_POST
@desk_page(ACTION, zones_read_by)
def close(request: StaffRequest, zone: Zone, conversation_id: int) -> HttpResponse:
    """It needs no reply."""
    found = _found(zone, conversation_id)
    close_conversation(conversation_id=found.pk, officer=request.user, seen=_number(request, "seen"), now=request.now)
    messages.success(request, "Percakapan ditutup tanpa jawaban.")
    return redirect("inbox_of_zone", zone.code)


def _found(zone: Zone, conversation_id: int) -> Conversation:
    found = conversation_of(zone, conversation_id)
    if found is None:
        raise Http404
    return found


def _number(request: StaffRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_ID else 0


def _page(
    request: StaffRequest, zone: Zone, found: Conversation, form: ReplyForm | None, *, status: int = 200
) -> HttpResponse:
    """The conversation as it stands now. Each opening leaves an access row; `form` keeps what was typed."""
    shown = thread(found, before=request.GET.get("sebelum", ""), now=request.now)
    theirs = applications_of(found, request.user)
    log_access(
        officer=request.user, action="conversation", now=request.now, conversation_id=found.pk,
        application_id=theirs[0].pk if theirs else None,
    )  # fmt: skip
    marks = {"seen": str(shown.seen), "after": str(shown.after)}
    if form is not None:
        form.data = typed = request.POST.copy()
        typed["seen"], typed["after"] = marks["seen"], marks["after"]
    context = {
        "conversation": found,
        "thread": shown,
        "applications": theirs,
        "phone": found.phone,
        "last_four": last_four(found.phone) if found.phone else "",
        "cannot": cannot_reply(found, now=request.now),
        "form": form or ReplyForm(initial=marks),
        "limit": REPLY_LIMIT,
    }
    return render_desk(request, zone, "zone_desk/conversation.html", context, status=status)
