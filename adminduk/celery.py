"""Celery: the worker and the timetable. The broker is a hint, so nothing is kept there and nothing is awaited."""

import os
from typing import Any

import django
from celery import Celery, signals
from celery.schedules import schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminduk.settings")

from django.conf import settings  # needs the line above

app = Celery("adminduk")
app.conf.update(
    broker_url=settings.REDIS_URL,
    result_backend=None,
    task_ignore_result=True,
    # A hint is taken off the broker before it is worked on: what a killed worker leaves undone the next tick finds
    # sooner than the broker would bring the hint again. And a worker of Celery 5.7.0 that loses its broker while
    # hints are not acknowledged ends with an error (kombu restores them through the closed connection).
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    task_time_limit=120,
    task_soft_time_limit=90,
    task_default_queue="sweep",
    task_routes={
        "requests_app.tasks.deliver_due": {"queue": "notify"},
        "requests_app.tasks.deliver_others": {"queue": "notify"},
        "requests_app.tasks.sweep_files": {"queue": "files"},
    },
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=3,
    broker_transport_options={
        "visibility_timeout": 300,
        "socket_timeout": 5,
        "socket_connect_timeout": 1,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "global_keyprefix": settings.BROKER_PREFIX,
    },
    task_publish_retry=True,
    task_publish_retry_policy={"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2},
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=300_000,
    worker_soft_shutdown_timeout=5,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    timezone="Asia/Jakarta",
    enable_utc=True,
    accept_content=["json"],
)
app.autodiscover_tasks(["requests_app"])


@signals.worker_init.connect
@signals.beat_init.connect
def _refuse_unfit_start(**_: Any) -> None:
    """Before the first task is fetched or sent."""
    django.setup()
    from requests_app.checks import refuse_unfit_start

    refuse_unfit_start()


def _every(task: str, seconds: float) -> dict[str, Any]:
    """An entry that expires before its next turn, so that an outage leaves no pile of identical ticks."""
    return {"task": f"requests_app.tasks.{task}", "schedule": schedule(seconds), "options": {"expires": seconds * 0.9}}


app.conf.beat_schedule = {
    "deliver": _every("deliver_due", 5),
    "deliver_others": _every("deliver_others", 5),
    "promises": _every("enforce_promises", 15),
    "leases": _every("sweep_leases", 30),
    "slots": _every("sweep_slots", 60),
    "visits": _every("sweep_visits", 15),
    "blanks": _every("sweep_blanks", 15),
    "line": _every("sweep_line", 600),
    "waiting": _every("sweep_waiting", 60),
    "alerts": _every("sweep_alerts", 60),
    "figures": _every("sweep_figures", 600),
    "ledger": _every("check_ledger", 60),
    "stock_days": _every("sweep_stock_days", 600),
    "cleaning": _every("sweep_old", 300),
    "files": _every("sweep_files", 6 * 3600),
}
