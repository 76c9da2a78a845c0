"""A code sent to the phone moves a draft to the device where it is typed; the device before loses it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from requests_app.models import Application, CallTask, Draft, DraftCode, Notice, NoticeAttempt, Zone
from requests_app.operations import devices, sending
from requests_app.operations.clock import forget_old
from requests_app.operations.delivery import deliver_notices
from requests_app.operations.devices import continue_draft, send_draft_code
from requests_app.operations.drafts import discard_draft, save_answers
from requests_app.operations.limits import TooMany
from requests_app.operations.submission import DraftGone, submit_draft
from requests_app.queries.devices import code_ends_at, was_moved
from tests.factories import make_draft, new_phone
from tests.operations.post_office import PostOffice
from tests.operations.test_drafts import stored, with_document

pytestmark = pytest.mark.django_db

QUARTER = timedelta(minutes=15)
MINUTE = timedelta(seconds=60)


def sent_code(draft: Draft, now: datetime, phone: str = "+6280000000077") -> tuple[str, str]:
    """Phone and code as the message has it."""
    send_draft_code(draft_id=draft.pk, phone=phone, now=now)
    return phone, Notice.objects.filter(purpose="draft_code").latest("created_at").params["kode"]


def test_the_draft_moves_whole_under_another_id(now: datetime) -> None:
    draft = make_draft(now)
    document = with_document(draft, now)
    phone, code = sent_code(draft, now)
    moved = continue_draft(phone=phone, code=code, now=now + timedelta(minutes=14))
    assert moved is not None
    assert (moved.answers, moved.pk == draft.pk) == (draft.answers, False)
    document.refresh_from_db()
    assert document.draft_id == moved.pk
    assert stored() == {document.pk}
    assert moved.expires_at == now + timedelta(minutes=14, days=7)


def test_the_device_before_can_neither_change_nor_send_it(now: datetime) -> None:
    draft = make_draft(now)
    phone, code = sent_code(draft, now)
    assert not was_moved(draft.pk)
    continue_draft(phone=phone, code=code, now=now)
    assert was_moved(draft.pk)
    with pytest.raises(DraftGone):
        save_answers(draft_id=draft.pk, answers={"name": "X"}, replaces=(), now=now)
    with pytest.raises(DraftGone):
        submit_draft(draft_id=draft.pk, now=now)
    assert not Application.objects.exists()


def test_a_code_works_once(now: datetime) -> None:
    draft = make_draft(now)
    phone, code = sent_code(draft, now)
    assert continue_draft(phone=phone, code=code, now=now) is not None
    assert continue_draft(phone=phone, code=code, now=now) is None


def test_of_two_devices_that_type_it_in_the_same_moment_one_gets_the_draft(now: datetime) -> None:
    sent_code(make_draft(now), now)
    code_id = DraftCode.objects.get().pk
    assert devices._move(code_id, now) is not None
    assert devices._move(code_id, now) is None


def test_using_one_code_ends_the_others_of_that_draft(now: datetime) -> None:
    draft = make_draft(now)
    first = sent_code(draft, now)
    second = sent_code(draft, now + MINUTE, new_phone())
    assert continue_draft(phone=first[0], code=first[1], now=now + MINUTE) is not None
    assert continue_draft(phone=second[0], code=second[1], now=now + MINUTE) is None


def test_a_code_is_good_for_fifteen_minutes(now: datetime) -> None:
    phone, code = sent_code(make_draft(now), now)
    assert continue_draft(phone=phone, code=code, now=now + QUARTER) is None
    assert continue_draft(phone=phone, code=code, now=now + QUARTER - timedelta(seconds=1)) is not None


def test_five_tries_and_the_code_is_dead(now: datetime) -> None:
    phone, code = sent_code(make_draft(now), now)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert continue_draft(phone=phone, code=wrong, now=now) is None
    assert continue_draft(phone=phone, code=code, now=now) is None


def test_a_code_is_good_with_its_own_phone_only(now: datetime) -> None:
    _, code = sent_code(make_draft(now), now)
    assert continue_draft(phone=new_phone(), code=code, now=now) is None


def test_two_drafts_may_ask_for_codes_to_one_phone(now: datetime) -> None:
    one, other = make_draft(now), make_draft(now)
    phone, code = sent_code(one, now)
    _, second = sent_code(other, now + MINUTE, phone)
    for wanted, draft in ((code, one), (second, other)):
        moved = continue_draft(phone=phone, code=wanted, now=now + MINUTE)
        assert moved is not None
        assert moved.answers == draft.answers


def test_codes_are_a_minute_apart_and_five_a_day(now: datetime) -> None:
    draft = make_draft(now)
    sent_code(draft, now)
    with pytest.raises(TooMany) as refusal:
        sent_code(draft, now + timedelta(seconds=59))
    assert refusal.value.retry_at == now + MINUTE
    for number in range(1, 5):
        sent_code(draft, now + number * MINUTE)
    with pytest.raises(TooMany) as refusal:
        sent_code(draft, now + timedelta(hours=1))
    assert refusal.value.retry_at == now + timedelta(days=1)
    sent_code(draft, now + timedelta(days=1))


@pytest.mark.parametrize("end", ["sent", "discarded", "expired"])
def test_what_is_gone_does_not_move(now: datetime, end: str) -> None:
    draft = make_draft(now)
    phone, code = sent_code(draft, now)
    if end == "sent":
        submit_draft(draft_id=draft.pk, now=now)
    elif end == "discarded":
        discard_draft(draft_id=draft.pk)
    else:
        Draft.objects.update(expires_at=now)
    with pytest.raises(DraftGone):
        continue_draft(phone=phone, code=code, now=now)
    assert not was_moved(draft.pk)


def test_a_sent_draft_asks_for_no_code(now: datetime) -> None:
    draft = make_draft(now)
    submit_draft(draft_id=draft.pk, now=now)
    with pytest.raises(DraftGone):
        send_draft_code(draft_id=draft.pk, phone=new_phone(), now=now)


def test_the_page_knows_until_when_a_code_can_be_typed(now: datetime) -> None:
    draft = make_draft(now)
    assert code_ends_at(draft.pk, now) is None
    sent_code(draft, now)
    assert code_ends_at(draft.pk, now) == now + QUARTER
    assert code_ends_at(draft.pk, now + QUARTER) is None


def test_before_the_kelurahan_is_known_the_first_zone_speaks(now: datetime) -> None:
    draft = make_draft(now)
    sent_code(draft, now)
    of_owner = Notice.objects.get().zone
    assert of_owner.zonecoverage_set.filter(kelurahan=draft.answers["kelurahan"]).exists()
    blank = Draft.objects.create(
        service="ktp_el", answers={}, started_at=now, changed_at=now, expires_at=now + timedelta(days=7)
    )
    sent_code(blank, now + MINUTE, new_phone())
    assert Notice.objects.latest("created_at").zone == Zone.objects.order_by("code").first()


def test_the_message_reaches_the_phone_like_every_other(office: PostOffice, now: datetime) -> None:
    phone, code = sent_code(make_draft(now), now)
    office.deliver(now)
    (call,) = office.accepted()
    assert (call["recipient"], call["template"]) == (phone[1:], "adm_draft_code")
    assert call["text"].startswith(f"{code} adalah kode untuk melanjutkan permohonan Anda")
    office.take(office.receipts("delivered"), now)
    notice = Notice.objects.get()
    assert (notice.application_id, notice.delivered_at is not None) == (None, True)


def test_no_other_message_is_without_an_application(now: datetime) -> None:
    sent_code(make_draft(now), now)
    with pytest.raises(IntegrityError, match="notice_of_an_application"), transaction.atomic():
        Notice.objects.update(purpose="received")


def test_a_refusal_leads_to_no_call_and_no_other_channel(now: datetime, monkeypatch: Any) -> None:
    from requests_app.channels.base import Outcome

    class Refusing:
        def send(self, message: Any) -> Outcome:
            return Outcome(kind="permanent", code="131026")

    monkeypatch.setattr(sending, "channel_of", lambda name: Refusing())
    sent_code(make_draft(now), now)
    deliver_notices(clock=lambda: now, paced=False, senders=1)
    assert Notice.objects.get().state == "failed"
    assert NoticeAttempt.objects.count() == 1
    assert not CallTask.objects.exists()


def test_a_week_later_phone_and_code_are_forgotten(now: datetime) -> None:
    sent_code(make_draft(now), now)
    forget_old(now=now + timedelta(days=7))
    assert DraftCode.objects.count() == 1
    forget_old(now=now + timedelta(days=7) + QUARTER + timedelta(seconds=1))
    notice = Notice.objects.get()
    assert (DraftCode.objects.count(), notice.recipient, notice.params) == (0, "", {})
