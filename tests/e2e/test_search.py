"""The search for plain words finds them in every wrapping of the office's; else finding nothing would say nothing."""

import base64
import json
import zlib

import pytest
from django.core import signing

from tests.e2e.people import YUSNIAR, ZUBAIDAH
from tests.e2e.secrecy import find, needles

WANTED = needles([ZUBAIDAH], ["Kata-kata warga yang panjang."], [bytes(range(64))])


def wrapped(text: str) -> dict[str, bytes]:
    """A text as PostgreSQL, kombu and Django's sessions would keep it."""
    session = signing.dumps({"a": "x" * 300, "text": text}, compress=True)
    task = base64.b64encode(json.dumps([[text], {}, {}]).encode())
    return {
        "plain": b"2026-11-23 INFO somebody " + text.encode() + b" opened",
        "bytea": b"'\\x00ff" + text.encode().hex().encode() + b"'",
        "broker": b'*3\r\n$5\r\nLPUSH\r\n{"body": "' + task + b'"}',
        "session": session.encode(),
        "compressed": base64.urlsafe_b64encode(zlib.compress(text.encode())),
    }


@pytest.mark.parametrize("text", [ZUBAIDAH.nik, "080000004711", "+6280000004711", "800 0000 4711", ZUBAIDAH.email])
@pytest.mark.parametrize("wrapping", wrapped(""))
def test_a_text_is_found(text: str, wrapping: str) -> None:
    assert find(WANTED, wrapped(text)[wrapping])


def test_bytes_of_a_picture_are_found() -> None:
    assert find(WANTED, b"\xff\xd8" + bytes(range(64)) + b"\xff\xd9") == {"picture 0"}
    assert find(WANTED, bytes(range(64)).hex().encode()) == {"picture 0"}


def test_somebody_else_is_not_found() -> None:
    assert find(WANTED, wrapped(YUSNIAR.nik)["session"]) == set()
