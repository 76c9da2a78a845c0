import pytest

from requests_app.rules.pacing import Work


def test_people_type_four_characters_a_second_and_need_two_for_a_choice_three_for_a_page_six_for_a_photo():
    assert Work(characters=4).seconds == 1
    assert Work(choices=1).seconds == 2
    assert Work(pages=1).seconds == 3
    assert Work(photos=1).seconds == 6


def test_work_adds_up():
    assert Work(1, 2, 3, 4) + Work(10, 20, 30, 40) == Work(11, 22, 33, 44)


@pytest.mark.parametrize(("pages", "minutes"), [(0, 0), (19, 0), (20, 1), (21, 2), (40, 2)])
def test_begun_minutes_count_and_less_than_one_is_none(pages, minutes):
    assert Work(pages=pages).minutes == minutes
