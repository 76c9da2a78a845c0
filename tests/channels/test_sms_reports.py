"""What an SMS gateway reports: what is understood, and that nothing makes the reading raise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.channels.posts import Receipt
from requests_app.channels.sms_reports import parse_reports

AT = datetime.fromtimestamp(1780000000, tz=UTC)


def report(**fields: Any) -> dict[str, Any]:
    return {"id": "m-1", "reference": "n:1", "status": "delivered", "at": 1780000000, **fields}


def test_a_report_is_read_whole_alone_or_in_a_list() -> None:
    expected = Receipt(
        provider_id="sms:m-1", status="delivered", at=AT, opaque="n:1", error_code=None, phone_number_id=None,
        channel="sms",
    )  # fmt: skip
    assert parse_reports(report()) == [expected]
    assert parse_reports([report(), report()]) == [expected, expected]


@pytest.mark.parametrize(
    "at", [1780000000, "1780000000", "2026-05-28T20:26:40Z", "2026-05-29T03:26:40+07:00", "2026-05-28t20:26:40.000z"]
)
def test_a_moment_is_unix_seconds_or_rfc_3339_with_its_zone(at: object) -> None:
    (receipt,) = parse_reports(report(at=at))
    assert receipt.at == AT


@pytest.mark.parametrize(
    "broken",
    [
        {"at": None}, {"at": "soon"}, {"at": True}, {"at": 1.5}, {"at": -1}, {"at": 10**15}, {"at": [1]},
        {"at": "2026-05-28T20:26:40"}, {"at": "2026-05-28"}, {"at": "2026-13-28T20:26:40Z"},
        {"at": "0001-01-01T00:00:00+14:00"}, {"at": "2026-05-28T20:26:40+99:00"}, {"at": "１７８０"},
        {"status": "read"}, {"status": "Delivered"}, {"status": ["sent"]}, {"status": None},
        {"id": ""}, {"id": None}, {"id": True}, {"id": {}}, {"id": "x" * 101}, {"id": "\x00"},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_left_out_and_the_rest_counts(broken: dict[str, Any]) -> None:
    assert [receipt.provider_id for receipt in parse_reports([report(**broken), report(id=2)])] == ["sms:2"]


@pytest.mark.parametrize(
    ("code", "kept"),
    [(131026, "sms:131026"), ("E-17.b", "sms:E-17.b"), (None, "sms:failed"), ("a b", "sms:failed"),
     (True, "sms:failed"), ("x" * 31, "sms:failed")],
)  # fmt: skip
def test_a_code_is_the_gateways_own(code: object, kept: str) -> None:
    (receipt,) = parse_reports(report(status="failed", code=code))
    assert receipt.error_code == kept


def test_only_a_failure_has_a_code() -> None:
    (receipt,) = parse_reports(report(code="7"))
    assert receipt.error_code is None


def test_what_the_database_cannot_hold_is_removed() -> None:
    (receipt,) = parse_reports(report(id="a\x00\ud800b", reference="r\x00" + "x" * 9000))
    assert receipt.provider_id == "sms:ab"
    assert len(receipt.opaque or "") == 512


KEYS = st.sampled_from(["id", "reference", "status", "at", "code"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["sent", "failed"])
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(), inner, max_size=6)
)


@given(ANYTHING)
def test_nothing_that_arrives_makes_it_raise(payload: object) -> None:
    parse_reports(payload)


@given(st.lists(ANYTHING, max_size=3), st.dictionaries(KEYS, ANYTHING, max_size=5))
def test_not_even_inside_a_report(items: list[object], fields: dict[str, Any]) -> None:
    assert all(receipt.at.tzinfo is UTC for receipt in parse_reports([*items, report(**fields)]))
