"""Links to a map, which the phone opens in the app that people know; nothing is loaded from there by our own pages."""

from decimal import Decimal
from urllib.parse import urlencode

SEARCH = "https://www.google.com/maps/search/"
CITY = "Palembang"


def map_link(latitude: Decimal | None, longitude: Decimal | None, address: str) -> str:
    """To a point, or else to an address in the city; empty when neither is known."""
    if latitude is not None and longitude is not None:
        return _search(f"{latitude},{longitude}")
    return _search(f"{address}, {CITY}") if address else ""


def _search(query: str) -> str:
    return f"{SEARCH}?{urlencode({'api': 1, 'query': query})}"
