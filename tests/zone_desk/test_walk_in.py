"""Registering somebody at the counter: what online asks and no more, one page, and nothing is ever lost."""

import json
import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from requests_app.models import AccessLog, Application, Document, Draft, Notice, Officer, ProtocolItem, Visit, Zone
from requests_app.operations.drafts import remove_old_drafts
from requests_app.rules.catalogue import REASONS, Service
from requests_app.rules.walk_ins import TOLD_BY
from requests_app.zone_desk.walk_in_drafts import HELD
from tests.citizen.apply.walk import PHOTO, apply, text_of, upload
from tests.factories import new_nik, submitted
from tests.operations.offices import AWAY, HOME
from tests.zone_desk.counter import begin, checklist, filled_in, photo, problems_of, register, send, start_of

pytestmark = pytest.mark.django_db
EVERY_REASON = [(service, reason) for service, reasons in REASONS.items() for reason in reasons]
OWN = {"nik", "phone"}
SCRIPT = {"HTTP_ACCEPT": "application/json"}


@pytest.mark.parametrize(("service", "reason"), EVERY_REASON)
def test_the_counter_asks_what_online_asks(desk: Client, zone: Zone, service: Service, reason: str) -> None:
    online = apply(Client(), reason, service)
    counter = register(desk, zone, reason, service)
    for application in (online, counter):
        application.asked = {k: v for k, v in application.answers.items() if k not in OWN}  # type: ignore[attr-defined]
    assert counter.asked == online.asked  # type: ignore[attr-defined]
    assert papers_of(counter) == papers_of(online)
    assert counter.due_at - counter.submitted_at == online.due_at - online.submitted_at
    assert Notice.objects.get(application=counter).purpose == Notice.objects.get(application=online).purpose


def papers_of(application: Application) -> set[str]:
    return set(application.documents.values_list("document_code", flat=True))


def test_the_papers_are_demanded_as_online(desk: Client, zone: Zone) -> None:
    data = {name: value for name, value in filled_in().items() if name not in {"KK", "SURAT_HILANG"}}
    answer = send(desk, begin(desk, zone), data)
    assert answer.status_code == 422
    assert problems_of(answer) == [
        "Surat kehilangan dari kepolisian: Belum ada foto atau PDF.", "Kartu Keluarga: Belum ada foto atau PDF.",
    ]  # fmt: skip
    assert not Application.objects.exists()


def test_a_number_a_receipt_and_who_did_it(desk: Client, zone: Zone, clerk: Officer) -> None:
    application = register(desk, zone, kelurahan=AWAY)
    visit = Visit.objects.get()
    assert (application.channel, application.registered_by) == ("counter", clerk)
    assert (visit.number, visit.zone, visit.allowed_by, visit.people) == ("L1", zone, clerk, 1)
    assert visit.protocol == list(ProtocolItem.objects.filter(in_force=True).values_list("pk", flat=True))
    address = desk.session[HELD][0][0]
    page = text_of(desk.get(f"{start_of(zone)}{address}/bukti/"))
    assert "Nomor antrean di UPTD Zona 7" in page and "Alamatnya dilayani UPTD Zona 1" in page
    assert "Periksa sekarang" not in page, "it is reviewed where they live"
    sheet = desk.get(f"{start_of(zone)}{address}/bukti/bukti.pdf")
    assert (sheet["Content-Type"], sheet.content[:5]) == ("application/pdf", b"%PDF-")


def test_who_lives_here_can_be_reviewed_at_once(desk: Client, zone: Zone) -> None:
    application = register(desk, zone)
    page = desk.get(f"{start_of(zone)}{desk.session[HELD][0][0]}/bukti/").text
    assert f"/petugas/permohonan/{application.number}/ambil/" in page
    assert f"?dari={application.number}&amp;keluarga=1" in page


