"""The desk's pages: who is looked up how, what each wrong invitation is told, and what is done with each press."""

from datetime import timedelta

import pytest
from django.conf import settings

from requests_app.models import AccessLog, ProtocolItem, Visit, Zone
from requests_app.operations.desk import call_next, check_in
from tests.officer.conftest import add_page
from tests.zone_desk.house import decided_application, invited, put_on, slot_at, walked_in

pytestmark = pytest.mark.django_db
FIND = "/uptd/Z7/cari/"
SIGNATURE = "M1 1L2 2L3 3L4 4L5 5L6 6L7 7L8 8"


def page_of(visit: Visit) -> str:
    return f"/uptd/Z7/kunjungan/{visit.pk}/"


def application_of(visit: Visit):
    return visit.services.get().application


@pytest.fixture
def inside(visit, zone, clerk, now):
    """The household has been checked in."""
    return check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=2)


class TestFinding:
    @pytest.mark.parametrize(
        "write",
        [
            lambda code: code,
            lambda code: code.lower().replace("-", ""),
            lambda code: code.replace("-", " "),
            lambda code: f"{settings.PUBLIC_URL}/undangan/{code}/",
            lambda code: f"https://example.test/undangan/{code}?dari=wa",
        ],
    )
    def test_by_the_code_as_it_is_typed_or_scanned(self, desk, visit, write):
        assert desk.post(FIND, {"code": write(visit.code)})["Location"] == page_of(visit)

    def test_by_the_number_of_an_application_and_the_visit_that_matters_now(self, desk, slot, visit, zone, now):
        application = application_of(visit)
        before = invited(slot_at(zone, slot.starts_at - timedelta(days=3)), now, state="missed")
        Visit.objects.filter(pk=before.pk).update(state="missed")
        put_on(before, application)
        assert desk.post(FIND, {"code": application.number.lower()})["Location"] == page_of(visit)

    def test_nothing_typed(self, desk):
        response = desk.post(FIND, {"code": " "})
        assert response.status_code == 422 and "Pindai kode QR undangan" in response.text

    @pytest.mark.parametrize(
        "code", ["ABCD-EFGH-JKMN", "halo", "PLG-0000-0000-0", "https://palsu.test/undangan/x/", "😀"]
    )
    def test_an_unknown_or_forged_code(self, desk, visit, code):
        response = desk.post(FIND, {"code": code})
        assert response.status_code == 404
        assert "tidak kami kenal" in response.text and "bukan dari kami" in response.text

    def test_a_number_without_a_visit(self, desk, zone, now):
        assert desk.post(FIND, {"code": decided_application(zone, now).number}).status_code == 404

    @pytest.mark.parametrize("by", ["code", "number"])
    def test_another_zones_is_told_with_its_office_and_nothing_of_the_person(self, desk, other_zone, slot, now, by):
        Zone.objects.filter(pk=other_zone.pk).update(address="Jl. Contoh 3")
        visit = invited(slot_at(other_zone, slot.starts_at), now, name="Kgs. Rahasia")
        response = desk.post(FIND, {"code": visit.code if by == "code" else application_of(visit).number})
        assert response.status_code == 409
        assert "UPTD Zona 3" in response.text and "Jl. Contoh 3" in response.text
        for secret in ("Rahasia", visit.code, application_of(visit).number, f"/kunjungan/{visit.pk}/"):
            assert secret not in response.text


