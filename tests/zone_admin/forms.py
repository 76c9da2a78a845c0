"""What a browser sends when the admin presses the button of a page: every field as it stands, but for some."""

from typing import Any

from django.test import Client
from lxml import html


def sent(client: Client, page: str, /, **over: Any) -> dict[str, Any]:
    """The fields of the page's largest form as they are shown, changed by `over` (None: not sent)."""
    shown = html.fromstring(client.get(page).content)
    form = max(shown.cssselect("form[method=post]"), key=lambda form: len(form.fields))
    fields: dict[str, Any] = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return {name: value for name, value in (fields | over).items() if value is not None}


def press_twice(client: Client, page: str, given: dict[str, Any]) -> Any:
    """Sent, and then yes to what the page asks; the answer to that."""
    return client.post(page, given | {"setuju": yes_of(client.post(page, given).text)}, follow=True)


def yes_of(page: str) -> str:
    """The value of the button that says yes to what the page asks."""
    button = html.fromstring(page).cssselect("button[name=setuju]")[0]
    return str(button.get("value"))


def errors(page: str) -> list[str]:
    """The messages that stand beside fields, and those for the whole form."""
    shown = html.fromstring(page).cssselect(".msg span, .errors li")
    return [element.text_content().strip() for element in shown]
