"""A tour through every citizen page in every state, as a browser without JavaScript sees them."""

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from requests_app.citizen.pages.guide import NEEDS, Choice, Question
from requests_app.clock import database_now
from requests_app.models import (
    Application,
    Draft,
    Notice,
    SentProof,
    ServiceNotice,
    Survey,
    Zone,
)
from requests_app.operations.clock import break_promises
from requests_app.operations.followup import object_to_rejection, withdraw
from requests_app.operations.review import claim_application
from requests_app.rules.catalogue import REASONS
from requests_app.rules.statuses import Status
from tests.citizen.apply import walk
from tests.factories import (
    APPROVED,
    CORRECTION,
    RECORDING,
    REJECTED,
    OfficerFactory,
    collected,
    decided,
    on_duty,
    submitted,
)
from tests.language.cards import cards
from tests.language.inviting import inviting
from tests.language.seen import Seen, Tour, found, proven
from tests.operations.cards import bring_card, give_card, print_card, queue_card

ERROR_PAGES = ("400", "403", "404", "413", "422", "429", "500", "503")
NIKS = ("1", "16710457089599aa", "1" * 16, "0071045708959902", "1671049908959902", "1671045708950000")
PHONES = ("08x", "123", "0812", "0812345678901234", "0711123456", "+62 80 1", "+999")
BAD_OWNER: tuple[dict[str, str], ...] = (
    {},
    {**walk.OWNER, "applicant": "outsider", "name": "x" * 61, "nik": "1", "birth_date_2": "2999"},
    {**walk.OWNER, "name": "1", "nik": "1671045708959901", "birth_date_0": "31", "birth_date_1": "2"},
    *({**walk.OWNER, "nik": nik, "kk_number": nik, "birth_date_1": "xx"} for nik in NIKS),
    {**walk.OWNER, "nik": "1671045708959903", "birth_date_2": "95", "birth_date_0": "x"},
)
BAD: dict[str, tuple[dict[str, Any], ...]] = {
    "alasan": (
        {},
        *({"reason": reason} for reason in ("?", "baru", "pindah_datang", "luar_domisili", "perubahan_data")),
        {"reason": "perubahan_data", "kk_updated": "no"},
    ),
    "pemilik": BAD_OWNER,
    "alamat": ({}, {"kelurahan": "?", "rt": "abc", "rw": "12345"}),
    "keterangan": (
        {},
        {**walk.POLICE, "police_date_2": "2999"},
        {"elements": ["nama"], "old_nama": "a", "new_nama": "A"},
    ),
    "berkas": ({"lanjut": "1"},),
    "kabar": (
        {},
        {"contact": "email"},
        {"contact": "email", "email": "x"},
        {"contact": "whatsapp", "phone_owner": "other"},
        *({"contact": "whatsapp", "phone": phone, "phone_owner": "self"} for phone in PHONES),
    ),
    "periksa": ({},),
}


def tour(chosen: str, part: str) -> Tour:
    """Walk through one part of the site."""
    seen = Tour(chosen)
    with seen.noting_templates():
        PARTS[part](seen)
    return seen


def _explaining(seen: Tour) -> None:
    now, browser = database_now(), seen.browser()
    ServiceNotice.objects.create(
        text="Blangko sedang kurang.", tone="warn", starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=1)
    )
    for address in ("/", "/keperluan/", "/zona/", "/privasi/", "/aksesibilitas/", "/luring/", "/tidak-ada/"):
        browser.get(address)
    for trail in _trails(NEEDS):
        browser.get(f"/keperluan/{trail}/")
    for ward in ("16.71.01.1001", "?", ""):
        browser.get("/zona/", {"kelurahan": ward})
        browser.get("/keperluan/ktp-hilang/palembang/", {"kelurahan": ward})
    _checking_messages(browser)


def _checking_messages(browser: Client) -> None:
    application = submitted(database_now())
    notice = Notice.objects.filter(application=application)
    notice.update(sent_at=database_now())
    own = notice.get().check_code
    browser.get("/cek-pesan/")
    for code in ("", "x", "x" * 50, "ZZZZZZ", own):
        browser.post("/cek-pesan/", {"code": code})
    notice.update(channel="email")
    browser.post("/cek-pesan/", {"code": own})


def _trails(choices: Any, before: str = "") -> Iterator[str]:
    for slug, choice in choices.items():
        trail = f"{before}{slug}"
        yield trail
        if isinstance(choice, Choice) and isinstance(choice.leads_to, Question):
            yield from _trails(choice.leads_to.choices, f"{trail}/")


