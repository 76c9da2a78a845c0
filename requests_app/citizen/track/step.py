"""One step of a citizen, and the words that several of them share."""

from dataclasses import dataclass

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from requests_app import language
from requests_app.queries.stage import Stage
from requests_app.queries.track import Detail, Office
from requests_app.rules.phone import spaced_phone


@dataclass(frozen=True)
class Link:
    """Where something is done; the first one of a block is its button."""

    label: str
    address: str
    icon: str


@dataclass(frozen=True)
class NextStep:
    """One block of the tracking page. `yours`: the citizen is to do something; otherwise we are, or nobody. `before`:
    what became of the visit before. `place`: where somebody stands in the line for a blank. `meanwhile`: what helps
    until then."""

    what: str
    when: str = ""
    where: str = ""
    bring: str = ""
    need_not: str = ""
    yours: bool = False
    before: str = ""
    number: str = ""
    place: str = ""
    meanwhile: str = ""
    links: tuple[Link, ...] = ()


def news_comes(stage: Stage, detail: Detail | None) -> str:
    """Where our news comes, and from which number."""
    if stage.contact == "email":
        return _("Di surel Anda, dan di halaman ini.")
    if stage.contact == "none":
        return _("Di halaman ini, dengan kode rahasia Anda.")
    if detail is None:
        return _("Di WhatsApp Anda, dari nomor resmi UPTD, dan di halaman ini.")
    number = spaced_phone(detail.office.number)
    return _("Di WhatsApp Anda, dari {office}, nomor {number}, dan di halaman ini.").format(
        office=detail.office.name, number=number
    )


def sentences(*parts: str) -> str:
    """Those that are not empty, one after the other."""
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def office_words(detail: Detail | None) -> str:
    """Name, address, hours, and number of the office that handles an application."""
    if detail is None:
        return _("Kantor Dukcapil atau UPTD terdekat.")
    office: Office = detail.office
    place = language.as_written(", ".join(filter(None, [office.name, office.address])))
    parts = filter(None, [place, language.hours(office.weekly_hours), f"WhatsApp {spaced_phone(office.number)}"])
    return format_html_join(" ", "{}.", ((part,) for part in parts))