class TestArriving:
    def test_the_page_shows_who_what_for_with_what_and_leaves_an_access_row(self, desk, visit, clerk):
        page = desk.get(page_of(visit)).text
        assert "Siti Contoh" in page and "Kartu Keluarga, hilang" in page
        assert "Surat keterangan kehilangan dari kepolisian" in page and "Hadir" in page
        assert AccessLog.objects.get(action="open").application == application_of(visit)

    def test_protocol_lines_in_force_are_asked(self, desk, visit):
        ProtocolItem.objects.all().update(in_force=False)
        assert "Protokol kesehatan" not in desk.get(page_of(visit)).text
        line = ProtocolItem.objects.create(text="Jaga jarak dua meter", position=9)
        assert "Jaga jarak dua meter" in desk.get(page_of(visit)).text
        desk.post(f"{page_of(visit)}hadir/", {"people": "1", "protocol": [str(line.pk)]})
        visit.refresh_from_db()
        assert visit.protocol == [line.pk]

    def test_hadir(self, desk, visit):
        response = desk.post(f"{page_of(visit)}hadir/", {"people": "3"}, follow=True)
        assert f"{visit.number} hadir" in response.text
        visit.refresh_from_db()
        assert (visit.state, visit.people) == ("checked_in", 3)

    @pytest.mark.parametrize("people", ["", "0", "-2", "999", "dua", "1e9"])
    def test_how_many_must_be_a_number_that_can_be(self, desk, visit, people):
        response = desk.post(f"{page_of(visit)}hadir/", {"people": people})
        assert response.status_code == 422 and "orang" in response.text
        visit.refresh_from_db()
        assert visit.state == "confirmed"

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            ("lapsed", "tidak dijawab sampai batasnya"),
            ("missed", "sudah dicatat tidak datang"),
            ("cancelled", "sudah dibatalkan"),
            ("served", "sudah selesai"),
        ],
    )
    def test_an_invitation_that_is_over_says_so_and_what_to_do(self, desk, slot, now, state, said):
        visit = invited(slot, now, state=state)
        page = desk.get(page_of(visit)).text
        assert said in page and ">Hadir<" not in page
        assert ("datang langsung" in page) == (state != "served")
        assert desk.post(f"{page_of(visit)}hadir/", {"people": "1"}).status_code == 409

    @pytest.mark.parametrize(("days", "said"), [(2, "bukan hari ini"), (-1, "sudah lewat")])
    def test_another_day_tells_the_slot(self, desk, zone, slot, now, days, said):
        visit = invited(slot_at(zone, slot.starts_at + timedelta(days=days)), now)
        page = desk.get(page_of(visit)).text
        assert said in page and "pukul 08.00 WIB" in page
        assert desk.post(f"{page_of(visit)}hadir/", {"people": "1"}).status_code == 409

    def test_an_old_invitation_leads_to_the_newer_one(self, desk, zone, slot, now):
        old = invited(slot, now, state="lapsed")
        newer = invited(slot_at(zone, slot.starts_at + timedelta(days=2)), now)
        put_on(newer, application_of(old))
        assert page_of(newer) in desk.get(page_of(old)).text

    def test_a_full_room_is_told_and_blocks_nobody(self, desk, inside, slot, zone, now):
        Zone.objects.filter(pk=zone.pk).update(room_capacity=2)
        another = invited(slot, now)
        assert "menunggu di luar" in desk.get(page_of(another)).text
        assert "menunggu di luar" in desk.get("/uptd/Z7/").text
        assert desk.post(f"{page_of(another)}hadir/", {"people": "5"}).status_code == 302

    def test_no_show_only_once_the_slot_has_begun(self, desk, zone, now):
        begun = invited(slot_at(zone, now - timedelta(minutes=1), "B"), now)
        coming = invited(slot_at(zone, now + timedelta(minutes=1), "C"), now)
        assert "tidak-datang" in desk.get(page_of(begun)).text
        assert "tidak-datang" not in desk.get(page_of(coming)).text
        assert desk.post(f"{page_of(coming)}tidak-datang/").status_code == 409
        assert desk.post(f"{page_of(begun)}tidak-datang/").status_code == 302
        begun.refresh_from_db()
        coming.refresh_from_db()
        assert (begun.state, coming.state) == ("missed", "confirmed")


