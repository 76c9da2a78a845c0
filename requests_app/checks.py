"""What production refuses to start with: looked at by `manage.py check --deploy`, and by every process at its start."""

import sys
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

OWNED_TABLES = """
SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND pg_has_role(current_user, tableowner, 'USAGE')
"""


@register(Tags.security, deploy=True)
def secrets_are_real(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Secrets that ship with the source protect nothing."""
    found: list[CheckMessage] = []
    if settings.SECRET_KEY.startswith("insecure") or len(settings.SECRET_KEY) < 50:
        found.append(Error("SECRET_KEY is missing or too short", id="adminduk.E001"))
    if settings.FIELD_KEYS.startswith("none:") or settings.INDEX_KEY == "A" * 43 + "=":
        found.append(Error("FIELD_KEYS and INDEX_KEY must be set", id="adminduk.E002"))
    missing = [
        name
        for name in ("WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "METRICS_TOKEN")
        if not getattr(settings, name)
    ]
    if missing:
        found.append(Error(f"{', '.join(missing)} must be set", id="adminduk.E003"))
    return found


@register(Tags.security, deploy=True)
def database_is_fit_for_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The processes' role owns no table; no demo accounts, clock offset or example numbers are in the database."""
    if settings.LOCAL or settings.AS_OWNER:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(OWNED_TABLES)
            owned = cursor.fetchone()[0]
        return _database_findings(owned)
    except DatabaseError as problem:
        cause = str(problem).strip().partition("\n")[0]
        return [Error(f"the database cannot be looked at ({cause})", id="adminduk.E014")]


@register(Tags.security, deploy=True)
def zones_have_numbers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A zone at work without a number is allowed: its invitations wait in plain sight. Somebody should know."""
    from requests_app.models import Zone

    if settings.LOCAL or settings.AS_OWNER:
        return []
    try:
        names = list(Zone.objects.filter(is_active=True, whatsapp_number="").values_list("name", flat=True))
    except DatabaseError:
        return []  # told by the check above
    if not names:
        return []
    return [Warning(f"no WhatsApp number, so no invitations from: {', '.join(names)}", id="adminduk.W001")]


def _database_findings(owned: int) -> list[CheckMessage]:
    from requests_app.models import ClockOffset, Officer, Zone

    rules = [
        (owned > 0, "the processes' database role owns tables; use the role that prepare_database grants", "E010"),
        (Officer.objects.filter(is_demo=True, is_active=True).exists(), "demo accounts exist", "E011"),
        (ClockOffset.objects.exclude(seconds=0).exists(), "the clock has a stored offset", "E012"),
        (Zone.objects.filter(whatsapp_number__startswith="+62800").exists(), "a zone has an example number", "E013"),
    ]
    return [Error(message, id=f"adminduk.{code}") for wrong, message, code in rules if wrong]


def refuse_unfit_start() -> None:
    """End a production process that must not run, with one line; outside production nothing is looked at.

    Called by whatever serves or works (adminduk/wsgi.py, adminduk/celery.py), not by management commands: those
    mend what is found. A database that is away ends the start too, since what is in it is not known then.
    Raises SystemExit.
    """
    if settings.LOCAL:
        return
    found = [*secrets_are_real(None), *database_is_fit_for_production(None)]
    # The web server looks before it forks, and a connection must not be shared.
    connection.close()
    if found:
        # To the real standard error: beat keeps what an exception says to itself, and its own stderr is a log.
        causes = "; ".join(message.msg for message in found)
        print(f"Adminduk Online does not start: {causes}.", file=sys.__stderr__, flush=True)
        raise SystemExit(1)
