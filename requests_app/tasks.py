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
from requests_app.operations.alerts import watch_notices
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
from requests_app.operations.delivery import LANES, LINGER_S, deliver_notices, delivery_trouble
from requests_app.operations.documents import remove_orphan_files
from requests_app.operations.drafts import remove_old_drafts
from requests_app.operations.inbox import reopen_unsent
from requests_app.operations.invitations import invite_due, tell_stuck_approvals
from requests_app.operations.kept_figures import keep_figures
from requests_app.operations.ledger_check import check_ledger as check_ledger_when_due
from requests_app.operations.losses import tell_long_searches
from requests_app.operations.pickup_choice import ask_pickup
from requests_app.operations.pickup_days import call_off_days
from requests_app.operations.receipts import process_webhooks
from requests_app.operations.saving import save_answers
from requests_app.operations.slots import open_slots
from requests_app.operations.sukets import remind_sukets
from requests_app.operations.sweep import last_run_of, only_one, record_sweep
from requests_app.operations.unfetched import remind_unfetched, watch_carrying
from requests_app.operations.visit_clock import lapse_invitations, miss_visits, move_displaced, remind_visits
from requests_app.queries.forecast import load_situation
from requests_app.queries.kept_figures import OF_MONTH, count_month
from requests_app.queries.notice_situation import load_situation as load_notice_situation
from requests_app.rules.clock_guard import ClockGuard

log = logging.getLogger(__name__)

CLOCK_TROUBLE = {
    "backwards": "Jam server mundur. Tidak ada tenggat yang dinyatakan lewat sampai jam diperiksa.",
    "jump": "Jam server melompat maju. Tenggat dinyatakan lewat setelah pemeriksaan berikutnya.",
}

Work = Callable[[Moment], tuple[int, str]]

_guards: dict[str, ClockGuard] = defaultdict(ClockGuard)


@shared_task(soft_time_limit=240, time_limit=270)
def deliver_due() -> None:
    """Send what is due by WhatsApp; receipts first, as they may have settled some."""
    with only_one("deliver:whatsapp") as mine:
        if mine:
            _receipts(database_now())
            _deliver("deliver_due", "whatsapp")


@shared_task(soft_time_limit=240, time_limit=270)
def deliver_others() -> None:
    """Send what is due by mail and SMS, which WhatsApp's troubles must not hold up."""
    with only_one("deliver:others") as mine:
        if mine:
            _deliver("deliver_others", "others")


def _deliver(name: str, lane: str) -> None:
    done = deliver_notices(clock=database_now, channels=LANES[lane], linger_s=LINGER_S, last_run=last_run_of(name))
    record_sweep(name, now=database_now(), done=done, trouble=delivery_trouble(LANES[lane]))


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
    """Reminders, expired corrections and recordings, held applications with a free key, replies that did not leave."""
    _sweep("sweep_waiting", _guarded("sweep_waiting", remind_waiting, expire_waiting, release_held, reopen_unsent))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_slots() -> None:
    """Slots of the coming days; visits in those that have closed, and closed days on which somebody wanted a card."""
    steps = (open_slots, move_displaced, call_off_days)
    _sweep("sweep_slots", lambda moment: (sum(step(now=moment.now) for step in steps), ""))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_visits() -> None:
    """Invitations that are owed, were not answered, or whose visit is tomorrow; visits that nobody came to."""
    steps = (lapse_invitations, miss_visits, remind_visits, invite_due, tell_stuck_approvals)
    _sweep("sweep_visits", _guarded("sweep_visits", *steps))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_blanks() -> None:
    """Approved cards go to the print queue or into the line; free blanks go to those who wait.

    Owners are asked where their card goes, and reminded of it. Supervisors hear of cards that nobody carries back, and
    of those that are looked for too long.
    """
    steps = (queue_approved, allocate_waiting, ask_pickup, remind_unfetched, watch_carrying, tell_long_searches)
    _sweep("sweep_blanks", _guarded("sweep_blanks", *steps))


@shared_task
def sweep_alerts() -> None:
    """Supervisors are warned of messages that do not leave."""
    _sweep("sweep_alerts", _guarded("sweep_alerts", _watch_notices))


@shared_task(soft_time_limit=270, time_limit=290)
def sweep_figures() -> None:
    """Figures of thirty days, which no reader of a page is to wait for."""
    _sweep("sweep_figures", lambda moment: (keep_figures(OF_MONTH, count_month(moment.now), now=moment.now), ""))


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
    sweep_line, sweep_stock_days, sweep_alerts, sweep_figures, check_ledger, sweep_old,
    sweep_files,
    deliver_due, deliver_others,
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


def _watch_notices(*, now: datetime) -> int:
    return watch_notices(conditions=load_notice_situation(now).conditions, now=now)


def _enforce(moment: Moment) -> tuple[int, str]:
    done, unread = _receipts(moment.now)
    done += publish_answers(now=moment.now)
    enforced, trouble = _guarded("enforce_promises", break_promises, climb_ladder, save_answers)(moment)
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