def _error_pages(seen: Tour) -> None:
    contexts: tuple[dict[str, Any], ...] = ({}, {"retry_at": "14", "until": "14", "kept": True})
    for name, context in itertools.product(ERROR_PAGES, contexts):
        with override(seen.chosen):
            seen.pages.append(Seen(f"{name}.html", render_to_string(f"{name}.html", context)))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["bahasa"] = seen.chosen
    for address in ("/ajukan/ktp-el/alasan/", "/lacak/"):
        seen.keep(f"without token {address}", strict.post(address, {"reason": "hilang"}))


def _applying(seen: Tour) -> None:
    """Every reason, every step: empty, wrong, right; then the receipt."""
    for reason in walk.REASONS:
        browser = seen.browser()
        walk.start(browser)
        for step, good in {**walk.steps_of(reason), "periksa": {"statement": "on"}}.items():
            browser.get(f"{walk.BASE}{step}/")
            for bad in BAD[step] if reason in {"hilang", "perubahan_data"} else ():
                walk.send(browser, step, bad)
            assert walk.send(browser, step, good).status_code == 302, step
            browser.get(f"{walk.BASE}{step}/")
        browser.get(f"{walk.BASE}bukti/")
        browser.get(f"{walk.BASE}bukti/bukti.pdf")
        browser.get(f"{walk.BASE}")


BAD_FAMILY: dict[str, tuple[dict[str, Any], ...]] = {
    **BAD,
    "alasan": (
        {},
        *({"reason": reason} for reason in walk.FAMILIES),
        {"reason": "tambah_anggota", "added_by": "birth"},
    ),
    "keluarga": BAD_OWNER,
    "keterangan": (
        {},
        {"member_birth_date_0": "1", "member_birth_date_1": "1", "member_birth_date_2": "2999"},
        {"whose": "other", "elements": ["nama", "pendidikan"], "old_nama": "a", "new_nama": "A"},
    ),
}
BAD_CERTIFIED: dict[str, tuple[dict[str, Any], ...]] = {
    **BAD,
    "kode-qr": ({}, {"signature": "electronic"}),
    "dokumen": ({}, *({"reason": "kk", "copies": copies} for copies in ("0", "500", "x"))),
}


def _applying_for_others(seen: Tour) -> None:
    """Family card and legalisir, every reason; then the KTP-el that follows from one of them."""
    browser = seen.browser()
    for address in ("", "legalisir/tidak-perlu/", "ktp-el/kk-dulu/", "kantor/16.71.01.1001/", "kantor/x/"):
        browser.get(f"/ajukan/{address}")
    for service, reasons, bad in (
        (walk.FAMILY, walk.FAMILIES, BAD_FAMILY),
        (walk.CERTIFIED, REASONS[walk.CERTIFIED], BAD_CERTIFIED),
    ):
        for number, reason in enumerate(reasons):
            browser = seen.browser()
            walk.start(browser, service)
            for step, good in {**walk.steps_of(reason, service), "periksa": {"statement": "on"}}.items():
                for wrong in bad[step] if number == 0 or step == "keterangan" else ():
                    walk.send(browser, step, wrong, service=service)
                browser.get(f"{walk.base(service)}{step}/")
                assert walk.send(browser, step, good, service=service).status_code == 302, step
                browser.get(f"{walk.base(service)}{step}/")
            for page in ("bukti/", "bukti/bukti.pdf", ""):
                browser.get(f"{walk.base(service)}{page}")
            if reason == "perubahan_elemen_data":
                browser.post("/ajukan/kk/bukti/ktp-el/", follow=True)
                browser.post("/ajukan/ktp-el/kk-dulu/", follow=True)
                walk.walk(browser, "hilang", upto="keluarga", service=walk.FAMILY)
                browser.post("/ajukan/ktp-el/kk-dulu/", follow=True)


