"""The card in its owner's hand: against the code or by number, the identity checked, the old card taken, signed for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from django.db import transaction

from requests_app.files.inspect import CheckedUpload
from requests_app.models import Application, Card, CardPickup, Handover, Officer, Zone
from requests_app.models.blanks import HEAD_OFFICE, place_name
from requests_app.operations.actors import staff
from requests_app.operations.calls import close_call_if_reached
from requests_app.operations.endings import let_held_go_on
from requests_app.operations.keys import lock_key
from requests_app.operations.limits import Limit, count_all_or_refuse, give_back, growing, refused_at_no_cost
from requests_app.operations.notices import owe_notice, supersede_unsent
from requests_app.operations.pickups import PICKUP_NOTICES, pickup_hash
from requests_app.operations.promises import current_promise, record_evidence
from requests_app.operations.searches import turned_up
from requests_app.operations.steps import NotNow, lock, take_step
from requests_app.operations.stock_photos import MANDATE, keep_photo
from requests_app.operations.sukets import end_suket
from requests_app.rules.blanks import Outcome
from requests_app.rules.dates import format_moment
from requests_app.rules.names import first_word
from requests_app.rules.numbers import normalise_pickup_code
from requests_app.rules.pickups import old_card_choices
from requests_app.rules.statuses import Status
from requests_app.vault.keyring import keyed_hash

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
WRONG_CODES = ((20, QUARTER), (100, DAY))
WRONG_PEOPLE = ((30, QUARTER), (150, DAY))
WRONG_PEOPLE_FOR_ONE_CARD = ((5, QUARTER), (20, DAY))
NOT_THE_OWNER = "Bukan orangnya: NIK ini tidak sama dengan NIK pemilik kartu. Kartu tidak diserahkan."
NOT_THE_FAMILY = "Nomor KK ini tidak sama dengan KK pemilik kartu. Minta surat kuasa F-1.07."
WRONG_CARD = "Kartu yang salah: kode ini milik kartu lain. Cari kartu yang kodenya sama dengan permohonan ini."
NO_PROXY = "NIK wakil sama dengan NIK pemilik kartu. Pilih “Pemilik kartu sendiri”."

ON_ITS_WAY_BACK = (
    f"Kartunya sedang dibawa ke {HEAD_OFFICE}. Kartu diserahkan di sana sesudah kirimannya dicatat tiba di halaman"
    " Cetak; saat itu pemiliknya kami kabari."
)


class NotThem(Exception):
    """The identity that was shown is not the owner's (or the family's); `field` and the message say which."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Handing:
    """What the desk saw. `nik`: the owner's, as it stands on what was shown. A representative is of the same family
    (`family_kk`: the number of the family card that was shown) or brings a letter (`letter`, checked). `signature`:
    what was drawn, empty when it is on paper. `card_code`: of the card's slip, when it was scanned too."""

    nik: str
    old_card: str
    signed_by: str
    signature: str = ""
    by_code: bool = False
    representative: str = ""
    representative_nik: str = ""
    family_kk: str = ""
    letter: CheckedUpload | None = None
    card_code: str = ""


def find_by_code(*, code: str, officer: Officer, now: datetime) -> CardPickup | None:
    """The pickup that a scanned or typed code opens; None when there is none such, which is counted.

    Raises TooMany after too many wrong codes at this officer's desk.
    """
    stored = normalise_pickup_code(code)
    if stored is None:
        return None
    limits = growing("pickup_code", str(officer.pk), *WRONG_CODES)
    with refused_at_no_cost(limits, now=now):
        count_all_or_refuse(limits, now=now)
    found = CardPickup.objects.filter(code_hash=pickup_hash(stored)).select_related("application", "zone").first()
    if found is not None:
        give_back(limits, now=now)
    return found


def hand_over(
    *, application_id: int, place: Zone | None, officer: Officer, handing: Handing, now: datetime
) -> Handover:
    """Record that the card is in its owner's hand, or a representative's; only now is the key free again.

    `place`: the desk (None: the head office). Raises NotThem (wrong person; counted), TooMany, NotNow (handed over
    before, not ready, at another office, another card). Nothing is stored then.
    """
    limits = _limits(application_id, officer)
    with refused_at_no_cost(limits, now=now):
        count_all_or_refuse(limits, now=now)
    try:
        handover = _hand_over(application_id, place, officer, handing, now)
    except NotNow:
        give_back(limits, now=now)
        raise
    give_back(limits, now=now)
    return handover


