"""Going on on another device: asked for on any step, typed there with the phone; the newest device has the draft."""

from typing import Any

import pytest
from django.test import Client

from requests_app.models import ClockOffset, Draft, DraftCode, Notice
from tests.citizen.apply.walk import (
    BASE,
    OWNER,
    field_message,
    messages_of,
    send,
    start,
    submit,
    text_of,
    value_of,
    walk,
)

pytestmark = pytest.mark.django_db

LEAVE, GO_ON = f"{BASE}perangkat-lain/", f"{BASE}lanjut/"
PHONE = "0800 0000 0055"


def code_to(phone: str = PHONE) -> str:
    """The code in the newest message."""
    return Notice.objects.filter(purpose="draft_code").latest("created_at").params["kode"]


def moved(client: Client, **over: Any) -> Client:
    """Another device, after the code was typed there."""
    client.post(LEAVE, {"phone": PHONE})
    other = Client()
    answer = other.post(GO_ON, {"phone": PHONE, "code": code_to(), **over})
    assert answer.status_code == 302, messages_of(answer)
    return other


def test_a_half_filled_step_moves_with_what_is_good_of_it(client: Client) -> None:
    walk(client, "rusak", upto="pemilik")
    half = {"name": "Siti Contoh", "nik": "1671 0157", "kk_number": OWNER["kk_number"], "perangkat": "lain"}
    assert send(client, "pemilik", half)["Location"] == LEAVE
    other = moved(client)
    page = other.get(other.post(BASE)["Location"])
    assert value_of(page, "name") == "Siti Contoh"
    assert value_of(page, "kk_number") == OWNER["kk_number"]
    assert value_of(page, "nik") == ""


def test_the_other_device_goes_on_where_the_first_one_stopped_and_sends(client: Client) -> None:
    walk(client, "rusak", upto="kabar")
    other = moved(client)
    assert other.get(f"{BASE}kabar/").status_code == 200
    contact = {"contact": "whatsapp", "phone": PHONE, "phone_owner": "self"}
    assert send(other, "kabar", contact)["Location"] == f"{BASE}periksa/"
    assert submit(other)["Location"] == f"{BASE}bukti/"


def test_the_phone_typed_for_the_code_is_not_asked_twice(client: Client) -> None:
    walk(client, "rusak", upto="kabar")
    client.post(LEAVE, {"phone": PHONE})
    assert value_of(client.get(f"{BASE}kabar/"), "phone") == "+6280000000055"
    assert value_of(client.get(LEAVE), "phone") == "+6280000000055"


def test_another_phone_for_the_code_leaves_the_answer_as_it_is(client: Client) -> None:
    walk(client, "rusak", contact={"contact": "whatsapp", "phone": "0800 0000 0001", "phone_owner": "self"})
    client.post(LEAVE, {"phone": PHONE})
    assert Draft.objects.get().answers["phone"] == "+6280000000001"
    assert Notice.objects.get().recipient == "+6280000000055"


