"""What an approval, and later news, say about the card: it is printed next, or waits for a blank, and until when."""

from datetime import date, datetime

from requests_app.models import Application
from requests_app.models.blank_line import expected_week, may_be_promised_one, place_in_line
from requests_app.rules.dates import format_day, local_date

UNKNOWN = "Kapan kartu dicetak belum dapat kami perkirakan."
NEXT = "Kartu Anda segera kami cetak; kami mengabari Anda begitu kartu siap diambil."


def card_words(application: Application, *, now: datetime) -> str:
    """A sentence or two. Of an application without a blank: whether it would get one now, else its place and week."""
    if may_be_promised_one(application, now=now):
        return NEXT
    return waiting_words(application, now=now)


def waiting_words(application: Application, *, now: datetime) -> str:
    """Place in the line and expected week; while too little is known of what comes, that is said."""
    place = place_in_line(application)
    return place_words(place, expected_week(place, application.zone, today=local_date(now)))


def place_words(place: int, week: date | None) -> str:
    """The same, of a week that is known already."""
    when = f"Perkiraan dicetak: minggu {format_day(week)}." if week else UNKNOWN
    return f"Blangko sedang kosong; urutan Anda {place}. {when} Kami mengabari Anda, dan kartu tetap gratis."
