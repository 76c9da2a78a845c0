"""The mailboxes: what a citizen who chose e-mail would see. Plain HTML, no script."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import quote, unquote

from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.look import link, moment, page, pause, renewal
from adminduk.embedded.simulator.state import Simulator

# A full stop or bracket after an address belongs to the sentence.
_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)]")


def mailbox_list(simulator: Simulator) -> str:
    """Return the list of mailboxes as HTML, the one with the newest mail on top."""
    rows = simulator.store.rows(
        "SELECT address, max(at) AS at, count(*) AS number FROM mails GROUP BY address"
        " ORDER BY at DESC, address LIMIT 500"
    )
    items = "".join(
        f'<li><a href="{_path(row["address"])}"><b>{escape(row["address"])}</b>'
        f"<small>{row['number']} surel · terakhir {moment(row['at'])}</small></a></li>"
        for row in rows
    )
    return f'<ul class="telepon">{items}</ul>' if items else "<p>Belum ada surel.</p>"


def mailbox(simulator: Simulator, request: Request, quoted: str) -> Response:
    """Show one mailbox, the newest mail on top."""
    address = unquote(quoted).lower()
    mails = simulator.store.rows("SELECT * FROM mails WHERE address = ? ORDER BY id DESC LIMIT 200", address)
    listed = "".join(
        f'<article class="surel"><h2>{escape(mail["subject"])}</h2><p class="jam">{moment(mail["at"])}</p>'
        f"<p>{_linked(mail['text'], simulator.home)}</p></article>"
        for mail in mails
    )
    body = (
        '<header><a href="/" aria-label="Semua telepon dan surel">←</a>'
        f"<h1>{escape(address)}</h1></header><main>{listed or '<p>Belum ada surel di kotak ini.</p>'}"
        f"{pause(_path(address), request)}</main>"
    )
    return page(f"Surel {address}", body, refresh=renewal(5, request))


def _path(address: str) -> str:
    return f"/surel/{quote(address, safe='@')}/"


def _linked(text: str, home: str) -> str:
    """Escape a mail's text; only what leads into our own office becomes a link."""
    parts, end = [], 0
    for found in _LINK.finditer(text):
        url = found[0]
        ours = url == home or url.startswith(f"{home}/")
        parts += [escape(text[end : found.start()]), link(escape(url), escape(url)) if ours else escape(url)]
        end = found.end()
    return "".join([*parts, escape(text[end:])]).replace("\n", "<br>")
