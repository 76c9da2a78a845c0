"""Invitations: the answer to an approval, from the zone's own number; the clock tries again until there is one."""

import uuid
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from requests_app.models import Application, Decision, Notice, Promise, Visit, Zone
from requests_app.models.notice import FIRST_INVITATIONS, NOT_LEFT
from requests_app.operations.actors import CLOCK, Actor
from requests_app.operations.notices import owe_notice
from requests_app.operations.places import Found, find_place, visit_at_desk
from requests_app.operations.promises import current_promise
from requests_app.operations.steps import lock, record_event, save_changes, take_step
from requests_app.operations.visit_words import SCHEDULE_IS_THERE, is_served_now, schedule_follows, visit_params
from requests_app.rules.catalogue import Service
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.routes import HAND
from requests_app.rules.statuses import Status
from requests_app.rules.visits import RECORDING, SCHEDULE_WITHIN, TRY_AGAIN, Trouble

BATCH = 200
BY_HAND_WITHIN = timedelta(days=2)
NEWS = {
    "invitation": "Permohonan {nomor} disetujui, dan jadwal kunjungan Anda sudah ada.",
    "invitation_recording": "Jadwal perekaman Anda sudah ada.",
    "invitation_again": "Ada jadwal kunjungan baru.",
    "visit_moved": "Maaf, jadwal kunjungan Anda kami pindahkan.",
    "visit_recalled": "Maaf, jadwal kunjungan Anda kami batalkan; jadwal baru menyusul.",
    "visit_reminder": "Besok adalah hari kunjungan Anda.",
}
"""What an e-mail says of a message that stands on the tracking page."""
FACE_TO_FACE = frozenset({Service.KK, Service.LEGALISIR})


def is_by_visit(application: Application, kind: str) -> bool:
    """Whether such a decision asks the person to come: an approved KK or legalisir, a KTP-el that needs recording."""
    if application.service in FACE_TO_FACE:
        return kind == "approved"
    return kind == "recording_needed" and RECORDING in application.zone.services


def invitation_purpose(application: Application) -> str:
    """Which text invites for the first time."""
    return "invitation" if application.service in FACE_TO_FACE else "invitation_recording"


def answer_by_visit(
    application: Application,
    decision: Decision,
    promise: Promise,
    *,
    now: datetime,
    texts: dict[str, str],
    actor: Actor,
) -> None:
    """Answer a decision that asks the person to come, inside the decision's transaction.

    With a slot and a working number the invitation is the answer. Without, the approval is told through other ways and
    the clock goes on trying; a recording is asked for in the officer's own words then. Whoever stands at the desk at
    this moment is served there, and invited to nothing.
    """
    how: dict[str, Any] = {
        "now": now, "dedup": f"{promise.round}:{decision.pk}", "not_before": decision.release_at, "promise": promise,
    }  # fmt: skip
    here = visit_at_desk(application, now=now)
    found = Found() if here else find_place(application, now=now)
    if found.visit is not None:
        put_on_visit(application, found, now=now, actor=actor)
        purpose = invitation_purpose(application)
        owe_visit_notice(found.visit, application, purpose, params={"catatan": texts["catatan"]}, **how)
        return
    # Whoever leaves without being served, and without anybody noting it, is looked for the next day.
    wait_for_place(application, found.trouble, until=_tomorrow(now) if here else now + TRY_AGAIN)
    if application.service in FACE_TO_FACE:
        schedule = is_served_now(here) if here else schedule_follows(application, now + SCHEDULE_WITHIN)
        owe_notice(application, "approved_visit", params=texts | {"jadwal": schedule}, **how)
    else:
        owe_notice(application, decision.kind, params=texts, **how)


def _tomorrow(now: datetime) -> datetime:
    return start_of_day(local_date(now) + timedelta(days=1))


def put_on_visit(application: Application, found: Found, *, now: datetime, actor: Actor) -> None:
    """The application is invited: its step (a recording keeps its status), and nothing is waited for any more."""
    assert found.visit is not None
    data = {"visit": found.visit.pk, "joined": found.joined}
    if application.service in FACE_TO_FACE:
        take_step(application, "invite", now=now, actor=actor, data=data, next_invite_at=None, invite_trouble="")
        return
    save_changes(application, next_invite_at=None, invite_trouble="")
    record_event(application, "invite", now=now, actor=actor, data=data)


def wait_for_place(application: Application, trouble: Trouble | None, *, until: datetime) -> None:
    """No invitation yet: the clock comes back, the supervisor sees why."""
    save_changes(application, next_invite_at=until, invite_trouble=trouble.value if trouble else "")


