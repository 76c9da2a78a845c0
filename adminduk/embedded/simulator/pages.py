"""The phones as chat pages: what a citizen would see. Plain HTML, no script."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any

from adminduk.embedded.simulator import buttons
from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.look import (
    day,
    hour,
    is_paused,
    link,
    moment,
    page,
    pause,
    renewal,
    sender_name,
    spaced,
)
from adminduk.embedded.simulator.mailboxes import mailbox_list
from adminduk.embedded.simulator.phones_known import phones_known
from adminduk.embedded.simulator.state import Simulator
from adminduk.embedded.simulator.trouble import number_in_force
from adminduk.embedded.simulator.zone_phone import BY_HAND

_STYLE = Path(__file__).with_name("gaya.css").read_bytes()
_LINK = re.compile(r"https?://[^\s<>\"]+")
_TICKS = {
    "accepted": ("🕓", "sedang dikirim"),
    "sent": ("✓", "terkirim"),
    "delivered": ("✓✓", "sampai"),
    "read": ("✓✓", "dibaca"),
    "failed": ("✗", "tidak sampai"),
}
_RANK = {"sent": 1, "delivered": 2, "failed": 3, "read": 4}
_MAX_TEXT = 4096
_KINDS = frozenset({"text", "image", "audio"})
# Neither buttons nor ticks.
_NO_MORE: dict[str, Any] = {"button": ("", ""), "below": "", "status": ""}

Row = dict[str, Any]


def phones(simulator: Simulator, request: Request) -> Response:
    """Show the lists of phones and mailboxes, what has the newest message on top."""
    rows = phones_known(simulator, 500)
    items = "".join(
        f'<li><a href="/telepon/{row["recipient"]}/"><b>{spaced(row["recipient"])}</b>'
        f"<small>{row['number']} pesan · terakhir {moment(row['at'])}</small></a></li>"
        for row in rows
    )
    listed = f'<ul class="telepon">{items}</ul>' if items else "<p>Belum ada pesan. Ajukan permohonan dulu.</p>"
    number = number_in_force(simulator)
    troubles = f"Gangguan: {number} sedang berlaku" if number else "Gangguan: tidak ada"
    body = (
        "<header><h1>Telepon dan surel warga</h1></header><main><p>Ini tiruan WhatsApp, SMS dan surel untuk mencoba. "
        f'Tidak ada pesan yang benar-benar dikirim.</p><p><a href="/gangguan/">{troubles}</a></p>'
        f"<h2>Telepon</h2>{listed}"
        f"<h2>Surel</h2>{mailbox_list(simulator)}{pause('/', request)}</main>"
    )
    return page("Telepon dan surel warga", body, refresh=renewal(5, request))


def style(simulator: Simulator, request: Request) -> Response:
    """Return the stylesheet."""
    return Response(200, _STYLE, "text/css; charset=utf-8", (("Cache-Control", "max-age=300"),))


def phone(simulator: Simulator, request: Request, number: str) -> Response:
    """Show one phone: the chat in a frame that renews itself, and a form that keeps what is typed."""
    senders = simulator.store.rows(
        "SELECT phone_number_id, max(at) AS at FROM ("
        "SELECT phone_number_id, accepted_at AS at FROM calls WHERE recipient = ? AND wamid IS NOT NULL"
        " UNION ALL SELECT phone_number_id, at FROM inbound WHERE sender = ?)"
        " GROUP BY phone_number_id ORDER BY at DESC",
        *(number, number),
    )
    # Nobody hears what is written back to a phone that sends by hand.
    ids = [row["phone_number_id"] for row in senders if not row["phone_number_id"].startswith(BY_HAND)]
    options = "".join(f'<option value="{escape(each)}">{sender_name(simulator, each)}</option>' for each in ids)
    form = (
        f'<form method="post" action="/telepon/{number}/tulis/"><label>Kepada<select name="kepada">{options}'
        '</select></label><label>Pesan<input name="pesan" required maxlength="1000" autocomplete="off">'
        '</label><button>Kirim</button><button name="jenis" value="image" formnovalidate>Sebagai foto</button>'
        '<button name="jenis" value="audio" formnovalidate>Suara</button></form>'
    )
    still = "?diam=1" if is_paused(request) else ""
    body = (
        f'<header><a href="/" aria-label="Semua telepon">←</a><h1>{spaced(number)}</h1></header>'
        f'<main class="chat"><iframe src="/telepon/{number}/pesan/{still}" title="Isi percakapan"></iframe>'
        f"{form if ids else ''}{pause(f'/telepon/{number}/', request)}</main>"
    )
    return page(f"Telepon {spaced(number)}", body, css_class="layar")


def bubbles(simulator: Simulator, request: Request, number: str) -> Response:
    """Show the chat of one phone; whoever opens it has read what had arrived."""
    if request.headers.get("sec-purpose", "").startswith("prefetch"):
        return Response(503)
    simulator.open_chat(number)
    messages = [*_received(simulator, request, number), *_texted(simulator, number), *_written(simulator, number)]
    parts, today = [], ""
    for message in sorted(messages, key=lambda each: each["at"]):
        if (date := day(message["at"])) != today:
            today = date
            parts.append(f'<h2 class="hari">{today}</h2>')
        parts.append(_bubble(message))
    listed = "".join(parts) or "<p>Belum ada pesan di telepon ini.</p>"
    body = f'<main class="gulung" tabindex="0"><div><h1 class="tersembunyi">Isi percakapan</h1>{listed}</div></main>'
    return page("Isi percakapan", body, refresh=renewal(3, request), css_class="isi")


def write(simulator: Simulator, request: Request, number: str) -> Response:
    """Send what the person typed to the chosen zone's number."""
    form = request.form()
    text, phone_number_id = form.get("pesan", "").strip()[:_MAX_TEXT], form.get("kepada", "")
    kind = form.get("jenis", "text")
    if (text or kind != "text") and kind in _KINDS and phone_number_id.isdigit():
        simulator.write_back(sender=number, phone_number_id=phone_number_id, text=text, kind=kind)
    return Response(303, headers=(("Location", f"/telepon/{number}/"),))


