"""Sent once: double clicks, retries, the back button, expired drafts and expired forms."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from requests_app.models import Application, Draft, Promise
from requests_app.queries.public import banners
from tests.citizen.apply.walk import (
    ADDRESS,
    BASE,
    OWNER,
    apply,
    number_on,
    send,
    start,
    submit,
    text_of,
    value_of,
    walk,
)
from tests.factories import keys_at_hand, make_draft

pytestmark = pytest.mark.django_db


def post_periksa(client: Client, draft: str) -> Any:
    """The check page's form, as it stood when the draft was this one."""
    return client.post(f"{BASE}periksa/", {"draft": draft, "statement": "on"})


def test_a_retried_post_and_the_back_button_give_the_same_receipt(client: Client) -> None:
    walk(client)
    draft = client.session["draft"]
    answers = [post_periksa(client, draft) for _ in range(3)]
    assert {answer["Location"] for answer in answers} == {f"{BASE}bukti/"}
    assert Application.objects.count() == 1
    assert client.get(f"{BASE}periksa/")["Location"] == f"{BASE}bukti/"
    assert number_on(client.get(f"{BASE}bukti/")) == Application.objects.get().number


def test_a_step_of_the_sent_form_leads_to_the_receipt_too(client: Client) -> None:
    walk(client)
    draft = client.session["draft"]
    submit(client)
    answer = client.post(f"{BASE}alamat/", {"draft": draft, **ADDRESS})
    assert answer["Location"] == f"{BASE}bukti/"


def test_once_the_receipt_was_shown_no_draft_is_offered_any_more(client: Client) -> None:
    apply(client)
    assert set(client.session.keys()) & {"draft", "receipt"} == {"receipt"}
    assert "Anda punya" not in text_of(client.get("/")) + text_of(client.get(BASE))


