"""The page of the limits of sending."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from requests_app.models import Officer, ReachedPhone, SendingPolicy
from requests_app.rules.roles import Role
from requests_app.rules.routes import DEFAULT_POLICY
from requests_app.vault.keyring import keyed_hash
from tests.factories import OfficerFactory
from tests.zone_admin.forms import errors, sent

pytestmark = pytest.mark.django_db
PAGE = "/kelola/pesan/"


def reached(number: int, until: datetime) -> None:
    for one in range(number):
        phone_hash = keyed_hash("phone", f"+62800000{one:05}")
        ReachedPhone.objects.create(phone_hash=phone_hash, charged_until=until, last_sent_at=until)


def test_new_limits_are_a_row_of_their_own_and_the_old_ones_are_told(desk: Client, admin: Officer) -> None:
    desk.post(PAGE, sent(desk, PAGE, portfolio_limit="2.000"))
    page = desk.post(PAGE, sent(desk, PAGE, portfolio_limit="10.000", quiet_from="0", quiet_until="0"), follow=True)
    assert "tersimpan dan berlaku" in page.text
    first, second = SendingPolicy.objects.order_by("id")
    assert (first.portfolio_limit, second.portfolio_limit, second.changed_by) == (2000, 10_000, admin)
    assert (first.quiet_from, second.quiet_from) == (DEFAULT_POLICY.quiet_from, 0)
    assert "2.000 orang, cadangan 20%" in page.text
    assert "tanpa jam tenang" in page.text


def test_what_is_used_and_left_is_shown_with_a_warning_before_it_hurts(desk: Client, now: datetime) -> None:
    SendingPolicy.objects.create(valid_from=now, portfolio_limit=10, reserve_percent=20, warn_percent=50)
    reached(4, now + timedelta(hours=1))
    assert "batas sudah terpakai.</b>" not in desk.get(PAGE).text
    ReachedPhone.objects.all().delete()
    reached(8, now + timedelta(hours=1))
    page = desk.get(PAGE).text
    assert "80% dari batas sudah terpakai.</b>" in page
    assert "sekarang pindah ke kanal lain, atau menunggu" in page


def test_without_a_limit_nothing_is_left_over_or_used_up(desk: Client, now: datetime) -> None:
    SendingPolicy.objects.create(valid_from=now, portfolio_limit=0)
    assert "Tidak ada batas yang berlaku" in desk.get(PAGE).text


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("portfolio_limit", "-1", "Isi angka 0 sampai 1.000.000."),
        ("portfolio_limit", "banyak", "Isi angka 0 sampai 1.000.000."),
        ("reserve_percent", "91", "Isi angka 0 sampai 90."),
        ("warn_percent", "0", "Isi angka 1 sampai 100."),
        ("rate_per_second", "", "Isi angka 1 sampai 1.000."),
        ("quiet_from", "24", "Isi angka 0 sampai 23."),
        ("quiet_until", "9" * 30, "Isi angka 0 sampai 23."),
    ],
)
def test_a_number_that_cannot_be_is_said_beside_its_field(desk: Client, name: str, typed: str, words: str) -> None:
    answer = desk.post(PAGE, sent(desk, PAGE, **{name: typed}))
    assert (answer.status_code, set(errors(answer.text))) == (422, {words})
    assert not SendingPolicy.objects.exists()


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.ADMIN])
def test_supervisors_read_it_and_no_other_role_but_admins_changes_anything(role: str) -> None:
    client = Client()
    client.force_login(OfficerFactory(role=role), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(PAGE).status_code == (200 if role == Role.SUPERVISOR else 403)
    assert client.post(PAGE, {"portfolio_limit": "0"}).status_code == 403


def test_the_page_asks_few_questions(desk: Client, now: datetime, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(12):
        SendingPolicy.objects.create(valid_from=now)
    with django_assert_max_num_queries(8):
        desk.get(PAGE)
