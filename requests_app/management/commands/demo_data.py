"""`manage.py demo_data --applications N [--days D] [--seed S] [--if-empty]`: synthetic applications, in bulk."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.clock import database_now
from requests_app.demo.accounts import NameTaken, NotLocal, examples_path
from requests_app.demo.load import load_demo
from requests_app.models import Application
from requests_app.operations.slots import open_slots

APPLICATIONS = 400
DAYS = 14
SEED = 1671


class Command(BaseCommand):
    help = (
        "Add synthetic applications of people who do not exist (NIK serials 99xx, phones +62 800-0000-xxxx, made-up "
        "names), the named examples among them, and arrange the example zones and their slots for it. Local and test "
        "runs only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, default=APPLICATIONS, help=f"how many ({APPLICATIONS})")
        parser.add_argument("--days", type=int, default=DAYS, help=f"submitted over the last so many days ({DAYS})")
        parser.add_argument("--seed", type=int, default=SEED, help="the same seed draws the same people and stories")
        parser.add_argument("--if-empty", action="store_true", help="where there are applications already, only slots")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["applications"] < 1 or options["days"] < 1:
            raise CommandError("--applications and --days take whole numbers from 1 on.")
        if options["if_empty"] and Application.objects.exists():
            open_slots(now=database_now())
            self.stdout.write("There are applications already.")
            return
        begin = time.monotonic()
        try:
            loaded = load_demo(
                now=database_now(), count=options["applications"], days=options["days"], seed=options["seed"]
            )
        except (NotLocal, NameTaken) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{loaded} synthetic applications in {time.monotonic() - begin:.1f} s. {examples_path()}")
