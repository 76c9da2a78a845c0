"""`manage.py demo_accounts [--print]`: staff accounts of made-up people, with shifts from today for 30 days."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from requests_app.clock import database_now
from requests_app.demo.accounts import NameTaken, NotLocal, accounts_path, accounts_text, ensure_accounts, write_text
from requests_app.rules.dates import local_date


class Command(BaseCommand):
    help = "Create the demo staff accounts and their shifts from today on. Made-up people; refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--print", action="store_true", help="also print names, password and addresses")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            ensure_accounts(today=local_date(database_now()))
        except (NotLocal, NameTaken) as problem:
            raise CommandError(str(problem)) from problem
        write_text(accounts_path(), accounts_text())
        if options["print"]:
            self.stdout.write(accounts_text())
