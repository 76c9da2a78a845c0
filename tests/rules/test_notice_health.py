"""Why a message has not left: one cause for each, and the one that somebody can do something about."""

from typing import Any

import pytest

from requests_app.rules.notice_health import ADVICE, CAUSE_WORDS, HELD, Cause, cause_of, worst


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({}, Cause.TURN),
        ({"state": "sending", "is_broken": True}, Cause.SENDING),
        ({"state": "retry", "code": "2"}, Cause.RETRY),
        ({"state": "retry", "code": "2", "is_broken": True}, Cause.CIRCUIT),
        ({"state": "unconfirmed"}, Cause.UNCONFIRMED),
        ({"is_later": True, "is_broken": True}, Cause.QUIET),
        ({"code": "quiet_hours", "is_later": True}, Cause.QUIET),
        ({"code": "quiet_hours"}, Cause.TURN),  # it is morning
        ({"code": "quiet_hours", "is_broken": True}, Cause.CIRCUIT),
        ({"code": "portfolio"}, Cause.LIMIT),
        ({"code": "portfolio", "channel": "email"}, Cause.TURN),  # it flows to another channel
        ({"channel": "hand"}, Cause.BY_HAND),
        ({"state": "held", "code": "no_number"}, Cause.NO_NUMBER),
        ({"state": "held", "code": "not_configured", "kind": "account"}, Cause.NOT_CONNECTED),
        ({"state": "held", "code": "190", "kind": "account"}, Cause.ACCOUNT),
        ({"state": "held", "code": "132001", "kind": "template"}, Cause.TEMPLATE),
        ({"state": "held", "code": "33", "kind": "template"}, Cause.TEMPLATE),
        ({"state": "held", "code": "http_401"}, Cause.ACCOUNT),
        ({"state": "held", "code": "InvalidURL"}, Cause.NOT_CONNECTED),
        ({"state": "held", "channel": "email", "code": "smtp_535"}, Cause.MAIL_ACCOUNT),
        ({"state": "held", "channel": "email", "code": "smtp_not_supported"}, Cause.MAIL_ACCOUNT),
        ({"state": "held", "channel": "email", "code": "not_configured"}, Cause.NOT_CONNECTED),
        ({"state": "held", "channel": "sms", "code": "http_401"}, Cause.SMS_ACCOUNT),
        ({"state": "held", "channel": "sms", "code": "http_402"}, Cause.SMS_ACCOUNT),
        ({"state": "held", "channel": "sms", "code": "LocalProtocolError"}, Cause.NOT_CONNECTED),
        ({"state": "held", "channel": "sms", "code": "UnsupportedProtocol"}, Cause.NOT_CONNECTED),
        ({"state": "held", "code": "ValueError"}, Cause.PROGRAM),  # no message could be made of its text
        ({"state": "held", "channel": "email", "code": "KeyError"}, Cause.PROGRAM),
    ],
)
def test_a_message_waits_for_one_cause(given: dict[str, Any], cause: Cause) -> None:
    usual = {"state": "queued", "channel": "whatsapp", "code": "", "kind": "retry"}
    assert cause_of(**{**usual, "is_later": False, "is_broken": False, **given}) is cause


def test_every_cause_has_words_and_what_is_held_says_what_to_do() -> None:
    assert set(CAUSE_WORDS) == set(Cause)
    assert set(ADVICE) >= HELD
    assert {cause.tone for cause in HELD} == {"bad"}


@pytest.mark.parametrize(
    ("cause", "named"),
    [
        (Cause.MAIL_ACCOUNT, ["EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"]),
        (Cause.SMS_ACCOUNT, ["SMS_API_TOKEN", "pulsa"]),
        (Cause.PROGRAM, ["log worker", "pengembang"]),
    ],
)
def test_nobody_is_sent_to_whatsapp_for_what_is_put_right_elsewhere(cause: Cause, named: list[str]) -> None:
    assert all(word in cause.advice for word in named)
    assert "di WhatsApp Manager" not in cause.advice


def test_the_worst_tone_counts() -> None:
    assert (worst([]), worst(["warn", "good"]), worst(["warn", "bad", ""])) == ("good", "warn", "bad")
