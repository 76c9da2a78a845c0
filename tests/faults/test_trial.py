"""What `make faults` says of one fault: right, wrong, or not tried."""

from faults.count import Count
from faults.table import page
from faults.trial import Fault, Result

FULL = Fault("disk-full", "The disk is full", lambda trial: None)
RIGHT = Count(owed=2, delivered=2, open=0, lost=0, doubled=0, named=0, broken=0)


def test_what_could_not_be_tried_is_neither_right_nor_wrong():
    result = Result(FULL, None, None, 0, ("only who may mount a file system can fill one",), ())
    assert result.verdict == "NOT TRIED"
    assert not result.is_wrong
    assert "| **not tried**; only who may mount a file system can fill one |" in page([result], seed=7, seconds=1)


def test_what_was_tried_is_right_or_says_what_is_wrong():
    right = Result(FULL, RIGHT, 0.1, 3, ("seen",), ())
    wrong = Result(FULL, RIGHT, 0.1, 3, (), ("a citizen was answered with 500",))
    assert (right.verdict, right.is_wrong) == ("ok", False)
    assert wrong.is_wrong
    assert wrong.verdict.startswith("WRONG: a citizen was answered with 500; ")
    assert "not tried" not in page([right], seed=7, seconds=1)
