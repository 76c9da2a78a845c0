"""The buttons below replies: what Meta takes, and what we understand when they are pressed."""

import pytest

from requests_app.rules.inbound import Intent, read_intent, says_more
from requests_app.rules.messages import REPLY
from requests_app.rules.reply_buttons import BELOW, OFFICER, REPORT, STATUS


@pytest.mark.parametrize("purpose", BELOW)
def test_meta_takes_them(purpose: str):
    buttons = BELOW[purpose]
    assert purpose.startswith(REPLY)
    assert 1 <= len(buttons) <= 3
    assert all(0 < len(each.title) <= 20 and 0 < len(each.id) <= 256 for each in buttons)
    assert len({each.id for each in buttons}) == len({each.title for each in buttons}) == len(buttons)


@pytest.mark.parametrize(
    ("button", "intent"), [(STATUS, Intent.STATUS), (REPORT, Intent.REPORT), (OFFICER, Intent.FREE)]
)
def test_a_press_means_what_stands_on_it(button: object, intent: Intent):
    assert isinstance(button, type(STATUS))
    assert read_intent("", button.id) is intent
    assert button in {each for buttons in BELOW.values() for each in buttons}


def test_nobody_has_to_read_what_stands_on_the_button_for_the_status():
    assert not says_more(STATUS.title)


def test_an_officers_own_words_have_none():
    assert not {"reply_officer", "reply_talk"} & set(BELOW)
