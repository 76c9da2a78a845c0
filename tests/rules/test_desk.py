"""What the desk may do: who is welcome, what can become of an application, and what a signature is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.desk import Arrival, Outcome, arrival, is_signature, outcome_now
from requests_app.rules.statuses import Status
from requests_app.rules.visits import COMING, VisitState

TODAY = date(2026, 11, 23)
point = st.tuples(st.integers(0, 600), st.integers(0, 200))
strokes = st.lists(st.lists(point, min_size=2, max_size=20), min_size=4, max_size=8)


@pytest.mark.parametrize("state", COMING)
def test_who_is_expected_today_is_welcome_answered_or_not(state):
    assert arrival(state, TODAY, TODAY) is Arrival.WELCOME
    assert arrival(state, TODAY + timedelta(days=1), TODAY) is Arrival.OTHER_DAY
    assert arrival(state, TODAY - timedelta(days=1), TODAY) is Arrival.PASSED


@pytest.mark.parametrize("state", sorted(set(VisitState) - set(COMING)))
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_an_invitation_that_is_over_is_welcome_on_no_day(state, days):
    assert arrival(state, TODAY + timedelta(days=days), TODAY) is not Arrival.WELCOME


@pytest.mark.parametrize(
    ("status", "service", "is_walk_in", "outcome"),
    [
        ("checked_in", "kk", False, Outcome.COMPLETED),
        ("checked_in", "legalisir", True, Outcome.COMPLETED),
        ("recording_needed", "ktp_el", False, Outcome.RECORDED),
        ("submitted", "kk", True, Outcome.KEPT),
        ("in_review", "ktp_el", True, Outcome.KEPT),
        ("held_duplicate", "kk", True, Outcome.KEPT),
        ("needs_correction", "kk", True, Outcome.KEPT),
        ("approved", "kk", True, Outcome.COMPLETED),
        ("invited", "legalisir", True, Outcome.COMPLETED),
        ("approved", "kk", False, Outcome.DROPPED),
        ("approved", "ktp_el", True, Outcome.DROPPED),
        ("withdrawn", "kk", True, Outcome.DROPPED),
        ("rejected", "kk", True, Outcome.DROPPED),
    ],
)
def test_what_can_become_of_an_application(status, service, is_walk_in, outcome):
    assert outcome_now(status, service, is_walk_in=is_walk_in) is outcome


@pytest.mark.parametrize("status", sorted(set(Status) - {"draft"}))
def test_nothing_is_handed_over_that_was_neither_checked_in_nor_allowed_in(status):
    done = outcome_now(status, "kk", is_walk_in=False) is Outcome.COMPLETED
    assert done == (status == "checked_in")


def drawn(lines):
    return "".join("M" + "L".join(f"{x} {y}" for x, y in line) for line in lines)


@given(strokes)
def test_what_the_pad_draws_is_a_signature(lines):
    assert is_signature(drawn(lines))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "M1 1L2 2",
        "M1 1" + "L601 2" * 10,
        "M1 1" + "L2 201" * 10,
        "M1 1" + "L2 2" * 5001,
        "M1 1" + "l2 2" * 10,
        "M1 1" + "L2 2" * 10 + "Z",
        "M1 1" + "L2 2" * 10 + "\n",
        "M1 1" + "L2 2" * 10 + '"/><script>',
        "M1.5 1" + "L2 2" * 10,
        "M-1 1" + "L2 2" * 10,
        "M1 1" + "L١ ٢" * 10,
        "L1 1" + "L2 2" * 10,
    ],
)
def test_anything_else_is_none(path):
    assert not is_signature(path)


@given(st.text(alphabet="ML0123456789 .-e\n", max_size=60))
def test_text_of_the_same_letters_is_taken_only_when_the_pad_could_have_drawn_it(text):
    if is_signature(text):
        assert set(text) <= set("ML0123456789 ") and text.startswith("M") and "\n" not in text
