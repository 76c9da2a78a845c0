"""Cards at the desk: found by code or without, handed to the right person only, and the lists of what waits."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from requests_app.models import AccessLog, CardPickup, CardPolicy, Handover, Officer, StockPhoto, Zone
from requests_app.operations.pickup_choice import choose_pickup
from requests_app.queries.cards import places_of
from requests_app.rules.dates import local_date
from tests.factories import OfficerFactory, new_nik
from tests.operations.cards import printed_card, ready_card
from tests.operations.offices import AWAY, open_office
from tests.operations.test_stock_photos import picture
from tests.zone_desk.conftest import signed_in

pytestmark = pytest.mark.django_db
DRAWN = "M1 1L2 2L3 3L4 4L5 5L6 6L7 7L8 8"
DAY = timedelta(days=1)


def at(pickup: CardPickup, what: str = "") -> str:
    """An address at the desk where this card lies."""
    return f"/kartu/{pickup.zone.code if pickup.zone else 'kantor'}/{what}"


def form_of(pickup: CardPickup) -> str:
    return at(pickup, f"serah/{pickup.application.number}/")


def find(client: Client, pickup: CardPickup, typed: str) -> Any:
    return client.post(at(pickup, "cari/"), {"code": typed})


def opened(client: Client, pickup: CardPickup, typed: str) -> str:
    """The address to which a search for this leads: the handover, with its mark."""
    address = find(client, pickup, typed)["Location"]
    assert address.startswith(f"{form_of(pickup)}?temu=")
    return str(address)


def filled(pickup: CardPickup, **over: Any) -> dict[str, Any]:
    """The form for an owner who signs on the screen."""
    given = {
        "nik": pickup.application.nik, "receiver": "owner", "old_card": "lost", "how": "drawn", "signature": DRAWN
    }  # fmt: skip
    return given | over


class TestFinding:
    @pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
    def test_by_the_code_of_the_message(self, desk: Client, pickup: CardPickup, write: Any) -> None:
        page = desk.get(opened(desk, pickup, write(pickup.code))).text
        assert "Kode ambil cocok" in page and "Kode slip kartu cocok" not in page
        assert "Kode pada slip kartu" in page, "that is asked for all the same"

    def test_without_a_code_by_number_or_nik_which_is_said(self, desk: Client, pickup: CardPickup) -> None:
        for typed in (pickup.application.number.lower(), pickup.application.nik):
            assert find(desk, pickup, typed)["Location"] == form_of(pickup)
        assert "Tanpa kode ambil" in desk.get(form_of(pickup)).text
        assert AccessLog.objects.filter(action="search_nik").count() == 1

    def test_by_the_slip_of_the_card(self, desk: Client, pickup: CardPickup) -> None:
        page = desk.get(opened(desk, pickup, pickup.application.cards.get().code)).text
        assert "Kode slip kartu cocok" in page and "Tanpa kode ambil" in page
        assert "Kode pada slip kartu" not in page

    @pytest.mark.parametrize("is_given", [False, True])
    @pytest.mark.parametrize(
        ("outcome", "reason", "words"),
        [("spoiled", "print", "dicatat rusak"), ("spoiled", "lost", "dicatat hilang"), ("dropped", "", "tidak jadi")],
    )
    def test_the_slip_of_a_card_that_was_replaced_opens_no_handover(
        self, desk: Client, pickup: CardPickup, outcome: str, reason: str, words: str, is_given: bool
    ) -> None:
        """Else that one is given away and the good one stays in the drawer: two cards in the world."""
        good = pickup.application.cards.get()
        replaced = good.application.cards.create(
            batch=good.batch, box=good.box, position=good.position + 1, code="Z" * 8, outcome=outcome, reason=reason,
            outcome_at=good.outcome_at,
        )  # fmt: skip
        if is_given:
            desk.post(form_of(pickup), filled(pickup))
        response = find(desk, pickup, replaced.code)
        assert response.status_code == 409
        assert words in response.text and "Sisihkan" in response.text and "cari dengan kode ambil" in response.text
        assert pickup.application.name not in response.text
        assert Handover.objects.count() == int(is_given)

    def test_nothing_typed(self, desk: Client, pickup: CardPickup) -> None:
        response = find(desk, pickup, " ")
        assert response.status_code == 422
        assert "Pindai kode QR warga" in response.text

    @pytest.mark.parametrize("typed", ["0000-0000", "halo", "PLG-0000-0000-0", "https://palsu.test/x/", "😀", "1" * 16])
    def test_an_unknown_or_forged_code(self, desk: Client, pickup: CardPickup, typed: str) -> None:
        response = find(desk, pickup, typed)
        assert response.status_code == 404
        assert "tidak kami kenal" in response.text
        assert pickup.application.name not in response.text

    def test_guessing_codes_ends(self, desk: Client, pickup: CardPickup) -> None:
        for _ in range(20):
            assert find(desk, pickup, "0000-0000").status_code == 404
        assert find(desk, pickup, pickup.code).status_code == 429

    def test_a_card_of_another_office_is_told_with_its_place_and_nothing_of_the_person(
        self, desk: Client, pickup: CardPickup, now: datetime
    ) -> None:
        other = ready_card(now, open_office(now, AWAY), name="Rahasia Contoh")
        response = find(desk, pickup, other.code)
        assert response.status_code == 409
        assert f"Kartunya ada di {other.zone.name}" in response.text if other.zone else False
        assert "Rahasia" not in response.text

    def test_what_is_not_there_yet(self, desk: Client, pickup: CardPickup, now: datetime) -> None:
        card = printed_card(now)
        response = find(desk, pickup, card.application.number)
        assert response.status_code == 409
        assert "belum siap diambil" in response.text


class TestHandingOver:
    def test_the_nik_to_compare_is_not_on_the_page(self, desk: Client, pickup: CardPickup) -> None:
        page = desk.get(form_of(pickup)).text
        assert pickup.application.name in page
        assert pickup.application.nik not in page
        assert pickup.application.kk_number not in page
        assert AccessLog.objects.filter(application=pickup.application, action="open").exists()

    def test_the_owner_signs_and_the_proof_says_so(self, desk: Client, pickup: CardPickup, clerk: Officer) -> None:
        response = desk.post(opened(desk, pickup, pickup.code), filled(pickup))
        assert response["Location"] == f"{form_of(pickup)}bukti/"
        handover = Handover.objects.get()
        assert (handover.officer, handover.by_code, handover.signature) == (clerk, True, DRAWN)
        proof = desk.get(response["Location"]).text
        assert "Pemilik kartu sendiri" in proof and DRAWN in proof and "Hasan Contoh" in proof

    def test_without_the_code_that_is_recorded(self, desk: Client, pickup: CardPickup) -> None:
        desk.post(form_of(pickup), filled(pickup, how="paper", signature=""))
        assert Handover.objects.get().by_code is False
        assert "Di kertas" in desk.get(f"{form_of(pickup)}bukti/").text

    def test_another_persons_identity_is_refused_and_nothing_is_stored(self, desk: Client, pickup: CardPickup) -> None:
        response = desk.post(form_of(pickup), filled(pickup, nik=new_nik()))
        assert response.status_code == 422
        assert "Bukan orangnya" in response.text
        assert not Handover.objects.exists()
        pickup.application.refresh_from_db()
        assert pickup.application.status == "ready_for_pickup"

    def test_five_wrong_people_and_the_desk_waits(self, desk: Client, pickup: CardPickup) -> None:
        for _ in range(5):
            desk.post(form_of(pickup), filled(pickup, nik=new_nik()))
        response = desk.post(form_of(pickup), filled(pickup))
        assert response.status_code == 429
        assert not Handover.objects.exists()

    @pytest.mark.parametrize(
        ("over", "words"),
        [
            ({"nik": ""}, "Ketik NIK dari identitas"),
            ({"nik": "123"}, "16"),
            ({"old_card": ""}, "Pilih keadaan kartu lama"),
            ({"old_card": "none"}, "Kartu lama"),
            ({"how": ""}, "Pilih cara tanda tangan"),
            ({"signature": ""}, "menandatangani di kotak"),
            ({"signature": "M1 1<script>"}, "menandatangani di kotak"),
            ({"receiver": "family"}, "Isi nama yang menerima"),
            ({"receiver": "family", "representative": "Budi"}, "Ketik NIK yang menerima"),
            ({"receiver": "family", "representative": "Budi", "representative_nik": "16"}, "16"),
            ({"receiver": "mandate", "representative": "Budi"}, "Foto surat kuasanya"),
            ({"receiver": "tetangga"}, "Siapa yang menerima"),
            ({"card_code": "bukan kode"}, "Kartu yang salah"),
        ],
    )
    def test_what_is_missing_or_wrong_is_said_and_nothing_is_stored(
        self, desk: Client, pickup: CardPickup, over: dict[str, str], words: str
    ) -> None:
        response = desk.post(form_of(pickup), filled(pickup, **over))
        assert response.status_code == 422
        assert words in response.text
        assert not Handover.objects.exists()

    def test_another_persons_card_in_the_hand(self, desk: Client, pickup: CardPickup, now: datetime) -> None:
        other = printed_card(now)
        response = desk.post(form_of(pickup), filled(pickup, card_code=other.code))
        assert response.status_code == 409
        assert "Kartu yang salah" in response.text
        assert not Handover.objects.exists()

    def test_a_relative_with_the_family_card(self, desk: Client, pickup: CardPickup) -> None:
        who = {"receiver": "family", "representative": "Budi Contoh", "representative_nik": new_nik()}
        refused = desk.post(form_of(pickup), filled(pickup, **who, family_kk="1671041708959999"))
        assert refused.status_code == 422 and "surat kuasa F-1.07" in refused.text
        desk.post(form_of(pickup), filled(pickup, **who, family_kk=pickup.application.kk_number))
        assert Handover.objects.get().signed_by == "Budi Contoh"
        assert "wakil pemilik kartu, satu KK" in desk.get(f"{form_of(pickup)}bukti/").text

    def test_somebody_else_with_a_letter(self, desk: Client, pickup: CardPickup) -> None:
        who = {"receiver": "mandate", "representative": "Ani Contoh", "representative_nik": new_nik()}
        no_photo = SimpleUploadedFile("surat.jpg", b"#!/bin/sh", "image/jpeg")
        assert desk.post(form_of(pickup), filled(pickup, **who, letter=no_photo)).status_code == 422
        assert not StockPhoto.objects.exists()
        letter = SimpleUploadedFile("surat.jpg", picture().read(), "image/jpeg")
        assert desk.post(form_of(pickup), filled(pickup, **who, letter=letter)).status_code == 302
        assert Handover.objects.get().letter == StockPhoto.objects.get()
        assert "dengan surat kuasa" in desk.get(f"{form_of(pickup)}bukti/").text

    def test_the_letter_is_seen_from_the_proof_where_the_card_was_given(self, now: datetime) -> None:
        """Also by the desk of another zone than the owner's; each look is recorded."""
        pickup = ready_card(now, Zone.objects.get(code="Z3"))
        clerk, stranger = OfficerFactory(role="counter"), OfficerFactory(role="counter")
        clerk.zones.add(pickup.zone)
        stranger.zones.add(Zone.objects.exclude(pk__in=[pickup.zone_id, pickup.application.zone_id])[0])
        desk = signed_in(clerk)
        letter = SimpleUploadedFile("surat.jpg", picture().read(), "image/jpeg")
        who = {"receiver": "mandate", "representative": "Budi Contoh", "representative_nik": new_nik()}
        assert desk.post(form_of(pickup), filled(pickup, **who, letter=letter)).status_code == 302
        photo = StockPhoto.objects.get()
        address = f"/stok/foto/{photo.pk}/1/"
        assert f'href="{address}"' in desk.get(f"{form_of(pickup)}bukti/").text
        assert desk.get(address).status_code == 200
        assert AccessLog.objects.filter(action="document", document_id=photo.pk, officer=clerk).count() == 1
        assert signed_in(stranger).get(address).status_code == 404

    def test_a_second_press_finds_it_done(self, desk: Client, pickup: CardPickup) -> None:
        first = desk.post(form_of(pickup), filled(pickup))
        again = desk.post(form_of(pickup), filled(pickup))
        assert first["Location"] == again["Location"] == desk.get(form_of(pickup))["Location"]
        assert Handover.objects.count() == 1
        assert find(desk, pickup, pickup.code)["Location"] == first["Location"]

    def test_another_office_is_told_who_got_it(self, desk: Client, pickup: CardPickup, now: datetime) -> None:
        desk.post(form_of(pickup), filled(pickup))
        other = open_office(now, AWAY)
        colleague = OfficerFactory(role="counter")
        colleague.zones.add(other)
        elsewhere = signed_in(colleague)
        response = elsewhere.post(f"/kartu/{other.code}/cari/", {"code": pickup.application.number})
        assert response.status_code == 409
        assert "sudah diserahkan kepada pemiliknya" in response.text
        assert elsewhere.get(f"/kartu/{other.code}/serah/{pickup.application.number}/bukti/").status_code == 404


