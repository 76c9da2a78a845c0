"""The messages of one life: written like operations/notices.py writes them, and played until they arrived."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from requests_app.demo.office import Office
from requests_app.models import Application, Notice, NoticeAttempt, Promise
from requests_app.operations.notices import PRIORITY, common_params, link_hash, new_link_token, preferred_channel

NOT_ON_WHATSAPP = "131026"


class Letters:
    """Owes and delivers the notices of one application. `reachable`: whether its phone has WhatsApp."""

    def __init__(self, office: Office, application: Application, *, reachable: bool) -> None:
        self._office, self._application = office, application
        self.reachable = reachable

    def owe(
        self, purpose: str, at: datetime, *, dedup: str, params: Mapping[str, str] | None = None,
        promise: Promise | None = None, not_before: datetime | None = None,
    ) -> Notice:  # fmt: skip
        """A notice that left at once and arrived soon, failed for good, or stands on the page."""
        office, application = self._office, self._application
        channel, recipient = preferred_channel(application)
        code = office.keys.check_code()
        token = new_link_token(code)
        notice = Notice(
            id=uuid.uuid4(), application=application, zone_id=application.zone_id, promise=promise, purpose=purpose,
            text=office.texts[purpose], check_code=code, channel=channel, recipient=recipient,
            params=common_params(application, code) | {"tautan": token} | dict(params or {}),
            dedup_key=f"{application.pk}:{purpose}:{dedup}", priority=PRIORITY.get(purpose, 5),
            state="published", link_hash=link_hash(token), created_at=at, next_attempt_at=not_before or at,
        )  # fmt: skip
        office.rows.add(notice)
        if channel != "page":
            self._send(notice)
        return notice

    def _send(self, notice: Notice) -> None:
        """One attempt, taken by the provider within two seconds; what came of it."""
        assert notice.next_attempt_at is not None
        started = notice.next_attempt_at
        notice.attempt, notice.next_attempt_at = 1, None
        notice.accepted_at = started + timedelta(seconds=self._office.rng.uniform(0.3, 2))
        notice.provider_id = f"demo-{notice.id.hex}"
        notice.state = "accepted"
        attempt = NoticeAttempt(notice=notice, attempt=1, started_at=started, finished_at=notice.accepted_at)
        attempt.outcome = "accepted"
        self._office.rows.add(attempt)
        if notice.channel == "whatsapp":
            self._arrive(notice) if self.reachable else self._fail(notice, attempt)

    def _arrive(self, notice: Notice) -> None:
        """Delivered, usually in seconds; two of three are read."""
        rng, now = self._office.rng, self._office.now
        assert notice.accepted_at is not None
        wait = rng.uniform(2, 60) if rng.random() < 0.95 else rng.uniform(600, 18_000)
        notice.sent_at = notice.accepted_at + timedelta(seconds=0.7)
        notice.delivered_at = min(notice.sent_at + timedelta(seconds=wait), now)
        notice.state = "delivered"
        read_at = notice.delivered_at + timedelta(minutes=rng.uniform(0.2, 240))
        if read_at < now and rng.random() < 0.65:
            notice.state, notice.read_at = "read", read_at

    def _fail(self, notice: Notice, attempt: NoticeAttempt) -> None:
        assert notice.accepted_at is not None
        notice.state, notice.error_code = "failed", NOT_ON_WHATSAPP
        attempt.outcome, attempt.code = "failed", NOT_ON_WHATSAPP
        notice.failed_at = notice.accepted_at + timedelta(seconds=1)
