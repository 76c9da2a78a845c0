"""Keys drawn before their rows: each once, whoever asks."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from requests_app.models import Application, Promise
from requests_app.operations import keys_ahead
from requests_app.operations.keys_ahead import MANY, next_key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_drawn() -> None:
    keys_ahead._drawn.clear()


def test_many_keys_cost_one_question(django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        keys = {next_key(Application) for _ in range(MANY)}
    assert len(keys) == MANY
    assert next_key(Application) not in keys
    next_key(Promise)


@pytest.mark.django_db(transaction=True)
def test_threads_never_get_the_same_key() -> None:
    def draw(_: int) -> list[int]:
        try:
            return [next_key(Application) for _ in range(200)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        keys = [key for drawn in pool.map(draw, range(8)) for key in drawn]
    assert len(set(keys)) == len(keys) == 1600


def test_a_child_process_draws_its_own() -> None:
    next_key(Application)
    child = os.fork()
    if child == 0:
        os._exit(len(keys_ahead._drawn))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
