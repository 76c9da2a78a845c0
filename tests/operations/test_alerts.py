"""Supervisors are warned of messages that do not leave: once while it lasts, by a way that works."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Circuit, Notice, NoticeRoute, Officer, Zone
from requests_app.operations.alerts import LASTS, watch_notices
from requests_app.operations.delivery import expire_notices
from requests_app.operations.numbers import forget_numbers
from requests_app.operations.routes import forget_routes
from requests_app.operations.senders import render_notice
from requests_app.operations.sweep import record_sweep
from requests_app.queries.notice_situation import load_situation, recent_alerts
from requests_app.rules.notice_health import Condition
from tests.factories import OfficerFactory, new_phone

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HELD = Condition("held", "whatsapp.190", "3 pesan WhatsApp tertunda", "Sebab: akun ditolak.")


@pytest.fixture(autouse=True)
def connected(settings: Any) -> None:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example", "kabar@contoh.example"
    first = Zone.objects.order_by("code")[0]
    Zone.objects.exclude(pk=first.pk).update(whatsapp_phone_id="", whatsapp_number="")
    Zone.objects.filter(pk=first.pk).update(
        whatsapp_phone_id="1001", whatsapp_number="+6280000001001", number_trouble="", is_active=True
    )
    forget_numbers()


@pytest.fixture
def supervisor() -> Officer:
    return OfficerFactory(role="supervisor", email="pengawas@example.go.id", phone=new_phone())


def alerts(**where: Any) -> list[Notice]:
    return list(Notice.objects.filter(purpose="alert", **where).order_by("created_at", "pk"))


def channels() -> list[str]:
    return [notice.channel for notice in alerts()]


def came_to(now: datetime, state: str, **which: Any) -> None:
    """What became of the alerts that were written."""
    waits = {"next_attempt_at": now if state in ("held", "retry") else None, "failed_at": now}
    Notice.objects.filter(purpose="alert", **which).update(state=state, **waits)


def route(**columns: Any) -> None:
    NoticeRoute.objects.filter(purpose="alert").update(**columns)
    forget_routes()


def watch(now: datetime, *conditions: Condition) -> int:
    return watch_notices(conditions=conditions, now=now)


def test_each_active_supervisor_is_warned_once_while_it_lasts(now: datetime, supervisor: Officer) -> None:
    OfficerFactory(role="supervisor", email="lain@example.go.id")
    OfficerFactory(role="supervisor", email="pergi@example.go.id", is_active=False)
    OfficerFactory(role="officer", email="petugas@example.go.id")
    assert watch(now, HELD) == 2
    for minutes in range(1, 120, 12):
        assert watch(now + minutes * MINUTE, HELD) == 0
    assert {notice.recipient for notice in alerts()} == {"pengawas@example.go.id", "lain@example.go.id"}


def test_what_lasts_is_told_again_after_a_day(now: datetime, supervisor: Officer) -> None:
    watched = [watch(now + n * 20 * MINUTE, HELD) for n in range(3 * 24 + 1)]
    assert [n for n, written in enumerate(watched) if written] == [0, 72]


def test_what_was_over_and_comes_back_is_told_again_but_not_what_flickers(now: datetime, supervisor: Officer) -> None:
    assert watch(now, HELD) == 1
    assert watch(now + 10 * MINUTE) == 0
    assert watch(now + 20 * MINUTE, HELD) == 0
    assert watch(now + 20 * MINUTE + LASTS + MINUTE, HELD) == 1


def test_another_matter_is_told_beside_it(now: datetime, supervisor: Officer) -> None:
    other = Condition("held", "whatsapp.132001", "1 pesan tertunda", "Sebab: templat ditolak.")
    assert watch(now, HELD) == 1
    assert watch(now + MINUTE, HELD, other) == 1


def test_a_warning_that_could_not_leave_is_not_sent_when_it_is_over(now: datetime, supervisor: Officer) -> None:
    watch(now, HELD)
    watch(now + 25 * MINUTE, HELD)
    assert expire_notices(now=now + 40 * MINUTE) == 0
    assert expire_notices(now=now + 25 * MINUTE + LASTS) == 1


def test_the_words_are_the_matters_own(now: datetime, supervisor: Officer) -> None:
    watch(now, HELD)
    (notice,) = alerts()
    assert notice.application is None
    assert "3 pesan WhatsApp tertunda. " in render_notice(notice)
    assert "Sebab: akun ditolak. " in render_notice(notice)
    assert "-." not in render_notice(notice)  # no placeholder of the text is left without a value
    assert (notice.channel, notice.state, notice.recipient_hash) == ("email", "queued", None)


def test_without_mail_it_goes_to_the_phone_from_a_number_that_works(
    now: datetime, supervisor: Officer, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    watch(now, HELD)
    (notice,) = alerts()
    assert (notice.channel, notice.recipient) == ("whatsapp", supervisor.phone)
    assert notice.zone.whatsapp_phone_id == "1001"


def test_while_mail_is_out_of_order_the_phone_is_used(now: datetime, supervisor: Officer) -> None:
    Circuit.objects.create(channel="email", failures=5, opened_at=now, next_probe_at=now)
    watch(now, HELD)
    assert [notice.channel for notice in alerts()] == ["whatsapp"]


def test_a_warning_about_a_channel_takes_another_where_there_is_one(
    now: datetime, supervisor: Officer, settings: Any
) -> None:
    of_mail = Condition("held", "email.535", "3 pesan surel tertunda", "Sebab: akun ditolak.", channel="email")
    watch(now, of_mail)
    assert [notice.channel for notice in alerts()] == ["whatsapp"]
    Officer.objects.filter(pk=supervisor.pk).update(phone="")
    OfficerFactory(role="supervisor", email="", phone=new_phone())
    watch(now + HOUR, of_mail, replace(HELD, channel="whatsapp"))
    channels = [notice.channel for notice in alerts(created_at=now + HOUR)]
    assert sorted(channels) == ["email", "email", "whatsapp", "whatsapp"]  # better by it than not at all


def test_a_number_that_flickers_is_told_once(now: datetime, supervisor: Officer) -> None:
    """For 100 minutes it fails for six minutes and works for four."""
    zone = Zone.objects.order_by("code")[1]
    circuit = Circuit(channel="whatsapp", zone=zone, failures=9)
    for minute in range(100):
        at = now + minute * MINUTE
        if minute % 10 in (0, 6):
            circuit.opened_at = circuit.next_probe_at = at if minute % 10 == 0 else None
            circuit.save()
        watch(at, *load_situation(at).conditions)
    assert len(alerts()) == 1


def test_nothing_is_owed_where_no_way_works_and_it_is_owed_once_one_does(
    now: datetime, supervisor: Officer, settings: Any
) -> None:
    settings.EMAIL_HOST = ""
    zone = Zone.objects.get(whatsapp_phone_id="1001")
    circuit = Circuit.objects.create(channel="whatsapp", zone=zone, failures=5, opened_at=now, next_probe_at=now)
    assert watch(now, HELD) == 0
    circuit.delete()
    assert watch(now + MINUTE, HELD) == 1


def test_silence_is_told_only_by_a_watch_that_was_awake_itself(now: datetime, supervisor: Officer) -> None:
    silent = Condition("silent", "deliver_due", "Pengirim WhatsApp tidak berjalan", "Sejak kemarin.")
    assert watch(now, silent) == 0
    record_sweep("sweep_alerts", now=now, done=0)
    assert watch(now + MINUTE, silent) == 1


@pytest.mark.parametrize("state", ["held", "failed"])
def test_an_alert_that_did_not_get_through_takes_the_next_way_once(
    now: datetime, supervisor: Officer, state: str
) -> None:
    """Mail refuses our login, or the supervisor's address has a typo."""
    assert watch(now, HELD) == 1
    came_to(now, state, channel="email")
    assert [watch(now + n * MINUTE, HELD) for n in (1, 2, 3)] == [1, 0, 0]
    assert channels() == ["email", "whatsapp"]
    came_to(now, "failed", channel="whatsapp")
    assert [watch(now + n * MINUTE, HELD) for n in (4, 20, 40)] == [0, 0, 0]  # no way is left
    assert [(told.words, told.is_over) for told in recent_alerts(now + HOUR, [HELD])] == [
        ("Pesan tertunda: WhatsApp, 190 (token akun WhatsApp habis masa berlakunya)", False)
    ]


