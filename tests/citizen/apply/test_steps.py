"""How far it is: at most seven pages from the reason to the check page, and the minutes left on each."""

from typing import Any

import pytest
from django.test import Client

from requests_app.citizen.apply.pace import USUAL
from requests_app.citizen.apply.steps import STEPS
from requests_app.rules.catalogue import Service
from requests_app.rules.pacing import Work
from tests.citizen.apply.test_bad_input import young
from tests.citizen.apply.walk import ADDRESS, BASE, OWNER, REASONS, WHY, send, text_of, walk

pytestmark = pytest.mark.django_db

PAGES = {"baru": 6, "hilang": 7, "rusak": 6, "perubahan_data": 7, "pindah_datang": 6, "luar_domisili": 7}


@pytest.mark.parametrize("reason", REASONS)
def test_at_most_seven_pages_for_each_reason(client: Client, reason: str) -> None:
    walk(client, reason)
    assert f"Langkah {PAGES[reason]} dari {PAGES[reason]}" in text_of(client.get(f"{BASE}periksa/"))
    assert PAGES[reason] <= 7


@pytest.mark.parametrize("applicant", ["self", "outsider"])
@pytest.mark.parametrize("reason", REASONS)
def test_a_whole_application_takes_at_most_sixty_taps(reason: str, applicant: str) -> None:
    """One for each field, box and button; two for a list; three for a photo (button, shutter, accept)."""
    taps = 2  # "Ajukan" on the front page, "Mulai"
    for step, data in pages_of(reason, applicant).items():
        photos = {name for name in data if name.isupper()}
        lists = {name for name in data if name == "kelurahan" or name.endswith(("_agama", "_status_perkawinan"))}
        several = sum(len(value) - 1 for value in data.values() if isinstance(value, list))
        taps += len(data) + len(lists) + 2 * len(photos) + several + (step != "berkas")
    assert taps <= 60


def pages_of(reason: str, applicant: str) -> dict[str, dict[str, Any]]:
    """What is given on each page, the buttons left out (on the documents page it is among the data)."""
    more_address, details, documents = REASONS[reason]
    other = dict.fromkeys(("applicant_name", "applicant_nik", "applicant_relation")) if applicant != "self" else {}
    power = {"F_1_07"} if applicant == "outsider" else set()
    return {
        "alasan": {"reason": reason, **WHY.get(reason, {})},
        "pemilik": {**OWNER, "nik": "", **other},
        "alamat": {**ADDRESS, **more_address},
        **({"keterangan": details} if details else {}),
        "berkas": {"lanjut": "1", **dict.fromkeys(documents | power)},
        "kabar": {"contact": "whatsapp", "phone": "", "phone_owner": "other", "phone_owner_name": "", "email": ""},
        "periksa": {"statement": "on"},
    }


def test_under_17_one_question_more_and_still_seven(client: Client) -> None:
    walk(client, "baru", upto="alamat", **young())
    send(client, "alamat", ADDRESS)
    assert "Langkah 4 dari 7" in text_of(client.get(f"{BASE}keterangan/"))


def test_a_damaged_card_outside_its_domicile_needs_no_police_letter(client: Client) -> None:
    walk(client, upto="alasan")
    send(client, "alasan", {"reason": "luar_domisili", "cause": "rusak"})
    assert "dari 6" in text_of(client.get(f"{BASE}pemilik/"))


def test_the_number_of_pages_never_grows_on_the_way(client: Client) -> None:
    walk(client, upto="alasan")
    assert "Langkah 1 dari 7" in text_of(client.get(f"{BASE}alasan/"))
    send(client, "alasan", {"reason": "baru", **WHY["baru"]})
    assert "Langkah 2 dari 6" in text_of(client.get(f"{BASE}pemilik/"))


def test_each_page_says_how_many_minutes_are_left(client: Client) -> None:
    walk(client, "hilang")
    left = {step.slug: text_of(client.get(step.address)) for step in STEPS[Service.KTP_EL]}
    assert "Langkah 1 dari 7 · sekitar 2 menit lagi" in left["alasan"]
    assert "Langkah 7 dari 7 · kurang dari 1 menit" in left["periksa"]


@pytest.mark.parametrize("service", Service)
def test_every_step_has_its_usual_work_and_all_of_it_takes_less_than_three_minutes(service: Service) -> None:
    works = [USUAL[step.slug] for step in STEPS[service]]
    assert sum(works, Work()).seconds < 180
    assert all(work.pages == 1 for work in works)


def test_no_step_is_timed_that_nobody_takes() -> None:
    assert set(USUAL) == {step.slug for steps in STEPS.values() for step in steps}


@pytest.mark.parametrize(
    ("reason", "heading"),
    [("hilang", "Surat kehilangan dari polisi"), ("perubahan_data", "Data apa yang berubah?")],
)
def test_the_page_of_details_is_named_after_the_one_thing_it_asks(client: Client, reason: str, heading: str) -> None:
    walk(client, reason, upto="keterangan")
    assert f"<h1>{heading}</h1>" in client.get(f"{BASE}keterangan/").content.decode()
