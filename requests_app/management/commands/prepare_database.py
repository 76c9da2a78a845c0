"""`manage.py prepare_database`: migrate as owner, create and limit the process role, load reference data.

Where a simulator plays the provider, it gets our texts as approved templates: with the addresses of this very start.
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from requests_app.clock import database_now
from requests_app.operations.grants import grant_process_role
from requests_app.operations.reference_data import load_reference_data


class Command(BaseCommand):
    help = "Migrate as the owner, create the process role where it is missing, grant, load reference data."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        grant_process_role()
        load_reference_data(now=database_now())
        if settings.SIMULATOR_URL:
            call_command("export_templates", stdout=self.stdout)
