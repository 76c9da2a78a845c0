"""The messages of one life: written like operations/notices.py writes them, and played until they arrived."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from requests_app.demo.office import Office
from requests_app.models import Application, Notice, NoticeAttempt, Promise, Visit
from requests_app.operations.notices import (
    UNSENT,
    common_params,
    link_hash,
    new_link_token,
)
from requests_app.operations.numbers import way_from_zone
from requests_app.operations.routes import preferred_channel, route_of
from requests_app.rules.hand import NOT_ON_WHATSAPP, SENT, UNREACHABLE
from requests_app.rules.messages import INVITATIONS
from requests_app.rules.routes import HAND, PHONE_CHANNELS

PROVIDER_SAYS_NO = "131026"


class Letters:
    """Owes and delivers the notices of one application.

    `reachable`: whether its phone has WhatsApp. `waits`: no clerk has come to its messages that are sent by hand.
    """

    def __init__(self, office: Office, application: Application, *, reachable: bool) -> None:
        self._office, self._application = office, application
        self.reachable, self.waits = reachable, False

    def owe(
        self, purpose: str, at: datetime, *, dedup: str, params: Mapping[str, str] | None = None,
        promise: Promise | None = None, visit: Visit | None = None, not_before: datetime | None = None,
    ) -> Notice:  # fmt: skip
        """A notice that left at once and arrived soon, failed for good, stands on the page, or waits for a clerk."""
        office, application = self._office, self._application
        zone_id, channel, recipient = self._way(visit)
        code = office.keys.check_code()
        invites = visit is not None and purpose in INVITATIONS
        link = visit.code.replace("-", "") if visit is not None and invites else new_link_token(code)
        usual = route_of(purpose).priority
        notice = Notice(
            id=uuid.uuid4(), application=application, zone_id=zone_id, promise=promise, visit=visit, purpose=purpose,
            text=office.texts[purpose], check_code=code, channel=channel, recipient=recipient,
            params=common_params(application, code) | {"tautan": link} | dict(params or {}),
            dedup_key=f"{application.pk}:{purpose}:{dedup}",
            priority=max(usual, 3) if visit is not None and promise is None else usual,
            state="published" if channel == "page" else "queued", link_hash=None if invites else link_hash(link),
            created_at=at, leaves_at=not_before or at, next_attempt_at=not_before or at,
            recipient_hash=application.phone_hash if channel in PHONE_CHANNELS else None,
            expires_at=visit.starts_at if visit is not None and invites else None,
        )  # fmt: skip
        office.rows.add(notice)
        if channel == HAND:
            self._send_by_hand(notice)
        elif channel != "page":
            send(office, notice, reachable=self.reachable)
        return notice

    def _way(self, visit: Visit | None) -> tuple[int, str, str]:
        """Zone, channel and recipient, as operations/notices.way_out finds them."""
        application = self._application
        channel, recipient = preferred_channel(application)
        if visit is not None:
            reached = channel == "whatsapp"
            return visit.zone_id, way_from_zone(visit.zone) if reached else "page", recipient if reached else ""
        if channel != "whatsapp":
            return application.zone_id, channel, recipient
        return *self._office.ways[application.zone_id], recipient

    def _send_by_hand(self, notice: Notice) -> None:
        """A clerk of the zone sends it within the next hour in the office, from the zone's phone; nobody sees it
        arrive. What is younger waits in the queue."""
        office = self._office
        assert notice.next_attempt_at is not None
        wait = timedelta(minutes=office.rng.uniform(5, 60))
        sent = office.calendar.office_moment(notice.next_attempt_at + wait)
        if self.waits or sent > office.now:
            return
        zone = office.zones_by_id[notice.zone_id]
        attempt = NoticeAttempt(
            notice=notice, attempt=1, started_at=sent, finished_at=sent, outcome=SENT, officer=office.clerks[zone.pk],
            sender=zone.whatsapp_number,
        )  # fmt: skip
        notice.attempt, notice.next_attempt_at = 1, None
        if self.reachable:
            notice.state, notice.sent_at = "sent", sent
        else:
            notice.state, notice.failed_at, notice.error_code = "failed", sent, NOT_ON_WHATSAPP
            attempt.outcome, attempt.code = UNREACHABLE, NOT_ON_WHATSAPP
        office.rows.add(attempt)


def send(office: Office, notice: Notice, *, reachable: bool = True) -> None:
    """One attempt, taken by the provider within two seconds; what came of it."""
    assert notice.next_attempt_at is not None
    started = notice.next_attempt_at
    notice.attempt, notice.next_attempt_at = 1, None
    notice.accepted_at = started + timedelta(seconds=office.rng.uniform(0.3, 2))
    notice.provider_id = f"demo-{notice.id.hex}"
    notice.state = notice.evidence = "accepted"
    zone = office.zones_by_id[notice.zone_id]
    attempt = NoticeAttempt(
        notice=notice, attempt=1, channel=notice.channel, started_at=started, finished_at=notice.accepted_at,
        outcome="accepted",
        sender=zone.whatsapp_phone_id if notice.channel == "whatsapp" else "",
    )  # fmt: skip
    office.rows.add(attempt)
    if notice.channel == "whatsapp":
        _arrive(office, notice) if reachable else _fail(notice, attempt)


def _arrive(office: Office, notice: Notice) -> None:
    """Delivered, usually within seconds; two of three are read."""
    rng, now = office.rng, office.now
    assert notice.accepted_at is not None
    wait = rng.uniform(0.8, 7) if rng.random() < 0.95 else rng.uniform(20, 18_000)
    notice.sent_at = notice.accepted_at + timedelta(seconds=0.7)
    notice.delivered_at = min(notice.sent_at + timedelta(seconds=wait), now)
    notice.state = notice.evidence = "delivered"
    read_at = notice.delivered_at + timedelta(minutes=rng.uniform(0.2, 240))
    if read_at < now and rng.random() < 0.65:
        notice.state, notice.read_at = "read", read_at


def _fail(notice: Notice, attempt: NoticeAttempt) -> None:
    assert notice.accepted_at is not None
    notice.state, notice.error_code, notice.evidence = "failed", PROVIDER_SAYS_NO, ""
    attempt.outcome, attempt.code = "permanent", PROVIDER_SAYS_NO
    notice.failed_at = notice.accepted_at + timedelta(seconds=1)


def overtake(notice: Notice) -> None:
    """What is not sent yet is not sent any more."""
    if notice.state in UNSENT:
        notice.state, notice.next_attempt_at = "superseded", None