@pytest.mark.parametrize(("told_by", "words"), [("page", "halaman Lacak"), ("counter", "loket"), ("ward", "kelurahan")])
def test_without_a_phone_the_receipt_says_how_they_hear(desk: Client, zone: Zone, told_by: str, words: str) -> None:
    application = register(desk, zone, contact={"contact": "none"}, told_by=told_by)
    page = text_of(desk.get(f"{start_of(zone)}{desk.session[HELD][0][0]}/bukti/"))
    assert "Kode rahasia" in page and words in page.partition("Dikabari")[2]
    assert (application.contact, application.phone, application.answers["told_by"]) == ("none", "", told_by)
    desk_page = text_of(desk.get(f"/petugas/permohonan/{application.number}/"))
    assert TOLD_BY[told_by] in desk_page, "the officer who decides knows it too"
    assert "Datang langsung (" in desk_page


def test_without_a_phone_somebody_says_how(desk: Client, zone: Zone) -> None:
    answer = send(desk, begin(desk, zone), filled_in(contact={"contact": "none"}))
    assert problems_of(answer) == ["Pilih bagaimana jawabannya sampai."]


def test_a_neighbours_number_has_its_owner(desk: Client, zone: Zone) -> None:
    phone = {"contact": "whatsapp", "phone": "080000000099", "phone_owner": "other"}
    assert problems_of(send(desk, begin(desk, zone), filled_in(contact=phone))) == ["Isi nama pemilik nomor."]
    application = register(desk, zone, contact=phone, phone_owner_name="Pak Rahmat")
    assert (application.phone_owner, application.answers["phone_owner"]) == ("Pak Rahmat", "other")


def test_a_second_application_of_the_same_key_is_registered_like_any_other(desk: Client, zone: Zone) -> None:
    first = register(desk, zone)
    second = register(desk, zone, nik=first.nik)
    assert (first.status, second.status) == ("submitted", "held_duplicate")
    pages = [text_of(desk.get(f"{start_of(zone)}{held}/bukti/")) for held, _ in desk.session[HELD]]
    receipts = {re.sub(r"PLG-[0-9A-Z-]+|\d", "", page.partition("Nomor permohonan")[2]) for page in pages}
    assert len(receipts) == 1, "the paper says the same"
    assert Visit.objects.count() == 1, "the same person keeps the number"


# --- legalisir that nobody needs


@pytest.mark.parametrize("signature", ["electronic", "ktp_el"])
def test_what_needs_no_legalisir_is_not_registered(desk: Client, zone: Zone, signature: str) -> None:
    address = begin(desk, zone, Service.LEGALISIR, "akta_kelahiran")
    answer = send(desk, address, filled_in("akta_kelahiran", Service.LEGALISIR, signature=signature))
    assert answer.status_code == 422
    assert problems_of(answer) == ["Dokumen ini tidak perlu legalisir, jadi permohonannya tidak kami terima."]
    assert f"{start_of(zone)}tanpa-legalisir/" in answer.text
    assert not Application.objects.exists()


def test_why_no_legalisir_is_needed_can_be_taken_home(desk: Client, zone: Zone) -> None:
    page = desk.get(f"{start_of(zone)}tanpa-legalisir/")
    assert "Nomor 104 Tahun 2019, Pasal 19 ayat (6)" in page.text
    assert "data-print" in page.text


# --- bad input keeps everything


WRONG: dict[str, tuple[dict[str, str], str]] = {
    "short nik": ({"nik": "12345"}, "NIK"),
    "letters in the kk number": ({"kk_number": "abc"}, "KK"),
    "no name": ({"name": " "}, "Isi nama lengkap"),
    "a birthday to come": ({"birth_date_2": "2999"}, "lahir"),
    "no such kelurahan": ({"kelurahan": "99.99"}, "Pilih kelurahan"),
    "a phone that is none": ({"phone": "12"}, "nomor"),
    "nobody comes in": ({"people": "0"}, "Paling sedikit 1 orang."),
    "half the city comes in": ({"people": "500"}, "Paling banyak 20 orang."),
    "people in letters": ({"people": "dua"}, "dengan angka"),
    "no statement": ({"statement": ""}, "Bacakan pernyataan"),
    "a letter of tomorrow": ({"police_date_2": "2999"}, "belum terjadi"),
}