class TestLists:
    def test_an_officer_of_one_zone_goes_straight_to_it(self, desk: Client, pickup: CardPickup) -> None:
        assert desk.get("/kartu/")["Location"] == at(pickup)
        assert desk.get("/kartu/kantor/").status_code == 404

    def test_others_see_all_offices_and_the_head_office(self, pickup: CardPickup, zone: Zone) -> None:
        page = signed_in(OfficerFactory(role="supervisor")).get("/kartu/").text
        assert "Kantor Dukcapil" in page and zone.name in page

    def test_the_longest_waiting_stands_first_and_what_was_fetched_is_gone(
        self, desk: Client, pickup: CardPickup, now: datetime
    ) -> None:
        before = ready_card(now - DAY * 40, name="Lama Contoh")
        page = desk.get(at(pickup)).text
        assert page.index(before.application.number) < page.index(pickup.application.number)
        desk.post(form_of(before), filled(before))
        assert form_of(before) not in desk.get(at(pickup)).text

    def test_filters(self, desk: Client, pickup: CardPickup, now: datetime) -> None:
        old = ready_card(now - DAY * 20)
        today = ready_card(now - DAY * 5)
        CardPickup.objects.filter(pk=today.pk).update(day=local_date(now), part="pagi")
        CardPolicy.objects.create(valid_from=now, move_after_days=25)
        for chosen, seen in {"14": [old], "3": [old, today], "hari-ini": [today], "30": [], "pindah": [old]}.items():
            page = desk.get(at(pickup), {"tampil": chosen}).text
            shown = [p for p in (pickup, old, today) if p.application.number in page]
            assert shown == seen, chosen
        assert desk.get(at(pickup), {"tampil": "'; --", "dari": "x"}).status_code == 200

    def test_nothing_moves_from_the_head_office(self, pickup: CardPickup, now: datetime) -> None:
        CardPickup.objects.filter(pk=pickup.pk).update(zone=None, ready_at=now - DAY * 90)
        office = signed_in(OfficerFactory(role="supervisor"))
        assert pickup.application.number in office.get("/kartu/kantor/").text
        assert pickup.application.number not in office.get("/kartu/kantor/", {"tampil": "pindah"}).text

    def test_the_officers_page_of_an_application_leads_to_the_desk(self, desk: Client, pickup: CardPickup) -> None:
        page = desk.get(f"/petugas/permohonan/{pickup.application.number}/").text
        assert "Serahkan kartunya" in page and 'href="/kartu/"' in page

    def test_who_did_not_come_on_the_chosen_day(self, desk: Client, pickup: CardPickup, now: datetime) -> None:
        CardPickup.objects.filter(pk=pickup.pk).update(day=local_date(now) - DAY, part="pagi")
        assert "(tidak datang)" in desk.get(at(pickup)).text

    def test_the_call_list_has_phones_and_leaves_an_access_row(
        self, desk: Client, pickup: CardPickup, now: datetime
    ) -> None:
        old = ready_card(now - DAY * 20)
        page = desk.get(at(pickup, "telepon/")).text
        assert old.application.number in page and pickup.application.number not in page
        assert old.application.phone[-4:] in page
        assert AccessLog.objects.filter(action="list").exists()

    def test_long_lists_have_pages(self, desk: Client, pickup: CardPickup, monkeypatch: Any, now: datetime) -> None:
        monkeypatch.setattr("requests_app.queries.paging.PAGE", 1)
        old = ready_card(now - DAY)
        first = desk.get(at(pickup)).text
        assert old.application.number in first and pickup.application.number not in first
        following = first.split('class="btn plain" href="?tampil=')[1].split('"')[0].replace("&amp;", "&")
        assert pickup.application.number in desk.get(f"{at(pickup)}?tampil={following}").text

    def test_the_pages_ask_the_database_little(
        self, desk: Client, pickup: CardPickup, now: datetime, django_assert_max_num_queries: Any
    ) -> None:
        choose_pickup(application_id=pickup.pk, office=pickup.zone, day=None, part="", now=now)
        for address, most in ((at(pickup), 9), (at(pickup, "telepon/"), 7), (form_of(pickup), 10)):
            with django_assert_max_num_queries(most):
                assert desk.get(address).status_code == 200
        desk.post(form_of(pickup), filled(pickup))
        with django_assert_max_num_queries(7):
            assert desk.get(f"{form_of(pickup)}bukti/").status_code == 200


def test_a_supervisor_hands_out_cards_everywhere_whatever_zones_are_listed(db: None) -> None:
    supervisor, clerk = OfficerFactory(role="supervisor"), OfficerFactory(role="counter")
    zone = Zone.objects.get(code="Z3")
    for person in (supervisor, clerk):
        person.zones.add(zone)
    assert [place.name for place in places_of(clerk)] == [zone.name]
    assert places_of(supervisor)[0].name == "Kantor Dukcapil"


def test_a_zone_that_closed_down_opens_no_other_office(db: None) -> None:
    """The phone list of the head office is not for the desk of a zone that is no more."""
    clerk = OfficerFactory(role="counter")
    clerk.zones.add(Zone.objects.create(code="Z99", name="UPTD Contoh", is_active=False))
    assert places_of(clerk) == []
    home = signed_in(clerk).get("/kartu/")
    assert (home.status_code, "Belum ada kantor aktif untuk akun Anda. Hubungi admin." in home.text) == (200, True)
    for code in ("kantor", "Z99", "Z3"):
        assert signed_in(clerk).get(f"/kartu/{code}/telepon/").status_code == 404
