"""Codes, links and secrets: who holds the phone, the e-mail or the receipt gets in, guessing does not."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connections

from requests_app.models import Notice, ProofCode
from requests_app.operations import proofs
from requests_app.operations.limits import TooMany
from requests_app.operations.proofs import (
    check_code,
    check_secret,
    find_application,
    send_code,
    send_numbers,
    use_link,
)
from requests_app.operations.steps import NotNow
from requests_app.operations.submission import submit_draft
from requests_app.vault import keyring
from tests.factories import make_draft, new_phone, submitted

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def sent_code(proof_id):
    return Notice.objects.get(purpose="code", dedup_key__endswith=str(proof_id)).params["kode"]


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_has_six_digits_and_goes_out_as_a_notice_that_expires(now):
    application = submitted(now)
    proof_id = send_code(application_id=application.pk, now=now)
    notice = Notice.objects.get(purpose="code")
    assert notice.params["kode"].isdigit()
    assert len(notice.params["kode"]) == 6
    assert (notice.channel, notice.recipient) == ("whatsapp", application.phone)
    assert notice.expires_at == now + 5 * MINUTE
    assert notice.params["kode"].encode() not in ProofCode.objects.get(pk=proof_id).value_hash
    assert "tautan" not in notice.params


def test_the_right_code_is_right_once(now):
    application = submitted(now)
    proof_id = send_code(application_id=application.pk, now=now)
    ask = {"application_id": application.pk, "proof_id": proof_id, "code": sent_code(proof_id), "now": now}
    assert check_code(**ask).right
    assert not check_code(**ask).right


def test_a_code_opens_only_its_own_application(now):
    mine, other = submitted(now), submitted(now)
    proof_id = send_code(application_id=mine.pk, now=now)
    assert not check_code(application_id=other.pk, proof_id=proof_id, code=sent_code(proof_id), now=now).right


def test_after_five_minutes_a_code_is_no_longer_taken(now):
    application = submitted(now)
    proof_id = send_code(application_id=application.pk, now=now)
    ask = {"application_id": application.pk, "proof_id": proof_id, "code": sent_code(proof_id)}
    assert not check_code(**ask, now=now + 5 * MINUTE).right
    assert check_code(**ask, now=now + 5 * MINUTE - timedelta(seconds=1)).right


def test_five_wrong_tries_end_a_code(now):
    application = submitted(now)
    proof_id = send_code(application_id=application.pk, now=now)
    code = sent_code(proof_id)
    ask = {"application_id": application.pk, "proof_id": proof_id, "now": now}
    assert [check_code(**ask, code=other_than(code)).tries_left for _ in range(5)] == [4, 3, 2, 1, 0]
    assert not check_code(**ask, code=code).right


def test_wrong_tries_at_another_code_do_not_lock_the_owner_out(now):
    application = submitted(now)
    strangers = send_code(application_id=application.pk, now=now)
    owners = send_code(application_id=application.pk, now=now + MINUTE)
    for _ in range(9):
        check_code(application_id=application.pk, proof_id=strangers, code="000000", now=now + MINUTE)
    ask = {"application_id": application.pk, "proof_id": owners, "code": sent_code(owners)}
    assert check_code(**ask, now=now + MINUTE).right


def test_no_code_was_asked_for(now):
    application = submitted(now)
    result = check_code(application_id=application.pk, proof_id=uuid.uuid4(), code="123456", now=now)
    assert (result.right, result.tries_left) == (False, 0)


@pytest.mark.django_db(transaction=True)
def test_twenty_guesses_at_once_get_five_tries(now, monkeypatch):
    application = submitted(now)
    proof_id = send_code(application_id=application.pk, now=now)
    wrong = other_than(sent_code(proof_id))
    compared = []
    monkeypatch.setattr(proofs, "compare_digest", lambda a, b: compared.append(a) or keyring.hmac.compare_digest(a, b))

    def guess(_):
        try:
            return check_code(application_id=application.pk, proof_id=proof_id, code=wrong, now=now).right
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(guess, range(20)))
    assert len([expected for expected in compared if expected]) == 5
    assert ProofCode.objects.get(pk=proof_id).tries == 5


def test_the_next_code_waits_sixty_seconds(now):
    application = submitted(now)
    send_code(application_id=application.pk, now=now)
    with pytest.raises(TooMany) as refusal:
        send_code(application_id=application.pk, now=now + timedelta(seconds=59))
    assert refusal.value.retry_at == now + MINUTE
    send_code(application_id=application.pk, now=now + MINUTE)


def test_five_codes_a_day_for_an_application_and_for_a_phone(now):
    phone = new_phone()
    first, second = submitted(now, phone=phone), submitted(now, phone=phone)
    for n in range(5):
        send_code(application_id=(first, second)[n % 2].pk, now=now + n * MINUTE)
    for application in (first, second):
        with pytest.raises(TooMany) as refusal:
            send_code(application_id=application.pk, now=now + timedelta(hours=2))
        assert refusal.value.retry_at == now + timedelta(days=1)
    send_code(application_id=first.pk, now=now + timedelta(days=1))


def test_whoever_gave_both_may_choose_the_email(now):
    application = submitted(now, email="siti@example.org")
    send_code(application_id=application.pk, now=now, channel="email")
    assert Notice.objects.get(purpose="code").channel == "email"


def test_no_code_without_phone_and_email(now):
    application = submitted(now, contact="none", phone="")
    with pytest.raises(NotNow):
        send_code(application_id=application.pk, now=now, channel="email")


def link_of(application):
    return application.notices.get(purpose="received").params["tautan"]


def test_a_link_opens_its_application_once(now):
    application = submitted(now)
    assert use_link(token=link_of(application), now=now) == application.pk
    assert use_link(token=link_of(application), now=now) is None


@pytest.mark.parametrize("state", ["unconfirmed", "retry"])
def test_whoever_opened_the_link_of_a_message_is_not_sent_it_again(now, state):
    """Answer and receipts were lost; the second copy would carry a link that is used up."""
    application = submitted(now)
    notice = application.notices.get(purpose="received")
    Notice.objects.filter(pk=notice.pk).update(state=state, attempt=1, next_attempt_at=now + 10 * MINUTE)
    assert use_link(token=link_of(application), now=now + MINUTE) == application.pk
    notice.refresh_from_db()
    assert (notice.state, notice.delivered_at, notice.next_attempt_at) == ("delivered", now + MINUTE, None)
    assert notice.evidence == "opened"


def test_a_link_that_is_opened_leaves_other_states_as_they_are(now):
    application = submitted(now)
    notice = application.notices.get(purpose="received")
    before = (notice.state, notice.next_attempt_at)
    assert use_link(token=link_of(application), now=now) == application.pk
    notice.refresh_from_db()
    assert (notice.state, notice.next_attempt_at) == before


def test_a_link_ends_after_thirty_days_and_a_made_up_one_opens_nothing(now):
    application = submitted(now)
    assert use_link(token=link_of(application), now=now + timedelta(days=30)) is None
    for made_up in ("A" * 30, link_of(application)[:6] + "A" * 24, "", "\0" * 30):
        assert use_link(token=made_up, now=now) is None
    assert use_link(token=link_of(application), now=now) == application.pk


def test_the_secret_of_the_receipt(now):
    done = submit_draft(draft_id=make_draft(now, contact="none", phone="").pk, now=now)
    application = done.application
    assert check_secret(application_id=application.pk, secret=done.secret.lower().replace("-", " "))
    assert not check_secret(application_id=application.pk, secret="AAAA-AAAA-AAAA")
    assert not check_secret(application_id=application.pk, secret="")
    assert not check_secret(application_id=submitted(now).pk, secret="")


def test_look_up_by_the_last_four_digits(now):
    application = submitted(now, phone="+6280000001234")
    ask = {"number": application.number, "birth_date": None}
    assert find_application(**ask, four_digits="1234") == application.pk
    assert find_application(**ask, four_digits="1235") is None
    assert find_application(**ask, four_digits="") is None
    assert find_application(number=application.number, four_digits="", birth_date=date(1995, 8, 17)) is None


def test_look_up_by_the_birth_date_where_no_phone_was_given(now):
    for contact in ({"contact": "none"}, {"contact": "email", "email": "siti@example.org"}):
        application = submitted(now, phone="", **contact)
        ask = {"number": application.number, "four_digits": ""}
        assert find_application(**ask, birth_date=date(1995, 8, 17)) == application.pk
        assert find_application(**ask, birth_date=date(1995, 8, 18)) is None
        assert find_application(**ask, birth_date=None) is None


def work_of(monkeypatch, django_assert_max_num_queries, **ask):
    opened = []
    with monkeypatch.context() as patch, django_assert_max_num_queries(2) as queries:
        plain_open = keyring.KeyRing.open
        patch.setattr(keyring.KeyRing, "open", lambda *a, **k: opened.append(1) or plain_open(*a, **k))
        assert find_application(**ask) is None
    return len(queries.captured_queries), len(opened)


@pytest.mark.parametrize("contact", [{}, {"contact": "none", "phone": ""}])
def test_unknown_number_and_wrong_proof_are_the_same_work(now, monkeypatch, django_assert_max_num_queries, contact):
    application = submitted(now, **contact)
    wrong = {"four_digits": "9999", "birth_date": date(1990, 1, 1)}
    known = work_of(monkeypatch, django_assert_max_num_queries, number=application.number, **wrong)
    unknown = work_of(monkeypatch, django_assert_max_num_queries, number="PLG-0000-0000-0", **wrong)
    assert known == unknown == (2, 1)


def test_a_lost_number_is_sent_to_the_phone_given(now):
    phone = new_phone()
    mine = [submitted(now + n * MINUTE, phone=phone) for n in range(4)]
    send_numbers(phone=phone, now=now + timedelta(hours=1))
    sent = Notice.objects.filter(purpose="number_sent")
    assert {n.params["nomor"] for n in sent} == {a.number for a in mine[1:]}
    assert {n.recipient for n in sent} == {phone}


def test_a_lost_number_is_sent_to_the_email_given_and_to_nobody_else(now):
    submitted(now, email="Siti@Example.org")
    send_numbers(email="siti@example.org", now=now)
    send_numbers(email="lain@example.org", now=now)
    send_numbers(phone=new_phone(), now=now)
    assert [n.channel for n in Notice.objects.filter(purpose="number_sent")] == ["email"]