def _received(simulator: Simulator, request: Request, number: str) -> list[Row]:
    calls = simulator.store.rows(
        "SELECT * FROM calls WHERE recipient = ? AND wamid IS NOT NULL ORDER BY id DESC LIMIT 200", number
    )
    below = buttons.of_phone(simulator, number)
    return [
        {
            "at": call["accepted_at"],
            "sender": sender_name(simulator, call["phone_number_id"]),
            "text": call["text"],
            "button": (call["button_text"], call["button_url"]),
            "below": buttons.shown(number, call["wamid"], below.get(call["wamid"], []), request),
            "status": "sent" if call["phone_number_id"].startswith(BY_HAND) else _status(simulator, call["wamid"]),
        }
        for call in calls
    ]


def _texted(simulator: Simulator, number: str) -> list[Row]:
    rows = simulator.store.rows(
        "SELECT * FROM sms WHERE recipient = ? AND accepted_at IS NOT NULL ORDER BY id DESC LIMIT 200", number
    )
    return [
        {"at": row["accepted_at"], "sender": f"SMS {escape(row['sender'])}", "text": row["text"], **_NO_MORE}
        for row in rows
    ]


def _written(simulator: Simulator, number: str) -> list[Row]:
    rows = simulator.store.rows("SELECT * FROM inbound WHERE sender = ? ORDER BY id DESC LIMIT 200", number)
    return [{"at": row["at"], "sender": "Anda", "text": row["text"], **_NO_MORE} for row in rows]


def _status(simulator: Simulator, wamid: str) -> str:
    rows = simulator.store.rows(
        "SELECT DISTINCT status FROM webhooks WHERE wamid = ? AND at <= ?", wamid, simulator.store.now()
    )
    return max((row["status"] for row in rows), key=lambda status: _RANK.get(status, 0), default="accepted")


def _bubble(message: Row) -> str:
    """One message; each says from which number it came."""
    mine = message["sender"] == "Anda"
    name = "" if mine else f'<p class="dari">dari {message["sender"]}</p>'
    text = escape(message["text"] or "")
    linked = _LINK.sub(lambda found: link(found.group(0), found.group(0)), text).replace("\n", "<br>")
    label, url = message["button"]
    button = f'<p class="tombol">{link(escape(url), escape(label)) if url else escape(label)}</p>' if label else ""
    ticks = ""
    if message["status"]:
        sign, words = _TICKS[message["status"]]
        ticks = f' <span class="{message["status"]}"><span aria-hidden="true">{sign}</span> {words}</span>'
    kind = "gelembung saya" if mine else "gelembung"
    foot = f'<p class="jam">{hour(message["at"])}{ticks}</p>'
    return f'<div class="{kind}">{name}<p>{linked}</p>{button}{foot}{message["below"]}</div>'
