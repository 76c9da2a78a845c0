"""Links that open WhatsApp, on the phone or in WhatsApp Web, with a message ready; whoever presses sends it there."""

from urllib.parse import quote, urlencode

from django.conf import settings


def chat_link(number: str, words: str, *, on_phone: str = "") -> str:
    """Opens the chat with this number (E.164); with an empty one whoever presses chooses to whom it goes.

    `on_phone`: the number of the phone that it is pressed on, which only a simulated WhatsApp has to be told.
    """
    told = {"dari": _digits(on_phone)} if on_phone and settings.SIMULATOR_URL else {}
    return f"{settings.WA_ME_URL}/{_digits(number)}?{urlencode(told | {'text': words}, quote_via=quote, safe='')}"


def _digits(number: str) -> str:
    return number.removeprefix("+")
