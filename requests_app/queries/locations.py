"""Locations of blanks and cards: the head office and the zones' offices that an officer works at."""

from requests_app.models import BlankStock, Officer
from requests_app.rules.roles import Role

HEAD = "KANTOR"
"""Stands for the head office in addresses and forms, where a zone's office has its code."""


def locations_of(officer: Officer) -> list[BlankStock]:
    """The head office first. With zones listed only theirs, and the head office for supervisors; without any all."""
    listed = set(officer.zones.values_list("pk", flat=True))
    everywhere = not listed
    stocks = BlankStock.objects.select_related("zone")
    return [stock for stock in stocks if _is_open_to(stock, listed, everywhere, officer)]


def _is_open_to(stock: BlankStock, listed: set[int], everywhere: bool, officer: Officer) -> bool:
    if stock.zone is None:
        return everywhere or officer.role == Role.SUPERVISOR
    return stock.zone.is_active and (everywhere or stock.zone_id in listed)


def code_of(stock: BlankStock) -> str:
    """How a location is named in addresses."""
    return stock.zone.code if stock.zone is not None else HEAD
