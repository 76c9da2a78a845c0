"""WhatsApp on a zone's own phone, for messages that the office sends by hand: the text is ready, one press sends it.

No provider is asked and no receipt is posted, as with a real phone: the office learns nothing of what became of it.
"""

from __future__ import annotations

from html import escape

from adminduk.embedded.simulator import receipts
from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.look import page, sender_name, spaced
from adminduk.embedded.simulator.state import Simulator

BY_HAND = "hp-"
_MAX_TEXT = 4096


def compose(simulator: Simulator, request: Request, number: str) -> Response:
    """Show the message as the link gave it; ``dari`` is the number of the phone that it is shown on."""
    sender = digits(request.query.get("dari", ""))
    text = request.query.get("text", "")[:_MAX_TEXT]
    known = sender_name(simulator, BY_HAND + sender)
    field = f'<textarea name="text" rows="12" required maxlength="{_MAX_TEXT}">{escape(text)}</textarea>'
    body = (
        f'<header><h1>Ponsel kantor</h1></header><main class="ponsel"><p class="dari">{known}</p>'
        f"<h2>Kepada {spaced(number)}</h2>"
        f'<form method="post" action="/wa.me/{number}/kirim/"><input type="hidden" name="dari" value="{sender}">'
        f"<label>Pesan{field}</label>"
        "<button>Kirim</button></form></main>"
    )
    return page("WhatsApp di ponsel kantor", body)


def send(simulator: Simulator, request: Request, number: str) -> Response:
    """Put the message on the citizen's phone."""
    form = request.form()
    text, sender = form.get("text", "").strip()[:_MAX_TEXT], BY_HAND + digits(form.get("dari", ""))
    now = simulator.store.now()
    if text:
        simulator.store.run(
            "INSERT INTO calls (received_at, accepted_at, answered_at, phone_number_id, recipient, kind, text, wamid)"
            " VALUES (?, ?, ?, ?, ?, 'text', ?, ?)",
            *(now, now, now, sender, number, text.replace("\r\n", "\n"), receipts.new_wamid()),
        )
    body = (
        '<header><h1>Ponsel kantor</h1></header><main class="ponsel"><h2>Terkirim</h2>'
        f'<p>Tutup tab ini dan kembali ke daftar. <a href="/telepon/{number}/">Lihat di telepon warga</a></p></main>'
    )
    return page("Terkirim", body)


def digits(text: str) -> str:
    """Return the digits of a number, as many as one can have."""
    return "".join(character for character in text if character.isdecimal() and character.isascii())[:15]
