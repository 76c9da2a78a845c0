"""Meta's error codes and what each of them asks of us, as data.

Only ``error.code`` decides: the same code is documented with HTTP 400 in one edition of
Meta's error-code page and with 429 in another.
"""

from __future__ import annotations

from datetime import timedelta

from requests_app.channels.base import Outcome, OutcomeKind

# Source: Meta, WhatsApp Cloud API, "Error codes" (edition of 15 May 2026).
# fmt: off
_CODES: dict[OutcomeKind, frozenset[int]] = {
    "retry": frozenset({
        1, 2,             # API unknown, API service down
        4, 80007,         # application and account call limits
        130429,           # throughput of the phone number
        131000, 131016,   # unknown, service unavailable
        131056,           # pair rate: too many to the same person
        131057,           # account in maintenance, throughput upgrade
        133004,           # server temporarily unavailable
    }),
    "permanent": frozenset({
        130472,           # recipient is part of an experiment
        131021,           # recipient is the sender
        131026,           # undeliverable: not on WhatsApp, old app, terms not accepted
        131030,           # recipient not on the allow-list of a test number
        131047,           # outside the 24-hour window
        131049,           # held back for a healthy ecosystem
        131050,           # recipient stopped marketing messages
        131051,           # unsupported message type
        131062,           # recipient hides the number
        137000,           # recipient unavailable
    }),
    "template": frozenset({
        33, 100,          # parameter invalid or missing
        131008, 131009,   # required parameter missing, value invalid
        132000, 132005, 132007, 132008, 132012,  # count, length, policy, format
        132001,           # template missing or not approved in this language
        132015, 132016,   # paused, disabled
    }),
    "account": frozenset({
        0, 3, 10, 190,    # authentication, capability, permission, token
        368, 131005, 131031, 131037, 131042, 131044, 131045,
        131048, 131064,   # spam rate, template classification
        130497, 133010,   # country restriction, number not registered
        *range(200, 300),  # permissions
    }),
}
# fmt: on

_KIND_BY_CODE: dict[int, OutcomeKind] = {code: kind for kind, codes in _CODES.items() for code in codes}

# Meta allows one message per six seconds to the same person once the burst is used up.
_WAIT_BY_CODE: dict[int, timedelta] = {131056: timedelta(seconds=6)}


def kind_of_code(code: int | str) -> OutcomeKind:
    """Return the class of a Meta error code, as sent in an answer or in a ``failed`` receipt.

    A code that Meta added since counts as ``retry``: nothing is lost, nobody is written off,
    and the ladder before the promise ends brings in a human if it never gets better.
    """
    try:
        return _KIND_BY_CODE.get(int(code), "retry")
    except ValueError:
        return "retry"


def outcome_for_code(code: int, *, retry_after: timedelta | None = None, trace: str = "") -> Outcome:
    """Return the outcome of an attempt that Meta answered with this error code."""
    detail = f"code={code} fbtrace={trace}" if trace else f"code={code}"
    wait = retry_after if retry_after is not None else _WAIT_BY_CODE.get(code)
    return Outcome(kind=kind_of_code(code), code=str(code), retry_after=wait, detail=detail)
