"""The index of the satisfaction survey as Permenpan RB 14/2017 counts it, with a ninth in place of 0.111."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.rules.survey import BEST, ELEMENTS, Grade, check_answers, grade_of, result_of

people = st.integers(1, 4000)
sheets = st.lists(st.lists(st.integers(1, BEST), min_size=9, max_size=9), min_size=1, max_size=30)
indexes = st.decimals("25", "100", places=2)


def counted(sheets: list[list[int]]):
    return result_of([sum(column) for column in zip(*sheets, strict=True)], len(sheets))


def test_there_are_nine_elements_with_four_different_answers_each() -> None:
    assert [element.code for element in ELEMENTS] == [f"U{number}" for number in range(1, 10)]
    assert all(len(set(element.answers)) == BEST for element in ELEMENTS)
    assert len({element.question for element in ELEMENTS}) == len({element.name for element in ELEMENTS}) == 9


@given(people)
def test_the_best_answers_give_a_full_hundred_whoever_many_answer(number: int) -> None:
    """Nine times 0.111 would give 99.90."""
    result = result_of([BEST * number] * 9, number)
    assert (result.index, result.grade, result.grade.label) == (Decimal("100.00"), Grade.A, "Sangat baik")


@given(people)
def test_the_worst_answers_give_twenty_five(number: int) -> None:
    result = result_of([number] * 9, number)
    assert (result.index, result.grade, result.grade.label) == (Decimal("25.00"), Grade.D, "Tidak baik")


def test_an_example_counted_by_hand() -> None:
    """Two people; 3.5 + 3 + 2.5 + 4 + 3 + 3.5 + 3 + 2 + 3.5 = 28; / 9 × 25 = 77.777…"""
    result = counted([[4, 3, 3, 4, 3, 4, 3, 2, 4], [3, 3, 2, 4, 3, 3, 3, 2, 3]])
    assert (result.index, result.grade, result.respondents) == (Decimal("77.78"), Grade.B, 2)
    means = ["3.50", "3.00", "2.50", "4.00", "3.00", "3.50", "3.00", "2.00", "3.50"]
    assert [mark.mean for mark in result.marks] == [Decimal(mean) for mean in means]
    assert result.weakest.element.code == "U8"


@given(sheets)
def test_the_index_lies_between_the_worst_and_the_best(sheets: list[list[int]]) -> None:
    result = counted(sheets)
    assert 25 <= result.index <= 100
    assert all(1 <= mark.mean <= 4 and 25 <= mark.index <= 100 for mark in result.marks)


@given(sheets, st.data())
def test_a_better_answer_never_makes_it_worse(sheets: list[list[int]], data: st.DataObject) -> None:
    before = counted(sheets)
    sheet = data.draw(st.sampled_from(sheets))
    element = data.draw(st.integers(0, 8))
    sheet[element] = min(BEST, sheet[element] + 1)
    after = counted(sheets)
    assert after.index >= before.index
    assert after.grade <= before.grade, "A comes before D"
    assert after.marks[element].mean >= before.marks[element].mean


@given(sheets)
def test_the_index_is_exact_and_rounded_half_up(sheets: list[list[int]]) -> None:
    """25/9 × the sum of the means, in whole numbers: hundredths are floor(x + 1/2)."""
    total, whole = 2500 * sum(map(sum, sheets)), 9 * len(sheets)
    assert counted(sheets).index == Decimal((2 * total + whole) // (2 * whole)) / 100


def test_half_a_hundredth_is_rounded_up() -> None:
    """An element's 25 × 201/200 is 25.125; to the even digit it would be 25.12."""
    assert result_of([201] + [200] * 8, 200).marks[0].index == Decimal("25.13")


@pytest.mark.parametrize(
    ("index", "grade"),
    [
        ("25.00", "D"), ("64.99", "D"), ("65.00", "C"), ("76.60", "C"), ("76.61", "B"), ("88.30", "B"), ("88.31", "A"),
        ("100.00", "A"),
    ],
)  # fmt: skip
def test_classes_begin_and_end_where_the_regulation_says(index: str, grade: str) -> None:
    assert grade_of(Decimal(index)) == grade


@pytest.mark.parametrize(
    ("points", "index", "grade"), [(23399, "65.00", "C"), (23398, "64.99", "D"), (27578, "76.61", "B")]
)
def test_the_index_is_rounded_before_it_is_classed(points: int, index: str, grade: str) -> None:
    """A thousand people; points over all nine elements. 23399 is 64.9972, in the gap between the classes."""
    each, rest = divmod(points, 9)
    result = result_of([each + (number < rest) for number in range(9)], 1000)
    assert (result.index, result.grade) == (Decimal(index), grade)


@given(indexes)
def test_every_index_has_one_class_without_gaps(index: Decimal) -> None:
    grade = grade_of(index)
    assert grade.lowest <= index <= grade.highest
    assert sum(one.lowest <= index <= one.highest for one in Grade) == 1


@pytest.mark.parametrize("index", ["24.99", "100.01", "64.995", "0"])
def test_what_is_no_index_has_no_class(index: str) -> None:
    with pytest.raises(ValueError):
        grade_of(Decimal(index))


@pytest.mark.parametrize(
    ("sums", "number"), [([], 1), ([4] * 8, 1), ([5] * 9, 1), ([0] + [4] * 8, 1), ([0] * 9, 0), ([9] * 9, 10)]
)
def test_sums_that_nobody_could_give_are_refused(sums: list[int], number: int) -> None:
    with pytest.raises(ValueError):
        result_of(sums, number)


@pytest.mark.parametrize("answers", [[], [1] * 8, [1] * 10, [0] + [1] * 8, [5] + [1] * 8, [True] + [1] * 8, ["4"] * 9])
def test_other_answers_are_refused(answers: list[int]) -> None:
    with pytest.raises(ValueError):
        check_answers(answers)
