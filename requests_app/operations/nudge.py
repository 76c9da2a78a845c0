"""The doorbell: tells the workers that something is owed. The request never waits for the broker nor fails by it.

A ring is put down and picked up by a thread of its own; rings that come meanwhile are one. What a silent broker
swallows, the sweeps find.
"""

import logging
import os
import threading
import time

log = logging.getLogger(__name__)

EXPIRES_S = 60
REST_S = 0.2  # the first ring is sent at once; under load one in five a second does for all


class Doorbell:
    """Rings for tasks by name."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._rung: set[str] = set()
        self._ringer: threading.Thread | None = None

    def ring(self, task: str) -> None:
        """Ask for one run of a task, and go on at once."""
        with self._changed:
            self._rung.add(task)
            if self._ringer is None or not self._ringer.is_alive():
                self._ringer = threading.Thread(target=self._ring_forever, name="doorbell", daemon=True)
                self._ringer.start()
            self._changed.notify()

    def _ring_forever(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._rung)
                tasks, self._rung = self._rung, set()
            for task in sorted(tasks):
                _send(task)
            time.sleep(REST_S)


def _send(task: str) -> None:
    from adminduk.celery import app

    try:
        app.send_task(f"requests_app.tasks.{task}", expires=EXPIRES_S, retry=False)
    except Exception as error:  # the broker is a hint: whatever it says, the row is there and the sweep reads it
        log.warning("nudge not sent: %s", type(error).__name__)


_doorbell = Doorbell()


def _new_doorbell() -> None:
    """A forked process has no threads, and perhaps a lock that nobody will open."""
    global _doorbell
    _doorbell = Doorbell()


os.register_at_fork(after_in_child=_new_doorbell)


def nudge_notices() -> None:
    """Ring for the delivery of notices."""
    _doorbell.ring("deliver_due")


def nudge_other_notices() -> None:
    """Ring for the delivery of what leaves by mail or SMS."""
    _doorbell.ring("deliver_others")


def nudge_receipts() -> None:
    """Ring for the work on receipts."""
    _doorbell.ring("process_receipts")


def nudge_blanks() -> None:
    """Ring for the work on blanks: those that have become free go to who waits for one."""
    _doorbell.ring("sweep_blanks")


def nudge_line() -> None:
    """Ring for the line for blanks: people in it have to be told where they stand."""
    _doorbell.ring("sweep_line")


def nudge_cover() -> None:
    """Ring for the watch over days of cover: there is clearly more, or less, than a moment ago."""
    _doorbell.ring("sweep_stock_days")


def nudge_slots() -> None:
    """Ring for the work on slots: visits in those that have closed are moved."""
    _doorbell.ring("sweep_slots")
