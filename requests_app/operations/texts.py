"""Texts of notices are never overwritten: a change is a new version, so that what was sent can always be read again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from requests_app.channels.whatsapp.templates import BUTTON, COPY, EXAMPLE_TOKEN, code_footer, code_words
from requests_app.models import MessageText, Notice, Officer
from requests_app.operations.routes import route_of
from requests_app.operations.senders import render_notice, short_text, template_name, whole_text
from requests_app.rules.message_check import faults, needed_in
from requests_app.rules.messages import CODE_MINUTES, REPLY, WITHOUT_LINK, placeholders, render
from requests_app.rules.placeholders import example_values, longest_values, placeholder
from requests_app.rules.reply_buttons import BELOW
from requests_app.rules.routes import EMAIL, SMS, WHATSAPP
from requests_app.rules.sent_words import REFUSED, has_id_number
from requests_app.rules.sms import plain_sms, sms_parts

ALWAYS_FILLED = {"nama", "nomor", "kode_pesan", "zona", "tenggat", "situs"}


class TextRefused(ValueError):
    """The text cannot be used; `reasons` say why and what to do, in Indonesian."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True)
class Shown:
    """A text as it arrives, with example values; "" where the kind of notice never goes that way.

    `words`, `footer`, `button` and `reply_buttons` are what WhatsApp shows; `letters` of 1,024 are used with
    the longest values.
    """

    words: str
    footer: str
    button: str
    reply_buttons: tuple[str, ...]
    subject: str
    mail: str
    sms: str
    sms_parts: int
    letters: int
    is_code: bool


@transaction.atomic
def change_text(*, purpose: str, subject: str, body: str, officer: Officer, now: datetime) -> MessageText:
    """Write the next version of a text and use it from now on. Raises TextRefused for what could not be sent."""
    current = MessageText.objects.select_for_update().get(purpose=purpose, is_current=True)
    check_text(current, body)
    check_subject(current, subject)
    current.is_current = False
    current.save(update_fields=["is_current"])
    return MessageText.objects.create(
        purpose=purpose, version=current.version + 1, subject=subject, body=body, created_at=now, created_by=officer
    )


def template_after(text: MessageText) -> str:
    """The template that WhatsApp has to approve before messages with the next version of a text leave.

    "" where none is needed: replies inside the 24 hours, and what never goes by WhatsApp.
    """
    if text.purpose.startswith(REPLY) or WHATSAPP not in route_of(text.purpose).channels:
        return ""
    return template_name(MessageText(purpose=text.purpose, version=text.version + 1))


def check_text(current: MessageText, body: str) -> None:
    """Raise TextRefused for a body that could not be sent in place of the current one.

    Only placeholders that this kind of notice fills may stand in it; the message code may not be lost (citizens check
    messages by it); what Meta refuses is refused here (rules/message_check.py).
    """
    first = _first_version(current)
    if found := faults(current.purpose, body, known=_known_to(first), needed=needed_in(first.body)):
        raise TextRefused(found)


def check_subject(current: MessageText, subject: str) -> None:
    """The same for the subject, which is an e-mail's and stands in an SMS."""
    unknown = set(placeholders(subject)) - _known_to(_first_version(current))
    if unknown:
        raise TextRefused([f"Tanda {{{name}}} tidak dikenal untuk pesan ini." for name in sorted(unknown)])
    if has_id_number(subject):
        raise TextRefused([REFUSED])


def usable_in(current: MessageText) -> list[str]:
    """The placeholders that a text of this kind may use, those of its first version first."""
    first = _first_version(current)
    return list(dict.fromkeys([*placeholders(first.body), *sorted(_known_to(first))]))


def show_text(current: MessageText, *, subject: str, body: str) -> Shown:
    """What would arrive, through the same functions as the message itself. Nothing is saved."""
    purpose = current.purpose
    text = MessageText(purpose=purpose, version=current.version + 1, subject=subject, body=body)
    is_linked = purpose not in WITHOUT_LINK
    values = example_values(purpose, body + subject) | ({"tautan": EXAMPLE_TOKEN} if is_linked else {})
    code = placeholder(purpose, "kode_pesan")
    notice = Notice(purpose=purpose, text=text, params=values, check_code=code.example if code else "")
    channels, is_code = route_of(purpose).channels, purpose in CODE_MINUTES
    words = code_words(values.get("kode", "")) if is_code else render_notice(notice)
    sms = plain_sms(short_text(notice)) if SMS in channels else ""
    return Shown(
        words=words if WHATSAPP in channels else "",
        footer=code_footer(CODE_MINUTES[purpose]) if is_code else "",
        button=COPY if is_code else BUTTON if is_linked else "",
        reply_buttons=tuple(button.title for button in BELOW.get(purpose, ())),
        subject=render(subject, values) if EMAIL in channels else "",
        mail=whole_text(notice) if EMAIL in channels else "",
        sms=sms,
        sms_parts=sms_parts(sms),
        letters=len(render(body, longest_values(purpose, body))),
        is_code=is_code,
    )


def _first_version(current: MessageText) -> MessageText:
    return MessageText.objects.filter(purpose=current.purpose).order_by("version").first() or current


def _known_to(first: MessageText) -> set[str]:
    """What the notice fills: what the first version says, and what every message about an application has."""
    about_application = ALWAYS_FILLED if first.purpose not in WITHOUT_LINK else set()
    return {*placeholders(first.body), *placeholders(first.subject), *about_application}
