"""The admin pages: for admins only, nothing personal, history to look at, changes through operations."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.forms import model_to_dict
from django.test import Client
from django.urls import reverse

from requests_app.models import (
    AccessLog,
    Application,
    Closure,
    DecisionReason,
    Event,
    Holiday,
    MessageText,
    Notice,
    NoticeRoute,
    Promise,
    ProtocolItem,
    Requirement,
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
    body = "Permohonan {nomor} sudah dibatalkan. Kode pesan: {kode_pesan}."
    given = {"subject": "Dibatalkan", "body": body}
    saved = signed_in("admin").post(address(MessageText, "change", text.pk), given, follow=True)
    assert "menyetujui templat adm_withdrawn_v2" in saved.text
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


WORDS = "Halo {nama}. Permohonan {nomor} sudah Anda batalkan sendiri. Gratis. Kode pesan: {kode_pesan}."


def current(purpose: str) -> MessageText:
    return MessageText.objects.get(purpose=purpose, is_current=True)


@pytest.mark.parametrize(("model", "field"), [(DecisionReason, "sentence"), (Requirement, "name")])
def test_words_of_messages_hold_no_nik(model: Any, field: str) -> None:
    row = model.objects.first()
    given = {name: value for name, value in model_to_dict(row).items() if value is not None}
    changed = signed_in("admin").post(address(model, "change", row.pk), given | {field: "Bawa 1671 0457 0895 9001"})
    assert "Hapus NIK" in changed.text
    assert getattr(model.objects.get(pk=row.pk), field) == getattr(row, field)
    right = signed_in("admin").post(address(model, "change", row.pk), given | {field: "Bawa KK"})
    assert right.status_code == 302


def test_a_text_is_looked_at_as_it_arrives_before_it_is_saved(now: datetime) -> None:
    client, text = signed_in("admin"), current("withdrawn")
    assert 'formaction="' in client.get(address(MessageText, "change", text.pk)).text
    page = address(MessageText, "preview", text.pk)
    shown = client.post(page, {"subject": "Permohonan {nomor} batal", "body": WORDS}).text
    assert "Halo Siti. Permohonan PLG-7K3M-9QTX-4 sudah Anda batalkan sendiri." in shown
    assert "Buka permohonan" in shown
    assert "Dukcapil: Permohonan PLG-7K3M-9QTX-4 batal. " in shown
    assert "Simpan sebagai versi 2" in shown
    assert "Tanda yang dapat dipakai" in shown and "<b>{nomor}</b>" in shown
    assert f"menyetujui templat adm_{text.purpose}_v2" in shown
    assert WORDS in shown  # to be typed on
    assert MessageText.objects.filter(purpose="withdrawn").count() == 1
    assert client.get(page).url == address(MessageText, "change", text.pk)


def test_a_preview_says_what_is_wrong_and_offers_no_saving(now: datetime) -> None:
    client, text = signed_in("admin"), current("withdrawn")
    answer = client.post(address(MessageText, "preview", text.pk), {"subject": "{nik}", "body": "{nama} {nik}"})
    assert answer.status_code == 422
    for words in ("{nik} tidak dikenal", "Cantumkan {kode_pesan}", "Jangan mulai dengan tanda isian"):
        assert words in answer.text
    assert "Simpan sebagai versi" not in answer.text


def test_an_old_version_is_not_previewed_and_other_roles_are_refused(now: datetime) -> None:
    client, old = signed_in("admin"), current("withdrawn")
    client.post(address(MessageText, "change", old.pk), {"subject": "Batal", "body": WORDS})
    assert client.post(address(MessageText, "preview", old.pk), {"subject": "x", "body": WORDS}).status_code == 403
    answer = signed_in("officer").post(address(MessageText, "preview", old.pk), {"subject": "x", "body": WORDS})
    assert answer.status_code == 403


def test_the_history_of_a_text_has_all_versions_with_what_changed(
    now: datetime, django_assert_max_num_queries: Any
) -> None:
    client, first = signed_in("admin"), current("withdrawn")
    for body in (WORDS, WORDS.replace("sendiri", "kemarin")):
        text = current("withdrawn")
        client.post(address(MessageText, "change", text.pk), {"subject": "Batal", "body": body})
    with django_assert_max_num_queries(8):
        page = client.get(address(MessageText, "history", first.pk)).text
    assert page.index("Versi 3 (dipakai)") < page.index("Versi 2<") < page.index("Versi 1<")
    assert "<del>sendiri.</del>" in page
    assert "<ins>kemarin.</ins>" in page
    assert first.subject in page


def route_fields(route: NoticeRoute, **over: Any) -> dict[str, Any]:
    fields = {"first": "whatsapp", "second": "sms", "third": "email", "priority": route.priority, "calls": "on"}
    return fields | over


def test_the_way_of_a_notice_is_changed_and_the_log_says_what_it_was(now: datetime) -> None:
    client, route = signed_in("admin"), NoticeRoute.objects.get(purpose="received")
    page = address(NoticeRoute, "change", route.pk)
    assert "sudah kami terima" in client.get(page).text
    client.post(page, route_fields(route, first="email", second="whatsapp", third="", next_after_failure="on"))
    route.refresh_from_db()
    assert (route.channels, route.calls) == (["email", "whatsapp"], True)
    (line,) = LogEntry.objects.all()
    assert line.change_message == "channels whatsapp sms email → email whatsapp; calls no → yes"
    assert line.change_message in client.get(address(NoticeRoute, "history", route.pk)).text


@pytest.mark.parametrize(
    ("purpose", "over", "words"),
    [
        ("received", {"second": "whatsapp"}, "Setiap kanal hanya sekali."),
        ("received", {"first": "fax"}, "fax"),
        ("received", {"priority": "10"}, "Isi angka 0 sampai 9."),
        ("invitation", {}, "pilih WhatsApp saja"),
    ],
)
def test_a_way_that_leads_nowhere_is_said_beside_its_field(
    now: datetime, purpose: str, over: dict[str, str], words: str
) -> None:
    client, route = signed_in("admin"), NoticeRoute.objects.get(purpose=purpose)
    answer = client.post(address(NoticeRoute, "change", route.pk), route_fields(route, **over))
    assert words in answer.text
    assert not LogEntry.objects.exists()


def test_ways_are_neither_added_nor_deleted_and_their_list_asks_few_questions(
    now: datetime, django_assert_max_num_queries: Any
) -> None:
    client, route = signed_in("admin"), NoticeRoute.objects.get(purpose="received")
    assert client.get(address(NoticeRoute, "add")).status_code == 403
    assert client.post(address(NoticeRoute, "delete", route.pk), {"post": "yes"}).status_code == 403
    with django_assert_max_num_queries(8):
        assert "WhatsApp, lalu SMS, lalu surel" in client.get(address(NoticeRoute)).text


@pytest.mark.parametrize("model", [Zone, ZoneCoverage, Closure, Holiday, ProtocolItem])
def test_what_moves_visits_is_to_look_at_here_and_changed_at_kelola(now: datetime, model: Any) -> None:
    client = signed_in("admin")
    assert client.get(address(model)).status_code == 200
    assert client.get(address(model, "add")).status_code == 403
    row = model.objects.first()
    if row is not None:
        assert client.post(address(model, "change", row.pk), {"name": "x"}).status_code == 403
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
