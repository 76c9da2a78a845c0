"""The parent believes an answer only when it adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.files.frames import BadFrame, Page, pack_pages, pack_refusal, unpack

PAGES = [Page(b"\xff\xd8\xff-one", 10, 20), Page(b"\xff\xd8\xff-two!", 30, 40)]


def test_pages_and_hints_arrive_as_they_were_sent():
    assert unpack(pack_pages(PAGES, ["dark"])) == (PAGES, ["dark"], None)


def test_a_refusal_arrives_as_its_code():
    assert unpack(pack_refusal("bomb")) == ([], [], "bomb")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        pack_pages(PAGES, [])[:-1],
        pack_pages(PAGES, []) + b"x",
        pack_pages([Page(b"<html>", 1, 1)], []),
        pack_pages([], []),
    ],
    ids=["nothing", "cut off", "too long", "no jpeg", "no page"],
)
def test_an_answer_that_does_not_add_up_is_refused(answer):
    with pytest.raises(BadFrame):
        unpack(answer)


@given(st.binary(max_size=200))
def test_random_answers_are_refused(answer):
    with pytest.raises(BadFrame):
        unpack(answer)
