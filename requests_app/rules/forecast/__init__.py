"""How many card blanks will be asked for, and how long the stock lasts. Pure: plain values in, plain values out."""

from requests_app.rules.forecast.cover import NamedCover, named_covers
from requests_app.rules.forecast.outlook import forecast
from requests_app.rules.forecast.runway import Runway, StockDay, free_stock, later, runway, smaller
from requests_app.rules.forecast.shapes import Day, Outlook, OutlookDay, Structure

__all__ = [
    "Day",
    "NamedCover",
    "Outlook",
    "OutlookDay",
    "Runway",
    "StockDay",
    "Structure",
    "forecast",
    "free_stock",
    "later",
    "named_covers",
    "runway",
    "smaller",
]