def test_an_old_tab_never_sends_another_persons_draft(client: Client) -> None:
    apply(client)
    old = client.session["receipt"]
    walk(client, "rusak")
    post_periksa(client, old)
    assert Application.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_at_the_same_moment_gives_one_application(client: Client) -> None:
    walk(client)
    draft, cookies = client.session["draft"], client.cookies

    def click(_: int) -> str:
        other = Client()
        other.cookies = cookies
        try:
            return str(post_periksa(other, draft)["Location"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(click, range(5))) == {f"{BASE}bukti/"}
    assert Application.objects.count() == 1
    assert Promise.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_for_one_nik_one_is_open_and_all_receipts_are_alike(now: Any) -> None:
    clients = []
    for _ in range(50):
        client = Client()
        draft = make_draft(now, nik="1671015708959077", name="Siti Contoh", phone="+628000000007")
        Draft.objects.filter(pk=draft.pk).update(expires_at=now + timedelta(days=3650))
        session = client.session
        session["draft"] = str(draft.pk)
        session.save()
        client.cookies["sessionid"] = session.session_key
        clients.append(client)

    def submit_one(client: Client) -> Any:
        from requests_app.operations.submission import submit_draft

        try:
            return submit_draft(draft_id=client.session["draft"], now=now).application.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        assert len(set(pool.map(submit_one, clients))) == 50
    statuses = list(Application.objects.values_list("status", flat=True))
    assert (statuses.count("submitted"), statuses.count("held_duplicate")) == (1, 49)
    pages = set()
    for client in clients:
        client.get(f"{BASE}periksa/")
        page = client.get(f"{BASE}bukti/")
        pages.add(text_of(page).replace(number_on(page), "NUMBER"))
    assert len(pages) == 1


def test_an_expired_draft_keeps_what_was_typed(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    old = client.session["draft"]
    Draft.objects.filter(pk=old).update(expires_at="2020-01-01T00:00:00Z")
    answer = client.post(f"{BASE}alamat/", {"draft": old, **ADDRESS, "address": "Jl. Yang Diketik 7"})
    assert answer.status_code == 422
    assert "Isian halaman ini masih ada" in text_of(answer)
    assert value_of(answer, "address") == "Jl. Yang Diketik 7"
    new = value_of(answer, "draft")
    assert new not in {"", old}
    saved = client.post(f"{BASE}alamat/", {"draft": new, **ADDRESS, "address": "Jl. Yang Diketik 7"})
    assert saved["Location"] == f"{BASE}alasan/"
    assert Draft.objects.get(pk=new).answers["address"] == "Jl. Yang Diketik 7"


def test_a_lost_session_keeps_what_was_typed(client: Client) -> None:
    walk(client, "rusak", upto="pemilik")
    old = client.session["draft"]
    answer = Client().post(f"{BASE}pemilik/", {"draft": old, **OWNER, "nik": "1671015708959055"})
    assert answer.status_code == 422
    assert value_of(answer, "nik") == "1671015708959055"


def test_an_expired_form_comes_again_with_what_was_typed_and_works_then() -> None:
    client = Client(enforce_csrf_checks=True)
    token = _token(client.get(BASE))
    client.post(BASE, {"csrfmiddlewaretoken": token})
    draft = client.session["draft"]
    token = _token(client.get(f"{BASE}alasan/"))
    client.post(f"{BASE}alasan/", {"csrfmiddlewaretoken": token, "draft": draft, "reason": "rusak"})
    typed = {"draft": draft, **OWNER, "nik": "1671015708959056"}
    answer = client.post(f"{BASE}pemilik/", {"csrfmiddlewaretoken": "x" * 64, **typed})
    assert answer.status_code == 422
    assert "terlalu lama terbuka" in text_of(answer)
    assert value_of(answer, "nik") == "1671015708959056"
    assert "nik" not in Draft.objects.get().answers, "a refused form must not be saved"
    again = client.post(f"{BASE}pemilik/", {"csrfmiddlewaretoken": _token(answer), **typed})
    assert again["Location"] == f"{BASE}alamat/"


def test_a_form_from_another_site_is_refused_plainly() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"{BASE}pemilik/", {**OWNER}, headers={"origin": "https://jahat.example"})
    assert answer.status_code == 403
    assert "Siti" not in text_of(answer)


def _token(answer: Any) -> str:
    return value_of(answer, "csrfmiddlewaretoken")


def test_sending_too_often_waits_with_everything_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.citizen.apply.limits.SUBMITS", 1)
    apply(Client(), "rusak")
    walk(client, "rusak")
    answer = submit(client)
    assert answer.status_code == 429
    assert re.search("Coba lagi .*pukul", text_of(answer))
    assert int(answer["Retry-After"]) > 0
    assert value_of(answer, "statement") == "on"
    assert Application.objects.count() == 1
    assert client.session["draft"]


def test_one_phone_sends_ten_a_day(client: Client) -> None:
    contact = {"contact": "whatsapp", "phone": "0800 0000 0042", "phone_owner": "self"}
    for n in range(10):
        apply(Client(REMOTE_ADDR=f"10.0.0.{n}"), "rusak", contact=contact)
    other = Client(REMOTE_ADDR="10.0.0.99")
    walk(other, "rusak", contact=contact)
    assert submit(other).status_code == 429


def test_uploading_too_often_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests_app.citizen.apply.limits.UPLOADS", 1)
    walk(client, "hilang", upto="berkas")
    from tests.citizen.apply.walk import another_photo, upload

    answer = send(client, "berkas", {"KK": [upload(), upload(another_photo(1))], "unggah": "KK"})
    assert answer.status_code == 429
    assert "Coba lagi" in text_of(answer)
    assert len(Draft.objects.get().documents.all()) == 1


@pytest.mark.parametrize("step", ["alasan", "pemilik", "alamat", "keterangan", "berkas", "kabar", "periksa"])
def test_a_page_asks_the_database_little(
    client: Client, step: str, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    walk(client, "hilang")
    banners()  # kept for all pages, so not read by this one
    with django_assert_max_num_queries(8):
        assert client.get(f"{BASE}{step}/").status_code == 200


def test_the_last_post_asks_the_database_little(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    walk(client)
    keys_at_hand()
    with django_assert_max_num_queries(12):
        submit(client)


def test_start_and_receipt_ask_the_database_little(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    apply(client)
    client.get(BASE)  # what is said of blanks is kept for a minute
    client.get(BASE + "bukti/")  # makes the code that keeps our number
    for page, most in (("", 4), ("bukti/", 5), ("bukti/bukti.pdf", 4)):
        with django_assert_max_num_queries(most):
            assert client.get(BASE + page).status_code == 200


def test_nothing_personal_is_kept_in_the_session(client: Client) -> None:
    walk(client)
    assert set(client.session.keys()) == {"draft"}
    start(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM requests_app_draft")
        sealed = bytes(cursor.fetchone()[0])
    assert b"Siti" not in sealed
