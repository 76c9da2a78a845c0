"""The proof: code, link with one press, secret; evidence that an answer arrived only after it."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from requests_app.clock import database_now
from requests_app.models import LimitCounter, Notice, Promise, ProofCode
from requests_app.operations.submission import submit_draft
from requests_app.queries.public import banners
from tests.citizen.track.conftest import look_up
from tests.factories import APPROVED, REJECTED, decided, make_draft, submitted

pytestmark = pytest.mark.django_db
ACCESS_NOW = "requests_app.citizen.track.access.database_now"


def a_minute_ago(now):
    return now - timedelta(minutes=1)


def test_the_code_opens_the_whole_page(prove, now):
    application = submitted(now, name="Budi Contoh")
    page = prove(application).get(f"/lacak/{application.number}/").content.decode()
    assert "Budi Contoh" in page
    assert "Permohonan diterima" in page
    assert "Permohonan {nomor} sudah kami terima".replace("{nomor}", application.number) in page


def test_a_wrong_code_says_how_many_tries_are_left(visitor, now):
    application = submitted(now)
    address = look_up(visitor, application).url
    visitor.post(address + "kirim-kode/")
    code = Notice.objects.get(purpose="code").params["kode"]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    response = visitor.post(address + "kode/", {"code": wrong})
    assert response.status_code == 422
    assert "Sisa 4 percobaan" in response.content.decode()
    assert visitor.post(address + "kode/", {"code": f"{code[:3]} {code[3:]}"}).url == address


def test_a_code_of_another_session_is_not_taken(visitor, now):
    application = submitted(now)
    address = look_up(visitor, application).url
    visitor.post(address + "kirim-kode/")
    code = Notice.objects.get(purpose="code").params["kode"]
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    look_up(stranger, application)
    response = stranger.post(address + "kode/", {"code": code})
    assert response.status_code == 422
    assert "Kode dari ponsel atau peramban lain hanya berlaku di sana" in response.content.decode()
    assert ProofCode.objects.get().tries == 0


def test_another_session_is_not_told_that_a_code_is_good_here(visitor, now):
    application = submitted(now)
    address = look_up(visitor, application).url
    visitor.post(address + "kirim-kode/")
    own = visitor.post(address + "kirim-kode/").content.decode()
    assert "yang Anda minta di sini berlaku lima menit" in own
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    look_up(stranger, application)
    refused = stranger.post(address + "kirim-kode/").content.decode()
    assert "minta di sini berlaku" not in refused
    assert "hanya berlaku di sana" in refused


def test_the_owner_gets_in_while_somebody_else_guesses(visitor, now):
    application = submitted(now)
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    address = look_up(stranger, application).url
    ProofCode.objects.update(created_at=a_minute_ago(now))
    stranger.post(address + "kirim-kode/")
    for _ in range(9):
        stranger.post(address + "kode/", {"code": "000000"})
    assert stranger.post(address + "kode/", {"code": "000000"}).status_code == 429
    ProofCode.objects.update(created_at=a_minute_ago(database_now()))
    look_up(visitor, application)
    assert visitor.post(address + "kirim-kode/").status_code == 302
    code = Notice.objects.filter(purpose="code").latest("created_at").params["kode"]
    assert visitor.post(address + "kode/", {"code": code}).url == address


def test_a_second_code_within_a_minute_is_refused_with_a_time(visitor, now):
    application = submitted(now)
    address = look_up(visitor, application).url
    visitor.post(address + "kirim-kode/")
    response = visitor.post(address + "kirim-kode/")
    assert response.status_code == 429
    assert re.search(r"Coba lagi [^<]*pukul \d\d\.\d\d WIB", response.content.decode())
    assert int(response["Retry-After"]) <= 61


def test_no_code_without_looking_up_first(visitor, now):
    application = submitted(now)
    visitor.post(f"/lacak/{application.number}/kirim-kode/")
    assert not Notice.objects.filter(purpose="code").exists()


def test_the_session_gets_a_new_key_and_holds_ids_only(visitor, prove, now):
    application = submitted(now)
    look_up(visitor, application)
    before = visitor.session.session_key
    prove(application)
    assert visitor.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
    kept = dict(visitor.session.items())
    assert set(kept) == {"looked_up", "proven", "codes"}
    assert set(kept["proven"]) == {str(application.pk)}
    assert application.phone not in str(kept)
    assert application.number not in str(kept)


def test_the_proof_ends_thirty_minutes_after_the_last_use(prove, now, monkeypatch):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/"
    for minutes, proven in ((29, True), (58, True), (89, False)):
        monkeypatch.setattr(ACCESS_NOW, lambda m=minutes: now + timedelta(minutes=m))
        assert ("Siti Contoh" in client.get(address).content.decode()) == proven


def test_closing_the_page_forgets_the_proof(prove, now):
    application = submitted(now)
    client, address = prove(application), f"/lacak/{application.number}/"
    client.post(address + "tutup/")
    assert client.get(address).status_code == 302


def link_of(application):
    return f"/buka/{application.notices.get(purpose='received').params['tautan']}/"


def test_looking_at_a_link_changes_nothing(visitor, now, django_assert_num_queries):
    application = submitted(now)
    address = link_of(application)
    banners()  # kept for all pages
    with django_assert_num_queries(0):
        for response in (visitor.get(address), visitor.head(address)):
            assert response.status_code == 200
            assert "no-store" in response["Cache-Control"]
            assert application.number not in response.content.decode()
    assert not Notice.objects.filter(link_used_at__isnull=False).exists()


def test_one_press_opens_the_application_once(visitor, now):
    application = submitted(now)
    address = link_of(application)
    response = visitor.post(address)
    assert response.url == f"/lacak/{application.number}/"
    assert "Siti Contoh" in visitor.get(response.url).content.decode()
    stranger = Client()
    again = stranger.post(address, follow=True)
    assert "sudah dipakai" in again.content.decode()
    assert "Siti" not in again.content.decode()


def test_the_secret_of_the_receipt_opens_the_page(visitor, now):
    done = submit_draft(draft_id=make_draft(now, contact="none", phone="").pk, now=now)
    number = done.application.number
    typed = {"birth_date_0": "17", "birth_date_1": "8", "birth_date_2": "1995"}
    assert visitor.post("/lacak/", {"number": number, **typed}).status_code == 302
    wrong = visitor.post(f"/lacak/{number}/kode/", {"code": "AAAA-AAAA-AAAA"})
    assert wrong.status_code == 422
    assert visitor.post(f"/lacak/{number}/kode/", {"code": done.secret}).url == f"/lacak/{number}/"
    assert "Siti Contoh" in visitor.get(f"/lacak/{number}/").content.decode()


def counted_tries():
    return list(LimitCounter.objects.filter(scope__startswith="guess", count__gt=0).values_list("scope", "count"))


def test_the_right_code_is_not_counted_against_the_visitor(prove, now):
    prove(submitted(now))
    assert counted_tries() == []


def test_the_right_link_is_not_counted_against_the_visitor(visitor, now):
    address = link_of(submitted(now))
    visitor.post(address)
    assert counted_tries() == []
    visitor.post(address)
    assert counted_tries() != [], "a link that was used is a wrong one"


def promise_of(application):
    return Promise.objects.get(application=application, round=application.round)


def test_the_answer_counts_as_shown_only_after_the_proof(visitor, prove, now):
    application = decided(a_minute_ago(now), APPROVED)
    visitor.get(look_up(visitor, application).url)
    assert promise_of(application).outcome == "open"
    client, address = prove(application), f"/lacak/{application.number}/"
    client.head(address)
    client.get(address, headers={"Sec-Purpose": "prefetch"})
    client.get(address + "bukti/")
    assert promise_of(application).outcome == "open"
    page = client.get(address).content.decode()
    assert "Nanti kartu diambil di UPTD Zona 7" in page
    kept = promise_of(application)
    assert (kept.outcome, kept.evidence) == ("kept", "shown")


def test_what_can_still_be_taken_back_is_no_evidence(prove, now):
    application = decided(now, REJECTED)
    page = prove(application).get(f"/lacak/{application.number}/").content.decode()
    assert "tidak dapat diproses" not in page
    assert promise_of(application).outcome == "open"


def test_the_proven_page_costs_at_most_ten_queries(prove, now, django_assert_max_num_queries):
    application = decided(a_minute_ago(now), REJECTED)
    client, address = prove(application), f"/lacak/{application.number}/"
    client.get(address)
    with django_assert_max_num_queries(10):
        assert client.get(address).status_code == 200


def test_a_stranger_cannot_use_up_the_owners_codes_of_the_day(visitor, now):
    application = submitted(now)
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    address = look_up(stranger, application).url
    for _ in range(6):
        stranger.post(address + "kirim-kode/")
        ProofCode.objects.update(created_at=a_minute_ago(database_now()))
    assert Notice.objects.filter(purpose="code").count() == 3
    look_up(visitor, application)
    assert visitor.post(address + "kirim-kode/").status_code == 302


def test_pressing_again_and_again_costs_no_codes(visitor, now):
    application = submitted(now)
    address = look_up(visitor, application).url
    for _ in range(5):
        visitor.post(address + "kirim-kode/")
    ProofCode.objects.update(created_at=a_minute_ago(database_now()))
    assert visitor.post(address + "kirim-kode/").status_code == 302