@pytest.mark.parametrize("case", WRONG)
def test_bad_input_is_named_and_nothing_is_lost(desk: Client, zone: Zone, case: str) -> None:
    change, words = WRONG[case]
    address = begin(desk, zone)
    answer = send(desk, address, filled_in(**change))
    assert answer.status_code == 422
    (problem,) = problems_of(answer)
    assert words in problem
    assert not (Application.objects.exists() or Visit.objects.exists() or Notice.objects.exists())
    assert {document.document_code for document in Document.objects.all()} == {"KK", "SURAT_HILANG"}
    assert Draft.objects.get().answers["police_number"] == "LP/123/XI/2020"
    assert answer.text.count("Foto 1<small>") == 2, "the photos are listed"
    for name, value in change.items():
        if value.strip() and name not in {"kelurahan"}:
            assert f'value="{value}"' in answer.text, "what was typed stands there"
    again = send(desk, address, {k: v for k, v in filled_in().items() if k not in {"KK", "SURAT_HILANG"}})
    assert again.status_code == 302, "without taking the photos again"


def test_copies_zero_or_five_hundred(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone, Service.LEGALISIR, "akta_lain")
    for copies, words in (("0", "paling sedikit 1"), ("500", "Paling banyak 20 lembar")):
        (problem,) = problems_of(send(desk, address, filled_in("akta_lain", Service.LEGALISIR, copies=copies)))
        assert words in problem


def test_every_line_of_the_protocol_is_ticked_or_explained(desk: Client, zone: Zone) -> None:
    line = ProtocolItem.objects.filter(in_force=True)[0]
    address, data = begin(desk, zone), filled_in()
    del data[f"rule_{line.pk}"]
    assert problems_of(send(desk, address, data)) == [f"{line.text}: centang, atau tulis mengapa tidak."]
    data |= {"KK": photo(1), "SURAT_HILANG": photo(2), f"why_{line.pk}": "asma"}
    assert send(desk, address, data).status_code == 302
    assert Visit.objects.get().allow_reason == f"Mendaftar di loket. {line.text}: asma"


def test_a_line_that_came_into_force_meanwhile_is_asked(desk: Client, zone: Zone) -> None:
    address, data = begin(desk, zone), filled_in()
    ProtocolItem.objects.create(text="Suhu diukur", position=9)
    assert problems_of(send(desk, address, data)) == ["Suhu diukur: centang, atau tulis mengapa tidak."]


def test_a_file_that_is_no_photo_is_refused_beside_the_others(desk: Client, zone: Zone) -> None:
    answer = send(desk, begin(desk, zone), {**filled_in(), "KK": upload(b"<?php", "foto.jpg")})
    assert answer.status_code == 422
    assert problems_of(answer)[0].startswith("Kartu Keluarga: ")
    assert [document.document_code for document in Document.objects.all()] == ["SURAT_HILANG"]


@pytest.mark.parametrize("pilihan", ["", "ktp_el", "ktp_el:tambah_anggota", "sim:baru", "legalisir:ktp_el"])
def test_a_tile_that_is_none(desk: Client, zone: Zone, pilihan: str) -> None:
    answer = desk.post(start_of(zone), {"pilihan": pilihan})
    assert answer.status_code == 422
    assert "Pilih satu layanan dan alasannya." in answer.text
    assert not Draft.objects.exists()


def test_a_reason_that_is_none_leaves_the_one_that_was_chosen(desk: Client, zone: Zone) -> None:
    answer = send(desk, begin(desk, zone), {**filled_in(), "reason": "tidak_ada"})
    assert answer.status_code == 422
    assert Draft.objects.get().answers["reason"] == "hilang"


# --- the form lives on


