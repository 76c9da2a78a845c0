"""Loaded with `-p mutants.plugin`: a rule that the database keeps is taken out of this run's own database."""

import os
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def rule_taken_away(request: pytest.FixtureRequest) -> None:
    """Nothing without MUTANT_SQL; else the owner runs it once, when the database has been made."""
    statements = os.environ.get("MUTANT_SQL")
    if statements:
        request.getfixturevalue("django_db_setup")
        run_as_owner(statements)


def run_as_owner(statements: str, *, keep: bool = True) -> None:
    """Run statements in the tests' database; without `keep` only to see that they can be."""
    from django.db import connection

    from tests.conftest import owner_connection

    with_owner: Any = owner_connection(connection.settings_dict["NAME"])
    try:
        with with_owner.cursor() as cursor:
            cursor.execute(statements)
        if keep:
            with_owner.commit()
    finally:
        with_owner.close()
