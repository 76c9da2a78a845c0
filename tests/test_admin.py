"""The admin pages: for admins only, nothing personal, history to look at, changes through operations."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from requests_app.models import (
    AccessLog,
    Application,
    Closure,
    Event,
    Holiday,
    MessageText,
    Notice,
    Promise,
    ProtocolItem,
    Zone,
    ZoneCoverage,
)
from requests_app.rules.roles import Role
from tests.factories import APPROVED, OfficerFactory, decided, new_phone

pytestmark = pytest.mark.django_db
HISTORY = [Application, Event, AccessLog, Promise, Notice]


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(OfficerFactory(role=role, is_staff=role == "admin", is_superuser=role == "admin"))
    return client


def address(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:requests_app_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.ADMIN])
def test_other_roles_are_refused(role: str) -> None:
    assert signed_in(role).get(reverse("admin:index")).status_code == 403


def test_every_page_opens_and_lists(now: datetime) -> None:
    decided(now, APPROVED)
    client = signed_in("admin")
    for model in admin.site._registry:
        if model._meta.app_label == "requests_app":
            assert client.get(address(model)).status_code == 200, model


def test_history_cannot_be_added_changed_or_deleted(now: datetime) -> None:
    application = decided(now, APPROVED)
    client = signed_in("admin")
    for model in HISTORY:
        assert client.get(address(model, "add")).status_code == 403, model
    assert client.post(address(Application, "delete", application.pk), {"post": "yes"}).status_code == 403
    assert client.post(address(Application, "change", application.pk), {"status": "rejected"}).status_code == 403


def test_nothing_personal_is_shown_or_logged(now: datetime) -> None:
    phone = new_phone()
    application = decided(now, APPROVED, name="Nama Rahasia", phone=phone, email="rahasia@contoh.example")
    client = signed_in("admin")
    shown = "".join(
        client.get(address(model, "change", model.objects.filter(pk__isnull=False).first().pk)).content.decode()
        + client.get(address(model)).content.decode()
        for model in HISTORY
        if model.objects.exists()
    )
    for secret in (
        application.nik,
        application.kk_number,
        phone,
        phone[-9:],
        "Nama Rahasia",
        "rahasia@",
        "Lrg. Contoh",
    ):
        assert secret not in shown
    for row in (application, application.notices.first(), application.decisions.first(), application.events.first()):
        assert "Rahasia" not in str(row)
        assert application.nik not in str(row)


def test_a_changed_text_is_a_new_version_and_the_old_one_stays(now: datetime) -> None:
    text = MessageText.objects.get(purpose="withdrawn", is_current=True)
    body = "Permohonan {nomor} dibatalkan. Kode pesan: {kode_pesan}."
    signed_in("admin").post(address(MessageText, "change", text.pk), {"subject": "Dibatalkan", "body": body})
    old, new = MessageText.objects.filter(purpose="withdrawn").order_by("version")
    assert (old.is_current, old.body) == (False, text.body)
    assert (new.is_current, new.body, new.version) == (True, body, 2)
    assert "Permohonan" not in "".join(LogEntry.objects.values_list("change_message", flat=True))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("Permohonan {nomor} {nik}. {kode_pesan}", "{nik} tidak dikenal"),
        ("Permohonan {nomor} dibatalkan.", "kode_pesan"),
        ("{kode_pesan} " + "a" * 1024, "1.024"),
    ],
)
def test_a_text_that_could_not_be_sent_is_refused(body: str, message: str) -> None:
    text = MessageText.objects.get(purpose="withdrawn", is_current=True)
    answer = signed_in("admin").post(address(MessageText, "change", text.pk), {"subject": "x", "body": body})
    assert message in answer.content.decode()
    assert MessageText.objects.filter(purpose="withdrawn").count() == 1


@pytest.mark.parametrize("model", [Zone, ZoneCoverage, Closure, Holiday, ProtocolItem])
def test_what_moves_visits_is_to_look_at_here_and_changed_at_kelola(now: datetime, model: Any) -> None:
    client = signed_in("admin")
    assert client.get(address(model)).status_code == 200
    assert client.get(address(model, "add")).status_code == 403
    row = model.objects.first()
    if row is not None:
        assert client.post(address(model, "change", row.pk), {"name": "x"}).status_code == 403
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
