"""Dates, moments and counts as citizens read them: WIB (Asia/Jakarta), Indonesian unless a language is named."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from requests_app.rules.nik import clean_digits
from requests_app.rules.texts import N_, Refusal

WIB = ZoneInfo("Asia/Jakarta")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
INDONESIAN, ENGLISH = "id", "en"
EARLIEST_BIRTH_YEAR = 1900


@dataclass(frozen=True)
class Manner:
    """How a language writes days, moments and counts; units as one and as several."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    time: str
    moment: str
    left: str
    late: str
    under_a_minute: str
    units: dict[str, tuple[str, str]]
    marks: dict[int, str]


_MANNERS = {
    INDONESIAN: Manner(
        days=DAYS,
        months=MONTHS,
        time="pukul {at:%H.%M} WIB",
        moment="{day} {time}",
        left="{span} lagi",
        late="terlambat {span}",
        under_a_minute="kurang dari 1 menit",
        units={"day": ("hari", "hari"), "hour": ("jam", "jam"), "minute": ("menit", "menit")},
        marks={ord(","): ".", ord("."): ","},
    ),
    ENGLISH: Manner(
        days=ENGLISH_DAYS,
        months=ENGLISH_MONTHS,
        time="{at:%H:%M} WIB",
        moment="{day}, {time}",
        left="{span} left",
        late="{span} late",
        under_a_minute="less than 1 minute",
        units={"day": ("day", "days"), "hour": ("hour", "hours"), "minute": ("minute", "minutes")},
        marks={},
    ),
}

_OTHER_SPELLINGS = {"pebruari": 2, "agt": 8, "ags": 8, "nopember": 11}
_SHORTEST_MONTH_NAME = 3


class DateError(Refusal):
    """A typed date that does not exist; ``code`` and ``field`` are day, month, year or date (the whole)."""

    @property
    def field(self) -> str:
        """Which of the three inputs is wrong."""
        return self.code


def local_date(moment: datetime) -> date:
    """Return the calendar day of an aware moment in Asia/Jakarta; a naive one raises ValueError."""
    return to_wib(moment).date()


def start_of_day(day: date) -> datetime:
    """Return the first moment of a day in Asia/Jakarta."""
    return datetime.combine(day, time(0), tzinfo=WIB)


def to_wib(moment: datetime) -> datetime:
    """Return an aware moment in Asia/Jakarta; a naive one raises ValueError."""
    if moment.utcoffset() is None:
        raise ValueError("a moment without a time zone cannot be placed in WIB")
    return moment.astimezone(WIB)


def format_moment(moment: datetime, language: str = INDONESIAN) -> str:
    """Write an aware moment: ``Senin, 29 Juni 2026 pukul 14.30 WIB``, ``Monday, 29 June 2026, 14:30 WIB``."""
    day = format_day_long(local_date(moment), language)
    return _MANNERS[language].moment.format(day=day, time=format_time(moment, language))


def format_time(moment: datetime, language: str = INDONESIAN) -> str:
    """Write an aware moment's time of day: ``pukul 14.30 WIB``."""
    return _MANNERS[language].time.format(at=to_wib(moment))


def format_day(day: date, language: str = INDONESIAN) -> str:
    """Write a calendar day, or an aware moment's day in WIB: ``29 Juni 2026``."""
    if isinstance(day, datetime):
        day = local_date(day)
    return f"{day.day} {_MANNERS[language].months[day.month - 1]} {day.year}"


def format_day_long(day: date, language: str = INDONESIAN) -> str:
    """Write a day with its weekday: ``Senin, 29 Juni 2026``."""
    if isinstance(day, datetime):
        day = local_date(day)
    return f"{_MANNERS[language].days[day.weekday()]}, {format_day(day, language)}"


def format_weekday(number: int, language: str = INDONESIAN) -> str:
    """Write a weekday, 1 to 7: ``Senin``."""
    return _MANNERS[language].days[number - 1]


def format_span(begin: str, end: str, language: str = INDONESIAN) -> str:
    """Write two times of day that are stored as ``08:00``: ``08.00–12.00``, ``08:00–12:00``."""
    return f"{format_clock(begin, language)}–{format_clock(end, language)}"


def format_clock(stored: str, language: str = INDONESIAN) -> str:
    """Write a time of day that is stored as ``08:00``: ``08.00``, ``08:00``."""
    return stored.replace(":", ".") if language == INDONESIAN else stored


def countdown(due: datetime, now: datetime, language: str = INDONESIAN) -> str:
    """Say how far a due moment is: ``2 hari 3 jam lagi`` or ``terlambat 3 jam``.

    The two largest units, rounded down. Naive moments raise ValueError.
    """
    left, manner = to_wib(due) - to_wib(now), _MANNERS[language]
    words = manner.late if left < timedelta(0) else manner.left
    return words.format(span=_duration(abs(left), manner))


def format_count(count: int, language: str = INDONESIAN) -> str:
    """Write a number with the language's thousands: ``8.020``, ``8,020``."""
    return f"{count:,}".translate(_MANNERS[language].marks)


def format_decimal(number: float, language: str = INDONESIAN) -> str:
    """Write a number with one decimal: ``1,5``, ``1.5``."""
    return f"{number:,.1f}".translate(_MANNERS[language].marks)


def parse_birth_date(day: str, month: str, year: str) -> date:
    """Return the day typed in three fields, or raise DateError.

    The month may be 3, 03, Mar, Maret or March; the year needs four digits, 1900 or later.
    """
    day_number = _number(day, "day", N_("Isi tanggal lahir dengan angka 1 sampai 31."))
    month_number = _month(month)
    year_number = _number(year, "year", N_("Tulis tahun lahir dengan empat angka, misalnya 1995."))
    if not EARLIEST_BIRTH_YEAR <= year_number <= date.max.year:
        if len(str(year_number)) == 4:
            raise DateError("year", N_("Tulis tahun lahir mulai 1900. Periksa lagi tahunnya."))
        raise DateError("year", N_("Tulis tahun lahir dengan empat angka, misalnya 1995."))
    try:
        return date(year_number, month_number, day_number)
    except ValueError as problem:
        raise DateError("date", N_("Tanggal lahir ini tidak ada. Periksa tanggal dan bulannya.")) from problem


def age_on(birth: date, on: date) -> int:
    """Return full years; someone born on 29 February turns a year older on 1 March otherwise."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _duration(span: timedelta, manner: Manner) -> str:
    minutes = int(span.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if not (days or hours or minutes):
        return manner.under_a_minute
    counts = {"day": days, "hour": hours} if days else {"hour": hours, "minute": minutes}
    return " ".join(f"{count} {manner.units[unit][count > 1]}" for unit, count in counts.items() if count)


def _number(text: str, field: str, message: str) -> int:
    digits = clean_digits(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len("1995")):
        raise DateError(field, message)
    return int(digits)


def _month(text: str) -> int:
    word = clean_digits(text).casefold()
    if word.isdigit():
        number = _number(word, "month", N_("Isi bulan lahir dengan angka 1 sampai 12."))
        if not 1 <= number <= len(MONTHS):
            raise DateError("month", N_("Isi bulan lahir dengan angka 1 sampai 12."))
        return number
    if len(word) >= _SHORTEST_MONTH_NAME:
        both = [*enumerate(MONTHS, start=1), *enumerate(ENGLISH_MONTHS, start=1)]
        names = {name.casefold(): number for number, name in both}
        for name, number in (names | _OTHER_SPELLINGS).items():
            if name.startswith(word):
                return number
    raise DateError("month", N_("Isi bulan lahir dengan angka atau nama bulan, misalnya 3 atau Maret."))
