"""What the page of messages sent by hand shows, and how the last test of a zone's number went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from requests_app.models import Notice, NoticeAttempt, Officer, Zone
from requests_app.models.notice import HAND
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.hand import SENT, UNDO, UNDONE, UNREACHABLE
from requests_app.rules.labels import error_words

LISTED = 50
ARRIVED = {"delivered", "read"}
ON_ITS_WAY = {"accepted": "Diserahkan ke WhatsApp, menunggu sampai.", "sent": "Terkirim, menunggu sampai di ponsel."}
STILL_WAITS = {"queued", "sending", "retry", "unconfirmed"}


@dataclass(frozen=True)
class Day:
    """Today's work of one zone's phone (WIB): `done` of `total` messages."""

    done: int
    waiting: int

    @property
    def total(self) -> int:
        """What was to be sent today, as far as is known now."""
        return self.done + self.waiting


def _of_today(zone: Zone, now: datetime) -> QuerySet[NoticeAttempt]:
    """What was recorded today and stands; index attempts_by_hand."""
    recorded = NoticeAttempt.objects.filter(started_at__gte=start_of_day(local_date(now)), officer__isnull=False)
    return recorded.filter(notice__zone=zone, outcome__in=[SENT, UNREACHABLE])


def day_of(zone: Zone, now: datetime) -> Day:
    """How far today's work is."""
    done = _of_today(zone, now).values("notice").distinct().count()
    return Day(done=done, waiting=Notice.by_hand(zone, now).count())


def sent_today(zone: Zone, now: datetime) -> Sequence[NoticeAttempt]:
    """The latest of today: what, to whose application, by whom, when, from which number. No phone is read."""
    rows = _of_today(zone, now).select_related("notice__application", "officer")
    return list(
        rows.only(
            "started_at", "outcome", "code", "sender", "attempt", "officer__username", "officer__first_name",
            "officer__last_name", "notice__purpose", "notice__application__number", "notice__application__name",
        ).order_by("-started_at", "-pk")[:LISTED]
    )  # fmt: skip


def undoable(zone: Zone, officer: Officer, now: datetime) -> NoticeAttempt | None:
    """What this clerk recorded within the last minute, if nothing was recorded after it by the same clerk."""
    mine = NoticeAttempt.objects.filter(officer=officer, started_at__gt=now - UNDO, notice__zone=zone)
    last = mine.exclude(outcome=UNDONE).select_related("notice__application").order_by("-started_at", "-pk").first()
    return last if last is not None and last.notice.state in ("sent", "failed") else None


def held_for_a_number(zone: Zone) -> int:
    """Messages about visits that wait in plain sight because this zone has no number."""
    return Notice.objects.filter(zone=zone, state="held", error_code="no_number").count()


@dataclass(frozen=True)
class NumberTest:
    """The last test of a zone's number. `tone`: good, bad, warn (under way); `words`: how it stands."""

    notice: Notice
    tone: str
    words: str


def number_test_state(zone: Zone) -> NumberTest | None:
    """How the last test message stands, in words; None when there was none. Two queries at most (tests_of_a_number)."""
    notice = Notice.objects.filter(zone=zone, purpose="number_test").order_by("-created_at").first()
    if notice is None:
        return None
    if notice.state in ARRIVED:
        return NumberTest(notice, "good", "Sampai di ponsel. Nomor ini bekerja.")
    if notice.state in ON_ITS_WAY:
        by_hand = notice.channel == HAND
        words = "Dikirim dengan tangan. Lihat ponsel Anda." if by_hand else ON_ITS_WAY[notice.state]
        return NumberTest(notice, "good" if by_hand else "warn", words)
    return _not_yet(notice)


def _not_yet(notice: Notice) -> NumberTest:
    if notice.error_code:
        tried = "Belum berhasil" if notice.state in STILL_WAITS else "Gagal"
        return NumberTest(notice, "bad", f"{tried}: {error_words(notice.error_code)}.")
    if notice.state == "expired":
        return NumberTest(notice, "bad", "Tidak terkirim dalam satu jam.")
    waits = "Menunggu dikirim dari meja zona (Kirim pesan)." if notice.channel == HAND else "Sedang dikirim."
    return NumberTest(notice, "warn", waits)
