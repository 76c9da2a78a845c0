"""What an approval, and later news, say about the card: it is printed next, or waits for a blank, and until when."""

from datetime import date, datetime

from requests_app.models import Application
from requests_app.models.blank_line import expected_week, may_be_promised_one, place_in_line
from requests_app.rules.dates import format_day, local_date

UNKNOWN = "Kami belum tahu kapan kiriman blangko berikutnya."
NEXT = "Kartu Anda segera kami cetak; kami mengabari Anda begitu kartu siap diambil."


def card_words(application: Application, *, now: datetime) -> str:
    """A sentence or two. Of an application without a blank: whether it would get one now, else its place and week."""
    if may_be_promised_one(application, now=now):
        return NEXT
    return waiting_words(place_in_line(application), today=local_date(now))


def waiting_words(place: int, *, today: date) -> str:
    """Place in the line and expected week; when nobody knows what comes, that is said."""
    return place_words(place, expected_week(place, today=today))


def place_words(place: int, week: date | None) -> str:
    """The same, of a week that is known already."""
    when = f"Perkiraan dicetak: minggu {format_day(week)}." if week else UNKNOWN
    return f"Blangko sedang kosong; urutan Anda {place}. {when} Kami mengabari Anda, dan kartu tetap gratis."