class TestToday:
    def test_each_visit_is_a_line_in_its_place(self, desk, zone, slot, clerk, now, inside):
        walked_in(zone, now, clerk)
        invited(slot_at(zone, slot.starts_at + timedelta(hours=1), "C"), now, service="legalisir", people=2)
        invited(slot, now, state="served")
        page = desk.get("/uptd/Z7/").text
        for said in ("A1", "L1", "C1", "Siti", "Legalisir", "datang langsung", "akan datang", "2 orang"):
            assert said in page, said
        assert application_of(inside).nik not in page and "Siti Contoh" not in page

    def test_it_costs_the_same_for_ten_visits_as_for_one(
        self, desk, slot, zone, clerk, now, django_assert_max_num_queries
    ):
        for _ in range(5):
            visit = invited(slot, now)
            check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=1)
        for minutes in range(5):
            invited(slot_at(zone, slot.starts_at + timedelta(hours=2, minutes=minutes), "EFGHJ"[minutes]), now)
        with django_assert_max_num_queries(11):
            assert desk.get("/uptd/Z7/").status_code == 200
        with django_assert_max_num_queries(8):
            assert desk.get("/uptd/Z7/isi/").status_code == 200

    def test_another_day_can_be_looked_at_within_bounds(self, desk, zone, slot, now):
        tomorrow = slot_at(zone, slot.starts_at + timedelta(days=1))
        visit = invited(tomorrow, now)
        page = desk.get(f"/uptd/Z7/?hari={tomorrow.day}").text
        assert page_of(visit) in page and "Panggil berikutnya" not in page
        assert "Besok (1)" in page
        for beyond in ("2020-01-01", "2099-01-01", "besok", "2026-13-45", ""):
            assert "Panggil berikutnya" in desk.get("/uptd/Z7/", {"hari": beyond}).text

    def test_the_lists_alone_are_sent_again_only_when_they_changed(self, desk, visit):
        page = desk.get("/uptd/Z7/")
        first = desk.get("/uptd/Z7/isi/")
        tag = first.headers["ETag"]
        assert tag.strip('"') in page.text and first.text in page.text
        assert desk.get("/uptd/Z7/isi/", headers={"if-none-match": tag}).status_code == 304
        assert desk.get("/uptd/Z7/isi/", headers={"if-none-match": f"W/{tag}"}).status_code == 304
        desk.post(f"{page_of(visit)}hadir/", {"people": "1"})
        again = desk.get("/uptd/Z7/isi/", headers={"if-none-match": tag})
        assert again.status_code == 200 and again.headers["ETag"] != tag

    def test_who_was_forgotten_yesterday_is_pointed_at(self, desk, zone, slot, now):
        left = invited(slot_at(zone, slot.starts_at - timedelta(days=1)), now, state="checked_in")
        page = desk.get("/uptd/Z7/").text
        assert "belum ditutup" in page and page_of(left) in page


