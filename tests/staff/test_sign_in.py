"""Signing in: one message for every wrong pair, wrong passwords slow down, the second factor."""

import logging
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from requests_app.models import Officer
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
PASSWORD = "sandi-contoh-panjang"


def sign_in(client: Client, officer: Officer, password: str = PASSWORD, **more: str) -> Any:
    return client.post(reverse("staff_login"), {"username": officer.username, "password": password, **more})


def code_of(device: TOTPDevice) -> str:
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    return f"{totp.token():06d}"


def test_passwords_are_kept_with_argon2() -> None:
    assert OfficerFactory().password.startswith("argon2")


DESKS = [("officer", "/petugas/"), ("counter", "/uptd/"), ("supervisor", "/pengawas/"), ("admin", "/kelola/")]


@pytest.mark.parametrize(("role", "desk"), DESKS)
def test_each_role_arrives_at_its_own_desk(client: Client, role: str, desk: str) -> None:
    response = sign_in(client, OfficerFactory(role=role))
    assert (response.status_code, response["Location"]) == (302, desk)


def test_a_page_asked_for_before_signing_in_follows_and_a_foreign_one_does_not(client: Client) -> None:
    officer = OfficerFactory()
    assert client.get("/petugas/permohonan/")["Location"] == "/masuk/?next=/petugas/permohonan/"
    assert sign_in(client, officer, next="/petugas/permohonan/")["Location"] == "/petugas/permohonan/"
    assert sign_in(Client(), officer, next="https://contoh.example/")["Location"] == "/petugas/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer_and_the_name_is_kept(client: Client) -> None:
    wrong = sign_in(client, OfficerFactory(username="dewi"), "salah-sekali-ini")
    unknown = client.post(reverse("staff_login"), {"username": "tidakada", "password": "salah-sekali-ini"})
    for response, name in ((wrong, "dewi"), (unknown, "tidakada")):
        assert response.status_code == 422
        assert f'value="{name}"' in response.text
        assert "Nama atau sandi tidak cocok" in response.text
        assert "salah-sekali-ini" not in response.text


def test_wrong_passwords_slow_down_and_nobody_is_locked_out_from_elsewhere(client: Client) -> None:
    officer = OfficerFactory(username="dewi")
    answers = [sign_in(client, officer, "salah-sekali-ini").status_code for _ in range(5)]
    assert answers[:4] == [422] * 4
    refused = sign_in(client, officer)
    assert refused.status_code == 429
    assert "Coba lagi mulai" in refused.text
    assert "dewi" in refused.text
    assert client.get("/petugas/").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.9.9.9"), officer).status_code == 302


def test_wrong_passwords_for_one_name_slow_nobody_else_at_that_computer(client: Client) -> None:
    for _ in range(5):
        sign_in(client, OfficerFactory.build(username="dewi"), "salah-sekali-ini")
    assert sign_in(client, OfficerFactory(username="rudi")).status_code == 302


def test_a_right_password_forgets_the_wrong_ones(client: Client) -> None:
    officer = OfficerFactory(username="dewi")
    for _ in range(2):
        assert [sign_in(client, officer, "salah-sekali-ini").status_code for _ in range(4)] == [422] * 4
        assert sign_in(client, officer).status_code == 302


@pytest.mark.parametrize("typed", ["1671015708459034", "Siti Nurhaliza Contoh"])
def test_what_a_citizen_types_as_a_name_is_kept_nowhere(
    client: Client, caplog: pytest.LogCaptureFixture, typed: str
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="axes")
    for _ in range(6):
        client.post(f"{reverse('staff_login')}?username={typed}", {"username": typed, "password": typed})
    stored = {model.__name__: str(list(model._base_manager.values())) for model in apps.get_models()}
    assert "failures_since_start': 6" in stored["AccessAttempt"]
    assert [name for name, rows in stored.items() if typed in rows] == []
    assert "Locking out" in caplog.text
    assert typed not in caplog.text


def test_a_staff_session_ends_after_a_working_day(client: Client) -> None:
    sign_in(client, OfficerFactory())
    assert client.session.get_expiry_age() == 12 * 3600


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(OfficerFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("staff_logout")).status_code == 405
    assert client.post(reverse("staff_logout"))["Location"] == "/masuk/"
    assert client.get("/petugas/").status_code == 302


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_in_production_supervisors_and_admins_set_up_a_second_factor_first(
    client: Client, settings: Any, role: str
) -> None:
    settings.MODE = "production"
    officer = OfficerFactory(role=role, is_staff=True, is_superuser=True)
    assert sign_in(client, officer)["Location"] == "/masuk/kode/"
    desk = "/admin/" if role == "admin" else "/petugas/"
    assert client.get(desk)["Location"] == "/masuk/kode/"
    page = client.get("/masuk/kode/", follow=True)
    assert page.redirect_chain == [("/masuk/kode/siapkan/", 302)]
    assert "data:image/svg+xml" in page.text
    device = TOTPDevice.objects.get(user=officer)
    assert not device.confirmed
    done = client.post("/masuk/kode/siapkan/", {"code": code_of(device)})
    assert done.status_code == 302
    assert client.get(desk).status_code == 200


def test_with_a_device_the_password_alone_opens_nothing(client: Client) -> None:
    officer = OfficerFactory()
    device = TOTPDevice.objects.create(user=officer, name="Autentikator", confirmed=True)
    assert sign_in(client, officer, next="/petugas/permohonan/")["Location"] == "/masuk/kode/"
    assert client.get("/petugas/")["Location"] == "/masuk/kode/"
    assert client.get("/masuk/kode/siapkan/")["Location"] == "/masuk/kode/"
    wrong = client.post("/masuk/kode/", {"code": "000000" if code_of(device) != "000000" else "111111"})
    assert (wrong.status_code, client.get("/petugas/").status_code) == (422, 302)
    TOTPDevice.objects.update(throttling_failure_count=0)
    assert client.post("/masuk/kode/", {"code": code_of(device)})["Location"] == "/petugas/permohonan/"
    assert client.get("/petugas/").status_code == 200


def test_a_code_counts_once(client: Client, now: datetime) -> None:
    officer = OfficerFactory()
    device = TOTPDevice.objects.create(user=officer, name="Autentikator", confirmed=True)
    code = code_of(device)
    sign_in(client, officer)
    client.post("/masuk/kode/", {"code": code})
    second = Client()
    sign_in(second, officer)
    assert second.post("/masuk/kode/", {"code": code}).status_code == 422


def test_an_ordinary_officer_needs_no_second_factor_even_in_production(client: Client, settings: Any) -> None:
    settings.MODE = "production"
    assert sign_in(client, OfficerFactory())["Location"] == "/petugas/"
    assert client.get("/petugas/").status_code == 200


def test_an_account_that_is_no_longer_used_is_out_at_once(client: Client) -> None:
    officer = OfficerFactory()
    sign_in(client, officer)
    Officer.objects.update(is_active=False)
    assert client.get("/petugas/").status_code == 302
