"""Which channel carries a notice, and the message made of it."""

from functools import lru_cache

from django.conf import settings

from requests_app.channels.base import Channel, Message, sanitise_parameter
from requests_app.channels.email import EmailChannel
from requests_app.channels.sms import HttpSmsChannel
from requests_app.channels.whatsapp import WhatsAppChannel
from requests_app.models import MessageText, Notice
from requests_app.models.notice import REPLY
from requests_app.rules.messages import CODE_MINUTES, fitting, link_path, placeholders, render
from requests_app.rules.reply_buttons import BELOW
from requests_app.rules.routes import HAND, SMS, WHATSAPP
from requests_app.rules.sms import short_message

LANGUAGE = "id"


def channel_of(name: str) -> Channel:
    """The way out by this name, made from the settings."""
    if name == WHATSAPP:
        return _whatsapp(f"{settings.WHATSAPP_API_URL}/{settings.WHATSAPP_API_VERSION}", settings.WHATSAPP_ACCESS_TOKEN)
    if name == SMS:
        return _sms(settings.SMS_API_URL, settings.SMS_API_TOKEN)
    return EmailChannel(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        username=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        use_tls=settings.EMAIL_USE_TLS,
        timeout=settings.EMAIL_TIMEOUT,
    )


def sender_of(notice: Notice) -> str:
    """Whom the message comes from: on WhatsApp the number of the notice's zone (empty when it has none)."""
    if notice.channel == HAND:
        return notice.zone.whatsapp_number
    if notice.channel == SMS:
        return str(settings.SMS_SENDER)
    return notice.zone.whatsapp_phone_id if notice.channel == WHATSAPP else settings.DEFAULT_FROM_EMAIL


def build_message(notice: Notice) -> Message:
    """The message of a notice's present attempt, ready to leave."""
    body, params = notice.text.body, notice.params
    return Message(
        to=notice.recipient,
        template=template_name(notice.text),
        language=LANGUAGE,
        parameters=fitting(body, [sanitise_parameter(params.get(name, "")) for name in placeholders(body)]),
        text=short_text(notice) if notice.channel == SMS else whole_text(notice),
        button_url_suffix=_button(notice),
        opaque=f"{notice.pk}:{notice.attempt}",
        sender=sender_of(notice),
        subject=render(notice.text.subject, params),
        is_reply=notice.purpose.startswith(REPLY),
        reply_buttons=BELOW.get(notice.purpose, ()),
    )


def render_notice(notice: Notice) -> str:
    """The text as the citizen reads it, without its link."""
    return render(notice.text.body, notice.params)


def whole_text(notice: Notice) -> str:
    """The text with its link on a line of its own: where no button carries it, by e-mail and by hand."""
    token = notice.params.get("tautan", "")
    text = render_notice(notice)
    return f"{text}\n\n{settings.PUBLIC_URL}{link_path(notice.purpose)}{token}/\n" if token else text


def short_text(notice: Notice) -> str:
    """What an SMS says, in at most two parts: what it is about and where to read it; a code as it is."""
    token = notice.params.get("tautan", "")
    if not token:
        return render_notice(notice)
    address = f"{settings.PUBLIC_URL}{link_path(notice.purpose)}{token}/"
    return short_message(render(notice.text.subject, notice.params), address, notice.check_code)


def template_name(text: MessageText) -> str:
    """The name of a text's WhatsApp template.

    A later version of a text is a template of its own: until Meta has approved it, its notices are held in plain
    sight instead of leaving with the old words.
    """
    return f"adm_{text.purpose}" if text.version == 1 else f"adm_{text.purpose}_v{text.version}"


def _button(notice: Notice) -> str | None:
    """What completes the button: the code to be copied, or the one-time token of the link."""
    if notice.purpose in CODE_MINUTES:
        return str(notice.params.get("kode", "")) or None
    token = notice.params.get("tautan", "")
    return f"{token}/" if token else None


@lru_cache(maxsize=4)
def _whatsapp(api_url: str, access_token: str) -> Channel:
    """Made once per process: reading the certificates takes longer than sending."""
    return WhatsAppChannel(api_url=api_url, access_token=access_token)


@lru_cache(maxsize=4)
def _sms(url: str, token: str) -> Channel:
    """Made once per process, for the same reason."""
    return HttpSmsChannel(url=url, token=token)