def _beside_the_form(seen: Tour) -> None:
    browser, other = seen.browser(), seen.browser()
    browser.get(walk.BASE)
    walk.walk(browser, "hilang", upto="berkas")
    walk.send(browser, "berkas", {"KK": walk.upload(b"no picture"), "SURAT_HILANG": walk.upload()})
    walk.send(browser, "berkas", {"KK": [walk.upload(), walk.upload(b"", "x.pdf")]})
    browser.get(f"{walk.BASE}berkas/")
    for address in ("", "hapus-draf/", "perangkat-lain/"):
        browser.get(f"{walk.BASE}{address}")
    walk.send(browser, "alamat", {"perangkat": "bersama", **walk.ADDRESS})
    browser.post(f"{walk.BASE}perangkat-lain/", {"phone": "1"})
    browser.post(f"{walk.BASE}perangkat-lain/", {"phone": "0800 0000 0777"})
    browser.get(f"{walk.BASE}perangkat-lain/")
    other.get(f"{walk.BASE}lanjut/")
    other.post(f"{walk.BASE}lanjut/", {"phone": "08", "code": ""})
    other.post(f"{walk.BASE}lanjut/", {"phone": "0800 0000 0777", "code": "000000"})
    code = Notice.objects.filter(purpose="draft_code").latest("created_at").params["kode"]
    other.post(f"{walk.BASE}lanjut/", {"phone": "0800 0000 0777", "code": code})
    walk.send(browser, "alamat", walk.ADDRESS)
    browser.get(walk.BASE)
    for draft in ("", "00000000-0000-4000-8000-000000000000"):
        seen.browser().post(f"{walk.BASE}pemilik/", {"draft": draft, "name": "Siti Contoh"})
    Draft.objects.filter(application=None).update(expires_at=database_now() + timedelta(hours=3))
    other.get(f"{walk.BASE}alasan/")
    other.post(f"{walk.BASE}hapus-draf/")
    other.get(walk.BASE)


def _situations(now: datetime) -> Iterator[Application]:
    """An application in each status, the later ones as they will be."""
    earlier = now - timedelta(hours=1)
    for verdict in (APPROVED, REJECTED, CORRECTION, RECORDING):
        yield decided(earlier, verdict)
    yield submitted(earlier)
    gone = submitted(earlier)
    withdraw(application_id=gone.pk, now=now)
    yield gone
    given = decided(earlier, APPROVED)
    give_card(application_id=given.pk, officer=OfficerFactory(role="counter"), now=now)
    yield given
    objected = decided(earlier, REJECTED)
    object_to_rejection(application_id=objected.pk, words="Keliru.", now=now)
    yield objected
    examined = submitted(earlier)
    claim_application(application_id=examined.pk, officer=on_duty(OfficerFactory(), now), now=now)
    yield examined
    for status in (Status.HELD_DUPLICATE, Status.EXPIRED):
        application = submitted(earlier)
        Application.objects.filter(pk=application.pk).update(status=status)
        yield application
    waiting = decided(earlier, APPROVED)
    Application.objects.filter(pk=waiting.pk).update(status=Status.WAITING_FOR_BLANK)
    yield waiting
    yield queue_card(decided(earlier, APPROVED).pk, now)
    yield print_card(queue_card(decided(earlier, APPROVED).pk, now), now).application
    yield bring_card(application_id=decided(earlier, APPROVED).pk, officer=OfficerFactory(), now=now).application


def _tracking(seen: Tour) -> None:
    browser = seen.browser()
    for address in ("/lacak/", "/lacak/nomor-hilang/", "/lacak/nomor-hilang/terkirim/", "/buka/xyz/"):
        browser.get(address)
    for given in ({}, {"number": "PLG-1", "four_digits": "x"}, {"number": "PLG-7K3M-9QTX-4", "four_digits": "0001"}):
        browser.post("/lacak/", given)
    for to in ("", "1", "x@", "0800 0000 0001"):
        browser.post("/lacak/nomor-hilang/", {"to": to})
    browser.post("/buka/xyz/")
    browser.get("/lacak/")
    for application in _situations(database_now()):
        address = f"/lacak/{application.number}/"
        looking = found(seen, application)
        looking.get(address)
        looking.post(f"{address}whatsapp/", follow=True)
        owner = proven(seen, application)
        for page in ("", "bukti/", "bukti/bukti.pdf", "kontak/", "kabar/"):
            owner.get(f"{address}{page}")
        for page in ("batal/", "keberatan/", "lapor/", "ambil/"):
            owner.get(f"{address}{page}", follow=True)


