"""Loading the demo set, and taking it away again."""

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, models, transaction
from django.db.models.functions import Coalesce

from requests_app.demo.accounts import demo_officers, ensure_accounts, examples_path, refuse_in_production, write_text
from requests_app.demo.blanks import store_blanks
from requests_app.demo.conversations import play_conversations, remove_conversations
from requests_app.demo.examples import examples_text, play_examples
from requests_app.demo.kept_cards import let_go_of_blanks, remove_stock, restore_kept
from requests_app.demo.life import Life
from requests_app.demo.office import Office, holidays, open_office
from requests_app.demo.past import play_past
from requests_app.demo.rows import LIVED, WRITTEN, demo_applications, next_mark, store_pages
from requests_app.demo.scenarios import play_ordinary
from requests_app.demo.scenes import FROM, play_scenes
from requests_app.demo.zones import arrange_zones, remove_closures
from requests_app.models import (
    Application,
    CallTask,
    Document,
    Notice,
    Promise,
    Slot,
    Visit,
    VisitApplication,
    VisitPerson,
)  # fmt: skip
from requests_app.operations.documents import remove_files
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date
from requests_app.rules.roles import Role
from requests_app.rules.visits import HOLDS_PLACE

AT_ONCE, FEWEST = 1000, 400
SHARES = {Service.KTP_EL: 0.7, Service.KK: 0.2, Service.LEGALISIR: 0.1}
LONGEST_STORY = timedelta(days=30)
"""Some examples began so long ago."""


@transaction.atomic
def load_demo(*, now: datetime, count: int, days: int, seed: int) -> int:
    """Add `count` synthetic applications (the named examples among them) of the last `days` days; how many.

    Consistent with what the operations would have written until `now`: nothing is owed. The example zones are
    arranged for it, and have their slots. Raises NotLocal.
    """
    refuse_in_production()
    ensure_accounts(today=local_date(now))
    back = max(LONGEST_STORY, timedelta(days=days + 2))
    admin = demo_officers(Role.ADMIN)[0]
    arrange_zones(now=now, back=back, admin=admin, holidays=holidays(), a_day=count / days)
    office = open_office(now=now, back=back, seed=seed, next_index=next_mark())
    first = office.next_index
    played = play_examples(office) + (play_scenes(office) if count >= FROM else [])
    before = [life for _, _, lives in played for life in lives] + play_past(office, count)
    _play_ordinary(office, count - (office.next_index - first), days, before)
    store_blanks(office)
    if count >= FROM:
        play_conversations(office, first)
    store_pages(office.rows)
    write_text(examples_path(), examples_text(played, now))
    return office.next_index - first


def _play_ordinary(office: Office, count: int, days: int, before: Sequence[Life]) -> None:
    """So many more, in the order of their arrival; with those played before the services have their shares."""
    services = _services(office, max(count, 0), before)
    moments = office.calendar.arrivals(len(services), days)
    for number, (at, service) in enumerate(zip(moments, services, strict=True), start=1):
        play_ordinary(office, service, at)
        if number % AT_ONCE == 0:
            office.rows.write()
    office.rows.write()


def _services(office: Office, count: int, before: Sequence[Life]) -> list[Service]:
    total = count + len(before)
    played = Counter(life.service for life in before)
    deck = [s for s, share in SHARES.items() for _ in range(round(total * share) - played[s])]
    office.rng.shuffle(deck)
    return (deck + [Service.KTP_EL] * count)[:count]


@transaction.atomic
def replace_demo(*, now: datetime, count: int | None, days: int, seed: int) -> tuple[int, int]:
    """A fresh set in place of the one that there is, of as many applications unless `count` says otherwise; how many
    there were, and are. Only the owner's role may do this, since the processes may not delete history.

    What people entered stays, with its places at the desks and its cards; the stock of blanks is the new set's, and
    whatever people tried out with it is gone. Raises NotLocal.
    """
    removed = _remove(now)
    loaded = load_demo(now=now, count=count or removed or FEWEST, days=days, seed=seed)
    restore_kept()
    return removed, loaded


@transaction.atomic
def remove_demo(*, now: datetime) -> int:
    """Take the demo set away with everything that hangs on it, files included; how many applications."""
    removed = _remove(now)
    restore_kept()
    return removed


def _remove(now: datetime) -> int:
    refuse_in_production()
    let_go_of_blanks(now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no guard and no foreign key is looked at
        files = remove_stock()
        files += list(Document.objects.filter(application__in=demo_applications()).values_list("pk", flat=True))
        remove_conversations()
        served = VisitApplication.objects.filter(application__in=demo_applications())
        visits = set(served.values_list("visit", flat=True))
        for model, path in _belongings():
            _delete(model, path)
        _remove_visits(visits)
        Application.objects.filter(depends_on__in=demo_applications()).update(depends_on=None)
        count = demo_applications().count()
        _delete(Application, "pk")
        remove_closures()
        cursor.execute("SET LOCAL session_replication_role = origin")
    transaction.on_commit(lambda: _remove_pages(files))
    return count


def _belongings() -> list[tuple[type[models.Model], str]]:
    """Every table that leads to an application, with the way there; those further away come first."""
    found: list[tuple[type[models.Model], str]] = []
    for model in (*WRITTEN, *LIVED):
        if model not in (Application, Visit, VisitPerson):
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


def _remove_visits(visits: set[int]) -> None:
    """Visits that serve nobody any more; their places are free again, which no trigger counts now."""
    empty = Visit.objects.filter(pk__in=visits, services=None)
    persons = VisitPerson.objects.filter(visit__in=empty)
    persons._raw_delete(persons.db)
    empty._raw_delete(empty.db)
    taken = Visit.objects.filter(slot=models.OuterRef("pk"), state__in=HOLDS_PLACE).order_by().values("slot")
    counted = taken.annotate(number=models.Count("pk")).values("number")
    Slot.objects.filter(booked__gt=0).update(booked=Coalesce(models.Subquery(counted), 0))


def _remove_pages(files: Sequence[uuid.UUID]) -> None:
    remove_files(files)
