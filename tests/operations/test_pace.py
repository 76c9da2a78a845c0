"""How fast each number may send."""

from requests_app.operations.pace import Pace


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_no_number_sends_more_in_a_second_than_it_bears():
    watch = Watch()
    pace = Pace(20, clock=watch)
    sent: list[float] = []
    for _ in range(300):
        free = pace.free(7)
        pace.count([7] * free)
        sent += [watch.now] * free
        watch.now += 0.01
    assert len(sent) >= 45, "and hardly less"
    for moment in sent:
        assert len([at for at in sent if moment <= at < moment + 1]) <= 20


def test_a_number_that_was_idle_has_a_quarter_of_a_second_at_once_and_no_more():
    watch = Watch()
    pace = Pace(20, clock=watch)
    pace.free(7)
    watch.now += 3600
    assert pace.free(7) == 5


def test_each_number_is_counted_by_itself():
    pace = Pace(4, clock=Watch())
    pace.count([7] * pace.free(7))
    assert pace.free(7) == 0
    assert pace.free(3) == 1


def test_a_number_that_has_nothing_left_is_waited_for_once():
    pace = Pace(4, clock=Watch())
    assert not pace.is_waited_for()
    pace.count([7] * pace.free(7))
    pace.free(7)
    assert pace.is_waited_for()
    assert not pace.is_waited_for()
    assert pace.wait_s == 0.25
