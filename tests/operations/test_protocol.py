"""The health protocol: worded, ordered and switched by the admin, told in invitations."""

from datetime import datetime

import pytest
from django.contrib.admin.models import LogEntry

from requests_app.models import Officer, ProtocolItem
from requests_app.operations.office import FieldRefused
from requests_app.operations.protocol import Line, save_protocol
from requests_app.operations.reference_data import load_reference_data
from requests_app.operations.steps import NotNow
from requests_app.operations.visit_words import protocol_in_force
from requests_app.rules.reference import read_reference
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Officer:
    return OfficerFactory(role="admin")


def lines() -> list[Line]:
    return [Line(item.pk, item.text, item.position, item.in_force) for item in ProtocolItem.objects.all()]


def test_first_lines_are_there_and_told() -> None:
    assert [line.text for line in lines()] == [row["text"] for row in read_reference("protocol")]
    assert "masker" in protocol_in_force()


def test_lines_are_worded_ordered_switched_and_added_at_once(now: datetime, admin: Officer) -> None:
    first, second, third = lines()
    wanted = [
        Line(first.id, "Pakai masker medis.", 9, True),
        Line(second.id, second.text, 2, False),
        Line(third.id, third.text, 3, True),
        Line(None, "Datang sendiri bila bisa", 1, True),
    ]
    save_protocol(lines=wanted, officer=admin, now=now)
    assert protocol_in_force() == (f"Protokol kesehatan: Datang sendiri bila bisa; {third.text}; Pakai masker medis.")
    assert [item.position for item in ProtocolItem.objects.all()] == [1, 2, 3, 4]
    changes = LogEntry.objects.count()
    save_protocol(lines=lines(), officer=admin, now=now)
    assert LogEntry.objects.count() == changes


def test_words_that_cannot_stand_in_public_change_nothing(now: datetime, admin: Officer) -> None:
    first, *rest = lines()
    with pytest.raises(FieldRefused) as refused:
        save_protocol(
            lines=[Line(first.id, "Baru", 1, True), Line(None, "<i>", 2, True, "new")], officer=admin, now=now
        )
    assert refused.value.field == "new"
    assert lines() == [first, *rest]


def test_a_line_that_is_not_there_is_said(now: datetime, admin: Officer) -> None:
    with pytest.raises(NotNow, match="Muat ulang"):
        save_protocol(lines=[Line(0, "Baru", 1, True)], officer=admin, now=now)


def test_what_the_office_changed_stays_when_reference_data_is_loaded_again(now: datetime, admin: Officer) -> None:
    first, *_ = lines()
    ProtocolItem.objects.exclude(pk=first.id).delete()
    save_protocol(lines=[Line(first.id, "Masker", 1, False)], officer=admin, now=now)
    load_reference_data(now=now)
    assert [(line.text, line.in_force) for line in lines()] == [("Masker", False)]