def _proving(seen: Tour) -> None:
    """By secret; with too many codes; and what follows the proof."""
    now = database_now()
    own = submitted(now, contact="none", phone="", phone_owner="")
    browser = seen.browser()
    given = {"number": own.number, "birth_date_0": "17", "birth_date_1": "8", "birth_date_2": "1995"}
    browser.post("/lacak/", given)
    address = f"/lacak/{own.number}/"
    browser.post(f"{address}kirim-kode/")
    for secret in ("", "x", "7K3M-9QTX-4ABC"):
        browser.post(f"{address}kode/", {"code": secret})
    application = submitted(now)
    address = f"/lacak/{application.number}/"
    browser = proven(seen, application)
    browser.post(f"{address}kirim-kode/")
    for contact in ({}, {"contact": "email", "email": "siti@contoh.id"}, {"contact": "none"}):
        browser.post(f"{address}kontak/", contact)
        browser.get(address)
    browser.post(f"{address}batal/")
    browser.get(address)
    browser.post(f"{address}tutup/")
    browser.get("/lacak/")
    _sending(seen)
    for _try in range(8):
        seen.browser().post("/lacak/", {"number": application.number, "four_digits": "9999"})


def _sending(seen: Tour) -> None:
    """The proof by sending: too early, over, and where no number hears."""
    application = submitted(database_now())
    address = f"/lacak/{application.number}/whatsapp/"
    browser = found(seen, application)
    browser.post(address, follow=True)
    browser.post(f"{address}terkirim/", follow=True)
    SentProof.objects.update(expires_at=database_now())
    browser.get(address)
    Zone.objects.filter(pk=application.zone_id).update(number_trouble="131031")
    browser.post(address, follow=True)
    Zone.objects.filter(pk=application.zone_id).update(number_trouble="")


def _correcting(seen: Tour) -> None:
    faults = [
        {"target": "KK", "reason": "foto_buram"},
        {"target": "nik", "reason": "data_beda_kk"},
        {"target": "birth_date", "reason": "data_beda_kk"},
    ]
    note = "Kartu Keluarga: Lipatannya menutupi nama."
    verdict = type(CORRECTION)("needs_correction", items=faults, note=note)
    application = decided(database_now() - timedelta(hours=1), verdict)
    address, browser = f"/lacak/{application.number}/perbaikan/", proven(seen, application)
    browser.get(f"/lacak/{application.number}/")
    browser.get(address)
    browser.post(address, {"kirim": "1"})
    browser.post(address, {"unggah": "KK", "KK": walk.upload(b"no picture")})
    browser.post(address, {"unggah": "KK", "KK": walk.upload()})
    refused = decided(database_now() - timedelta(hours=1), REJECTED)
    browser, address = proven(seen, refused), f"/lacak/{refused.number}/"
    for words in ("", "x" * 1001, "Keliru."):
        browser.post(f"{address}keberatan/", {"words": words})
    browser.get(address)
    browser.get(f"{address}keberatan/")
    browser.get(address)


def _late(seen: Tour) -> None:
    now = database_now()
    application = submitted(now - timedelta(days=6))
    break_promises(now=now)
    address = f"/lacak/{application.number}/"
    found(seen, application).get(address)
    browser = proven(seen, application)
    browser.get(address)
    seen.browser().post(f"{address}lapor/", {"words": "Saya menunggu."})
    for words in ("", "Saya menunggu."):
        browser.get(f"{address}lapor/")
        browser.post(f"{address}lapor/", {"words": words})
    browser.get(address)


def _surveying(seen: Tour) -> None:
    """Before the proof, before the end, wrong, right, twice; then what everybody may read, with and without figures."""
    now = database_now()
    waiting, done = submitted(now), collected(now - timedelta(hours=1))
    good = {f"u{number}": "4" for number in range(1, 10)} | {"words": "Saya menunggu."}
    cache.clear()
    seen.browser().get("/kepuasan/")
    seen.browser().get(f"/survei/{done.number}/", follow=True)
    found(seen, done).get(f"/survei/{done.number}/", follow=True)
    proven(seen, waiting).get(f"/survei/{waiting.number}/")
    browser, address = proven(seen, done), f"/survei/{done.number}/"
    browser.get(address)
    for given in ({}, {"u1": "5", "words": "x" * 1001}, good, good):
        browser.post(address, given)
    browser.get(address)
    for months in (0, 0, 0, 0, 0, 40, 40, 40, 40, 40):
        at = now - timedelta(days=months)
        Survey.objects.create(
            application=(other := submitted(at)), zone=other.zone, service="kk", answers=[3] * 9, answered_at=at
        )
    cache.clear()
    browser.get("/kepuasan/")


PARTS: dict[str, Callable[[Tour], None]] = {
    "explaining": _explaining,
    "error pages": _error_pages,
    "applying": _applying,
    "applying for others": _applying_for_others,
    "beside the form": _beside_the_form,
    "tracking": _tracking,
    "proving": _proving,
    "correcting": _correcting,
    "late": _late,
    "inviting": inviting,
    "cards": cards,
    "surveying": _surveying,
}
