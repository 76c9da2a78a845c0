"""Loading the demo set, and taking it away again."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, models, transaction

from requests_app.demo.accounts import ensure_accounts, examples_path, refuse_in_production, write_text
from requests_app.demo.examples import examples_text, play_examples
from requests_app.demo.office import open_office
from requests_app.demo.rows import LIVED, WRITTEN, demo_applications, next_mark, store_pages
from requests_app.demo.scenarios import play_ordinary
from requests_app.models import Application, CallTask, Document, Notice, Promise
from requests_app.operations.documents import remove_files
from requests_app.rules.dates import local_date

AT_ONCE = 1000


@transaction.atomic
def load_demo(*, now: datetime, count: int, days: int, seed: int) -> int:
    """Add `count` synthetic applications (the named examples among them) of the last `days` days; how many.

    Consistent with what the operations would have written until `now`: nothing is owed. Raises NotLocal.
    """
    refuse_in_production()
    ensure_accounts(today=local_date(now))
    office = open_office(now=now, seed=seed, next_index=next_mark())
    first = office.next_index
    played = play_examples(office)
    ordinary = max(0, count - (office.next_index - first))
    for number, at in enumerate(office.calendar.arrivals(ordinary, days), start=1):
        play_ordinary(office, at)
        if number % AT_ONCE == 0:
            office.rows.write()
    office.rows.write()
    store_pages(office.rows)
    write_text(examples_path(), examples_text(played, now))
    return office.next_index - first


def remove_demo() -> int:
    """Take the demo set away with everything that hangs on it, files included; how many applications.

    What people entered stays. Only the owner's role may do this, since the processes may not delete history;
    the caller holds a transaction. Raises NotLocal.
    """
    refuse_in_production()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no guard and no foreign key is looked at
        files = list(Document.objects.filter(application__in=demo_applications()).values_list("pk", flat=True))
        for model, path in _belongings():
            _delete(model, path)
        count = demo_applications().count()
        _delete(Application, "pk")
        cursor.execute("SET LOCAL session_replication_role = origin")
    transaction.on_commit(lambda: _remove_pages(files))
    return count


def _belongings() -> list[tuple[type[models.Model], str]]:
    """Every table that leads to an application, with the way there; those further away come first."""
    found: list[tuple[type[models.Model], str]] = []
    for model in (*WRITTEN, *LIVED):
        if model is not Application:
            path = _way_to_application(model)
            found.append((model, path))
    return sorted(found, key=lambda entry: -entry[1].count("__"))


def _way_to_application(model: type[models.Model]) -> str:
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model is Application:
            return field.name
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model in (Promise, Notice, CallTask):
            return f"{field.name}__application"
    raise LookupError(model.__name__)


def _delete(model: type[models.Model], path: str) -> None:
    """One DELETE statement; Django's own delete would first collect every row."""
    rows = model._default_manager.filter(**{f"{path}__in": demo_applications().values("pk")})
    rows._raw_delete(rows.db)


def _remove_pages(files: Sequence[uuid.UUID]) -> None:
    remove_files(files)
