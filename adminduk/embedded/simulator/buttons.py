"""Reply buttons: what Meta checks of a message that has them, and what becomes of a press.

Source: Meta, Cloud API, "Interactive reply buttons messages".
"""

from __future__ import annotations

from html import escape
from typing import Any

from adminduk.embedded.simulator.errors import ApiError
from adminduk.embedded.simulator.http import Request, Response
from adminduk.embedded.simulator.state import Simulator

_MOST_BUTTONS, _MOST_BODY, _MOST_ID, _MOST_TITLE = 3, 1024, 256, 20

Button = tuple[str, str]
"""Id and title."""
Statement = tuple[str, tuple[object, ...]]


def understood(interactive: dict[str, Any]) -> tuple[str, list[Button]]:
    """Return words and buttons. Raises ApiError 131009 for what Meta refuses, KeyError or TypeError for what is not
    there."""
    if interactive["type"] != "button":
        raise _refusal("interactive.type")
    text, given = _text(interactive["body"]["text"], _MOST_BODY, "body.text"), interactive["action"]["buttons"]
    if not isinstance(given, list) or not 1 <= len(given) <= _MOST_BUTTONS:
        raise _refusal("action.buttons: 1 to 3")
    buttons = [_button(each) for each in given]
    for part, values in (("id", {each for each, _ in buttons}), ("title", {each for _, each in buttons})):
        if len(values) < len(buttons):
            raise _refusal(f"reply.{part}: twice the same")
    return text, buttons


def _button(given: dict[str, Any]) -> Button:
    if given["type"] != "reply":
        raise _refusal("button.type")
    reply = given["reply"]
    return _text(reply["id"], _MOST_ID, "reply.id"), _text(reply["title"], _MOST_TITLE, "reply.title")


def _text(value: object, most: int, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > most:
        raise _refusal(where)
    return value


def _refusal(details: str) -> ApiError:
    return ApiError(400, 131009, "Parameter value is not valid", details)


def storing(wamid: str, buttons: list[Button]) -> list[Statement]:
    """Return the statements that keep the buttons of a message."""
    return [("INSERT INTO buttons (wamid, id, title) VALUES (?, ?, ?)", (wamid, *each)) for each in buttons]


def of_phone(simulator: Simulator, number: str) -> dict[str, list[Button]]:
    """Return the buttons of all messages on a phone, by the id of the message."""
    found: dict[str, list[Button]] = {}
    rows = simulator.store.rows(
        "SELECT b.* FROM buttons b JOIN calls c ON c.wamid = b.wamid WHERE c.recipient = ? ORDER BY b.rowid", number
    )
    for row in rows:
        found.setdefault(row["wamid"], []).append((row["id"], row["title"]))
    return found


def shown(number: str, wamid: str, buttons: list[Button], request: Request) -> str:
    """Return the buttons as they stand below a message."""
    if not buttons:
        return ""
    query = "?diam=1" if "diam" in request.query else ""
    listed = "".join(
        f'<button name="tombol" value="{escape(each)}">{escape(title)}</button>' for each, title in buttons
    )
    return (
        f'<form class="tekan" method="post" action="/telepon/{number}/tekan/{query}">'
        f'<input type="hidden" name="pesan" value="{escape(wamid)}">{listed}</form>'
    )


def press(simulator: Simulator, request: Request, number: str) -> Response:
    """Answer the press of a button: the zone's number hears of it. A button that is not there changes nothing."""
    form = request.form()
    rows = simulator.store.rows(
        "SELECT b.id, b.title, b.wamid, c.phone_number_id FROM buttons b JOIN calls c ON c.wamid = b.wamid"
        " WHERE c.recipient = ? AND b.wamid = ? AND b.id = ?",
        *(number, form.get("pesan", ""), form.get("tombol", "")),
    )
    for row in rows:
        simulator.write_back(
            sender=number, phone_number_id=row["phone_number_id"], text=row["title"], context=row["wamid"],
            kind="interactive", payload=row["id"],
        )  # fmt: skip
    query = "?diam=1" if "diam" in request.query else ""
    return Response(303, headers=(("Location", f"/telepon/{number}/pesan/{query}"),))
