"""What the templates need beyond Django: icons, tags, error summaries, and facts in the language of the page."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from requests_app import icons, language
from requests_app.rules.nik import group_nik
from requests_app.rules.opening import Interval
from requests_app.rules.statuses import Status

register = template.Library()

STATUS_TONES = {
    "submitted": ("act", "check"),
    "held_duplicate": ("act", "check"),
    "in_review": ("act", "search"),
    "needs_correction": ("warn", "edit"),
    "recording_needed": ("warn", "camera"),
    "waiting_for_blank": ("warn", "clock"),
    "approved": ("good", "check"),
    "ready_to_print": ("good", "print"),
    "printed": ("good", "card"),
    "ready_for_pickup": ("good", "pin"),
    "invited": ("good", "calendar"),
    "checked_in": ("good", "user"),
    "handed_over": ("good", "check"),
    "completed": ("good", "check"),
    "rejected": ("bad", "cross"),
    "expired": ("bad", "clock"),
    "closed": ("bad", "cross"),
}
MESSAGE_TONES = {"success": "good", "warning": "warn", "error": "bad"}
MESSAGE_ICONS = {"success": "check", "warning": "warn", "error": "warn"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of templates/partials/icons.svg. Hidden from screen readers unless it has a label."""
    return icons.draw(name, label)


@register.simple_block_tag(end_name="endsprite")
def sprite(content: str) -> SafeString:
    """What is inside, and after it the drawings of the icons used there: once around everything in a page's body."""
    return format_html("{}{}", content, icons.sprite(content))


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str) -> SafeString:
    """A question above the page, opened by a link with `data-dialog="<id>"`.

    The link leads to a page that asks the same: that is what opens without JavaScript, or in an old browser.
    """
    return render_to_string("partials/dialog.html", {"id": id, "title": title, "content": content})


@register.simple_tag
def status_tag(code: str, label: str = "") -> SafeString:
    """A status as a coloured tag: an icon and words (the citizen's label unless given), never colour alone."""
    tone, picture = STATUS_TONES.get(code, ("", "file"))
    shown = label or language.say(Status(code).label)
    return format_html('<span class="tag {}">{}{}</span>', tone, icon(picture), shown)


@register.filter
def message_tone(level: str) -> str:
    """The class of a notice for a level of Django's message framework."""
    return MESSAGE_TONES.get(level, "")


@register.simple_tag
def message_icon(level: str) -> SafeString:
    """The icon of a notice for a level of Django's message framework."""
    return icon(MESSAGE_ICONS.get(level, "info"))


@register.filter
def nik_grouped(value: object) -> str:
    """A NIK or KK number in groups of four, as people read it aloud."""
    return group_nik(str(value or ""))


@register.filter
def moment(value: datetime | None) -> str:
    """An aware moment in WIB: `Senin, 29 Juni 2026 pukul 14.30 WIB`; nothing for None."""
    return language.moment(value) if value else ""


@register.filter
def day(value: date | None) -> str:
    """A day: `29 Juni 2026`; nothing for None."""
    return language.day(value) if value else ""


@register.filter
def countdown(due: datetime | None, now: datetime) -> str:
    """How far a due moment is from `now` (the database's clock, passed in by the door): `2 hari 3 jam lagi`."""
    return language.countdown(due, now) if due else ""


@register.filter
def count(value: int | None) -> str:
    """A number with Indonesian dots: `8.020`; nothing for None."""
    return "" if value is None else language.count(value)


@register.filter
def reference(text: str) -> str:
    """A text of the office's own tables, in the language of the page as far as it is translated."""
    return language.reference(text)


@register.filter
def as_written(text: str) -> str:
    """What somebody of the office wrote, or an official name: marked as Indonesian on a page in English."""
    return language.as_written(text)


@register.filter
def hours(weekly: Iterable[Interval]) -> str:
    """An office's weekly hours (`zone.weekly_hours`), in the language of the page."""
    return language.hours(weekly)


@register.simple_tag(takes_context=True)
def language_switch(context: dict[str, Any]) -> SafeString:
    """A link to this very page in the other language; what else stands in its address is kept."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    other = query[language.CHOICE] = language.other_language()
    return format_html(
        '<a href="?{0}" hreflang="{1}" lang="{1}" rel="nofollow">{2}</a>',
        query.urlencode(),
        other,
        language.NAMES[other],
    )


@register.filter
def error_target(field: BoundField) -> str:
    """The id of the input that a link in the error summary leads to: for a group its first input."""
    widget = field.field.widget
    if widget.is_hidden:
        return ""
    start = str(widget.attrs.get("id") or field.auto_id)
    grouped = (forms.MultiWidget, forms.RadioSelect, forms.CheckboxSelectMultiple)
    return f"{start}_0" if isinstance(widget, grouped) else start


def _errors_of(form: Any) -> Iterator[dict[str, str]]:
    for text in form.non_field_errors():
        yield {"target": "", "text": str(text)}
    for field in form:
        for text in field.errors:
            yield {"target": error_target(field), "text": str(text)}


@register.inclusion_tag("partials/error_summary.html")
def error_summary(*forms_or_formsets: Any) -> dict[str, Iterable[dict[str, str]]]:
    """The box on top of a page that lists what is to be put right, each line leading to its input.

    Takes any number of forms and formsets; anything else (a page without a form) counts as nothing.
    """
    items: list[dict[str, str]] = []
    for given in forms_or_formsets:
        if isinstance(given, forms.BaseFormSet):
            items += [{"target": "", "text": str(text)} for text in given.non_form_errors()]
            items += [item for form in given.forms for item in _errors_of(form)]
        elif isinstance(given, forms.BaseForm):
            items += _errors_of(given)
    return {"items": items}
