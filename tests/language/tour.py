"""A tour through every citizen page in every state, as a browser without JavaScript sees them."""

import io
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pypdfium2
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.test.signals import template_rendered
from django.utils.translation import override

from requests_app.citizen.pages.guide import NEEDS, Choice, Question
from requests_app.clock import database_now
from requests_app.models import (
    Application,
    Closure,
    Draft,
    LimitCounter,
    Notice,
    ServiceNotice,
    Slot,
    Survey,
    Visit,
    Zone,
)
from requests_app.operations.clock import break_promises
from requests_app.operations.followup import object_to_rejection, withdraw
from requests_app.operations.pickup import record_collected
from requests_app.operations.review import claim_application
from requests_app.operations.visit_clock import lapse_invitations, move_displaced
from requests_app.rules.dates import local_date, start_of_day
from requests_app.rules.statuses import Status
from requests_app.rules.visits import VisitState
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
from tests.operations import offices

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
    "alasan": ({}, {"reason": "?"}, {"reason": "baru"}, {"reason": "pindah_datang"}, {"reason": "luar_domisili"}),
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


@dataclass
class Seen:
    """One page: how it was come by, and its HTML."""

    name: str
    html: str


@dataclass
class Tour:
    """Collects what the citizen's browser gets. `chosen` is the language of its cookie."""

    chosen: str
    pages: list[Seen] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)
    texts: list[Seen] = field(default_factory=list)

    def browser(self) -> Client:
        """A browser of its own that remembers every page it was given."""
        tour = self

        class Browser(Client):
            def request(self, **asked: Any) -> Any:
                response = super().request(**asked)
                tour.keep(f"{asked.get('REQUEST_METHOD', 'GET')} {asked['PATH_INFO']}", response)
                return response

        browser = Browser(raise_request_exception=False)
        if self.chosen == "en":
            browser.cookies["bahasa"] = "en"
        return browser

    def keep(self, name: str, response: Any) -> None:
        """Remember a page; of a PDF its text."""
        kind = response.get("Content-Type", "") if response.content else ""
        if kind.startswith("text/html"):
            self.pages.append(Seen(f"{name} {response.status_code}", response.content.decode()))
        elif kind == "application/pdf":
            page = pypdfium2.PdfDocument(io.BytesIO(response.content))[0]
            self.texts.append(Seen(name, page.get_textpage().get_text_bounded()))
        elif kind.startswith("application/json"):
            self.texts.append(Seen(f"{name} {response.status_code}", response.content.decode()))

    @contextmanager
    def noting_templates(self) -> Iterator[None]:
        """Remember which templates were drawn."""

        def drawn(template: Any, **_rest: Any) -> None:
            self.templates.add(str(template.name))

        template_rendered.connect(drawn)
        try:
            yield
        finally:
            template_rendered.disconnect(drawn)


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


def _found(seen: Tour, application: Application) -> Client:
    browser = seen.browser()
    given = {"number": application.number, "four_digits": application.phone[-4:]}
    assert browser.post("/lacak/", given).status_code == 302
    return browser


def _proven(seen: Tour, application: Application) -> Client:
    LimitCounter.objects.all().delete()
    browser, address = _found(seen, application), f"/lacak/{application.number}/"
    browser.post(f"{address}kirim-kode/")
    browser.get(f"{address}kode/")
    for wrong in ("", "x", "000000"):
        browser.post(f"{address}kode/", {"code": wrong})
    code = Notice.objects.filter(purpose="code", application=application).latest("created_at").params["kode"]
    assert browser.post(f"{address}kode/", {"code": code}).status_code == 302
    return browser


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
    record_collected(application_id=given.pk, officer=OfficerFactory(role="counter"), now=now)
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
    for status in (Status.WAITING_FOR_BLANK, Status.READY_TO_PRINT, Status.PRINTED, Status.READY_FOR_PICKUP):
        application = decided(earlier, APPROVED)
        Application.objects.filter(pk=application.pk).update(status=status)
        yield application


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
        _found(seen, application).get(address)
        proven = _proven(seen, application)
        for page in ("", "bukti/", "bukti/bukti.pdf", "kontak/", "kabar/"):
            proven.get(f"{address}{page}")
        for page in ("batal/", "keberatan/", "lapor/"):
            proven.get(f"{address}{page}", follow=True)


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
    browser = _proven(seen, application)
    browser.post(f"{address}kirim-kode/")
    for contact in ({}, {"contact": "email", "email": "siti@contoh.id"}, {"contact": "none"}):
        browser.post(f"{address}kontak/", contact)
        browser.get(address)
    browser.post(f"{address}batal/")
    browser.get(address)
    browser.post(f"{address}tutup/")
    browser.get("/lacak/")
    for _try in range(8):
        seen.browser().post("/lacak/", {"number": application.number, "four_digits": "9999"})


