"""`manage.py rotate_keys`: seal everything again with the first key of FIELD_KEYS, so that older keys can go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from requests_app.operations.rotation import rotate_keys
from requests_app.vault.keyring import field_keys


class Command(BaseCommand):
    help = (
        "Seal columns and documents again that an older key of FIELD_KEYS sealed. Runs beside live traffic; "
        "may be interrupted and repeated."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotate_keys()
        for part in done:
            self.stdout.write(f"{part.what}: {part.sealed} sealed again, {part.left} left")
        left = sum(part.left for part in done)
        if left:
            raise CommandError(f"{left} still need an older key: they were in use, or do not open (see the log).")
        self.stdout.write(f"Everything is sealed by {field_keys().current}.")
