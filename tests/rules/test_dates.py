from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from requests_app.rules.dates import (
    DateError,
    age_on,
    countdown,
    format_count,
    format_day,
    format_day_long,
    format_moment,
    local_date,
    parse_birth_date,
)

NOW = datetime(2026, 6, 29, 7, 30, tzinfo=UTC)


def test_a_moment_is_written_in_wib_with_its_weekday():
    assert format_moment(NOW) == "Senin, 29 Juni 2026 pukul 14.30 WIB"
    assert format_moment(NOW.astimezone(timezone(timedelta(hours=9)))) == "Senin, 29 Juni 2026 pukul 14.30 WIB"


def test_seventeen_utc_is_midnight_in_palembang():
    assert local_date(datetime(2026, 6, 29, 16, 59, 59, tzinfo=UTC)) == date(2026, 6, 29)
    assert local_date(datetime(2026, 6, 29, 17, 0, tzinfo=UTC)) == date(2026, 6, 30)
    assert format_day(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "1 Januari 2027"
    assert format_day_long(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "Jumat, 1 Januari 2027"


def test_days():
    assert format_day(date(2026, 6, 1)) == "1 Juni 2026"
    assert format_day_long(date(2026, 6, 28)) == "Minggu, 28 Juni 2026"


@pytest.mark.parametrize("function", [format_moment, local_date])
def test_a_moment_without_a_zone_is_refused(function):
    with pytest.raises(ValueError, match="time zone"):
        function(datetime(2026, 6, 29, 7, 30))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2, hours=3, minutes=59), "2 hari 3 jam lagi"),
        (timedelta(days=2, minutes=5), "2 hari lagi"),
        (timedelta(hours=3, minutes=20), "3 jam 20 menit lagi"),
        (timedelta(minutes=45), "45 menit lagi"),
        (timedelta(seconds=59), "kurang dari 1 menit lagi"),
        (timedelta(0), "kurang dari 1 menit lagi"),
        (timedelta(seconds=-1), "terlambat kurang dari 1 menit"),
        (timedelta(hours=-3), "terlambat 3 jam"),
        (timedelta(days=-1, hours=-2), "terlambat 1 hari 2 jam"),
    ],
)
def test_countdown(left, words):
    assert countdown(NOW + left, NOW) == words


@pytest.mark.parametrize(("count", "written"), [(0, "0"), (999, "999"), (8020, "8.020"), (1801367, "1.801.367")])
def test_counts_have_indonesian_dots(count, written):
    assert format_count(count) == written


@pytest.mark.parametrize("month", ["3", "03", "Mar", "maret", " MARET ", "mar.", "March", "３"])
def test_a_month_may_be_a_number_or_a_name(month):
    assert parse_birth_date("7", month, "1995") == date(1995, 3, 7)


@pytest.mark.parametrize(
    ("name", "number"),
    [("Jan", 1), ("Peb", 2), ("Apr", 4), ("Mei", 5), ("May", 5), ("Jun", 6), ("Jul", 7)]
    + [
        ("Agt", 8),
        ("Agustus", 8),
        ("Aug", 8),
        ("Sep", 9),
        ("Okt", 10),
        ("Oct", 10),
        ("Nopember", 11),
        ("Des", 12),
    ],
)
def test_usual_month_names_are_known(name, number):
    assert parse_birth_date("1", name, "1995").month == number


@pytest.mark.parametrize(
    ("day", "month", "year", "field"),
    [
        ("", "3", "1995", "day"),
        ("tujuh", "3", "1995", "day"),
        ("7", "", "1995", "month"),
        ("7", "13", "1995", "month"),
        ("7", "0", "1995", "month"),
        ("7", "Ma", "1995", "month"),
        ("7", "Foo", "1995", "month"),
        ("7", "3", "95", "year"),
        ("7", "3", "", "year"),
        ("7", "3", "1095", "year"),
        ("7", "3", "19950", "year"),
        ("30", "2", "1995", "date"),
        ("29", "2", "2001", "date"),
        ("0", "2", "2001", "date"),
    ],
)
def test_a_day_that_does_not_exist_is_refused_at_its_field(day, month, year, field):
    with pytest.raises(DateError) as refusal:
        parse_birth_date(day, month, year)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (date(2009, 6, 29), date(2026, 6, 28), 16),
        (date(2009, 6, 29), date(2026, 6, 29), 17),
        (date(2008, 2, 29), date(2025, 2, 28), 16),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
        (date(1926, 1, 1), date(2026, 1, 1), 100),
    ],
)
def test_age_in_full_years(birth, on, age):
    assert age_on(birth, on) == age


def test_english_names_of_months_are_read_whole():
    assert parse_birth_date("17", "January", "1995") == date(1995, 1, 17)
    assert parse_birth_date("17", "october", "1995") == date(1995, 10, 17)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (86400 * 2 + 3600, "2 days 1 hour left"),
        (61, "1 minute left"),
        (-7200, "2 hours late"),
        (5, "less than 1 minute left"),
    ],
)
def test_a_countdown_in_english_counts_one_and_several(seconds, words):
    now = datetime(2026, 6, 27, 4, 30, tzinfo=UTC)
    assert countdown(now + timedelta(seconds=seconds), now, "en") == words
