"""Every page: where it is, who sees it, and how it comes to show errors. The one list for all that `make ux` counts.

`{submitted}` in an address is a place that ux/people.py fills; a visitor is one of its sessions. A page that is missing
here makes tests/ux/test_list.py fail.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from requests_app.citizen.pages.guide import NEEDS, Choice, Question
from ux.people import INVITATIONS, OF_REASON, STEPS
from ux.services import CERTIFIED_STEPS, FAMILIES, FAMILY_STEPS

NOBODY = ""


@dataclass(frozen=True)
class Page:
    """`press` is the button that leads to the same page with errors, `fill` what is typed before that."""

    name: str
    address: str
    who: str = NOBODY
    press: str = ""
    fill: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    english: bool = False
    # Shown by other pages of this list in all its parts; only the full run looks at it once more.
    again: bool = False

    @property
    def for_citizens(self) -> bool:
        """Fingers and slow lines: their pages have budgets and large targets."""
        staff = (
            "/petugas/", "/pengawas/", "/uptd/", "/kelola/", "/masuk/", "/admin/", "/gaya/", "/stok/", "/kartu/",
            "/cetak/",
        )  # fmt: skip
        return not self.address.startswith(staff)


FORM = "/ajukan/ktp-el/"
NEXT = "Lanjut"


def _explaining() -> Iterator[Page]:
    yield Page("start", "/")
    yield Page("start_english", "/", english=True)
    yield Page("start_with_draft", "/", "hilang_periksa", again=True)
    yield Page("needs", "/keperluan/")
    for trail in _trails(NEEDS):
        again = trail.count("/") > 0 and trail not in A_WAY_EACH
        yield Page(f"need_{trail}", f"/keperluan/{trail}/", again=again)
    yield Page("way_with_office", "/keperluan/lainnya/?kelurahan=16.71.01.1001")
    yield Page("privacy", "/privasi/")
    yield Page("accessibility", "/aksesibilitas/")
    yield Page("zones", "/zona/")
    yield Page("zone", "/zona/z7/")
    yield Page("zone_english", "/zona/Z7/", english=True, again=True)
    yield Page("check_message", "/cek-pesan/", press="Cek pesan", fill={"code": "x"})
    yield Page("offline", "/luring/")


A_WAY_EACH = {"ktp-hilang/palembang", "kartu-keluarga/hilang", "legalisir/ada"}
"""A page at the end of the questions for each kind of service."""


def _trails(choices: Mapping[str, Choice], before: str = "") -> Iterator[str]:
    """The end of the address of every question and of every way."""
    for slug, choice in choices.items():
        yield before + slug
        if isinstance(choice.leads_to, Question):
            yield from _trails(choice.leads_to.choices, f"{before}{slug}/")


def _applying() -> Iterator[Page]:
    yield Page("apply_choose", "/ajukan/")
    yield Page("apply", FORM)
    yield Page("apply_with_draft", FORM, "hilang_periksa")
    for step in STEPS[:-1]:
        yield Page(f"step_{step}", f"{FORM}{step}/", f"hilang_{step}", press=NEXT)
        yield Page(f"step_{step}_filled", f"{FORM}{step}/", "hilang_periksa", again=True)
    yield Page("step_periksa", f"{FORM}periksa/", "hilang_periksa", press="Kirim permohonan")
    yield Page("step_alamat_luar_domisili", f"{FORM}alamat/", "luar_domisili_alamat", press=NEXT)
    for reason in OF_REASON:
        if reason != "hilang":
            # Where nothing is asked, the address leads on to the photos.
            yield Page(f"step_keterangan_{reason}", f"{FORM}keterangan/", f"{reason}_keterangan", press=NEXT)
            yield Page(f"step_berkas_{reason}", f"{FORM}berkas/", f"{reason}_periksa", again=True)
            yield Page(f"step_periksa_{reason}", f"{FORM}periksa/", f"{reason}_periksa", again=True)
    yield Page("long_name", f"{FORM}periksa/", "long_name")
    yield Page("step_pemilik_english", f"{FORM}pemilik/", "hilang_pemilik", press="Continue", english=True)
    yield Page("other_device", f"{FORM}perangkat-lain/", "hilang_periksa", press="Kirim kode", fill={"phone": "x"})
    yield Page("go_on", f"{FORM}lanjut/", press="Lanjutkan")
    yield Page("discard", f"{FORM}hapus-draf/", "hilang_periksa")
    yield Page("receipt", f"{FORM}bukti/", "sent_whatsapp")
    yield Page("receipt_english", f"{FORM}bukti/", "sent_whatsapp", english=True, again=True)
    yield Page("receipt_with_secret", f"{FORM}bukti/", "sent_none")
    yield Page("family_first", f"{FORM}kk-dulu/")


def _applying_for_others() -> Iterator[Page]:
    """Family card and certified copies: each page, and the page of details of each kind."""
    for service, steps, before in (
        ("kk", FAMILY_STEPS, "kk_tambah_anggota"),
        ("legalisir", CERTIFIED_STEPS, "legalisir"),
    ):
        form = f"/ajukan/{service}/"
        yield Page(f"apply_{service}", form)
        for step in steps[:-1]:
            yield Page(f"{service}_{step}", f"{form}{step}/", f"{before}_{step}", press=NEXT)
            yield Page(f"{service}_{step}_filled", f"{form}{step}/", f"{before}_periksa", again=True)
        yield Page(f"{service}_periksa", f"{form}periksa/", f"{before}_periksa", press="Kirim permohonan")
        yield Page(f"receipt_{service}", f"{form}bukti/", f"sent_{service}")
    for reason in list(FAMILIES)[1:]:
        yield Page(f"kk_keterangan_{reason}", "/ajukan/kk/keterangan/", f"kk_{reason}_keterangan", press=NEXT)
        yield Page(f"kk_periksa_{reason}", "/ajukan/kk/periksa/", f"kk_{reason}_periksa", again=True)
    yield Page("kk_keluarga_english", "/ajukan/kk/keluarga/", "kk_tambah_anggota_keluarga", english=True, again=True)
    yield Page("not_needed", "/ajukan/legalisir/tidak-perlu/")


STATES = (
    "submitted", "held", "in_review", "approved", "rejected", "correction", "recording", "broken", "withdrawn",
    "expired", "objected", "collected", "by_hand", "long", "in_line", "with_suket",
)  # fmt: skip


MOST_DIFFERENT = {
    "submitted", "approved", "rejected", "correction", "broken", "by_hand", "long", "in_line", "with_suket",
}  # fmt: skip


def _tracking() -> Iterator[Page]:
    yield Page("track", "/lacak/", press="Lihat permohonan", fill={"number": "PLG-1"})
    yield Page("track_lost", "/lacak/nomor-hilang/", press="Kirim", fill={"to": "x"})
    yield Page("track_lost_sent", "/lacak/nomor-hilang/terkirim/")
    for state in STATES:
        yield Page(f"stage_{state}", f"/lacak/{{{state}}}/", "looked_up", again=state not in {"submitted", "in_line"})
        yield Page(f"detail_{state}", f"/lacak/{{{state}}}/", "proven", again=state not in MOST_DIFFERENT)
    yield Page("detail_english", "/lacak/{broken}/", "proven", english=True)
    code = "/lacak/{submitted}/kode/"
    yield Page("track_code", code, "code_asked", press="Buka permohonan", fill={"code": "1"})
    yield Page("track_code_not_asked", code, "looked_up", again=True)
    yield Page("track_whatsapp", "/lacak/{submitted}/whatsapp/", "code_asked")
    yield Page("track_whatsapp_over", "/lacak/{broken}/whatsapp/", "code_asked", again=True)
    yield Page("track_secret", "/lacak/{by_hand}/kode/", "looked_up", press="Buka permohonan", fill={"code": "1"})
    yield Page("track_correct", "/lacak/{correction}/perbaikan/", "proven", press="Kirim perbaikan")
    yield Page("track_withdraw", "/lacak/{submitted}/batal/", "proven")
    yield Page("track_object", "/lacak/{rejected}/keberatan/", "proven", press="Kirim keberatan")
    yield Page("track_contact", "/lacak/{submitted}/kontak/", "proven", press="Simpan", fill={"phone": "1"})
    yield Page("track_report", "/lacak/{broken}/lapor/", "proven", press="Kirim laporan")
    yield Page("track_receipt", "/lacak/{submitted}/bukti/", "proven")
    yield Page("detail_card_ready", "/lacak/{card_ready}/", "proven")
    yield Page("track_pickup", "/lacak/{card_ready}/ambil/", "proven")
    yield Page("open_link", "/buka/ABCDEF-tidak-berlaku/")


def _checking_sukets() -> Iterator[Page]:
    """What anybody who is shown a suket reads."""
    yield Page("suket_enter", "/suket/", press="Cek surat", fill={"code": "x"})
    yield Page("suket", "/suket/{suket}/")
    yield Page("suket_english", "/suket/{suket}/", english=True, again=True)
    yield Page("suket_ended", "/suket/{suket_ended}/")
    yield Page("suket_unknown", "/suket/0000-0000-0000-0000/", status=404)


def _surveying() -> Iterator[Page]:
    yield Page("survey", "/survei/{collected}/", "proven", press="Kirim jawaban survei")
    yield Page("survey_answered", "/survei/{surveyed}/", "proven")
    yield Page("survey_not_yet", "/survei/{submitted}/", "proven", status=409)
    yield Page("satisfaction", "/kepuasan/")


def _invitations() -> Iterator[Page]:
    yield Page("invitation_enter", "/undangan/", press="Buka undangan", fill={"code": "x"})
    yield Page("invitation_unknown", "/undangan/0000-0000-0000/", status=404)
    for state in INVITATIONS:
        yield Page(f"invitation_{state}", f"/undangan/{{code_{state}}}/", again=state in {"confirmed", "called_off"})
        yield Page(f"detail_visit_{state}", f"/lacak/{{visit_{state}}}/", "proven", again=state == "confirmed")
    yield Page("stage_visit", "/lacak/{visit_invited}/", "looked_up")
    yield Page("invitation_english", "/undangan/{code_invited}/", english=True)
    yield Page("invitation_slots", "/undangan/{code_confirmed}/jadwal/")
    yield Page("invitation_cancel", "/undangan/{code_confirmed}/batal/")
    yield Page("track_book", "/lacak/{visit_lapsed}/jadwal/", "proven")


def _troubles() -> Iterator[Page]:
    yield Page("not_found", "/tidak-ada/", status=404)
    yield Page("forbidden", "/pengawas/", "petugas1", status=403)
    for name in ("400", "403", "413", "422", "429", "500", "503"):
        yield Page(f"error_{name}", f"/galat/{name}/", status=int(name))


def _components() -> Iterator[Page]:
    yield Page("gaya", "/gaya/")
    yield Page("gaya_staff", "/gaya/petugas/")
    yield Page("gaya_wrong", "/gaya/isian-salah/", status=422)


def _officers() -> Iterator[Page]:
    own, other = "/petugas/permohonan/{in_hand}/", "/petugas/permohonan/{submitted}/"
    at_desk = {
        "officer_home": "/petugas/",
        "officer_list": "/petugas/permohonan/",
        "review_in_hand": own,
        "review_waiting": other,
        "review_in_review": "/petugas/permohonan/{in_review}/",
        "review_rejected": "/petugas/permohonan/{rejected}/",
        "decide_approved": f"{own}putuskan/approved/",
        "decision_recorded": "/petugas/keputusan/{decision}/",
        "officer_duplicates": "/petugas/ganda/",
        "compare_duplicates": "/petugas/ganda/{held}/",
        "officer_recordings": "/petugas/perekaman/",
        "officer_suket": "/petugas/permohonan/{with_suket}/suket/",
        "officer_suket_to_issue": "/petugas/permohonan/{in_line}/suket/",
        "officer_calls": "/petugas/hubungi/",
    }
    for name, address in at_desk.items():
        yield Page(name, address, "petugas1")
    for kind, fill in {"needs_correction": {}, "rejected": {}, "recording_needed": {"place": ""}}.items():
        yield Page(f"decide_{kind}", f"{own}putuskan/{kind}/", "petugas1", press="Lihat pesannya", fill=fill)
    yield Page("officer_call", "/petugas/hubungi/{call}/", "petugas1", press="Simpan")
    yield Page("officer_report", "/petugas/laporan/", "loket1", press="Cari")
    yield Page("officer_off_duty", "/petugas/", "off_duty")


def _supervisors() -> Iterator[Page]:
    addresses = {
        "oversight_home": "/pengawas/",
        "oversight_broken": "/pengawas/lewat/?semua=1",
        "oversight_soon": "/pengawas/segera/",
        "oversight_reports": "/pengawas/laporan/",
        "oversight_invitations": "/pengawas/undangan/",
        "oversight_notices": "/pengawas/pesan/",
        "oversight_survey": "/pengawas/survei/",
    }
    for name, address in addresses.items():
        yield Page(name, address, "pengawas1")
    yield Page("oversight_report", "/pengawas/laporan/{report}/", "pengawas1", press="Kirim jawaban")
    annul = "/pengawas/permohonan/{to_annul}/pembatalan/"
    yield Page("oversight_annul", annul, "pengawas1", press="Batalkan keputusan")
    yield Page("stock_forecast", "/stok/prakiraan/", "pengawas1", press="Catat kiriman")
    yield Page("stock_forecast_what_if", "/stok/prakiraan/?permintaan=20", "pengawas1", again=True)
    yield Page("stock_letter", "/stok/prakiraan/surat/", "pengawas1", press="Buka surat (PDF)", fill={"quantity": "0"})


def _stock() -> Iterator[Page]:
    """Blanks: what is where, what is typed about them, and what somebody has to look after."""
    head = "/stok/lokasi/kantor/"
    yield Page("stock_home", "/stok/", "pengawas1")
    yield Page("stock_ledger", head, "pengawas1")
    yield Page("stock_receive", f"{head}terima/", "pengawas1", press="Catat penerimaan", fill={"boxes": "x"})
    yield Page("stock_send", f"{head}kirim/", "pengawas1", press="Kirim")
    yield Page("stock_spoil", f"{head}rusak/", "pengawas1", press="Catat rusak")
    yield Page("stock_outside", f"{head}luar/", "pengawas1", press="Catat pemakaian")
    yield Page("stock_count", "/stok/lokasi/Z7/opname/", "pengawas1", press="Simpan hitungan")
    yield Page("stock_show_count", "/stok/opname/{id_count}/", "pengawas1")
    yield Page("stock_transfer", "/stok/kiriman/{id_on_its_way}/", "pengawas1", press="Konfirmasi terima")
    yield Page("stock_transfer_short", "/stok/kiriman/{id_short}/", "pengawas1", press="Simpan penjelasan")
    yield Page("stock_receipt", "/stok/penerimaan/{id_receipt}/", "pengawas1")
    yield Page("stock_box", "/stok/kotak/{id_box}/", "pengawas1")
    yield Page("stock_rules", "/stok/aturan/", "pengawas1", press="Simpan aturan", fill={"lead_days": "0"})


def _cards() -> Iterator[Page]:
    """Cards that wait for their owners, and the handover."""
    yield Page("cards_home", "/kartu/", "pengawas1")
    yield Page("cards_place", "/kartu/Z7/", "loket1")
    yield Page("cards_find", "/kartu/Z7/", "loket1", press="Cari", again=True)
    yield Page("cards_calls", "/kartu/Z7/telepon/?tampil=3", "loket1")
    yield Page("cards_place_carry", "/kartu/Z7/?tampil=pindah", "loket1", again=True)
    give = "/kartu/Z7/serah/{card_ready}/"
    yield Page("cards_hand_over", give, "loket1", press="Kartu sudah diserahkan", fill={"nik": "1"})
    yield Page("cards_handed", "/kartu/Z7/serah/{collected}/bukti/", "loket1")


def _printing() -> Iterator[Page]:
    """Cards in production: what is next, a batch at work, a card from box to owner, what is on its way."""
    yield Page("printing_home", "/cetak/?lokasi=Z3", "pengawas1", press="Buat kelompok cetak", fill={"size": "0"})
    yield Page("printing_home_zone", "/cetak/?lokasi=Z7", "loket1", again=True)
    batch = "/cetak/{batch}/"
    yield Page("printing_batch", batch, "pengawas1", press="Hitungan sudah benar, tutup")
    yield Page("printing_batch_closed", "/cetak/{batch_closed}/", "pengawas1", again=True)
    yield Page("printing_card", "/cetak/kartu/{card_sent}/", "pengawas1")
    yield Page("printing_card_spoiled", "/cetak/kartu/{card_spoiled}/", "pengawas1", again=True)
    yield Page("printing_spoil", "/cetak/kartu/{card_to_print}/rusak/", "pengawas1", press="Catat rusak")
    yield Page("printing_pack_list", "/cetak/daftar/?lokasi=kantor", "pengawas1")
    yield Page("printing_shipments", "/cetak/kiriman/", "pengawas1")
    yield Page("printing_shipment", "/cetak/kiriman/{shipment}/", "loket1", press="Tiba")


def _at_desks() -> Iterator[Page]:
    """A zone's desk with somebody in each state, and the waiting room's display."""
    visit = "/uptd/Z7/kunjungan/{visit_%s}/"
    yield Page("desk_home", "/uptd/", "loket1")
    yield Page("desk_today", "/uptd/Z7/", "loket1", press="Cari", fill={"code": ""})
    yield Page("desk_arrival", visit % "expected", "loket1", press="Hadir", fill={"people": "0"})
    for state in ("other_day", "served", "missed"):
        yield Page(f"desk_visit_{state}", visit % state, "loket1", again=state != "other_day")
    yield Page("desk_serve", visit % "called", "loket1", press="Selesai, sudah diserahkan")
    yield Page("desk_serve_recording", visit % "recording", "loket1", press="Sudah direkam")
    yield Page("by_hand", "/uptd/Z7/kirim/", "loket1")
    yield Page("inbox", "/uptd/pesan/", "pengawas1")
    yield Page("inbox_of_zone", "/uptd/Z7/pesan/", "loket1")
    talk = "/uptd/Z7/pesan/{id_%s}/"
    yield Page("conversation", talk % "waiting", "loket1", press="Kirim jawaban", fill={"text": "www.contoh.com"})
    yield Page("conversation_over", talk % "over", "loket1")
    yield Page("desk_display", "/uptd/layar/Z7/")


def _at_the_counter() -> Iterator[Page]:
    """Whoever comes without an invitation: the forms, the number, and who is known already."""
    home = "/uptd/Z7/langsung/"
    yield Page("walk_in", home, "counter", press="Cari", fill={"cari": "x"})
    for form in ("card", "family", "stamp"):
        yield Page(f"walk_in_{form}", f"{home}{{form_{form}}}/", "counter", press="Daftarkan", again=form == "stamp")
    yield Page("walk_in_receipt", f"{home}{{form_sent}}/bukti/", "counter")
    yield Page("walk_in_discard", f"{home}{{form_card}}/hapus/", "counter")
    yield Page("walk_in_not_needed", f"{home}tanpa-legalisir/", "counter")
    yield Page("walk_in_fix", f"{home}{{known_wrong}}/perbaikan/", "counter", press="Kirim perbaikan")
    yield Page("walk_in_admit", f"{home}{{known_invited}}/", "counter", press="Beri nomor antrean")
    for state in ("waiting", "wrong", "elsewhere"):
        yield Page(f"walk_in_admit_{state}", f"{home}{{known_{state}}}/", "counter", again=state == "waiting")


def _signing_in() -> Iterator[Page]:
    yield Page("staff_login", "/masuk/", press="Masuk")
    yield Page("staff_second_factor", "/masuk/kode/", "with_device", press="Lanjut", fill={"code": "1"})
    set_up = "/masuk/kode/siapkan/"
    yield Page("staff_second_factor_setup", set_up, "without_device", press="Simpan", fill={"code": "1"})


def _managing() -> Iterator[Page]:
    """What the admin manages: zones, coverage, closed days, the health protocol."""
    home = "/kelola/"
    yield Page("zone_admin_home", home, "admin1")
    yield Page("zone_admin_new", f"{home}baru/", "admin1", press="Buka zona", fill={"name": "", "from_1_1": "9.99"})
    yield Page("zone_admin_zone", f"{home}Z7/", "admin1", press="Simpan", fill={"name": "", "to_5_1": "7"})
    yield Page("zone_admin_coverage", f"{home}cakupan/", "admin1", press="Pindahkan")
    yield Page("zone_admin_closures", f"{home}Z7/tutup/", "admin1", press="Lanjut")
    yield Page("zone_admin_holidays", f"{home}libur/", "admin1", press="Lanjut")
    yield Page("zone_admin_remove_holiday", f"{home}libur/{{holiday}}/hapus/", "admin1")
    yield Page("zone_admin_protocol", f"{home}protokol/", "admin1", press="Simpan", fill={"baris-position": ""})
    yield Page("zone_admin_sending", f"{home}pesan/", "admin1", press="Simpan batas", fill={"warn_percent": "0"})
    test = "Simpan nomor dan kirim pesan uji"
    yield Page("zone_admin_test", f"{home}Z7/uji/", "admin1", press=test, fill={"phone": "1"})
    yield Page("zone_admin_close_down", f"{home}Z7/nonaktif/", "admin1", press="Serahkan")


ADMINISTERED = (
    "accesslog", "application", "blankmovement", "blankreceipt", "blankstock", "blanktransfer", "card", "cardpolicy",
    "closure", "decisionreason", "event", "holiday", "messagetext", "notice", "noticeroute", "officer", "printbatch",
    "promise", "promisepolicy", "protocolitem", "requirement", "sendingpolicy", "servicenotice", "shift", "stockalert",
    "stockcount", "zone", "zonecoverage",
)  # fmt: skip
ADDED = ("decisionreason", "officer", "promisepolicy", "requirement", "servicenotice", "shift")
"""Lists of Django's admin, and those to which something can be added there."""


def _administering() -> Iterator[Page]:
    yield Page("admin", "/admin/", "admin1")
    yield Page("admin_application_list", "/admin/requests_app/", "admin1", again=True)
    for name in ADMINISTERED:
        yield Page(f"admin_{name}", f"/admin/requests_app/{name}/", "admin1", again=name not in {"notice", "shift"})
    for name in ADDED:
        yield Page(f"admin_{name}_add", f"/admin/requests_app/{name}/add/", "admin1", again=name != "servicenotice")


PAGES: tuple[Page, ...] = (
    *_explaining(), *_applying(), *_applying_for_others(), *_tracking(), *_checking_sukets(), *_invitations(),
    *_surveying(), *_troubles(), *_components(),
    *_officers(), *_supervisors(), *_stock(), *_printing(), *_cards(), *_at_desks(), *_at_the_counter(), *_managing(),
    *_signing_in(), *_administering(),
)  # fmt: skip