def test_what_is_good_is_kept_and_what_is_half_typed_stays_on_the_page(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone)
    assert send(desk, address, {"name": "Siti Contoh", "reason": "hilang"}, "simpan").status_code == 302
    answer = send(desk, address, {"name": "Siti Contoh", "nik": "167", "reason": "hilang"}, "simpan")
    assert (answer.status_code, 'value="167"' in answer.text) == (200, True)
    assert "errors" not in answer.text and "nik" not in Draft.objects.get().answers
    assert 'value="Siti Contoh"' in desk.get(address).text


def test_photos_come_one_by_one_and_can_be_taken_back(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone)
    for seed in (1, 2):
        assert send(desk, address, {"KK": photo(seed), "reason": "hilang"}, "unggah", "KK").status_code == 302
    first, second = Document.objects.order_by("uploaded_at")
    assert desk.get(f"{address}berkas/{first.pk}/")["Content-Type"] == "image/jpeg"
    assert desk.get(f"{address}berkas/{uuid.uuid4()}/").status_code == 404
    send(desk, address, {"reason": "hilang"}, "hapus", str(first.pk))
    assert [document.pk for document in Document.objects.all()] == [second.pk]


def test_the_script_keeps_each_change_and_learns_what_it_leads_to(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone)
    data = {"reason": "hilang", "name": "Siti Contoh", "applicant": "outsider"}
    answer = desk.post(address, data, **SCRIPT)
    parts = json.loads(answer.content)
    assert parts["papers"]["keys"] == "SURAT_HILANG KK F_1_07"
    assert 'data-code="F_1_07"' in parts["papers"]["html"]
    assert parts["details"]["keys"] == "police_number police_date police_station"
    assert Draft.objects.get().answers["name"] == "Siti Contoh"


def test_the_script_sends_a_photo_by_itself(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone)
    answer = desk.post(address, {"reason": "hilang", "unggah": "KK", "KK": upload(PHOTO)}, **SCRIPT)
    assert (answer.status_code, json.loads(answer.content)["stored"]) == (200, str(Document.objects.get().pk))
    gone = desk.post(address, {"reason": "hilang", "unggah": "PASPOR", "PASPOR": upload(PHOTO)}, **SCRIPT)
    assert gone.status_code == 409


def test_papers_of_answers_that_were_changed_do_not_go_along(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone)
    send(desk, address, {"reason": "hilang", "applicant": "outsider", "F_1_07": photo()}, "unggah", "F_1_07")
    assert send(desk, address, filled_in()).status_code == 302
    assert papers_of(Application.objects.get()) == {"KK", "SURAT_HILANG"}


def test_a_form_that_was_sent_leads_to_its_receipt(desk: Client, zone: Zone) -> None:
    address, data = begin(desk, zone), filled_in()
    receipt = send(desk, address, data)["Location"]
    again = send(desk, address, filled_in())
    assert (again.status_code, again["Location"]) == (302, receipt)
    assert desk.get(address)["Location"] == receipt
    assert desk.post(address, {"reason": "hilang"}, **SCRIPT).status_code == 409
    assert Application.objects.count() == 1


def test_a_form_that_was_thrown_away_in_another_tab_comes_again(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone)
    assert "Hapus formulir ini?" in desk.get(f"{address}hapus/").text
    assert desk.post(f"{address}hapus/").status_code == 302
    answer = send(desk, address, {"service": "ktp_el", "reason": "hilang", "name": "Siti Contoh"})
    assert answer.status_code == 422
    assert "sudah dihapus di halaman lain" in answer.text and 'value="Siti Contoh"' in answer.text
    assert f'action="{start_of(zone)}{Draft.objects.get().pk}/"' in answer.text
    assert desk.get(address)["Location"] == start_of(zone)


def test_a_forgotten_form_is_swept_away_with_its_photos(desk: Client, zone: Zone, now: Any) -> None:
    address = begin(desk, zone)
    send(desk, address, {"reason": "hilang", "KK": photo()}, "unggah", "KK")
    assert remove_old_drafts(now=now + timedelta(days=8)) == 1
    assert not Document.objects.exists()
    assert desk.get(start_of(zone)).status_code == 200


