"""What an approval, and later news, say about the card: it is printed next, or waits for a blank, and until when."""

from datetime import date

from requests_app.models import Application, BlankHold, BlankStock
from requests_app.models.blank_line import expected_week, place_in_line, waiting
from requests_app.rules.dates import format_day

UNKNOWN = "Kami belum tahu kapan kiriman blangko berikutnya."
NEXT = "Kartu Anda segera kami cetak; kami mengabari Anda begitu kartu siap diambil."


def card_words(application: Application, *, today: date) -> str:
    """A sentence or two. Of an application without a blank: whether it would get one now, else its place and week."""
    if BlankHold.objects.filter(application=application).exists() or _would_get_one(application):
        return NEXT
    return waiting_words(place_in_line(application), today=today)


def waiting_words(place: int, *, today: date) -> str:
    """Place in the line and expected week; when nobody knows what comes, that is said."""
    week = expected_week(place, today=today)
    when = f"Perkiraan dicetak: minggu {format_day(week)}." if week else UNKNOWN
    return f"Blangko sedang kosong; urutan Anda {place}. {when} Kami mengabari Anda, dan kartu tetap gratis."


def _would_get_one(application: Application) -> bool:
    stock = application.zone.printed_at or BlankStock.objects.filter(zone=None).first()
    return stock is not None and stock.free > 0 and not waiting(stock).exists()
