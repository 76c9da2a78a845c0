"""What the health page and monitoring read: counted from the rows, by zone, channel and cause."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from requests_app.models import Circuit, Conversation, Notice, ReachedPhone, SendingPolicy, WebhookEvent, Zone
from requests_app.operations.calls import open_call
from requests_app.operations.kept_figures import keep_figures
from requests_app.operations.sweep import record_sweep
from requests_app.queries.kept_figures import OF_MONTH, count_month
from requests_app.queries.notice_figures import DAY
from requests_app.queries.notice_health import load_health
from requests_app.queries.notice_situation import load_situation
from requests_app.queries.notice_waiting import load_budget
from requests_app.rules.notice_health import Cause
from tests.factories import APPROVED, decided, submitted

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def notice(at: datetime, **columns: Any) -> Notice:
    """A message that might leave at `at` and did what the columns say."""
    made = submitted(at).notices.get(purpose="received")
    goes_on = columns["state"] in ("queued", "retry", "unconfirmed", "held")
    Notice.objects.filter(pk=made.pk).update(next_attempt_at=at if goes_on else None, **columns)
    made.refresh_from_db()
    return made


def delivered(at: datetime, after: timedelta) -> Notice:
    return notice(at, state="delivered", accepted_at=at, sent_at=at, delivered_at=at + after)


def reached(now: datetime, number: int, ago: timedelta) -> None:
    """People who were written to so long ago."""
    ReachedPhone.objects.bulk_create(
        ReachedPhone(phone_hash=uuid.uuid4().bytes, charged_until=now - ago + DAY, last_sent_at=now - ago)
        for _ in range(number)
    )


def kinds(now: datetime) -> list[str]:
    return [condition.kind for condition in load_situation(now).conditions]


def test_what_failed_is_told_of_the_city_and_of_each_zone(now: datetime) -> None:
    failed = {"state": "failed", "error_code": "131026", "failed_at": now}
    first, _, third = (notice(now - HOUR, **failed) for _ in range(3))
    closed = Zone.objects.create(code="lama", name="Kantor lama", is_active=False)
    Notice.objects.filter(pk=third.pk).update(zone=closed)
    health, words = load_health(now), ("WhatsApp", "131026 (nomor tidak memakai WhatsApp)")
    assert health.failures == [(first.zone.name, *words, 2), (closed.name, *words, 1)]
    assert health.failures_of_city == [(*words, 3)]


def test_of_each_channel_is_told_since_when_the_oldest_waits_also_where_nothing_was_written_since(
    now: datetime,
) -> None:
    zone = notice(now - 3 * DAY, state="held", error_code="132001").zone
    notice(now - HOUR, state="retry", error_code="2")
    notice(now - HOUR, state="queued", channel="email")
    notice(now - 3 * DAY, state="retry", channel="sms", error_code="2")
    health = load_health(now)
    told = [(way.name, way.line.owed, way.waiting, way.oldest) for way in health.channels]
    assert told == [
        ("surel", 1, 1, now - HOUR), ("SMS", 0, 1, now - 3 * DAY), ("WhatsApp", 1, 2, now - 3 * DAY),
    ]  # fmt: skip
    (own,) = (one for one in health.zones if one.zone == zone)
    assert [(way.name, way.waiting) for way in own.ways] == [("surel", 1), ("SMS", 1), ("WhatsApp", 2)]


def test_what_waits_is_told_with_its_cause_however_old_it_is(now: datetime) -> None:
    zone = notice(now - 3 * DAY, state="held", error_code="132001").zone
    notice(now - HOUR, state="retry", error_code="2")
    notice(now - HOUR, state="queued", leaves_at=now + 8 * HOUR)
    notice(now - HOUR, state="queued", channel="hand")
    health = load_health(now)
    assert {cause: number for cause, _, _, number, _ in health.causes} == {
        Cause.TEMPLATE: 1, Cause.RETRY: 1, Cause.QUIET: 1, Cause.BY_HAND: 1,
    }  # fmt: skip
    assert health.causes[0][0] is Cause.TEMPLATE  # what somebody has to act on stands on top
    assert (health.backlog, health.oldest) == (2, now - 3 * DAY)
    Circuit.objects.create(channel="whatsapp", zone=zone, failures=5, opened_at=now, next_probe_at=now)
    assert Cause.CIRCUIT in {row[0] for row in load_health(now).causes}


def test_the_budget_says_when_it_is_used_up_at_the_pace_of_the_last_hours(now: datetime) -> None:
    SendingPolicy.objects.create(valid_from=now, portfolio_limit=100, reserve_percent=20, warn_percent=80)
    reached(now, 40, 10 * HOUR)
    reached(now, 30, HOUR)
    budget = load_budget(now)
    assert (budget.used, budget.limit, budget.reserve, budget.per_hour) == (70, 100, 20, 10.0)
    assert (budget.reserve_in, budget.full_in, budget.tone) == (1, 3, "warn")
    reached(now, 30, HOUR)
    assert (load_budget(now).tone, load_budget(now).full_in) == ("bad", 0)


def test_without_a_limit_there_is_nothing_to_warn_of(now: datetime) -> None:
    SendingPolicy.objects.create(valid_from=now, portfolio_limit=0)
    reached(now, 300, HOUR)
    budget = load_budget(now)
    assert (budget.tone, budget.full_in, budget.percent) == ("good", None, 0)
    assert kinds(now) == []


@pytest.fixture
def nothing_wrong(now: datetime) -> Iterator[None]:
    for name in ("enforce_promises", "deliver_due", "deliver_others"):
        record_sweep(name, now=now, done=0)
    assert kinds(now) == []
    return


@pytest.mark.usefixtures("nothing_wrong")
class TestConditions:
    """Each is told from its own moment on."""

    def test_a_number_out_of_order_for_five_minutes(self, now: datetime) -> None:
        zone = Zone.objects.order_by("pk")[0]
        Circuit.objects.create(channel="whatsapp", zone=zone, failures=9, opened_at=now, next_probe_at=now)
        assert kinds(now + 5 * MINUTE - SECOND)[:1] != ["circuit"]
        assert "circuit" in kinds(now + 5 * MINUTE)

    def test_one_outage_of_several_numbers_is_one_matter_that_names_all_zones(self, now: datetime) -> None:
        zones = list(Zone.objects.order_by("code")[:3])
        for n, zone in enumerate(zones):
            at = now + n * MINUTE
            Circuit.objects.create(
                channel="whatsapp", zone=zone, failures=9, opened_at=at, next_probe_at=at, last_error="http_503"
            )
        (told,) = [one for one in load_situation(now + 5 * MINUTE).conditions if one.kind == "circuit"]
        assert (told.key, told.title) == ("circuit:whatsapp", "WhatsApp 3 zona tidak menjawab")
        assert ", ".join(zone.name for zone in zones) in told.text
        assert "server penyedia terganggu" in told.text
        Circuit.objects.filter(zone__in=zones[1:]).delete()
        (told,) = [one for one in load_situation(now + 5 * MINUTE).conditions if one.kind == "circuit"]
        assert (told.key, told.title) == ("circuit:whatsapp", f"WhatsApp {zones[0].name} tidak menjawab")

    def test_numbers_that_the_provider_refuses(self, now: datetime) -> None:
        zones = list(Zone.objects.order_by("code")[:2])
        Zone.objects.filter(pk__in=[zone.pk for zone in zones]).update(number_trouble="131048")
        (told,) = load_situation(now).conditions
        assert (told.key, told.title) == ("number:131048", "Nomor WhatsApp ditolak di 2 zona")
        assert f"Di {zones[0].name}, {zones[1].name}. Sebab: 131048 (nomor dibatasi" in told.text
        assert "berangkat dari nomor zona lain" in told.text
        Zone.objects.update(number_trouble="131048")
        (told,) = load_situation(now).conditions
        assert "Pesan lain menunggu." in told.text

    def test_a_matter_that_lasts_over_midnight_is_the_same(self, now: datetime) -> None:
        night = datetime(2026, 11, 23, 17, 0, tzinfo=now.tzinfo)  # midnight in Palembang
        application = submitted(night - 5 * DAY + HOUR)
        promise = application.promises.get()
        open_call(application, reason="due_soon", now=now, promise=promise)
        Conversation.objects.create(
            zone=Zone.objects.earliest("code"), phone_hash=b"1" * 16, window_until=night + HOUR, last_heard_at=now,
            waits_since=now,
        )  # fmt: skip
        before, after = (
            {one.key for one in load_situation(at).conditions if one.kind in ("calls", "inbox")}
            for at in (night - SECOND, night + SECOND)
        )
        assert before == after == {"calls:due", "inbox:waiting"}

    def test_the_limit_nearly_and_wholly_used(self, now: datetime) -> None:
        reached(now, 199, 10 * HOUR)
        assert kinds(now) == []
        reached(now, 1, 10 * HOUR)
        assert kinds(now) == ["budget_warn"]
        reached(now, 50, HOUR)
        assert kinds(now) == ["budget_full"]

    def test_the_limit_three_hours_before_only_answers_may_leave(self, now: datetime) -> None:
        """250 people, 50 of them kept for answers, 30 an hour from the morning on: 200 are reached after 6:40."""
        told = []
        for hour in range(1, 7):
            at = now + hour * HOUR
            reached(at, 30, HOUR - SECOND)
            told.append([one for one in load_situation(at).conditions if one.kind == "budget_warn"])
        assert [len(found) for found in told] == [0, 0, 0, 1, 1, 1]
        warning = told[3][0]
        assert (warning.tone, load_budget(now + 4 * HOUR).tone) == ("warn", "warn")
        assert warning.text == (
            "Terpakai 120 dari 250 orang dalam 24 jam. Dengan laju ini dalam 3 jam (pukul 17.00 WIB) hanya jawaban "
            "yang berangkat, dan dalam 5 jam batasnya habis."
        )

    def test_no_pace_is_told_of_a_limit_that_is_hardly_used(self, now: datetime) -> None:
        SendingPolicy.objects.create(valid_from=now, portfolio_limit=100, reserve_percent=90, warn_percent=80)
        reached(now, 9, HOUR)
        assert kinds(now) == []
        reached(now, 1, HOUR)
        assert kinds(now) == ["budget_warn"]

    def test_a_number_that_fails_again_is_the_same_matter(self, now: datetime) -> None:
        circuit = Circuit(channel="whatsapp", zone=Zone.objects.earliest("pk"), failures=9, next_probe_at=now)
        subjects = set()
        for minutes in range(0, 100, 10):
            circuit.opened_at = now + minutes * MINUTE
            circuit.save()
            found = load_situation(now + (minutes + 6) * MINUTE).conditions
            subjects |= {condition.key for condition in found if condition.kind == "circuit"}
        assert len(subjects) == 1

    @pytest.mark.parametrize("purpose", ["alert", "number_test"])
    def test_what_is_written_to_the_office_itself_is_no_matter_of_its_own(self, now: datetime, purpose: str) -> None:
        """A warning that is held would otherwise make a warning of itself; the table shows it as what it is."""
        own = notice(now - HOUR, state="held", error_code="190", purpose=purpose)
        Notice.objects.filter(pk=own.pk).update(promise=own.application.promises.get())
        assert kinds(now) == []
        health = load_health(now)
        assert [(row[0], row[2], row[3]) for row in health.causes] == [
            (Cause.ACCOUNT, "peringatan dan pesan uji, 190 (token akun WhatsApp habis masa berlakunya)", 1)
        ]
        assert not [words for zone in health.zones for _, words in zone.troubles if "tertunda" in words]
        notice(now - HOUR, state="held", error_code="190")
        assert [(row.kind, row.title) for row in load_situation(now).conditions] == [
            ("held", "1 pesan WhatsApp tertunda")
        ]

    def test_messages_that_the_template_or_the_account_holds(self, now: datetime) -> None:
        for code in ("132001", "132001", "190"):
            notice(now, state="held", error_code=code)
        found = {condition.subject: condition for condition in load_situation(now).conditions}
        assert set(found) == {"whatsapp.132001", "whatsapp.190"}
        assert found["whatsapp.132001"].title == "2 pesan WhatsApp tertunda"

    @pytest.mark.parametrize(
        ("channel", "code", "words", "advice"),
        [
            ("email", "smtp_535", "akun surel ditolak, server surel menolak nama pengguna", "EMAIL_HOST_PASSWORD"),
            ("sms", "http_401", "akun SMS ditolak, penyedia menolak permintaan (HTTP 401)", "SMS_API_TOKEN"),
            ("sms", "InvalidURL", "jalur belum diatur dengan benar, alamat penyedia salah", "pengaturan jalur ini"),
            ("whatsapp", "190", "akun atau nomor ditolak, 190 (token", "di WhatsApp Manager"),
            ("whatsapp", "KeyError", "pesan tidak dapat dibuat, KeyError", "log worker"),
        ],
    )
    def test_what_is_held_is_put_right_where_it_was_refused(
        self, now: datetime, channel: str, code: str, words: str, advice: str
    ) -> None:
        notice(now, state="held", channel=channel, error_code=code)
        (told,) = load_situation(now).conditions
        assert (told.kind, told.channel) == ("held", channel)
        assert words in told.text
        assert advice in told.advice

    def test_what_waited_for_the_morning_is_late_once_it_is_morning(self, now: datetime) -> None:
        kept = notice(now - 9 * HOUR, state="queued", error_code="quiet_hours")
        Notice.objects.filter(pk=kept.pk).update(next_attempt_at=now)
        for ago, cause, overdue in (
            (2 * MINUTE, Cause.QUIET, 0),
            (-SECOND, Cause.TURN, 0),
            (-2 * MINUTE, Cause.TURN, 1),
        ):
            situation = load_situation(now - ago)
            assert [(row.cause, row.since) for row in situation.waiting] == [(cause, now)]
            assert situation.overdue == overdue

    def test_an_answer_that_waits_for_ten_minutes(self, now: datetime) -> None:
        answer = decided(now, APPROVED).notices.get(purpose="approved")
        Notice.objects.exclude(pk=answer.pk).update(state="delivered")
        assert answer.leaves_at is not None
        assert "late" not in kinds(answer.leaves_at + 10 * MINUTE - SECOND)
        assert "late" in kinds(answer.leaves_at + 10 * MINUTE)
        Notice.objects.filter(pk=answer.pk).update(state="retry", error_code="http_503")
        found = load_situation(answer.leaves_at + 10 * MINUTE).conditions
        (told,) = [one for one in found if one.kind == "late"]
        assert "dicoba lagi sendiri" in told.advice

    def test_calls_two_hours_before_the_due_moment(self, now: datetime) -> None:
        application = submitted(now)
        promise = application.promises.get()
        open_call(application, reason="due_soon", now=now, promise=promise)
        assert "calls" not in kinds(promise.due_at - 2 * HOUR - SECOND)
        assert "calls" in kinds(promise.due_at - 2 * HOUR)
        assert "calls" not in kinds(promise.due_at)

    def test_who_wrote_and_may_soon_not_be_answered_any_more(self, now: datetime) -> None:
        talk = Conversation.objects.create(
            zone=Zone.objects.earliest("code"), phone_hash=b"1" * 16, window_until=now + 24 * HOUR, last_heard_at=now,
            waits_since=now,
        )  # fmt: skip
        assert "inbox" not in kinds(now + 18 * HOUR - SECOND)
        assert "inbox" in kinds(now + 18 * HOUR)
        assert "inbox" not in kinds(now + 24 * HOUR)
        Conversation.objects.filter(pk=talk.pk).update(waits_since=None)
        assert "inbox" not in kinds(now + 18 * HOUR)

    def test_receipts_that_lie_unread_for_five_minutes(self, now: datetime) -> None:
        WebhookEvent.objects.create(digest=b"7" * 32, body={}, received_at=now)
        assert "receipts" not in kinds(now + 5 * MINUTE - SECOND)
        assert "receipts" in kinds(now + 5 * MINUTE)
        WebhookEvent.objects.update(processed_at=now)
        assert "receipts" not in kinds(now + 5 * MINUTE)

    def test_what_could_not_be_read_is_told_for_a_day(self, now: datetime) -> None:
        WebhookEvent.objects.create(digest=b"7" * 32, body={}, received_at=now, outcome="trouble")
        (condition,) = load_situation(now + MINUTE).conditions
        assert (condition.kind, condition.title) == ("receipts", "1 kiriman penyedia tidak dapat dibaca")
        WebhookEvent.objects.create(digest=b"8" * 32, body={}, received_at=now)
        WebhookEvent.objects.create(digest=b"9" * 32, body={}, received_at=now)
        told = [one.title for one in load_situation(now + 5 * MINUTE).conditions if one.kind == "receipts"]
        assert told == ["2 tanda terima belum dibaca", "1 kiriman penyedia tidak dapat dibaca"]
        assert len([kind for kind in kinds(now + DAY) if kind == "receipts"]) == 1

    def test_a_sweep_that_is_silent_for_three_minutes(self, now: datetime) -> None:
        assert kinds(now + 3 * MINUTE - SECOND) == []
        assert kinds(now + 3 * MINUTE) == ["silent", "silent", "silent"]


def test_a_zone_is_as_well_as_the_worst_of_its_troubles(now: datetime) -> None:
    zone = notice(now - 11 * MINUTE, state="retry", error_code="2").zone
    other = Zone.objects.exclude(pk=zone.pk).order_by("pk")[0]
    Zone.objects.update(whatsapp_number="", whatsapp_phone_id="", number_trouble="")
    for n, row in enumerate(Zone.objects.order_by("pk")):
        Zone.objects.filter(pk=row.pk).update(whatsapp_number=f"+62800000{n:04d}", whatsapp_phone_id=f"id{n}")
    tones = {row.zone.pk: row.tone for row in load_health(now).zones}
    assert (tones[zone.pk], tones[other.pk]) == ("warn", "good")
    Zone.objects.filter(pk=other.pk).update(number_trouble="131031")
    tones = {row.zone.pk: row.tone for row in load_health(now).zones}
    assert (tones[zone.pk], tones[other.pk]) == ("warn", "bad")


def test_the_page_asks_a_fixed_number_of_questions(now: datetime) -> None:
    for _ in range(3):
        delivered(now - HOUR, SECOND)
    assert asked_by(lambda: load_health(now)) == 14
    assert asked_by(lambda: load_health(now, days=30)) == 16  # it was never counted
    keep_figures(OF_MONTH, count_month(now), now=now)
    assert asked_by(lambda: load_health(now, days=30)) == 14


def asked_by(read: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        read()
    return len(asked)
