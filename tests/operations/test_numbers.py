"""Whose number a message leaves from: an invitation its own zone's or nobody's, anything else an official one's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from requests_app.models import Application, CallTask, Notice, Visit, Zone
from requests_app.operations.clock import break_promises
from requests_app.operations.fallback import use_next_channel
from requests_app.operations.followup import change_contact
from requests_app.operations.notices import owe_notice
from requests_app.operations.numbers import official_way
from requests_app.operations.places import new_visit
from requests_app.operations.rerouting import reroute_held, reroute_zone
from requests_app.rules.messages import INVITATIONS
from tests.factories import answers, submitted
from tests.operations.offices import AWAY, HOME, asked, invited, notices, open_office
from tests.operations.post_office import PostOffice

pytestmark = pytest.mark.django_db

RELEASE = timedelta(seconds=8)
API = {"whatsapp_number": "+62711000001", "whatsapp_phone_id": "900000000000001"}
PHONE = {"whatsapp_number": "+62711000001", "whatsapp_phone_id": ""}
NOTHING = {"whatsapp_number": "", "whatsapp_phone_id": ""}


def change(zone: Zone, now: datetime, **columns: Any) -> Zone:
    """As the admin saves it."""
    for name, value in columns.items():
        setattr(zone, name, value)
    zone.save()
    reroute_zone(zone, now=now)
    return zone


def all_others(zone: Zone, **columns: Any) -> None:
    Zone.objects.exclude(pk=zone.pk).update(**columns)
    cache.clear()


def way_of(notice: Notice) -> tuple[str, str, str]:
    notice.refresh_from_db()
    return notice.zone.code, notice.channel, notice.state


# --- a message about a visit


@pytest.mark.parametrize(
    ("number", "contact", "channel", "state"),
    [
        (API, "whatsapp", "whatsapp", "queued"),
        (PHONE, "whatsapp", "hand", "queued"),
        (NOTHING, "whatsapp", "whatsapp", "queued"),
        (API, "email", "page", "published"),
        (PHONE, "none", "page", "published"),
    ],
)
def test_a_visit_notice_leaves_from_its_own_zone_or_stands_on_the_page(
    now: datetime, number: dict[str, str], contact: str, channel: str, state: str
):
    zone = open_office(now)
    over = {"email": "siti@contoh.example"} if contact == "email" else {}
    application = asked(now, contact=contact, **over)
    visit = new_visit(application, zone.slots.earliest("starts_at"), now=now)
    change(zone, now, **number)
    visit.zone.refresh_from_db()
    notice = owe_notice(application, "visit_reminder", now=now, dedup="1", visit=visit, to=("email", "x@y.example"))
    assert (notice.zone_id, notice.channel, notice.state) == (zone.pk, channel, state)
    assert notice.recipient == (application.phone if contact == "whatsapp" else "")
    assert notice.params["tautan"] == visit.code.replace("-", "")
    assert notice.link_hash is None
    assert notice.expires_at == visit.starts_at


def test_a_visit_that_was_called_off_has_a_link_to_the_tracking_page(now: datetime):
    open_office(now)
    visit = invited(now)
    notice = owe_notice(visit.services.get().application, "visit_recalled", now=now, dedup="1", visit=visit)
    assert notice.link_hash is not None
    assert notice.params["tautan"] != visit.code.replace("-", "")
    with pytest.raises(ValueError, match="needs a visit"):
        owe_notice(visit.services.get().application, "visit_reminder", now=now, dedup="2")


def insert_notice(visit: Visit, **over: Any) -> None:
    """Past all operations, straight into the table; constraints are asked at once."""
    like = Notice.objects.filter(visit=visit).first()
    assert like is not None
    columns = {"id": "gen_random_uuid()", "check_code": "'ZZZZZZ'", "dedup_key": "'raw'"} | over
    names = [field.column for field in Notice._meta.local_concrete_fields]
    chosen = ", ".join(str(columns.get(name, f'"{name}"')) for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            f"INSERT INTO requests_app_notice ({quoted}) SELECT {chosen} FROM requests_app_notice WHERE id = %s",
            [like.pk],
        )


def test_the_database_itself_takes_no_invitation_from_another_zone_or_by_another_channel(now: datetime):
    open_office(now)
    visit = invited(now)
    other = Zone.objects.exclude(pk=visit.zone_id).first()
    assert other is not None
    with pytest.raises(IntegrityError, match="visit_notice_from_own_zone"):
        insert_notice(visit, zone_id=other.pk)
    with pytest.raises(IntegrityError, match="visit_notice_by_its_zone"):
        insert_notice(visit, channel="'email'")
    with pytest.raises(IntegrityError, match="invitation_has_a_visit"):
        insert_notice(visit, visit_id="NULL", purpose="'invitation'")
    insert_notice(visit)


number_of = st.sampled_from(["api", "hand", "none"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    senders=st.lists(st.tuples(number_of, st.booleans()), min_size=9, max_size=9),
    later=st.lists(st.tuples(number_of, st.booleans()), min_size=9, max_size=9),
    contact=st.sampled_from(["whatsapp", "email", "none"]),
    purpose=st.sampled_from([*INVITATIONS, "visit_recalled"]),
)
def test_whatever_the_numbers_are_and_become_an_invitation_never_leaves_from_another_zones(
    now: datetime, senders: list[Any], later: list[Any], contact: str, purpose: str
):
    with transaction.atomic():
        home = open_office(now)
        application = asked(now, contact=contact, email="siti@contoh.example" if contact != "none" else "")
        visit = new_visit(application, home.slots.earliest("starts_at"), now=now)
        _set_numbers(senders)
        notice = owe_notice(application, purpose, now=now, dedup="1", visit=Visit.objects.get(pk=visit.pk))
        usual = owe_notice(application, "completed", now=now, dedup="1")
        _keeps_to_its_zone(notice, home)
        _leaves_from_an_official_number(usual, home)
        _set_numbers(later)
        Notice.objects.filter(pk__in=[notice.pk, usual.pk], channel="whatsapp").update(state="held")
        reroute_zone(Zone.objects.get(pk=home.pk), now=now)
        reroute_held(now=now)
        _keeps_to_its_zone(notice, home)
        _leaves_from_an_official_number(usual, home)
        if notice.channel == "whatsapp":
            use_next_channel(application, notice, now=now)
        assert not Notice.objects.filter(visit=visit).exclude(zone=home).exists()
        assert not Notice.objects.filter(visit=visit, channel="email").exists()
        transaction.set_rollback(True)
    cache.clear()


def _set_numbers(senders: list[tuple[str, bool]]) -> None:
    for n, (zone, (sender, trouble)) in enumerate(zip(Zone.objects.order_by("code"), senders, strict=True)):
        zone.whatsapp_number = "" if sender == "none" else f"+6271100000{n}"
        zone.whatsapp_phone_id = f"90000000000000{n}" if sender == "api" else ""
        zone.number_trouble = "131031" if trouble else ""
        zone.save()
    cache.clear()


def _keeps_to_its_zone(notice: Notice, home: Zone) -> None:
    notice.refresh_from_db()
    home.refresh_from_db()
    assert notice.zone_id == home.pk
    if notice.recipient == "":
        assert (notice.channel, notice.state) == ("page", "published")
    else:
        assert notice.channel == ("hand" if home.sender == "hand" else "whatsapp")


def _leaves_from_an_official_number(notice: Notice, home: Zone) -> None:
    notice.refresh_from_db()
    if notice.channel in ("email", "page"):
        return
    working = [zone for zone in Zone.objects.order_by("code") if zone.sender == "api" and zone.number_works]
    if working:
        assert (notice.channel, notice.zone.number_works) == ("whatsapp", True)
        assert notice.zone_id == home.pk or not (home.sender == "api" and home.number_works)
    else:
        assert notice.zone_id == home.pk
        assert notice.channel == ("hand" if home.sender == "hand" else "whatsapp")


# --- anything else


def test_other_messages_leave_from_another_official_number(now: datetime):
    home = open_office(now, **NOTHING)
    first, second = Zone.objects.exclude(pk=home.pk).order_by("code")[:2]
    assert official_way(home.pk) == (first.pk, "whatsapp")
    Zone.objects.filter(pk=first.pk).update(number_trouble="131031")
    cache.clear()
    notice = submitted(now).notices.get()
    assert (notice.zone_id, notice.channel) == (second.pk, "whatsapp")
    assert notice.params["zona"] == home.name
    assert notice.application is not None
    assert notice.application.zone_id == home.pk


def test_without_any_working_number_they_leave_by_hand_but_codes_are_shown_to_nobody(now: datetime):
    home = open_office(now, **PHONE)
    all_others(home, number_trouble="190")
    application = submitted(now)
    code = owe_notice(application, "code", now=now, dedup="1", params={"kode": "123456"})
    assert way_of(application.notices.get(purpose="received")) == (home.code, "hand", "queued")
    assert way_of(code) == (home.code, "whatsapp", "queued")
    assert "tautan" not in code.params


def test_a_submission_asks_for_the_numbers_once_in_a_while(now: datetime, django_assert_num_queries: Any):
    submitted(now)
    with django_assert_num_queries(0):
        official_way(1)


# --- held, and what follows a change


def test_without_a_number_it_is_held_in_plain_sight_and_goes_when_there_is_one(office: PostOffice, now: datetime):
    zone = open_office(now)
    visit = invited(now)
    Zone.objects.filter(pk=zone.pk).update(**NOTHING)
    notice = Notice.objects.get(visit=visit)
    office.deliver(now + RELEASE)
    notice.refresh_from_db()
    assert (notice.state, notice.error_code, notice.attempt) == ("held", "no_number", 0)
    own = zone.whatsapp_number, zone.whatsapp_phone_id
    change(zone, now + timedelta(minutes=1), whatsapp_number=own[0], whatsapp_phone_id=own[1])
    assert way_of(notice) == (zone.code, "whatsapp", "held")
    office.deliver(now + timedelta(minutes=1))
    (call,) = office.accepted(notice)
    assert call["phone_number_id"] == own[1]
    assert call["button_url"].endswith(f"/undangan/{visit.code.replace('-', '')}/")


def test_what_waits_follows_its_zone_from_the_api_to_a_phone_and_back(now: datetime):
    zone = open_office(now)
    notice = Notice.objects.get(visit=invited(now))
    reader = submitted(now).notices.get()
    number, phone_id = zone.whatsapp_number, zone.whatsapp_phone_id
    change(zone, now, whatsapp_phone_id="")
    assert way_of(notice) == (zone.code, "hand", "queued")
    assert way_of(reader)[1] == "whatsapp"
    assert way_of(reader)[0] != zone.code
    change(zone, now, whatsapp_number=number, whatsapp_phone_id=phone_id)
    assert way_of(notice) == (zone.code, "whatsapp", "queued")


def test_what_a_clerk_has_open_stays_until_the_lease_is_over(now: datetime):
    zone = open_office(now, whatsapp_phone_id="")
    notice = Notice.objects.get(visit=invited(now))
    assert notice.channel == "hand"
    Notice.objects.filter(pk=notice.pk).update(lease_owner=notice.pk, lease_until=now + timedelta(minutes=5))
    change(zone, now, whatsapp_phone_id="900000000000009")
    assert way_of(notice)[1] == "hand"
    change(zone, now + timedelta(minutes=6))
    assert way_of(notice)[1] == "whatsapp"


def test_what_was_left_to_people_goes_by_itself_once_a_number_works(now: datetime):
    home = open_office(now, **PHONE)
    all_others(home, number_trouble="190")
    notice = submitted(now).notices.get()
    assert notice.channel == "hand"
    assert reroute_held(now=now) == 0
    all_others(home, number_trouble="")
    assert reroute_held(now=now) == 1
    assert way_of(notice)[1:] == ("whatsapp", "queued")
    assert notice.zone_id != home.pk


# --- the channel after one that failed, the late answer, a new contact


def test_an_invitation_that_failed_for_good_is_a_call_and_nothing_else(now: datetime):
    open_office(now)
    application = asked(now, email="siti@contoh.example")
    visit = new_visit(application, open_office(now).slots.earliest("starts_at"), now=now)
    reminder = owe_notice(application, "visit_reminder", now=now, dedup="1", visit=visit)
    use_next_channel(application, reminder, now=now)
    assert not CallTask.objects.exists()
    notice = owe_notice(application, "invitation", now=now, dedup="1", visit=visit)
    use_next_channel(application, notice, now=now)
    task = CallTask.objects.get(application=application)
    assert (task.reason, task.notice_id) == ("invitation_undelivered", notice.pk)
    assert not Notice.objects.filter(fallback_of=notice).exists()


def test_nobody_is_called_about_an_invitation_to_a_visit_that_is_off(now: datetime):
    zone = open_office(now)
    application = asked(now)
    visit = new_visit(application, zone.slots.earliest("starts_at"), now=now)
    notice = owe_notice(application, "invitation", now=now, dedup="1", visit=visit)
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    visit.refresh_from_db()
    notice.visit = visit
    use_next_channel(application, notice, now=now)
    assert not CallTask.objects.exists()


def test_a_visit_that_is_off_is_not_invited_to_by_the_worker(office: PostOffice, now: datetime):
    open_office(now)
    visit = invited(now)
    Visit.objects.filter(pk=visit.pk).update(state="cancelled")
    office.deliver(now + RELEASE)
    notice = Notice.objects.get(visit=visit)
    assert (notice.state, office.accepted(notice)) == ("superseded", [])


@pytest.mark.parametrize("email", ["", "siti@contoh.example"])
def test_a_late_answer_says_where_the_schedule_is_and_the_invitation_still_waits_for_its_number(
    now: datetime, email: str
):
    open_office(now)
    visit = invited(now, email=email)
    application = visit.services.get().application
    Notice.objects.filter(visit=visit).update(state="held")
    break_promises(now=application.due_at + timedelta(seconds=1))
    (late,) = notices(application, "late_answer")
    assert late.channel == ("email" if email else "whatsapp")
    assert late.visit_id is None
    told = late.params["jawaban"]
    assert "disetujui" in told
    assert "halaman permohonan" in told
    assert visit.number not in told
    assert visit.code.replace("-", "") not in str(late.params)
    assert Notice.objects.get(visit=visit).state == "held"


def contact_of(given: str) -> dict[str, Any]:
    over = {"email": "baru@contoh.example", "phone": ""} if given == "email" else {}
    return {name: value for name, value in answers(contact=given, **over).items() if value}


@pytest.mark.parametrize(("given", "channel"), [("email", "page"), ("none", "page"), ("whatsapp", "hand")])
def test_an_unsent_invitation_follows_a_new_contact_within_its_zone(now: datetime, given: str, channel: str):
    zone = open_office(now, **PHONE)
    visit = invited(now)
    application = visit.services.get().application
    change_contact(application_id=application.pk, answers=contact_of(given), now=now)
    notice = Notice.objects.get(visit=visit, purpose="invitation")
    application = Application.objects.get(pk=application.pk)
    assert (notice.zone_id, notice.channel) == (zone.pk, channel)
    assert notice.recipient == (application.phone if given == "whatsapp" else "")


def test_an_application_of_another_zone_is_invited_from_there(now: datetime):
    here, there = open_office(now, HOME), open_office(now, AWAY)
    assert here.pk != there.pk
    assert Notice.objects.get(visit=invited(now, kelurahan=AWAY)).zone_id == there.pk
