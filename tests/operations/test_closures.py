"""Closures and holidays: slots close, the clock moves the visits in them and tells each person once, promises stay."""

from datetime import date, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry

from requests_app.models import Application, Closure, Officer, Promise, PromisePolicy, Slot, Zone
from requests_app.operations.closures import add_holiday, declare_closure, remove_holiday, revoke_closure
from requests_app.operations.office import FieldRefused, displaced_by
from requests_app.operations.steps import NotNow
from requests_app.operations.visit_clock import move_displaced
from requests_app.queries.zone_admin import closures_of, visits_to_move
from requests_app.rules.dates import local_date, start_of_day
from tests.factories import OfficerFactory, submitted
from tests.operations.offices import AWAY, coming, has_left, invited, notices, open_office

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "banjir di sekitar kantor"


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin")


def close_day(zone: Zone, day: date, admin: Officer, now: datetime, why: str = WHY) -> Closure:
    return declare_closure(
        zone=zone, starts_at=start_of_day(day), ends_at=start_of_day(day + DAY), reason=why, officer=admin, now=now
    )


def open_on(zone: Zone, day: date) -> int:
    return Slot.objects.filter(zone=zone, day=day, is_open=True).count()


def test_a_closure_moves_the_visits_of_its_day_and_each_person_is_told_once(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    visits = [coming(now), has_left(invited(now, "legalisir"))]
    day, before = visits[0].day, {visit.pk: visit.starts_at for visit in visits}
    close_day(zone, day, admin, now)
    assert (open_on(zone, day), visits_to_move(now=now, zone=zone)) == (0, 2)
    assert [row.to_move for row in closures_of(zone, now=now)] == [2]
    assert [move_displaced(now=now) for _ in range(2)] == [2, 0]
    assert visits_to_move(now=now) == 0
    for visit in visits:
        state = visit.state
        visit.refresh_from_db()
        assert visit.day > day and visit.slot.is_open and visit.state == state
        (told,) = notices(Application.objects.get(visits__visit=visit), "visit_moved")
        assert told.params["sebab"] == WHY
        assert visit.starts_at != before[visit.pk]


def test_another_zone_goes_on(now: datetime, admin: Officer) -> None:
    zone, other = open_office(now), open_office(now, AWAY)
    day = coming(now).day
    close_day(zone, day, admin, now)
    assert open_on(other, day) > 0


def test_some_hours_close_only_what_they_touch(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    day = local_date(now) + DAY
    begin = start_of_day(day) + timedelta(hours=9, minutes=45)
    declare_closure(
        zone=zone, starts_at=begin, ends_at=begin + timedelta(minutes=30), reason=WHY, officer=admin, now=now
    )
    closed = Slot.objects.filter(zone=zone, is_open=False).values_list("starts_at", flat=True)
    assert list(closed) == [begin - timedelta(minutes=15), begin + timedelta(minutes=15)]


def test_what_would_be_moved_is_told_before_and_nothing_is_changed_by_asking(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    day = coming(now).day
    assert displaced_by(lambda: close_day(zone, day, admin, now), now=now) == {zone.name: 1}
    assert displaced_by(lambda: close_day(zone, day + 7 * DAY, admin, now), now=now) == {}
    assert not Closure.objects.exists() and not LogEntry.objects.exists()
    assert open_on(zone, day) > 0


def test_a_revoked_closure_opens_the_slots_again_and_moved_visits_stay(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    visit = coming(now)
    day, slots = visit.day, open_on(zone, visit.day)
    closure = close_day(zone, day, admin, now)
    move_displaced(now=now)
    revoke_closure(closure_id=closure.pk, officer=admin, now=now)
    visit.refresh_from_db()
    assert (open_on(zone, day), visit.day > day) == (slots, True)
    with pytest.raises(NotNow, match="sudah dicabut"):
        revoke_closure(closure_id=closure.pk, officer=admin, now=now)


def test_a_closure_revoked_before_the_clock_came_moves_nobody(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    visit = coming(now)
    closure = close_day(zone, visit.day, admin, now)
    revoke_closure(closure_id=closure.pk, officer=admin, now=now)
    assert move_displaced(now=now) == 0


def test_a_closure_that_is_over_cannot_be_revoked(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    closure = close_day(zone, local_date(now) + DAY, admin, now)
    with pytest.raises(NotNow):
        revoke_closure(closure_id=closure.pk, officer=admin, now=closure.ends_at)


@pytest.mark.parametrize(
    ("begin", "end", "why", "field", "words"),
    [
        (2, 1, WHY, "last_day", "sesudah waktu tutup"),
        (1, 1, WHY, "last_day", "sesudah waktu tutup"),
        (-3, -2, WHY, "last_day", "sudah lewat"),
        (1, 400, WHY, "last_day", "satu tahun"),
        (800, 801, WHY, "first_day", "tahunnya"),
        (1, 2, "<b>banjir</b>", "reason", "tanpa tanda"),
        (1, 2, "hubungi 081234567890", "reason", "Jangan cantumkan"),
    ],
)
def test_a_closure_that_cannot_be_is_refused_on_its_field(
    now: datetime, admin: Officer, begin: int, end: int, why: str, field: str, words: str
) -> None:
    zone, today = open_office(now), start_of_day(local_date(now))
    with pytest.raises(FieldRefused, match=words) as refused:
        declare_closure(
            zone=zone, starts_at=today + begin * DAY, ends_at=today + end * DAY, reason=why, officer=admin, now=now
        )
    assert refused.value.field == field
    assert not Closure.objects.exists()


def test_the_same_closure_twice_is_one(now: datetime, admin: Officer) -> None:
    zone = open_office(now)
    close_day(zone, local_date(now) + DAY, admin, now)
    with pytest.raises(FieldRefused, match="sudah tercatat"):
        close_day(zone, local_date(now) + DAY, admin, now)


def test_a_holiday_moves_the_visits_of_all_zones_and_changes_no_promise(now: datetime, admin: Officer) -> None:
    PromisePolicy.objects.create(kind="working_days", valid_from=now - 30 * DAY)
    home, away = open_office(now), open_office(now, AWAY)
    visits = [coming(now), coming(now, kelurahan=AWAY)]
    before = submitted(now)
    promises = dict(Promise.objects.values_list("pk", "due_at"))
    day = visits[0].day
    assert visits[1].day == day

    def change() -> None:
        add_holiday(day=day, name="Hari uji", kind="libur_kantor", officer=admin, now=now)

    assert displaced_by(change, now=now) == {home.name: 1, away.name: 1}
    change()
    assert move_displaced(now=now) == 2
    for visit in visits:
        visit.refresh_from_db()
        assert visit.day > day
        (told,) = notices(Application.objects.get(visits__visit=visit), "visit_moved")
        assert told.params["sebab"] == "libur Hari uji"
    assert dict(Promise.objects.values_list("pk", "due_at")) == promises
    assert submitted(now).due_at == before.due_at + DAY  # who comes later is reckoned with it


def test_a_removed_holiday_opens_its_day_and_changes_no_promise(now: datetime, admin: Officer) -> None:
    day = local_date(now) + 2 * DAY
    holiday = add_holiday(day=day, name="Hari uji", kind="cuti_bersama", officer=admin, now=now)
    zone = open_office(now)
    application = submitted(now)
    assert open_on(zone, day) == 0
    remove_holiday(holiday_id=holiday.pk, officer=admin, now=now)
    assert open_on(zone, day) > 0
    due = application.due_at
    application.refresh_from_db()
    assert application.due_at == due


def test_a_holiday_is_not_added_twice_or_in_the_past_nor_removed_when_it_is_over(now: datetime, admin: Officer) -> None:
    day = local_date(now) + DAY
    holiday = add_holiday(day=day, name="Hari uji", kind="cuti_bersama", officer=admin, now=now)
    for wrong, words in ((day, "sudah libur: Hari uji"), (day - 2 * DAY, "sudah lewat"), (day + 800 * DAY, "tahunnya")):
        with pytest.raises(FieldRefused, match=words) as refused:
            add_holiday(day=wrong, name="Lain", kind="cuti_bersama", officer=admin, now=now)
        assert refused.value.field == "day"
    with pytest.raises(NotNow):
        remove_holiday(holiday_id=holiday.pk, officer=admin, now=now + 2 * DAY)
    remove_holiday(holiday_id=holiday.pk, officer=admin, now=now)
    with pytest.raises(NotNow):
        remove_holiday(holiday_id=0, officer=admin, now=now)
