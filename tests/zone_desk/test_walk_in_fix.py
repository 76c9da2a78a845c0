"""A paper that was not good enough is photographed at the counter."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import Application, Document, Officer, Promise, Zone
from requests_app.operations.decisions import Verdict
from tests.citizen.apply.walk import PHOTO, upload
from tests.factories import CORRECTION, decided, new_nik, submitted
from tests.operations.offices import AWAY
from tests.zone_desk.counter import start_of

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def faulted(now: datetime) -> Application:
    """The photo of the family card was blurred."""
    return decided(now - timedelta(days=1), CORRECTION, kk_number=new_nik())


def at(zone: Zone, application: Application) -> str:
    return f"{start_of(zone)}{application.number}/perbaikan/"


def test_it_goes_on_as_if_the_citizen_had_sent_it(
    desk: Client, zone: Zone, clerk: Officer, faulted: Application
) -> None:
    assert at(zone, faulted) in desk.get(f"{start_of(zone)}{faulted.number}/").text
    assert "Foto tidak terbaca jelas" in desk.get(at(zone, faulted)).text
    answer = desk.post(at(zone, faulted), {"KK": upload(), "kirim": "1"})
    assert (answer.status_code, answer["Location"]) == (302, f"{start_of(zone)}{faulted.number}/")
    faulted.refresh_from_db()
    assert (faulted.status, faulted.round) == ("submitted", 2)
    assert faulted.events.get(step="resubmit").officer == clerk
    assert Promise.objects.get(application=faulted, round=1).evidence == "told"
    assert Promise.objects.get(application=faulted, round=2).outcome == "open"


def test_without_a_photo_nothing_is_sent(desk: Client, zone: Zone, faulted: Application) -> None:
    answer = desk.post(at(zone, faulted), {"kirim": "1"})
    assert (answer.status_code, "Belum ada foto atau PDF yang baru." in answer.text) == (422, True)
    answer = desk.post(at(zone, faulted), {"KK": upload(b"x"), "kirim": "1"})
    assert answer.status_code == 422 and not Document.objects.exists()
    faulted.refresh_from_db()
    assert faulted.status == "needs_correction"


def test_photos_come_one_by_one_and_can_be_taken_back(desk: Client, zone: Zone, faulted: Application) -> None:
    answer = desk.post(at(zone, faulted), {"unggah": "KK", "KK": upload(PHOTO)}, **SCRIPT)
    photo = Document.objects.get()
    assert json.loads(answer.content)["stored"] == str(photo.pk)
    assert desk.get(f"{at(zone, faulted)}{photo.pk}/")["Content-Type"] == "image/jpeg"
    assert desk.get(f"{at(zone, faulted)}{uuid.uuid4()}/").status_code == 404
    assert desk.post(at(zone, faulted), {"unggah": "PASPOR"}, **SCRIPT).status_code == 409
    assert desk.post(at(zone, faulted), {"hapus": str(photo.pk)}).status_code == 200
    assert not Document.objects.exists()


def test_data_are_corrected_by_the_citizen(desk: Client, zone: Zone, now: datetime) -> None:
    items = [{"target": "KK", "reason": "foto_buram"}, {"target": "name", "reason": "data_beda_kk"}]
    application = decided(now - timedelta(days=1), Verdict("needs_correction", items=items), kk_number=new_nik())
    assert "Foto yang kurang" not in desk.get(f"{start_of(zone)}{application.number}/").text
    assert desk.get(at(zone, application)).status_code == 409


def test_only_what_is_asked_and_only_here(
    desk: Client, other_desk: Client, zone: Zone, other_zone: Zone, faulted: Application, now: datetime
) -> None:
    fine, away = submitted(now), decided(now, CORRECTION, kelurahan=AWAY, kk_number=new_nik())
    photo: dict[str, Any] = {"KK": upload(), "kirim": "1"}
    assert desk.post(at(zone, fine), photo).status_code == 409
    assert desk.post(at(zone, fine), {"unggah": "KK", "KK": upload()}, **SCRIPT).status_code == 409
    for browser, place, application in (
        (desk, zone, away),
        (other_desk, zone, faulted),
        (other_desk, other_zone, faulted),
    ):
        assert browser.post(at(place, application), photo).status_code == 404
        assert browser.get(f"{at(place, application)}{uuid.uuid4()}/").status_code == 404
    assert not Document.objects.exists()