def test_after_the_code_the_page_says_what_to_do(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    answer = client.post(LEAVE, {"phone": PHONE}, follow=True)
    assert "Kode sudah dikirim ke WhatsApp" in text_of(answer)
    assert "/ajukan/ktp-el/lanjut/" in text_of(answer)
    assert code_to() not in answer.content.decode()


def test_the_first_device_says_where_the_draft_went(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    moved(client)
    assert client.get(f"{BASE}alamat/")["Location"] == BASE
    assert "Draf Anda dilanjutkan di perangkat lain" in text_of(client.get(BASE))


def test_what_was_typed_on_the_first_device_afterwards_stays_on_its_page(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    old = client.session["draft"]
    moved(client)
    answer = client.post(f"{BASE}alamat/", {"draft": old, "address": "Lrg. Baru No. 9"})
    assert answer.status_code == 422
    assert "dilanjutkan di perangkat lain" in text_of(answer)
    assert value_of(answer, "address") == "Lrg. Baru No. 9"
    assert Draft.objects.count() == 1


def test_a_draft_that_moves_in_the_very_moment_of_saving_is_not_saved_twice(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from requests_app.citizen.apply import views

    walk(client, "rusak", upto="alamat")
    save = views.save_answers

    def late(**given: Any) -> Any:
        moved(client)
        return save(**given)

    monkeypatch.setattr(views, "save_answers", late)
    answer = send(
        client, "alamat", {"address": "Lrg. Baru No. 9"} | {"kelurahan": "16.71.01.1001", "rt": "1", "rw": "2"}
    )
    assert answer.status_code == 422
    assert value_of(answer, "address") == "Lrg. Baru No. 9"


def test_the_draft_can_come_back(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    other = moved(client)
    ClockOffset.objects.create(seconds=120)
    other.post(LEAVE, {"phone": PHONE})
    assert client.post(GO_ON, {"phone": PHONE, "code": code_to()})["Location"] == f"{BASE}alamat/"
    assert "dilanjutkan di perangkat lain" in text_of(other.get(BASE))


def test_the_session_gets_a_new_key_with_the_draft(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    client.post(LEAVE, {"phone": PHONE})
    other = Client()
    start(other)
    before = other.cookies["sessionid"].value
    other.post(GO_ON, {"phone": PHONE, "code": code_to()})
    assert other.cookies["sessionid"].value != before


@pytest.mark.parametrize("typed", ["000 000", "12345", "abcdef"])
def test_a_wrong_code_is_told_beside_the_field(client: Client, typed: str) -> None:
    walk(client, "rusak", upto="alamat")
    client.post(LEAVE, {"phone": PHONE})
    answer = Client().post(GO_ON, {"phone": PHONE, "code": typed})
    assert answer.status_code == 422
    assert "Kode ini salah" in field_message(answer, "id_code")
    assert value_of(answer, "code") == typed


def test_a_code_is_taken_as_people_paste_it(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    client.post(LEAVE, {"phone": PHONE})
    pasted = " ".join(chr(ord(digit) - ord("0") + 0xFF10) for digit in code_to())
    assert Client().post(GO_ON, {"phone": "+62 800-0000.0055", "code": pasted}).status_code == 302


def test_wrong_codes_slow_the_address_down(client: Client) -> None:
    answers = [Client().post(GO_ON, {"phone": PHONE, "code": f"{n:06d}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]


def test_codes_are_a_minute_apart_with_the_page_kept(client: Client) -> None:
    walk(client, "rusak", upto="alamat")
    client.post(LEAVE, {"phone": PHONE})
    answer = client.post(LEAVE, {"phone": PHONE})
    assert answer.status_code == 429
    assert value_of(answer, "phone") == PHONE
    assert DraftCode.objects.count() == 1


def test_one_address_cannot_flood_a_phone_with_codes() -> None:
    answers = []
    for number in range(4):
        ClockOffset.objects.update_or_create(defaults={"seconds": 120 * number})
        client = Client()
        start(client)
        answers.append(client.post(LEAVE, {"phone": PHONE}).status_code)
    assert answers == [302, 302, 302, 429]


def test_a_device_with_a_draft_of_its_own_is_warned(client: Client) -> None:
    start(client)
    assert "Di perangkat ini ada draf lain" in text_of(client.get(GO_ON))
    assert "ada draf lain" not in text_of(Client().get(GO_ON))


def test_a_sent_draft_says_so(client: Client) -> None:
    walk(client, "rusak")
    client.post(LEAVE, {"phone": PHONE})
    submit(client)
    answer = Client().post(GO_ON, {"phone": PHONE, "code": code_to()}, follow=True)
    assert "sudah dikirim atau dihapus" in text_of(answer)


def test_without_a_draft_there_is_nothing_to_leave() -> None:
    assert Client().get(LEAVE)["Location"] == BASE
