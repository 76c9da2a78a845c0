"""`manage.py sweep`: everything the clock does, without Celery."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from requests_app.tasks import SWEEPS


class Command(BaseCommand):
    help = "Run all sweeps and one round of delivery, once or again and again; needs neither Celery nor the broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--loop", type=float, metavar="SECONDS", help="go on, with this pause between rounds")

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            failed = self._round()
            if options["loop"] is None:
                if failed:
                    raise SystemExit(1)
                return
            close_old_connections()
            time.sleep(options["loop"])

    def _round(self) -> bool:
        """One sweep that fails does not keep the others from running."""
        failed = False
        for sweep in SWEEPS:
            try:
                sweep()
            except DatabaseError as problem:
                failed = True
                self.stderr.write(f"{sweep.__name__}: {type(problem).__name__}")
        return failed
