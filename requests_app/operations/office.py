"""What the admin's operations share: refusals name their field, and every change leaves a line in the log."""

import re
from collections.abc import Callable
from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Count, Q

from requests_app.models import Officer, Zone
from requests_app.operations.nudge import nudge_slots
from requests_app.operations.slots import refresh_slots
from requests_app.rules.visits import COMING
from requests_app.vault.redact import PERSONAL

BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .-]+(?=\d)")
NOT_PLAIN = re.compile(r"[<>\x00-\x1f\x7f]")


class FieldRefused(ValueError):
    """What was given cannot be taken: `field` names which, the message says what to do, in Indonesian."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def plain_words(field: str, text: str) -> str:
    """Words that everybody reads: one line without markup or personal numbers, else FieldRefused."""
    words = " ".join(text.split())
    if NOT_PLAIN.search(words):
        raise FieldRefused(field, "Tulis kalimat biasa saja, tanpa tanda < atau >.")
    if PERSONAL.search(words) or PERSONAL.search(BETWEEN_DIGITS.sub("", words)):
        raise FieldRefused(field, "Jangan cantumkan NIK, nomor ponsel, atau surel; semua orang membacanya.")
    return words


def note_change(row: models.Model, what: str, *, officer: Officer, now: datetime, flag: int = CHANGE) -> None:
    """One line in the log that Django's admin keeps, too: who changed which row, when; codes and counts only."""
    LogEntry.objects.create(
        action_time=now, user=officer, content_type=ContentType.objects.get_for_model(row), object_id=str(row.pk),
        object_repr=str(row)[:200], action_flag=flag, change_message=what,
    )  # fmt: skip


def renew_slots(*, now: datetime) -> None:
    """After a change for all offices: the slots of every zone at work, in the order of their ids, and the clock is rung
    to move whoever is in a slot that has closed."""
    for zone in Zone.objects.filter(is_active=True).order_by("pk"):
        refresh_slots(zone=zone, now=now)
    transaction.on_commit(nudge_slots, robust=True)


def displaced_by(change: Callable[[], object], *, now: datetime) -> dict[str, int]:
    """How many coming visits of each zone (by name) a change would leave without their slot.

    The change is made and undone in one transaction, so what is told before is what happens afterwards. Whatever the
    change refuses is raised.
    """
    before = _in_closed_slots(now)
    with transaction.atomic():
        change()
        after = _in_closed_slots(now)
        transaction.set_rollback(True)
    return {name: more for name, count in after.items() if (more := count - before.get(name, 0)) > 0}


def _in_closed_slots(now: datetime) -> dict[str, int]:
    displaced = Q(visits__state__in=COMING, visits__starts_at__gt=now, visits__slot__is_open=False)
    zones = Zone.objects.annotate(displaced=Count("visits", filter=displaced)).filter(displaced__gt=0).order_by("code")
    return dict(zones.values_list("name", "displaced"))


def keep_phone(*, officer: Officer, phone: str) -> None:
    """The officer's own phone (E.164), sealed: where tests of a zone's number go."""
    officer.phone = phone
    officer.save(update_fields=["phone"])
