"""`manage.py demo`: move the demo set to today, by taking it away and loading it again. What people entered stays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.clock import database_now
from requests_app.demo.accounts import NameTaken, NotLocal, accounts_path, accounts_text, examples_path, write_text
from requests_app.demo.load import replace_demo
from requests_app.management.commands.demo_data import DAYS, SEED


class Command(BaseCommand):
    help = (
        "Replace the demo applications by fresh ones around today, give the demo officers shifts from today on, and "
        "arrange the example zones again. "
        "Applications that were entered by hand stay, with the cards that were printed for them; the rest of the stock "
        "of blanks is made anew. Local and test runs only; connects as the database's owner."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--applications", type=int, help="how many (as many as before)")
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument("--seed", type=int, default=SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            removed, loaded = replace_demo(
                now=database_now(), count=options["applications"], days=options["days"], seed=options["seed"]
            )
        except (NotLocal, NameTaken) as problem:
            raise CommandError(str(problem)) from problem
        write_text(accounts_path(), accounts_text())
        self.stdout.write(f"{removed} demo applications replaced by {loaded} around now. {examples_path()}")
