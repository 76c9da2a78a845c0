"""From a need in people's words to what it takes: three taps, the office's own list, no dead end."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.core.cache import cache
from lxml import html

from requests_app.citizen.pages.documents import CONDITIONS, SETTLED_BY, checklist
from requests_app.citizen.pages.guide import NEEDS, Question, Way, follow
from requests_app.models import Draft, Requirement, ZoneCoverage
from requests_app.queries.public import listed_requirements
from requests_app.rules.catalogue import REASONS, Reason, Service, applicable, load_requirements
from requests_app.rules.conditions import PREDICATES

pytestmark = pytest.mark.django_db
TAPS = 3
BLANKS = 7  # read once a minute: how things stand with them
THIRTY_ILIR = "16.71.01.1003"


def trails(choices=None, before: str = "") -> Iterator[tuple[str, Question | Way]]:
    """Every address below /keperluan/ with what stands there."""
    for slug, choice in (choices or NEEDS).items():
        trail = f"{before}{slug}"
        yield trail, choice.leads_to
        if isinstance(choice.leads_to, Question):
            yield from trails(choice.leads_to.choices, f"{trail}/")


ALL = dict(trails())
WAYS = {trail: found for trail, found in ALL.items() if isinstance(found, Way)}
ONLINE = {trail: way for trail, way in WAYS.items() if way.is_online}


def page(client, trail: str, query: str = ""):
    return html.fromstring(client.get(f"/keperluan/{trail}/{query}").content)


def words(tree) -> str:
    return " ".join(tree.cssselect("main")[0].text_content().split())


def test_every_way_is_at_most_three_taps_from_the_start_page(client):
    start = html.fromstring(client.get("/").content)
    needs, forms = ({link.get("href") for link in cards.cssselect("a")} for cards in start.cssselect(".cards")[::-1])
    assert needs == {f"/keperluan/{slug}/" for slug in NEEDS}
    assert forms == {"/ajukan/ktp-el/", "/ajukan/kk/", "/ajukan/legalisir/"}
    assert max(len(trail.split("/")) for trail in WAYS) == TAPS


@pytest.mark.parametrize("trail", ALL)
def test_every_page_opens_with_a_way_back_and_a_way_on(client, trail):
    tree = page(client, trail)
    assert tree.cssselect("h1")[0].text_content()
    links = [link.get("href") for link in tree.cssselect("main a")]
    assert f"/keperluan/{trail.rpartition('/')[0]}/".replace("//", "/") in links
    if isinstance(ALL[trail], Question):
        assert [link for link in links if link.startswith(f"/keperluan/{trail}/")]
    else:
        assert tree.cssselect("form select[name=kelurahan]"), "every way says which office to ask"


@pytest.mark.parametrize("trail", ["tidak-ada", "ktp-hilang/tidak-ada", "lainnya/lagi", "ktp-hilang//palembang"])
def test_an_unknown_way_is_not_found(client, trail):
    assert client.get(f"/keperluan/{trail}/").status_code == 404


@pytest.mark.parametrize("trail", ["", *ALL])
def test_sentences_are_short(client, trail):
    address = f"/keperluan/{trail}/" if trail else "/keperluan/"
    main = html.tostring(html.fromstring(client.get(address).content).cssselect("main")[0], encoding="unicode")
    main = re.sub(r"<(select|small).*?</\1>", ".", main, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", re.sub(r"</(p|li|h1|h2|h3|dd|dt|label|a)>", ".\n", main))
    for sentence in re.split(r"[.!?:;]\s", text):
        assert len(sentence.split()) <= 20, sentence


def test_every_reason_can_be_reached_and_applied_for():
    listed = {(row.service, row.reason) for row in load_requirements() if row.reason != "*"}
    assert {(way.service, way.reason) for way in WAYS.values() if way.reason} == listed
    reasons = {(service, reason) for service, reasons in REASONS.items() for reason in reasons}
    assert {(way.service, way.reason) for way in ONLINE.values()} == reasons


def test_every_condition_of_the_list_has_words():
    used = {row.condition_code for row in load_requirements() if row.condition_code}
    assert used == set(CONDITIONS)
    assert set(SETTLED_BY) <= set(PREDICATES)


CARDS = {trail: way for trail, way in ONLINE.items() if way.service == Service.KTP_EL}


@pytest.mark.parametrize("trail", [trail for trail, way in CARDS.items() if way.reason != Reason.BARU])
def test_photos_are_those_that_the_form_will_ask_for(client, trail):
    way = ONLINE[trail]
    answers = {"reason": way.reason, **way.answers, "applicant": "self"}
    asked = [row.name for row in applicable(load_requirements(), answers) if row.needs_file]
    shown = checklist(way, listed_requirements(Service.KTP_EL, way.reason)).photos
    assert [item.name for item in shown if not item.condition] == asked
    assert [item.condition for item in shown if item.condition] == ["bila yang mengajukan bukan anggota KK Anda"]
    listed = [li.text_content() for li in page(client, trail).cssselect("main ul")[0]]
    assert len(listed) == len(shown)
    assert all(line.startswith(item.name) for line, item in zip(listed, shown, strict=True))


def test_what_depends_on_the_family_is_told_as_a_condition(client):
    shown = words(page(client, "kartu-keluarga/tambah-anggota"))
    assert "Surat keterangan pindah anggota, bila anggota datang dari alamat lain" in shown
    assert "Foto/scan asli KK lama" in shown
    assert "diisi di aplikasi" not in shown


def test_whoever_was_never_recorded_has_to_come_and_nobody_else(client):
    assert "Ya. Anda direkam di kantor." in words(page(client, "ktp-pertama/belum"))
    assert "Cukup sekali, untuk mengambil kartu." in words(page(client, "ktp-pertama/sudah"))
    assert "Petugas melihat dulu" in words(page(client, "ktp-pertama/tidak-tahu"))


def test_a_row_that_the_office_changes_is_what_the_page_says(client):
    Requirement.objects.filter(service="ktp_el", reason="hilang", document_code="SURAT_HILANG").update(
        name="Surat baru dari kantor"
    )
    assert "Surat baru dari kantor" in words(page(client, "ktp-hilang/palembang"))


def test_the_page_says_free_how_long_and_the_source_in_small_print(client):
    tree = page(client, "ktp-hilang/palembang")
    assert "Gratis" in words(tree)
    assert "paling lambat lima hari" in words(tree)
    assert "Perpres 96/2018 Ps 20" in tree.cssselect("small")[-1].text_content()


def test_wrong_data_goes_first_to_the_family_card(client):
    tree = page(client, "data-salah/masih-lama")
    assert "Perbaiki Kartu Keluarga dulu" in words(tree)
    (first,) = tree.cssselect("main a[href^='/ajukan/']")
    assert first.get("href") == "/ajukan/kk/?reason=perubahan_elemen_data"
    (then,) = tree.cssselect(".notice a")
    assert follow(then.get("href").removeprefix("/keperluan/").strip("/")) is follow("data-salah/sudah-benar")


def test_family_card_and_certified_copies_are_applied_for_from_home_and_served_by_invitation(client):
    for trail in ("kartu-keluarga/hilang", "legalisir/tidak-ada/akta-kelahiran", "pindah/dalam-kota"):
        shown = words(page(client, trail))
        assert "Ya, satu kali, sesudah diundang." in shown
        assert "paling lambat lima hari" in shown
        assert "Jangan datang dulu sebelum undangan datang." in shown


def test_what_the_guide_has_asked_is_not_listed_as_a_paper_to_bring(client):
    shown = words(page(client, "legalisir/tidak-ada/akta-kelahiran"))
    assert "Fotokopi yang akan dilegalisir" in shown
    assert "Pertanyaan" not in shown


def test_a_document_with_a_code_and_a_card_need_no_certified_copy(client):
    for trail in ("legalisir/ada", "legalisir/ktp-el"):
        shown = words(page(client, trail))
        assert "Tidak perlu." in shown
        assert "Bawa saat datang" not in shown
        (rule,) = page(client, trail).cssselect("main a[href^='/ajukan/']")
        assert rule.get("href") == "/ajukan/legalisir/tidak-perlu/"


def test_the_form_does_not_ask_again_what_was_answered_here(client):
    for trail, lands_on in {
        "ktp-hilang/palembang": "pemilik", "ktp-rusak/daerah-lain": "pemilik", "ktp-pertama/belum": "pemilik",
        "pindah/dari-luar-negeri": "pemilik", "data-salah/sudah-benar/agama": "pemilik",
        "kartu-keluarga/hilang": "keluarga", "legalisir/tidak-ada/kartu-keluarga": "dokumen",
    }.items():  # fmt: skip
        client.logout()
        (begin,) = page(client, trail).cssselect("main a[href^='/ajukan/']")
        answer = client.post(begin.get("href"))
        assert answer["Location"] == f"{begin.get('href').partition('?')[0]}{lands_on}/", trail
    kept = [draft.answers for draft in Draft.objects.all()]
    assert {"reason": "luar_domisili", "cause": "rusak"} in kept
    assert {"reason": "kk", "document": "kk", "signature": "wet"} in kept


def test_an_address_made_up_by_somebody_begins_an_empty_form(client):
    assert client.post("/ajukan/ktp-el/?reason=gratis&cause=x&nik=1671")["Location"] == "/ajukan/ktp-el/alasan/"
    assert Draft.objects.get().answers == {}


def test_the_office_follows_the_kelurahan(client):
    coverage = ZoneCoverage.objects.select_related("zone").get(
        kelurahan=THIRTY_ILIR, valid__contains=date(2026, 11, 23)
    )
    tree = page(client, "ktp-hilang/palembang", f"?kelurahan={THIRTY_ILIR}")
    shown = words(tree)
    for fact in (coverage.zone.name, coverage.zone.address, coverage.zone.hours, "+62 800 0000 0007"):
        assert fact in shown
    assert "Untuk Kelurahan 30 Ilir, Kecamatan Ilir Barat II" in shown
    assert tree.cssselect("option[selected]")[0].get("value") == THIRTY_ILIR


@pytest.mark.parametrize(("typed", "message"), [("", "Pilih kelurahan."), ("x", "Pilih kelurahan dari daftar.")])
def test_no_kelurahan_or_an_unknown_one_is_asked_again(client, typed, message):
    answer = client.get(f"/zona/?kelurahan={typed}")
    assert answer.status_code == 200
    assert message in answer.content.decode()


def test_what_the_pages_ask_the_database(client, django_assert_num_queries):
    client.get("/keperluan/ktp-hilang/palembang/")
    with django_assert_num_queries(0):
        client.get("/keperluan/")
        client.get("/keperluan/data-salah/")
    with django_assert_num_queries(1):
        client.get("/keperluan/ktp-hilang/palembang/")
    with django_assert_num_queries(3):
        client.get(f"/keperluan/ktp-hilang/palembang/?kelurahan={THIRTY_ILIR}")
    cache.clear()
    with django_assert_num_queries(5 + BLANKS):
        client.get("/keperluan/ktp-hilang/palembang/")