def _correcting(seen: Tour) -> None:
    faults = [
        {"target": "KK", "reason": "foto_buram"},
        {"target": "nik", "reason": "data_beda_kk"},
        {"target": "birth_date", "reason": "data_beda_kk"},
    ]
    note = "Kartu Keluarga: Lipatannya menutupi nama."
    verdict = type(CORRECTION)("needs_correction", items=faults, note=note)
    application = decided(database_now() - timedelta(hours=1), verdict)
    address, browser = f"/lacak/{application.number}/perbaikan/", _proven(seen, application)
    browser.get(f"/lacak/{application.number}/")
    browser.get(address)
    browser.post(address, {"kirim": "1"})
    browser.post(address, {"unggah": "KK", "KK": walk.upload(b"no picture")})
    browser.post(address, {"unggah": "KK", "KK": walk.upload()})
    refused = decided(database_now() - timedelta(hours=1), REJECTED)
    browser, address = _proven(seen, refused), f"/lacak/{refused.number}/"
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
    _found(seen, application).get(address)
    browser = _proven(seen, application)
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
    _found(seen, done).get(f"/survei/{done.number}/", follow=True)
    _proven(seen, waiting).get(f"/survei/{waiting.number}/")
    browser, address = _proven(seen, done), f"/survei/{done.number}/"
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


def _inviting(seen: Tour) -> None:
    """An office, and invitations in every state: answered, moved by both sides, called off, lapsed, missed, wrong."""
    now, told = database_now(), database_now() - timedelta(hours=1)
    zone = offices.open_office(now)
    closed_for_a_while(zone, now)
    browser = seen.browser()
    for code in ("Z7", "Z1", "?"):
        browser.get(f"/zona/{code}/")
    for code in ("", "x", "x" * 41):
        browser.post("/undangan/", {"code": code})
    browser.get("/undangan/")
    for visit in [offices.invited(told) for _ in range(4)]:
        _answering(seen, visit, now)
    for _try in range(6):
        seen.browser().post("/undangan/0000-0000-0000/datang/")
    _after_invitations(seen, told, now)


def _answering(seen: Tour, visit: Visit, now: datetime) -> None:
    """All that can be pressed on the page of one invitation, the wrong things first."""
    address, browser = f"/undangan/{visit.code}/", seen.browser()
    for page in ("", "jadwal/", "batal/", "undangan.pdf"):
        browser.get(f"{address}{page}")
    browser.post(f"{address}jadwal/", {"slot": "0"})
    browser.post(f"{address}jadwal/", {"slot": str(offices.free_slot(visit, now).pk)}, follow=True)
    browser.post(f"{address}datang/", follow=True)
    for state in (VisitState.CHECKED_IN, VisitState.SERVED, VisitState.CONFIRMED):
        for called_at, desk in ((None, None), (now, 2)):
            Visit.objects.filter(pk=visit.pk).update(state=state, called_at=called_at, desk=desk)
            browser.get(address)
    browser.post(f"{address}batal/", follow=True)
    browser.post(f"{address}datang/")
    browser.post(f"{address}jadwal/", {"slot": str(visit.slot_id)}, follow=True)
    browser.get(address)


def _after_invitations(seen: Tour, told: datetime, now: datetime) -> None:
    """What became of a visit, as the invitation and the tracking page tell it."""
    endings: tuple[Callable[[Visit], object], ...] = (
        lambda visit: None,
        lambda visit: lapse_invitations(now=visit.respond_by or now),
        lambda visit: offices.missed(visit, now),
        lambda visit: offices.recalled(visit, now),
        lambda visit: Slot.objects.filter(pk=visit.slot_id).update(is_open=False) and move_displaced(now=now),
        lambda visit: _stands(visit, VisitState.CHECKED_IN, Status.CHECKED_IN),
        lambda visit: _stands(visit, VisitState.SERVED, Status.COMPLETED),
        lambda visit: _stands(visit, VisitState.MISSED, Status.CLOSED),
    )
    for end in endings:
        application = offices.approve(offices.asked(told), told)
        visit = offices.visit_of(application)
        end(visit)
        seen.browser().get(f"/undangan/{visit.code}/")
        proven = _proven(seen, application)
        for page in ("", "jadwal/"):
            proven.get(f"/lacak/{application.number}/{page}")
    Slot.objects.update(is_open=False)
    waiting = offices.approve(offices.asked(told), told)
    proven = _proven(seen, waiting)
    for page in ("", "jadwal/"):
        proven.get(f"/lacak/{waiting.number}/{page}")


def _stands(visit: Visit, state: VisitState, status: Status) -> None:
    """The visit and its application as the desk leaves them."""
    Visit.objects.filter(pk=visit.pk).update(state=state)
    Application.objects.filter(visits__visit=visit).update(status=status)


def closed_for_a_while(zone: Zone, now: datetime) -> None:
    """A closure that the office's page tells."""
    begin = start_of_day(local_date(now) + timedelta(days=3))
    Closure.objects.create(
        zone=zone, starts_at=begin, ends_at=begin + timedelta(days=2), reason="Listrik padam", declared_at=now,
        declared_by=OfficerFactory(),
    )  # fmt: skip


PARTS: dict[str, Callable[[Tour], None]] = {
    "explaining": _explaining,
    "error pages": _error_pages,
    "applying": _applying,
    "beside the form": _beside_the_form,
    "tracking": _tracking,
    "proving": _proving,
    "correcting": _correcting,
    "late": _late,
    "inviting": _inviting,
    "surveying": _surveying,
}