def test_in_a_day_each_way_is_taken_once_for_a_matter(now: datetime, supervisor: Officer) -> None:
    for n in range(24 * 6):
        watch(now + n * 10 * MINUTE, HELD)
        came_to(now, "held")
    assert channels() == ["email", "whatsapp"]
    for n in range(24 * 6, 24 * 12):
        watch(now + n * 10 * MINUTE, HELD)
        came_to(now, "held")
    assert channels() == ["email", "whatsapp"] * 2


def test_an_alert_that_waits_at_a_way_out_of_order_takes_the_next(now: datetime, supervisor: Officer) -> None:
    watch(now, HELD)
    came_to(now, "retry")
    assert watch(now + MINUTE, HELD) == 0
    Circuit.objects.create(channel="email", failures=5, opened_at=now, next_probe_at=now)
    assert watch(now + 2 * MINUTE, HELD) == 1
    assert channels() == ["email", "whatsapp"]


def test_an_alert_that_was_taken_is_told_whatever_breaks_afterwards(now: datetime, supervisor: Officer) -> None:
    watch(now, HELD)
    came_to(now, "accepted")
    Circuit.objects.create(channel="email", failures=5, opened_at=now, next_probe_at=now)
    assert watch(now + MINUTE, HELD) == 0


def test_the_office_decides_the_ways_of_alerts(now: datetime, supervisor: Officer, settings: Any) -> None:
    settings.SMS_API_URL, settings.SMS_API_TOKEN = "https://sms.example", "token"
    route(channels=["sms", "email"])
    watch(now, HELD)
    assert channels() == ["sms"]
    came_to(now, "failed")
    assert watch(now + MINUTE, HELD) == 1
    assert channels() == ["sms", "email"]
    route(next_after_failure=False)
    of_mail = Condition("held", "email.smtp_535", "3 pesan surel tertunda", "Sebab: akun ditolak.", channel="email")
    watch(now, of_mail)
    came_to(now, "failed")
    assert watch(now + MINUTE, of_mail) == 0
