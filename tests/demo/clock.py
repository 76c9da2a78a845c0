"""Everything that the clock does, and what is stored, to see whether it did anything."""

from datetime import datetime

from django.apps import apps
from django.db import connection

from requests_app.models import Application, Event
from requests_app.operations import (
    blank_days,
    blank_waits,
    blanks,
    clock,
    invitations,
    ledger_check,
    slots,
    sukets,
    unfetched,
    visit_clock,
)  # fmt: skip
from requests_app.rules.statuses import Status, check_step

SWEEPS = (
    clock.publish_answers, clock.break_promises, clock.climb_ladder, clock.end_leases,
    clock.remind_waiting, clock.expire_waiting, clock.release_held, clock.forget_old,
    slots.open_slots, visit_clock.move_displaced, visit_clock.lapse_invitations, visit_clock.miss_visits,
    visit_clock.remind_visits, invitations.invite_due, invitations.tell_stuck_approvals,
    blanks.queue_approved, blanks.allocate_waiting, blank_waits.tell_waiting, blank_days.close_days,
    sukets.remind_sukets, unfetched.remind_unfetched, unfetched.watch_carrying,
)  # fmt: skip


def assert_nothing_is_owed(now: datetime) -> None:
    """No sweep finds anything, and none changes anything; the ledger of blanks agrees with everything."""
    assert ledger_check.differences() == {}
    before = content()
    done = {sweep.__name__: sweep(now=now) for sweep in SWEEPS}
    assert not any(done.values()), done
    assert content() == before


def content() -> dict[str, str]:
    """A digest of every table, to see whether anything changed."""
    digests = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("requests_app").get_models():
            cursor.execute(f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{model._meta.db_table}" t')
            digests[model.__name__] = cursor.fetchone()[0]
    return digests


def assert_history_is_one_line(now: datetime) -> None:
    """Of each application: allowed steps only, each from where the last one led, in the order of time."""
    for application in Application.objects.only("status", "service"):
        status, at = Status.DRAFT.value, None
        for event in Event.objects.filter(application=application).order_by("pk"):
            assert event.from_status == status
            if event.to_status != event.from_status:
                assert check_step(event.step, event.from_status, application.service) == event.to_status
            assert at is None or at <= event.at <= now, (application.number, event.step)
            status, at = event.to_status, event.at
        assert status == application.status
