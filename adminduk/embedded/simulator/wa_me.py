"""``wa.me/<number>?text=…``: a chat with that number is opened, and the text lies ready in it.

A link that names the phone it is pressed on (``dari``) was pressed at a zone's desk: see zone_phone.py. Any other
was pressed by a citizen, who tells here on which of the phones.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from adminduk.embedded.simulator import zone_phone
from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.look import page, sender_name, spaced
from adminduk.embedded.simulator.phones_known import newest_phones
from adminduk.embedded.simulator.state import Simulator

_PHONE = re.compile(r"62[0-9]{7,13}")
_MAX_TEXT = 4096
_OFFERED = 20


def open_chat(simulator: Simulator, request: Request, number: str) -> Response:
    """Show the chat with the text ready; 404 for a number that is no zone's."""
    if "dari" in request.query:
        return zone_phone.compose(simulator, request, number)
    return _chat(
        simulator, number, {"pesan": request.query.get("text", ""), "telepon": request.query.get("telepon", "")}
    )


def share(simulator: Simulator, request: Request) -> Response:
    """Show a text that is passed on to somebody whom WhatsApp would ask for; here it goes to nobody."""
    text = escape(request.query.get("text", "")[:_MAX_TEXT]).replace("\n", "<br>")
    body = (
        '<header><h1>WhatsApp</h1></header><main class="ponsel"><h2>Kirim kepada siapa?</h2>'
        f'<div class="gelembung"><p>{text}</p></div>'
        "<p>WhatsApp yang sebenarnya menanyakan penerimanya di sini. Tiruan ini tidak mengirimnya.</p></main>"
    )
    return page("Kirim dengan WhatsApp", body)


def write(simulator: Simulator, request: Request, number: str) -> Response:
    """Send the text to the zone's number and go to the phone's chat; 422 while no phone is named or nothing is said."""
    form = request.form()
    phone_number_id = _phone_number_id(simulator, number)
    phone = as_phone(form.get("nomor", "")) or as_phone(form.get("telepon", ""))
    text = form.get("pesan", "").strip()[:_MAX_TEXT].replace("\r\n", "\n")
    if phone_number_id is None or not text or not _PHONE.fullmatch(phone):
        return _chat(
            simulator, number, form, "Pilih telepon atau tulis nomornya, misalnya 0800 0000 0100, dan isi pesan."
        )
    simulator.write_back(sender=phone, phone_number_id=phone_number_id, text=text, hide_number="sembunyi" in form)
    return Response(303, headers=(("Location", f"/telepon/{phone}/"),))


def _chat(simulator: Simulator, number: str, form: dict[str, str], problem: str = "") -> Response:
    phone_number_id = _phone_number_id(simulator, number)
    if phone_number_id is None:
        said = f"<h2>{spaced(number)}</h2><p>Nomor ini tidak dipakai UPTD mana pun. Periksa tautannya.</p>"
        return page("WhatsApp", f'<header><h1>WhatsApp</h1></header><main class="ponsel">{said}</main>', status=404)
    chosen = as_phone(form.get("telepon", ""))
    known = list(dict.fromkeys([*([chosen] if chosen else []), *newest_phones(simulator, _OFFERED)]))
    options = "".join(f'<option value="{each}">{spaced(each)}</option>' for each in known)
    choice = f'<label>Telepon Anda<select name="telepon">{options}</select></label>' if options else ""
    label = "Atau nomor lain" if options else "Nomor telepon Anda"
    hidden = " checked" if "sembunyi" in form else ""
    alert = f'<p class="salah" role="alert">{problem}</p>' if problem else ""
    body = (
        '<header><h1>WhatsApp</h1></header><main class="ponsel">'
        f"<h2>{sender_name(simulator, phone_number_id)}</h2>{alert}"
        f'<form method="post" action="/wa.me/{number}/tulis/">{choice}'
        f'<label>{label}<input name="nomor" type="tel" maxlength="20" autocomplete="off"'
        f' value="{escape(form.get("nomor", ""))}"></label>'
        f'<label>Pesan<textarea name="pesan" rows="6" required maxlength="{_MAX_TEXT}">'
        f"{escape(form.get('pesan', '')[:_MAX_TEXT])}</textarea></label>"
        f'<label class="pilihan"><input type="checkbox" name="sembunyi" value="1"{hidden}>'
        " Sembunyikan nomor saya</label>"
        "<button>Kirim</button></form></main>"
    )
    return page("WhatsApp", body, status=422 if problem else 200)


def _phone_number_id(simulator: Simulator, number: str) -> str | None:
    """Return the id under which the provider knows this number of a zone."""
    senders: dict[str, Any] = simulator.registry.senders.read()
    return next(
        (
            each
            for each, known in senders.items()
            if each.isdigit() and zone_phone.digits(str(known.get("display_phone_number", ""))) == number
        ),
        None,
    )


def as_phone(typed: str) -> str:
    """Return the digits with the country in front, however they were typed."""
    digits = zone_phone.digits(typed)
    return f"62{digits[1:]}" if digits.startswith("0") else digits
