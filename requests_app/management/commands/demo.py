"""`manage.py demo`: move the demo set to today, by taking it away and loading it again. What people entered stays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from requests_app.clock import database_now
from requests_app.demo.accounts import NameTaken, NotLocal, accounts_path, accounts_text, examples_path, write_text
from requests_app.demo.load import load_demo, remove_demo
from requests_app.management.commands.demo_data import APPLICATIONS, DAYS, SEED


class Command(BaseCommand):
    help = (
        "Replace the demo applications by fresh ones around today, give the demo officers shifts from today on, and "
        "arrange the example zones again. "
        "Applications that were entered by hand stay. Local and test runs only; connects as the database's owner."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, help=f"how many (as many as before, else {APPLICATIONS})")
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                removed = remove_demo()
                count = options["applications"] or removed or APPLICATIONS
                loaded = load_demo(now=database_now(), count=count, days=options["days"], seed=options["seed"])
        except (NotLocal, NameTaken) as problem:
            raise CommandError(str(problem)) from problem
        write_text(accounts_path(), accounts_text())
        self.stdout.write(f"{removed} demo applications replaced by {loaded} around now. {examples_path()}")
