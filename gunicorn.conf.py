"""gunicorn's settings, for `make run` and production alike; gunicorn looks for them in this folder."""

import gc
import os
from pathlib import Path
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
# Long enough for an upload on a slow line to be checked; short enough to stop within the supervisor's ten
# seconds.
timeout = 60
graceful_timeout = int(os.environ.get("WEB_GRACEFUL_SECONDS", "4"))
keepalive = 5
# A heartbeat file on a slow disk would make a healthy worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (gunicorn makes a private file there)
# Addresses of pages hold application numbers, so requests are not logged one by one.
accesslog = None
control_socket_disable = True


def post_fork(server: Any, worker: Any) -> None:
    """What was imported lives as long as the process: the collector need not look at it again with every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