def test_several_forms_at_once_and_none_of_a_citizens(desk: Client, zone: Zone) -> None:
    apply_address = "/ajukan/ktp-el/"
    desk.post(apply_address)
    for name in ("Siti", "Budi"):
        send(desk, begin(desk, zone), {"reason": "hilang", "name": name}, "simpan")
    page = text_of(desk.get(start_of(zone)))
    assert "Belum selesai" in page and "Siti" in page and "Budi" in page
    assert len(desk.session[HELD]) == 2 and Draft.objects.count() == 3


# --- data need not be typed twice


def test_the_same_person_asks_for_something_else(desk: Client, zone: Zone, clerk: Officer) -> None:
    first = register(desk, zone)
    address = begin(desk, zone, Service.KK, "rusak", dari=first.number)
    kept = Draft.objects.exclude(application__isnull=False).get().answers
    assert (kept["name"], kept["nik"], kept["kelurahan"]) == (first.name, first.nik, HOME)
    assert "police_number" not in kept
    assert AccessLog.objects.filter(officer=clerk, action="open", application=first).exists()
    assert 'value="Siti Contoh"' in desk.get(address).text


def test_another_member_has_the_same_family_and_address_only(desk: Client, zone: Zone) -> None:
    first = register(desk, zone)
    begin(desk, zone, dari=first.number, keluarga="1")
    kept = Draft.objects.exclude(application__isnull=False).get().answers
    assert kept["kk_number"] == first.kk_number and kept["phone"] == first.phone
    assert not {"name", "nik", "birth_date", "sex"} & set(kept)


def test_a_card_that_follows_the_family_card_comes_after_it(desk: Client, zone: Zone) -> None:
    address = begin(desk, zone, reason="perubahan_data")
    answer = send(desk, address, filled_in("perubahan_data", kk_updated="no"))
    assert answer.status_code == 422 and 'name="kk_dulu"' in answer.text
    family = send(desk, address, filled_in("perubahan_data", kk_updated="no"), "kk_dulu")["Location"]
    assert Draft.objects.get(service="kk").answers["reason"] == "perubahan_elemen_data"
    story = filled_in("perubahan_elemen_data", Service.KK)
    assert send(desk, family, story).status_code == 302
    card = Application.objects.get()
    begin(desk, zone, reason="perubahan_data", dari=card.number)
    kept = Draft.objects.filter(service="ktp_el").latest("started_at").answers
    assert (kept["kk_updated"], kept["nik"], kept["elements"]) == ("applied", card.nik, card.answers["elements"])
    assert kept["depends_on"] == card.pk


def test_data_of_another_zones_application_are_not_taken_over(desk: Client, zone: Zone, now: datetime) -> None:
    away = submitted(now, kelurahan=AWAY)
    begin(desk, zone, dari=away.number)
    assert set(Draft.objects.get(application=None).answers) == {"reason"}


def test_a_nik_that_nobody_has_is_typed_once(desk: Client, zone: Zone) -> None:
    nik = new_nik()
    page = desk.post(start_of(zone), {"cari": nik})
    assert "Belum ada permohonan dengan NIK ini." in page.text
    begin(desk, zone, nik=nik)
    assert Draft.objects.get().answers["nik"] == nik


# --- how much it costs


def test_the_pages_ask_the_database_little(desk: Client, zone: Zone, django_assert_max_num_queries: Any) -> None:
    address = begin(desk, zone)
    desk.get(address)
    with django_assert_max_num_queries(9):
        desk.get(start_of(zone))
    with django_assert_max_num_queries(13):
        desk.get(address)
    with django_assert_max_num_queries(18):
        desk.post(address, {"reason": "hilang"}, **SCRIPT)
    data = filled_in()
    with django_assert_max_num_queries(95):
        send(desk, address, data)
    with django_assert_max_num_queries(14):
        desk.get(f"{address}bukti/")


def test_checklist_is_what_the_page_asks(desk: Client, zone: Zone) -> None:
    page = desk.get(begin(desk, zone)).text
    assert all(f'name="{name}"' in page for name in checklist())