class TestCallingAndServing:
    def test_the_desk_is_chosen_once_and_kept(self, desk, inside, slot, zone, clerk, now):
        assert desk.post("/uptd/Z7/panggil/").status_code == 409
        assert desk.post("/uptd/Z7/panggil/", {"desk": "2"})["Location"] == page_of(inside)
        inside.refresh_from_db()
        assert inside.desk == 2
        assert "Lanjutkan" in desk.get("/uptd/Z7/").text

    @pytest.mark.parametrize("number", ["0", "3", "9" * 5000, "satu", "-1", "²"])
    def test_a_desk_that_does_not_exist(self, desk, inside, number):
        assert desk.post("/uptd/Z7/panggil/", {"desk": number}).status_code == 409

    def test_nobody_waits(self, desk):
        assert "Belum ada yang menunggu" in desk.post("/uptd/Z7/panggil/", {"desk": "1"}, follow=True).text

    def test_called_again_put_back_and_called_out_of_turn(self, desk, inside, zone, now):
        call_next(zone=zone, desk=1, now=now - timedelta(minutes=1))
        assert "dipanggil lagi" in desk.post(f"{page_of(inside)}panggil/", follow=True).text
        assert "menunggu lagi" in desk.post(f"{page_of(inside)}tidak-ada/", follow=True).text
        inside.refresh_from_db()
        assert (inside.desk, inside.called_at) == (None, None)
        assert "di loket 2" in desk.post(f"{page_of(inside)}panggil/", {"desk": "2"}, follow=True).text

    def test_the_page_shows_data_photos_and_papers_and_leaves_access_rows(self, desk, inside, clerk):
        application = application_of(inside)
        document = add_page(application, "SURAT_HILANG")
        page = desk.get(page_of(inside)).text
        nik = application.nik
        assert " ".join(nik[n : n + 4] for n in range(0, 16, 4)) in page
        assert f"/petugas/berkas/{document.pk}/1/" in page
        assert "Surat keterangan kehilangan dari kepolisian" in page
        assert AccessLog.objects.filter(officer=clerk, application=application, action="open").count() == 1
        assert desk.get(f"/petugas/berkas/{document.pk}/1/").status_code == 200

    def test_queries_of_the_serve_page(self, desk, inside, django_assert_max_num_queries):
        with django_assert_max_num_queries(14):
            desk.get(page_of(inside))

    def serve(self, desk, visit, **over):
        application = application_of(visit)
        given = {
            "originals": ["SURAT_HILANG"],
            "how": "drawn",
            "signature": SIGNATURE,
            "signed_by": "Siti Contoh",
        } | over
        return desk.post(f"{page_of(visit)}layanan/{application.number}/", given)

    def test_signed_on_the_tablet_and_done(self, desk, inside):
        assert self.serve(desk, inside)["Location"] == "/uptd/Z7/"
        inside.refresh_from_db()
        service = inside.services.get()
        assert (inside.state, service.outcome, service.signature) == ("served", "completed", SIGNATURE)
        assert SIGNATURE in desk.get(page_of(inside)).text

    def test_a_second_press_finds_it_done(self, desk, inside):
        self.serve(desk, inside)
        assert self.serve(desk, inside)["Location"] == "/uptd/Z7/"
        assert inside.services.get().application.events.filter(step="complete").count() == 1

    def test_signed_on_paper_keeps_no_drawing(self, desk, inside):
        self.serve(desk, inside, how="paper")
        assert inside.services.get().signature == ""

    @pytest.mark.parametrize("signature", ["", "M1 1", "<script>", 'M1 1L2 2"/>', "M" * 50_000])
    def test_a_signature_that_is_none(self, desk, inside, signature):
        response = self.serve(desk, inside, signature=signature)
        assert response.status_code == 422 and "menandatangani di kotak" in response.text
        assert "<script>alert" not in response.text and inside.services.get().outcome == ""

    @pytest.mark.parametrize("over", [{"how": ""}, {"how": "lisan"}, {"signed_by": ""}, {"signed_by": "x" * 99}])
    def test_who_signed_and_how_must_be_said(self, desk, inside, over):
        assert self.serve(desk, inside, **over).status_code == 422
        assert inside.services.get().outcome == ""

    def test_papers_that_were_not_seen_need_a_second_word(self, desk, inside):
        response = self.serve(desk, inside, originals=[])
        assert response.status_code == 422
        assert "Saya selesaikan tanpa melihat aslinya: Surat keterangan kehilangan" in response.text
        assert SIGNATURE in response.text
        assert self.serve(desk, inside, originals=[], confirmed="on").status_code == 302
        event = inside.services.get().application.events.get(step="complete")
        assert event.data["missing"] == ["SURAT_HILANG"]

    def test_an_original_that_nobody_asked_for_is_refused(self, desk, inside):
        assert self.serve(desk, inside, originals=["SURAT_HILANG", "IJAZAH"]).status_code == 422

    def test_a_household_is_served_one_after_the_other(self, desk, visit, zone, clerk, now):
        second = decided_application(zone, now, service="legalisir", status="invited", copies="3", name="Budi Contoh")
        put_on(visit, second)
        check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=2)
        page = desk.get(f"{page_of(visit)}?layanan={second.number}").text
        assert "3 lembar" in page and "FOTOKOPI" in page
        first = visit.services.order_by("pk")[0].application
        done = desk.post(
            f"{page_of(visit)}layanan/{first.number}/",
            {"originals": ["SURAT_HILANG"], "how": "paper", "signed_by": "Siti"},
        )
        assert done["Location"] == page_of(visit)
        assert f"layanan/{second.number}/" in desk.get(page_of(visit)).text

    def test_recorded(self, desk, zone, slot, clerk, now):
        visit = invited(slot, now, service="ktp_el")
        check_in(visit_id=visit.pk, zone=zone, officer=clerk, now=now, people=1)
        page = desk.get(page_of(visit)).text
        assert "Sudah direkam" in page and "Tanda terima" not in page
        number = application_of(visit).number
        done = desk.post(f"{page_of(visit)}layanan/{number}/", {"originals": ["KK"]})
        assert done.status_code == 302
        assert application_of(visit).status == "submitted"

    def test_sent_home(self, desk, inside):
        assert "dicatat pulang" in desk.post(f"{page_of(inside)}pulang/", follow=True).text
        assert application_of(inside).status == "approved"
        assert "pulang, belum dilayani" in desk.get("/uptd/Z7/").text

    @pytest.mark.parametrize("press", ["panggil/", "tidak-ada/", "pulang/"])
    def test_what_needs_somebody_there_says_when_nobody_is(self, desk, visit, press):
        response = desk.post(page_of(visit) + press, {"desk": "1"})
        assert response.status_code == 409 and "tidak sedang di kantor" in response.text

    def test_an_application_that_is_not_on_the_visit(self, desk, inside, zone, now):
        other = decided_application(zone, now)
        assert desk.post(f"{page_of(inside)}layanan/{other.number}/").status_code == 404
