"""The timetable: each task asks for the time once and calls operations. Running one twice or late does no harm.

Celery itself drops connections that were lost between two tasks.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from django.db import InterfaceError, OperationalError

from requests_app.clock import Moment, database_moment, database_now
from requests_app.operations.blank_days import close_days
from requests_app.operations.blank_waits import tell_waiting
from requests_app.operations.blanks import allocate_waiting, queue_approved
from requests_app.operations.clock import (
    break_promises,
    climb_ladder,
    end_leases,
    expire_waiting,
    forget_old,
    publish_answers,
    release_held,
    remind_waiting,
)
from requests_app.operations.cover_alerts import watch_cover
from requests_app.operations.delivery import deliver_notices, delivery_trouble
from requests_app.operations.documents import remove_orphan_files
from requests_app.operations.drafts import remove_old_drafts
from requests_app.operations.invitations import invite_due, tell_stuck_approvals
from requests_app.operations.ledger_check import check_ledger as check_ledger_when_due
from requests_app.operations.pickup_choice import ask_pickup
from requests_app.operations.receipts import process_webhooks
from requests_app.operations.slots import open_slots
from requests_app.operations.sukets import remind_sukets
from requests_app.operations.sweep import only_one, record_sweep
from requests_app.operations.unfetched import move_unfetched, remind_unfetched
from requests_app.operations.visit_clock import lapse_invitations, miss_visits, move_displaced, remind_visits
from requests_app.queries.forecast import load_situation
from requests_app.rules.clock_guard import ClockGuard

log = logging.getLogger(__name__)

# Deliveries that may run at the same time (see BATCH in operations/delivery.py).
LANES = ("deliver:1", "deliver:2")
CLOCK_TROUBLE = {
    "backwards": "Jam server mundur. Tidak ada tenggat yang dinyatakan lewat sampai jam diperiksa.",
    "jump": "Jam server melompat maju. Tenggat dinyatakan lewat setelah pemeriksaan berikutnya.",
}

Work = Callable[[Moment], tuple[int, str]]

_guards: dict[str, ClockGuard] = defaultdict(ClockGuard)


@shared_task(soft_time_limit=240, time_limit=270)
def deliver_due() -> None:
    """Send the notices that are due; receipts first, as they may have settled some."""
    for lane in LANES:
        with only_one(lane) as mine:
            if mine:
                _receipts(database_now())
                done = deliver_notices(clock=database_now)
                record_sweep("deliver_due", now=database_now(), done=done, trouble=delivery_trouble())
                return


@shared_task
def process_receipts() -> None:
    """Work on what the provider has posted."""
    _sweep("process_receipts", lambda moment: (process_webhooks(now=moment.now), ""))


@shared_task(soft_time_limit=270, time_limit=290)
def enforce_promises() -> None:
    """Evidence first, then broken promises and the ladder."""
    _sweep("enforce_promises", _enforce)


@shared_task
def sweep_leases() -> None:
    """Applications whose officer went away return to the queue."""
    _sweep("sweep_leases", lambda moment: (end_leases(now=moment.now), ""))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_waiting() -> None:
    """Reminders, expired corrections and recordings, held applications whose key is free."""
    _sweep("sweep_waiting", _guarded("sweep_waiting", remind_waiting, expire_waiting, release_held))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_slots() -> None:
    """Slots of the coming days, and the visits in those that have closed."""
    _sweep("sweep_slots", lambda moment: (open_slots(now=moment.now) + move_displaced(now=moment.now), ""))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_visits() -> None:
    """Invitations that are owed, were not answered, or whose visit is tomorrow; visits that nobody came to."""
    steps = (lapse_invitations, miss_visits, remind_visits, invite_due, tell_stuck_approvals)
    _sweep("sweep_visits", _guarded("sweep_visits", *steps))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_blanks() -> None:
    """Approved cards go to the print queue or into the line; free blanks go to those who wait.

    Owners are asked where their card goes; what nobody fetches is reminded of, then moved.
    """
    steps = (queue_approved, allocate_waiting, ask_pickup, remind_unfetched, move_unfetched)
    _sweep("sweep_blanks", _guarded("sweep_blanks", *steps))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_stock_days() -> None:
    """Days that are over, for the forecast of blanks; alerts of few days of cover."""
    _sweep("sweep_stock_days", _guarded("sweep_stock_days", close_days, _watch_cover))


@shared_task(soft_time_limit=270, time_limit=290)
def check_ledger() -> None:
    """Once a day (WIB): are the counters of blanks the ledger's sum? It finds by itself whether it is due."""
    with only_one("check_ledger") as mine:
        if mine:
            check_ledger_when_due(now=database_now())


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_line() -> None:
    """Who waits for a blank is told about a place that moved much; who has a suket, that it is nearly over."""
    _sweep("sweep_line", _guarded("sweep_line", tell_waiting, remind_sukets))


@shared_task
def sweep_old() -> None:
    """What is not kept any longer."""
    _sweep("sweep_old", lambda moment: (forget_old(now=moment.now) + remove_old_drafts(now=moment.now), ""))


@shared_task(soft_time_limit=1500, time_limit=1800)
def sweep_files() -> None:
    """Files that no row knows. They bear the machine's time, so the stored offset of the clock is left out."""
    _sweep("sweep_files", lambda moment: (remove_orphan_files(now=moment.raw), ""))


SWEEPS = (
    process_receipts, enforce_promises, sweep_leases, sweep_waiting, sweep_slots, sweep_visits, sweep_blanks,
    sweep_line, sweep_stock_days, check_ledger, sweep_old, sweep_files,
    deliver_due,
)  # fmt: skip


def _sweep(name: str, work: Work) -> None:
    """Do it unless another process is at it, and note that it was done."""
    with only_one(name) as mine:
        if mine:
            moment = database_moment()
            done, trouble = work(moment)
            record_sweep(name, now=moment.now, done=done, trouble=trouble)


def _watch_cover(*, now: datetime) -> int:
    """Deliveries that are only promised do not count; before the ledger begins there is nothing to watch."""
    situation = load_situation(now)
    if not situation.now.begun:
        return 0
    cover, order_by = situation.alone.cover_days, situation.line().order_by
    return watch_cover(cover_days=cover, free=situation.now.free, order_by=order_by, now=now)


def _enforce(moment: Moment) -> tuple[int, str]:
    done, unread = _receipts(moment.now)
    done += publish_answers(now=moment.now)
    enforced, trouble = _guarded("enforce_promises", break_promises, climb_ladder)(moment)
    return done + enforced, trouble or unread


def _receipts(now: datetime) -> tuple[int, str]:
    """Receipts that cannot be read must not stop the clock: evidence found later still counts."""
    try:
        return process_webhooks(now=now), ""
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        log.error("receipts not processed: %s", type(problem).__name__)
        return 0, "Tanda terima dari WhatsApp tidak terbaca. Janji yang ditepati dapat tampak dilanggar."


def _guarded(name: str, *steps: Callable[..., int]) -> Work:
    """Steps that cannot be undone wait while the clock is in doubt."""

    def work(moment: Moment) -> tuple[int, str]:
        verdict = _guards[name].judge(moment.raw, time.monotonic())
        if verdict != "ok":
            log.error("clock in doubt: %s", verdict)
            return 0, CLOCK_TROUBLE[verdict]
        return sum(step(now=moment.now) for step in steps), ""

    return work
