"""`manage.py clock`: shows the clock, and moves it in embedded and test runs."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app.clock import database_now
from requests_app.operations.offset import NotHere, move_clock
from requests_app.rules.dates import format_moment

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def span(text: str) -> timedelta:
    """5d, 3h, 90s, 2h30m."""
    parts = re.findall(r"(\d+)([dhms])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ArgumentTypeError("write it like 5d, 3h or 90s")
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


class Command(BaseCommand):
    help = "Show the office's clock; with --forward or --reset move it (embedded and test runs only)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--forward", type=span, metavar="5d|3h|90s", help="put the clock forward")
        choice.add_argument("--reset", action="store_true", help="back to the machine's time")

    def handle(self, *args: Any, **options: Any) -> None:
        before = database_now()
        if options["forward"] is None and not options["reset"]:
            self.stdout.write(format_moment(before))
            return
        try:
            offset = move_clock(forward=options["forward"])
        except NotHere:
            raise CommandError("The clock is not moved in production.") from None
        self._tell_simulator(offset)
        self.stdout.write(f"{format_moment(before)} → {format_moment(database_now())} (offset {offset} s)")

    def _tell_simulator(self, offset: int) -> None:
        if not settings.SIMULATOR_URL:
            return
        try:
            answer = httpx.post(
                f"{settings.SIMULATOR_URL}/_ctl/advance", json={"offset": offset}, timeout=5, trust_env=False
            )
            answer.raise_for_status()
        except httpx.HTTPError as problem:
            self.stderr.write(f"The simulator keeps its time: {type(problem).__name__}")
