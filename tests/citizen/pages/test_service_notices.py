"""What the office tells everybody: set in the admin, above every citizen page, without a query of its own."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from lxml import html

from requests_app.clock import database_now
from requests_app.models import ServiceNotice
from tests.factories import OfficerFactory

pytestmark = pytest.mark.django_db
ADD = reverse("admin:requests_app_servicenotice_add")
PAGES = ["/", "/keperluan/", "/keperluan/ktp-hilang/", "/cek-pesan/", "/zona/", "/privasi/", "/aksesibilitas/",
         "/lacak/", "/ajukan/ktp-el/"]  # fmt: skip


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(OfficerFactory(role="admin", is_staff=True, is_superuser=True))
    return client


def typed(**over):
    given = {
        "text": "Kantor tutup Kamis. Permohonan tetap masuk.", "tone": "warn", "shown_on": "all",
        "starts_at_0": "23/11/2026", "starts_at_1": "08:00", "ends_at_0": "24/11/2036", "ends_at_1": "08:00",
    }  # fmt: skip
    return given | over


def set_notice(**over) -> ServiceNotice:
    now = database_now()
    values = {"text": "Blangko sedang kurang.", "tone": "warn", "starts_at": now - timedelta(hours=1)} | over
    return ServiceNotice.objects.create(**{"ends_at": now + timedelta(hours=1), **values})


def shown_on(client, address: str) -> list[str]:
    cache.clear()
    tree = html.fromstring(client.get(address).content)
    return [" ".join(p.text_content().split()) for p in tree.cssselect("section[aria-label='Kabar layanan'] p")]


def test_an_admin_sets_it_and_citizens_read_it(admin, client):
    assert admin.post(ADD, typed(starts_at_0="23/11/2020")).status_code == 302
    assert shown_on(client, "/") == ["Perhatian: Kantor tutup Kamis. Permohonan tetap masuk."]


@pytest.mark.parametrize("address", PAGES)
def test_it_stands_on_every_citizen_page_and_on_no_staff_page(client, admin, address):
    set_notice()
    assert shown_on(client, address) == ["Perhatian: Blangko sedang kurang."]
    assert shown_on(client, "/petugas/masuk/") == shown_on(admin, "/admin/") == []


def test_one_for_the_start_page_stands_there_only(client):
    set_notice(shown_on="start")
    assert shown_on(client, "/")
    assert not shown_on(client, "/lacak/")


def test_colour_never_speaks_alone(client):
    set_notice(tone="bad")
    set_notice(tone="info", text="Kantor pindah.")
    assert {line.split(":")[0] for line in shown_on(client, "/")} == {"Gangguan layanan", "Pemberitahuan"}
    assert len(html.fromstring(client.get("/").content).cssselect("section .notice svg")) == 2


def test_its_words_are_only_words(client):
    set_notice(text="Buka <b>kembali</b> Senin.")
    cache.clear()
    assert "&lt;b&gt;kembali" in client.get("/").content.decode()


def test_pages_do_not_ask_the_database_for_it(client, django_assert_num_queries):
    set_notice()
    client.get("/privasi/")
    with django_assert_num_queries(0):
        assert "Blangko sedang kurang." in client.get("/privasi/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": "<script>x</script>"}, "tanpa tanda"),
        ({"text": "Baris satu\nBaris dua"}, "tanpa tanda"),
        ({"text": "Hubungi Budi 0812-3456-7890, NIK 1671015708959901"}, "Jangan cantumkan NIK"),
        ({"text": "a" * 201}, "200"),
        ({"text": ""}, "Bidang ini"),
        ({"ends_at_0": "22/11/2026"}, "Waktu selesai harus sesudah waktu mulai."),
    ],
)
def test_what_cannot_stand_there_is_refused_in_words(admin, wrong, message):
    answer = admin.post(ADD, typed(**wrong))
    assert answer.status_code == 200
    assert message in answer.content.decode()
    assert not ServiceNotice.objects.exists()


def test_it_is_ended_and_never_deleted_and_the_log_holds_no_words(admin):
    admin.post(ADD, typed())
    row = ServiceNotice.objects.get()
    address = reverse("admin:requests_app_servicenotice_change", args=[row.pk])
    assert admin.post(address, typed(ends_at_0="23/11/2026", ends_at_1="09:00")).status_code == 302
    assert admin.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    log = [(entry.object_repr, entry.change_message) for entry in LogEntry.objects.order_by("pk")]
    assert len(log) == 2
    assert "Kantor tutup" not in str(log)
