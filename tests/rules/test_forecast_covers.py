"""Three covers of one stock, each named for what it is."""

from requests_app.rules.forecast import named_covers


def test_the_three_covers_of_the_office() -> None:
    more, printed, used = named_covers(8_020, printed_a_day=860, received=16_000, used_in_days=90)
    assert (more.name, round(more.rate), round(more.days, 1)) == ("printed_more", 1_032, 7.8)
    assert (printed.name, printed.rate, round(printed.days, 1)) == ("printed", 860, 9.3)
    assert (used.name, round(used.rate), round(used.days)) == ("used", 89, 90)


def test_a_rate_of_nothing_has_no_cover() -> None:
    assert [c.days for c in named_covers(8_020, printed_a_day=0, received=8_020, used_in_days=90)] == [None] * 3


def test_more_blanks_than_were_received_are_no_use() -> None:
    assert named_covers(100, printed_a_day=10, received=90, used_in_days=10)[2].days is None
