"""Requests that cannot be read, and forms whose token is old: the page says so, and what was typed is still there."""

from typing import Any

import pytest
from django.test import Client
from lxml import html

ORIGIN = {"origin": "http://testserver"}


def refused(address: str, data: dict[str, Any], **headers: str) -> Any:
    """A form sent with a token that is not (or no longer) the right one."""
    return Client(enforce_csrf_checks=True).post(address, data, headers=headers)


def carried(answer: Any) -> dict[str, str]:
    """What the page would send once more, without its token."""
    tree = html.fromstring(answer.content)
    return {
        field.get("name"): field.get("value")
        for field in tree.cssselect("main input[type=hidden]")
        if field.get("name") != "csrfmiddlewaretoken"
    }


def test_more_fields_than_are_taken_is_said_to_be_too_large(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
    answer = Client().post("/lacak/", {"a": "1", "b": "2", "c": "3"})
    assert answer.status_code == 413
    assert "Kiriman terlalu besar" in answer.text


def test_more_text_than_is_taken_is_said_to_be_too_large(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = "number=" + "x" * 200
    answer = Client().post("/lacak/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413


def test_an_unreadable_request_is_said_to_be_unreadable() -> None:
    answer = Client().post("/lacak/", b"\x00", content_type="multipart/form-data; boundary=")
    assert answer.status_code == 400
    assert "Permintaan tidak terbaca" in answer.text


def test_an_old_form_comes_back_with_everything_typed_and_one_button() -> None:
    answer = refused("/lacak/?nomor=1", {"number": "PLG-7K3M-9QTX-4", "four_digits": "9902"}, **ORIGIN)
    assert answer.status_code == 422
    assert carried(answer) == {"number": "PLG-7K3M-9QTX-4", "four_digits": "9902"}
    (form,) = html.fromstring(answer.content).cssselect("main form")
    assert form.get("action") == "/lacak/?nomor=1"
    assert form.cssselect("input[name=csrfmiddlewaretoken]")
    assert "no-store" in answer["Cache-Control"]


def test_several_values_of_one_field_come_back_all() -> None:
    answer = refused("/kartu/Z7/cari/", {"code": ["PLG-A", "PLG-B"]}, **ORIGIN)
    fields = html.fromstring(answer.content).cssselect("main input[name=code]")
    assert [field.get("value") for field in fields] == ["PLG-A", "PLG-B"]


def test_passwords_are_not_carried_along() -> None:
    answer = refused("/masuk/", {"username": "rina", "password": "rahasia-sekali"}, **ORIGIN)
    assert carried(answer) == {"username": "rina"}
    assert "rahasia" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"), [({"origin": "https://jahat.example"}, 403), ({"origin": "null"}, 403), ({}, 422)]
)
def test_what_another_site_may_have_filled_in_is_never_offered_for_sending(
    headers: dict[str, str], status: int
) -> None:
    answer = refused("/lacak/", {"number": "PLG-7K3M-9QTX-4"}, **headers)
    assert answer.status_code == status
    assert carried(answer) == {}
    assert "PLG-7K3M" not in answer.text
