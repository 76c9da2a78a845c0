"""Taking applications for review: leases of 15 minutes that fall back by themselves."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from requests_app.models import AccessLog, Application, Officer, Shift, StaffNote
from requests_app.operations.actors import staff
from requests_app.operations.steps import NotNow, lock, save_changes, take_step
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date
from requests_app.rules.statuses import Status, check_step
from requests_app.statements import Planned, execute_together

LEASE = timedelta(minutes=15)
CLAIMED = check_step("claim", Status.SUBMITTED, Service.KTP_EL)  # the same for every service

# One round trip: 50 officers wait for each other as briefly as can be. The literal status in `next` is that of the
# partial index "queue", so that a claim reads the index's first row only. An officer who is off duty and has not
# confirmed takes nothing, and one who holds a lease is given that application again.
TAKE_NEXT = """
WITH me AS MATERIALIZED (
  SELECT EXISTS (SELECT 1 FROM requests_app_shift WHERE officer_id = %(officer)s AND date = %(today)s)
      OR EXISTS (SELECT 1 FROM requests_app_staffnote
                 WHERE officer_id = %(officer)s AND code = 'off_duty_work' AND date = %(today)s) AS on_duty,
    (SELECT id FROM requests_app_application
     WHERE lease_officer_id = %(officer)s AND lease_until > %(now)s ORDER BY first_due_at LIMIT 1) AS holds,
    ARRAY(SELECT zone_id FROM requests_app_officer_zones WHERE officer_id = %(officer)s) AS zones
), next AS MATERIALIZED (
  SELECT id FROM requests_app_application
  WHERE status = 'submitted'
    AND (SELECT on_duty AND holds IS NULL FROM me)
    AND (cardinality(%(services)s::text[]) = 0 OR service = ANY(%(services)s))
    AND ((SELECT cardinality(zones) FROM me) = 0 OR zone_id = ANY((SELECT zones FROM me)::bigint[]))
    AND not_by_id IS DISTINCT FROM %(officer)s AND skipped_by_id IS DISTINCT FROM %(officer)s
  ORDER BY first_due_at, submitted_at, id
  LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
), taken AS (
  UPDATE requests_app_application AS application
  SET status = %(claimed)s, lease_officer_id = %(officer)s, lease_until = %(until)s, skipped_by_id = NULL,
    version = version + 1
  FROM next WHERE application.id = next.id
  RETURNING {given}
), history AS (
  INSERT INTO requests_app_event (application_id, at, step, from_status, to_status, round, actor_kind, officer_id, data)
  SELECT id, %(now)s, 'claim', 'submitted', %(claimed)s, round, %(actor)s, %(officer)s, '{{}}' FROM taken
), access AS (
  INSERT INTO requests_app_accesslog (at, officer_id, action, application_id)
  SELECT %(now)s, %(officer)s, 'claim', id FROM taken
)
SELECT me.on_duty, me.holds, taken.* FROM me LEFT JOIN taken ON true
"""
# Nothing sealed: what else an application holds is loaded, and opened, when somebody asks for it.
GIVEN = (
    "id", "number", "service", "reason", "status", "round", "name", "kelurahan_id", "zone_id", "channel",
    "submitted_at", "first_due_at", "due_at", "lease_officer_id", "lease_until", "version",
)  # fmt: skip
TYPES = {
    "officer": "bigint", "today": "date", "now": "timestamptz", "until": "timestamptz", "services": "text[]",
    "claimed": "text", "actor": "text",
}  # fmt: skip
CLAIM = Planned.named("take_next", TAKE_NEXT.format(given=", ".join(f"application.{name}" for name in GIVEN)), TYPES)


class NotOnDuty(Exception):
    """The officer has no shift today and has not confirmed it yet."""


def take_next(*, officer: Officer, now: datetime, confirmed: bool = False) -> Application | None:
    """Lease the next application to an officer, or None when the queue is empty.

    Order: due moment of the first round, then submission; rows that others hold are skipped. The application that
    the officer already holds is given again. Raises NotOnDuty until the officer confirms once a day (recorded).
    """
    on_duty, application = _take(officer, now)
    if not on_duty:
        with transaction.atomic():
            _check_duty(officer, now=now, confirmed=confirmed)
            _, application = _take(officer, now)
    return application


def _take(officer: Officer, now: datetime) -> tuple[bool, Application | None]:
    """Whether the officer may take work now, and what they hold afterwards; history and access row included."""
    actor = staff(officer)
    values: dict[str, Any] = {
        "officer": officer.pk, "services": officer.services, "today": local_date(now), "now": now,
        "until": now + LEASE, "claimed": CLAIMED.value, "actor": actor.kind,
    }  # fmt: skip
    ((on_duty, holds, *taken),) = execute_together([CLAIM.with_values(*(values[name] for name in TYPES))])
    if holds is not None and on_duty:
        return on_duty, Application.objects.get(pk=holds)
    return on_duty, Application.from_db(connection.alias, GIVEN, taken) if taken[0] is not None else None


@transaction.atomic
def claim_application(*, application_id: int, officer: Officer, now: datetime, confirmed: bool = False) -> Application:
    """Lease one particular application (a report brought to the counter, a corrected one asked for by name).

    Raises NotNow when somebody else holds it, it is not waiting for review, or the officer may not judge it.
    """
    _check_duty(officer, now=now, confirmed=confirmed)
    application = lock(application_id)
    if application.lease_officer_id == officer.pk:
        return application
    if application.not_by_id == officer.pk:
        raise NotNow("Keberatan harus diperiksa petugas lain.")
    if application.status == Status.IN_REVIEW:
        raise NotNow("Permohonan ini sedang diperiksa petugas lain.")
    if application.status != Status.SUBMITTED:
        raise NotNow("Permohonan ini tidak sedang menunggu diperiksa.")
    return _lease(application, officer=officer, now=now)


def _lease(application: Application, *, officer: Officer, now: datetime) -> Application:
    lease: dict[str, Any] = {"lease_officer": officer, "lease_until": now + LEASE, "skipped_by": None}
    take_step(application, "claim", now=now, actor=staff(officer), **lease)
    AccessLog.objects.create(at=now, officer=officer, action="claim", application=application)
    return application


@transaction.atomic
def renew_lease(*, application_id: int, officer: Officer, now: datetime) -> Application:
    """The page is in use: 15 more minutes. Raises NotNow when the lease is gone."""
    application = held_by(application_id, officer)
    save_changes(application, lease_until=now + LEASE)
    return application


@transaction.atomic
def release_application(*, application_id: int, officer: Officer, now: datetime) -> None:
    """Put it back where it was in the queue; this officer is not given it again next."""
    application = held_by(application_id, officer)
    take_step(application, "release", now=now, actor=staff(officer), skipped_by=officer)


def held_by(application_id: int, officer: Officer) -> Application:
    """The locked application, if this officer holds its lease. Raises NotNow."""
    application = lock(application_id)
    if application.status != Status.IN_REVIEW or application.lease_officer_id != officer.pk:
        raise NotNow("Waktu pegang permohonan ini sudah habis. Ambil lagi dari antrean.")
    return application


def _check_duty(officer: Officer, *, now: datetime, confirmed: bool) -> None:
    today = local_date(now)
    if Shift.objects.filter(officer=officer, date=today).exists():
        return
    notes = StaffNote.objects.filter(officer=officer, code="off_duty_work", date=today)
    if notes.exists():
        return
    if not confirmed:
        raise NotOnDuty
    StaffNote.objects.bulk_create(
        [StaffNote(officer=officer, code="off_duty_work", date=today, at=now)], ignore_conflicts=True
    )