def _limits(application_id: int, officer: Officer) -> list[Limit]:
    return [
        *growing("handover_card", str(application_id), *WRONG_PEOPLE_FOR_ONE_CARD),
        *growing("handover_desk", str(officer.pk), *WRONG_PEOPLE),
    ]


@transaction.atomic
def _hand_over(application_id: int, place: Zone | None, officer: Officer, handing: Handing, now: datetime) -> Handover:
    application = lock(application_id)
    lock_key(application.service, application.key_hash)
    problem = why_not(application, place)
    if problem:
        raise NotNow(problem)
    _check_people(application, handing)
    card = Card.objects.get(application=application, outcome=Outcome.PRINTED)
    _check_card(application, card, handing)
    letter = None
    if handing.letter is not None:
        letter = keep_photo(handing.letter, kind=MANDATE, officer=officer, now=now)
    handover = Handover.objects.create(
        card=card, application=application, zone=place, at=now, officer=officer, by_code=handing.by_code,
        old_card=handing.old_card, signed_by=handing.signed_by, signature=handing.signature,
        representative=handing.representative, representative_nik=handing.representative_nik, letter=letter,
    )  # fmt: skip
    turned_up(application, card, officer=officer, now=now)
    _end(application, handover, now=now)
    return handover


def why_not(application: Application, place: Zone | None) -> str:
    """Why this card cannot be handed over at this desk, in Indonesian; empty when it can."""
    given = Handover.objects.filter(application=application).select_related("officer").first()
    if given is not None:
        return f"Kartu ini {handed_words(given)}"
    if application.status != Status.READY_FOR_PICKUP:
        stands = Status(application.status).officer_word
        return f"Kartu ini belum siap diambil. Permohonannya sekarang berstatus “{stands}”."
    pickup = CardPickup.objects.select_related("zone").get(application=application)
    if pickup.carried_since is not None:
        return ON_ITS_WAY_BACK
    if pickup.zone != place:
        return f"Kartunya ada di {place_name(pickup.zone)}. Kartu hanya diserahkan di sana."
    return ""


def handed_words(handover: Handover) -> str:
    """Who got it, when and from whom; the end of a sentence."""
    who = f"wakil pemiliknya, {handover.representative}," if handover.representative else "pemiliknya"
    name = handover.officer.get_full_name() or handover.officer.get_username()
    return f"sudah diserahkan kepada {who} pada {format_moment(handover.at)} oleh {name}."


def _check_people(application: Application, handing: Handing) -> None:
    if not _same("nik", handing.nik, application.nik_hash):
        raise NotThem("nik", NOT_THE_OWNER)
    if not handing.representative:
        return
    if _same("nik", handing.representative_nik, application.nik_hash):
        raise NotThem("representative_nik", NO_PROXY)
    if handing.letter is None and not _same("kk", handing.family_kk, application.kk_hash):
        raise NotThem("family_kk", NOT_THE_FAMILY)


def _same(kind: str, given: str, stored: bytes | None) -> bool:
    return compare_digest(keyed_hash(kind, given), bytes(stored or b""))


def _check_card(application: Application, card: Card, handing: Handing) -> None:
    if handing.card_code and handing.card_code != card.code:
        raise NotNow(WRONG_CARD)
    if handing.old_card not in dict(old_card_choices(application.reason)):
        raise NotNow("Pilihan kartu lama tidak cocok dengan alasan permohonan ini. Muat lagi halamannya.")


def _end(application: Application, handover: Handover, *, now: datetime) -> None:
    """What follows: the history, the evidence, the message, and whoever was held beside it."""
    data = {"card": handover.card_id, "by_code": handover.by_code, "old_card": handover.old_card}
    take_step(application, "hand_over", now=now, actor=staff(handover.officer), data=data)
    CardPickup.objects.filter(application=application).update(fetched_at=now, remind_at=None)
    record_evidence(current_promise(application), at=now, evidence="told", now=now)
    close_call_if_reached(application, now=now)
    supersede_unsent(application, PICKUP_NOTICES)
    end_suket(application, reason="handed_over", now=now)
    receiver = f"wakil Anda, {first_word(handover.representative)}," if handover.representative else "Anda"
    words = {"penerima": receiver, "waktu": format_moment(now)}
    owe_notice(application, "card_handed", now=now, dedup=str(handover.pk), params=words)
    let_held_go_on(application.service, application.key_hash, now=now)