def owe_visit_notice(
    visit: Visit, application: Application, purpose: str, *, now: datetime, dedup: str,
    params: dict[str, str] | None = None, promise: Promise | None = None, not_before: datetime | None = None,
) -> Notice:  # fmt: skip
    """A message about a visit. It leaves from the visit's own zone, or waits in plain sight.

    Whoever chose e-mail finds it on the tracking page, and an e-mail says that it is there.
    """
    how: dict[str, Any] = {"now": now, "dedup": dedup, "not_before": not_before}
    words = visit_params(visit, application) | (params or {})
    by_mail = application.contact == "email"
    notice = owe_notice(application, purpose, params=words, visit=visit, promise=None if by_mail else promise, **how)
    if by_mail:
        news = {"kabar": NEWS[purpose].format(nomor=application.number), "catatan": words["catatan"]}
        how["dedup"] = f"{purpose}:{dedup}"
        owe_notice(application, "schedule_news", params=news, promise=promise, **how)
    return notice


def invite_due(*, now: datetime) -> int:
    """Whoever waits for an invitation, the longest waiting first; zones without a place are passed over at once."""
    due = Application.objects.filter(next_invite_at__lte=now).order_by("decided_at", "pk")
    by_zone: dict[int, list[int]] = defaultdict(list)
    for application_id, zone_id in due.values_list("pk", "zone_id")[: BATCH * 5]:
        by_zone[zone_id].append(application_id)
    return sum(_invite_in(zone_id, waiting, now) for zone_id, waiting in by_zone.items())


def _invite_in(zone_id: int, waiting: list[int], now: datetime) -> int:
    for done, application_id in enumerate(waiting):
        if not _invite(application_id, now):
            # The first one that finds no place speaks for those behind it; they keep their order for the next turn.
            with transaction.atomic():
                _set_next_try(Application.objects.filter(pk__in=waiting[done + 1 :]), now + TRY_AGAIN)
            return done
    return len(waiting)


@transaction.atomic
def _invite(application_id: int, now: datetime) -> bool:
    """One application; False when its zone has no free slot."""
    application = lock(application_id)
    if application.next_invite_at is None or application.next_invite_at > now:
        return True
    if application.status not in (Status.APPROVED, Status.RECORDING_NEEDED):
        save_changes(application, next_invite_at=None, invite_trouble="")
        return True
    if visit_at_desk(application, now=now) is not None:  # woken by a place that became free, but served here
        wait_for_place(application, None, until=_tomorrow(now))
        return True
    found = find_place(application, now=now)
    if found.visit is None:
        wait_for_place(application, found.trouble, until=now + TRY_AGAIN)
        return found.trouble is not Trouble.NO_SLOT
    promise = current_promise(application)
    put_on_visit(application, found, now=now, actor=CLOCK)
    owe_visit_notice(
        found.visit, application, "invitation_again", now=now, dedup=f"{application.round}:{found.visit.pk}",
        params={"sebab": _why_again(application)}, promise=promise if promise.told_at is None else None,
    )  # fmt: skip
    return True


def tell_stuck_approvals(*, now: datetime) -> int:
    """Approvals whose invitation cannot leave (the number broke, nobody sends by hand): told through other ways.

    The invitation itself goes on waiting in plain sight.
    """
    answered = Notice.objects.filter(promise=OuterRef("promise"), purpose="approved_visit")
    stuck = Notice.objects.filter(
        Q(channel=HAND, created_at__lte=now - BY_HAND_WITHIN)
        | (Q(state__in=["held", "retry"]) & ~Q(zone__number_trouble="")),
        purpose__in=FIRST_INVITATIONS, state__in=NOT_LEFT, promise__outcome="open", promise__told_at=None,
    )  # fmt: skip
    waiting = stuck.exclude(Exists(answered)).order_by("created_at")
    return sum(_tell_approval(notice.pk, now) for notice in waiting.only("pk")[:BATCH])


@transaction.atomic
def _tell_approval(notice_id: uuid.UUID, now: datetime) -> bool:
    application = lock(Notice.objects.values_list("application_id", flat=True).get(pk=notice_id))
    notice = Notice.objects.select_related("promise").get(pk=notice_id)
    if notice.promise is None or notice.promise.told_at is not None:
        return False
    params = {"jadwal": SCHEDULE_IS_THERE, "catatan": notice.params.get("catatan", "")}
    dedup = f"stuck:{notice.promise.round}"
    owe_notice(application, "approved_visit", now=now, dedup=dedup, params=params, promise=notice.promise)
    return True


def _why_again(application: Application) -> str:
    """The first sentence of an invitation that is not the answer itself."""
    if application.missed_visits:
        return "Anda belum hadir pada jadwal sebelumnya."
    return "Jadwal yang kami janjikan sudah ada."


@transaction.atomic
def wake_waiting(zone: Zone, *, now: datetime) -> int:
    """Places have become free, or the number works again: whoever waits in this zone is due at once."""
    waiting = Application.objects.filter(zone=zone, next_invite_at__gt=now)
    return _set_next_try(waiting.exclude(invite_trouble=Trouble.OTHER_VISIT), now)


def _set_next_try(waiting: QuerySet[Application], at: datetime) -> int:
    """Rows that somebody works on are left: their own turn comes."""
    free = list(waiting.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True))
    return Application.objects.filter(pk__in=free).update(next_invite_at=at)
