"""Sukets: temporary certificates in place of a card that waits for its blank. Issued, renewed, reminded of, ended."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from requests_app.models import Application, CardPolicy, Officer, Suket
from requests_app.operations.actors import Actor, staff
from requests_app.operations.notices import owe_notice
from requests_app.operations.steps import NotNow, lock, record_event
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import format_day, local_date, start_of_day
from requests_app.rules.promise import TAKE_BACK
from requests_app.rules.statuses import Status
from requests_app.rules.sukets import (
    CARD_NOT_PRINTED,
    CARD_NOT_THERE,
    REMIND_BEFORE,
    End,
    may_renew_from,
    months_later,
    new_suket_code,
    number_of,
    serial_of,
)
from requests_app.rules.texts import N_

BATCH = 200
MORNING = timedelta(hours=9)
LOCK_CLASS = 73
"""Of the advisory lock under which a year's numbers are drawn, one after the other."""


@transaction.atomic
def issue_suket(*, application_id: int, officer: Officer, now: datetime) -> Suket:
    """An officer issues a suket for an approved KTP-el that is not printed; its owner is told.

    A second press gives the one that there is. Raises NotNow.
    """
    application = lock(application_id)
    why_not = why_no_suket(application, now=now)
    if why_not:
        raise NotNow(why_not)
    running = active_suket(application)
    if running is not None:
        return running
    return _issue(application, issued_by=officer, actor=staff(officer), now=now)


def why_no_suket(application: Application, *, now: datetime) -> str:
    """Why none can be issued for an application now, in Indonesian; empty when one can."""
    if application.service != Service.KTP_EL or application.status not in CARD_NOT_PRINTED:
        return "Suket hanya untuk KTP-el yang sudah disetujui dan belum dicetak."
    decided = application.decided_at
    if application.status == Status.APPROVED and (decided is None or now < decided + TAKE_BACK):
        return "Keputusannya masih dapat diurungkan. Coba lagi beberapa detik lagi."
    return ""


def active_suket(application: Application) -> Suket | None:
    """The one that has not ended (its last day may be past)."""
    return Suket.objects.filter(application=application, ended_at=None).first()


@transaction.atomic
def renew_suket(*, application_id: int, actor: Actor, now: datetime) -> Suket:
    """A new suket follows the one whose time is nearly or already over, as long as the card is not there.

    The one before ends. By the citizen (after the proof) it is issued in the name of who issued the one before.
    A second press gives the one that was just issued. Raises NotNow.
    """
    application = lock(application_id)
    before = active_suket(application)
    if before is None or application.status not in CARD_NOT_THERE:
        raise NotNow(N_("Surat keterangan ini tidak dapat diperpanjang lagi. Lihat kabar kartu Anda di halaman ini."))
    today, issued_on = local_date(now), local_date(before.issued_at)
    if before.renews_id is not None and issued_on == today:
        return before
    if today < may_renew_from(issued_on, before.expires_on):
        raise NotNow(N_("Surat keterangan ini masih lama berlaku. Lihat di sini mulai kapan dapat diperpanjang."))
    _end(before, End.RENEWED, now=now)
    return _issue(application, issued_by=actor.officer or before.issued_by, actor=actor, now=now, renews=before)


def end_suket(application: Application, *, reason: str, now: datetime) -> None:
    """The suket of a locked application ends: the card was handed over (`handed_over`), or nothing comes of it any
    more (`ended`). Nothing happens without one."""
    running = active_suket(application)
    if running is not None:
        _end(running, End(reason), now=now)


def remind_sukets(*, now: datetime) -> int:
    """Owners of sukets that are over in 14 days, while the card is not there, are told once how to renew."""
    rows = Suket.objects.filter(remind_at__lte=now).order_by("remind_at")
    due = list(rows.values_list("pk", "application_id")[:BATCH])
    for suket_id, application_id in due:
        _remind(suket_id, application_id, now)
    return len(due)


@transaction.atomic
def _remind(suket_id: int, application_id: int, now: datetime) -> None:
    application = lock(application_id)
    suket = Suket.objects.select_for_update().get(pk=suket_id)
    if suket.remind_at is None or suket.remind_at > now:
        return
    suket.remind_at = None
    suket.save(update_fields=["remind_at"])
    if suket.ended_at is None and application.status in CARD_NOT_THERE:
        owe_notice(application, "suket_expiring", now=now, dedup=str(suket.pk), params=_words(suket))


def _issue(
    application: Application, *, issued_by: Officer, actor: Actor, now: datetime, renews: Suket | None = None
) -> Suket:
    today = local_date(now)
    expires_on = months_later(today, CardPolicy.current().suket_months)
    suket = Suket.objects.create(
        application=application,
        number=_next_number(today.year),
        code=new_suket_code(),
        issued_at=now,
        issued_by=issued_by,
        expires_on=expires_on,
        renews=renews,
        remind_at=start_of_day(expires_on - REMIND_BEFORE) + MORNING,
    )
    step = "suket_issued" if renews is None else "suket_renewed"
    record_event(application, step, now=now, actor=actor, data={"suket": suket.pk})
    owe_notice(application, "suket_issued", now=now, dedup=str(suket.pk), params=_words(suket))
    return suket


def _next_number(year: int) -> str:
    """The year's next number. Until the end of the transaction nobody else draws one, so none is left out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, year])
    of_year = Suket.objects.filter(number__endswith=f"/{year}").order_by("-pk")
    last = of_year.values_list("number", flat=True).first()
    return number_of(serial_of(last) + 1 if last else 1, year)


def _end(suket: Suket, reason: End, *, now: datetime) -> None:
    suket.ended_at, suket.end_reason, suket.remind_at = now, reason.value, None
    suket.save(update_fields=["ended_at", "end_reason", "remind_at"])


def _words(suket: Suket) -> dict[str, str]:
    return {"suket": suket.number, "batas": format_day(suket.expires_on)}
