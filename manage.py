#!/usr/bin/env python
"""Django's command line."""

import os
import sys

# These change tables, roles or grants, so they connect as the role that owns them (DATABASE_OWNER_URL).
OWNER_COMMANDS = {
    "prepare_database",
    "demo",
    "migrate",
    "makemigrations",
    "sqlmigrate",
    "showmigrations",
    "squashmigrations",
}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "adminduk.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["ADMINDUK_DB_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
