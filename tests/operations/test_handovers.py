"""A card is handed to its owner, or to whom the owner sends; to nobody else, and once."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from requests_app.models import Application, CardPickup, Handover, LimitCounter, StockPhoto
from requests_app.operations.handovers import Handing, NotThem, find_by_code, hand_over, why_not
from requests_app.operations.limits import TooMany
from requests_app.operations.steps import NotNow
from requests_app.operations.stock_photos import check_photo
from requests_app.operations.submission import submit_draft
from requests_app.operations.sukets import issue_suket
from tests.factories import OfficerFactory, make_draft, new_nik
from tests.operations.blanks import queued_cards, stocked
from tests.operations.cards import bring_to, print_card, printed_card, ready_card
from tests.operations.offices import AWAY, notices, open_office
from tests.operations.test_stock_photos import picture

pytestmark = pytest.mark.django_db
DRAWN = "M1 1L2 2L3 3L4 4L5 5"


def shown(application: Application, **over: Any) -> Handing:
    """What the owner of a lost card shows."""
    return replace(Handing(nik=application.nik, old_card="lost", signed_by=application.name, signature=DRAWN), **over)


def give(pickup: CardPickup, now: datetime, **over: Any) -> Handover:
    return hand_over(
        application_id=pickup.application_id, place=pickup.zone, officer=OfficerFactory(role="counter"),
        handing=shown(pickup.application, **over), now=now,
    )  # fmt: skip


def nothing_happened(pickup: CardPickup) -> bool:
    pickup.application.refresh_from_db()
    return pickup.application.status == "ready_for_pickup" and not Handover.objects.exists()


def test_the_owner_gets_the_card_signs_and_is_told(now: datetime) -> None:
    pickup, later = ready_card(now), now + timedelta(days=1)
    handover = give(pickup, later, by_code=True)
    application = pickup.application
    application.refresh_from_db()
    pickup.refresh_from_db()
    assert application.status == "handed_over"
    assert (pickup.fetched_at, pickup.remind_at) == (later, None)
    assert (handover.by_code, handover.old_card, handover.zone) == (True, "lost", pickup.zone)
    assert (handover.signed_by, handover.signature) == (application.name, DRAWN)
    (told,) = notices(application, "card_handed")
    assert told.params["penerima"] == "Anda"
    assert notices(application, "ready_for_pickup")[0].state == "superseded"
    assert application.promises.get().evidence == "told"


def test_another_persons_nik_gets_nothing(now: datetime) -> None:
    pickup = ready_card(now)
    with pytest.raises(NotThem, match="Bukan orangnya"):
        give(pickup, now, nik=new_nik())
    assert nothing_happened(pickup)


def test_wrong_people_are_counted_and_the_desk_has_to_wait(now: datetime) -> None:
    pickup = ready_card(now)
    for _ in range(5):
        with pytest.raises(NotThem):
            give(pickup, now, nik=new_nik())
    with pytest.raises(TooMany):
        give(pickup, now)
    assert nothing_happened(pickup)
    assert give(pickup, now + timedelta(minutes=15))


def test_presses_during_the_wait_do_not_lengthen_it(now: datetime) -> None:
    """Else a clerk who presses again and again locks the card for everybody until the next day."""
    pickup = ready_card(now)
    for _ in range(5):
        with pytest.raises(NotThem):
            give(pickup, now, nik=new_nik())
    for _ in range(40):
        with pytest.raises(TooMany) as refused:
            give(pickup, now)
    assert refused.value.retry_at <= now + timedelta(minutes=15)
    assert give(pickup, now + timedelta(minutes=15))


def test_right_people_are_not_counted(now: datetime) -> None:
    give(ready_card(now), now)
    assert set(LimitCounter.objects.filter(scope__startswith="handover").values_list("count", flat=True)) == {0}


def test_a_relative_shows_the_same_family_card(now: datetime) -> None:
    pickup = ready_card(now)
    who = {"representative": "Budi Contoh", "representative_nik": new_nik(), "signed_by": "Budi Contoh"}
    with pytest.raises(NotThem, match="surat kuasa"):
        give(pickup, now, **who, family_kk="1671041708959999")
    assert nothing_happened(pickup)
    handover = give(pickup, now, **who, family_kk=pickup.application.kk_number)
    assert (handover.representative, handover.letter) == ("Budi Contoh", None)
    assert notices(pickup.application, "card_handed")[0].params["penerima"] == "wakil Anda, Budi,"


def test_anybody_else_brings_a_letter_whose_photo_is_kept(now: datetime) -> None:
    pickup = ready_card(now)
    who = {"representative": "Ani Contoh", "representative_nik": new_nik(), "signed_by": "Ani Contoh"}
    handover = give(pickup, now, **who, letter=check_photo(picture()))
    assert handover.letter == StockPhoto.objects.get(kind="mandate")
    assert handover.representative_nik == who["representative_nik"]


def test_a_representative_is_somebody_else(now: datetime) -> None:
    pickup = ready_card(now)
    own = pickup.application
    with pytest.raises(NotThem, match="sama dengan NIK pemilik"):
        give(pickup, now, representative=own.name, representative_nik=own.nik, family_kk=own.kk_number)
    assert nothing_happened(pickup)


def test_twice_says_who_got_it_and_when(now: datetime) -> None:
    pickup = ready_card(now)
    give(pickup, now)
    with pytest.raises(NotNow, match="sudah diserahkan kepada pemiliknya pada Senin, 23 November 2026"):
        give(pickup, now + timedelta(hours=1))
    assert Handover.objects.count() == 1


def test_a_card_is_handed_over_where_it_lies(now: datetime) -> None:
    pickup, other = ready_card(now), open_office(now, AWAY)
    with pytest.raises(NotNow, match=f"ada di {pickup.zone.name}"):
        hand_over(
            application_id=pickup.application_id, place=other, officer=OfficerFactory(),
            handing=shown(pickup.application), now=now,
        )  # fmt: skip
    assert "Kantor Dukcapil" not in why_not(pickup.application, None)
    assert pickup.zone.name in why_not(pickup.application, None)
    assert nothing_happened(pickup)


def test_what_is_not_ready_is_not_handed_over(now: datetime) -> None:
    card = printed_card(now)
    with pytest.raises(NotNow, match="belum siap diambil"):
        hand_over(
            application_id=card.application_id, place=card.application.zone, officer=OfficerFactory(),
            handing=shown(card.application), now=now,
        )  # fmt: skip


def test_another_persons_card_in_the_hand_is_noticed(now: datetime) -> None:
    pickup, other = ready_card(now), printed_card(now)
    with pytest.raises(NotNow, match="Kartu yang salah"):
        give(pickup, now, card_code=other.code)
    assert nothing_happened(pickup)
    assert give(pickup, now, card_code=pickup.application.cards.get().code)


@pytest.mark.parametrize(
    ("reason", "refused", "taken"),
    [("baru", "lost", "none"), ("rusak", "none", "withdrawn"), ("perubahan_data", "none", "lost")],
)
def test_what_became_of_the_old_card_fits_the_reason(now: datetime, reason: str, refused: str, taken: str) -> None:
    pickup = ready_card(now, reason=reason)
    with pytest.raises(NotNow, match="kartu lama"):
        give(pickup, now, old_card=refused)
    assert nothing_happened(pickup)
    assert give(pickup, now, old_card=taken).old_card == taken


def test_only_now_is_the_key_free_again(now: datetime) -> None:
    pickup = ready_card(now)
    own = pickup.application
    held = submit_draft(draft_id=make_draft(now, nik=own.nik, kk_number=own.kk_number).pk, now=now).application
    assert held.status == "held_duplicate"
    give(pickup, now)
    held.refresh_from_db()
    assert held.status == "submitted"


def test_a_suket_ends_with_the_handover(now: datetime) -> None:
    stocked(now, 1)
    (application,) = queued_cards(now, 1)
    suket = issue_suket(application_id=application.pk, officer=OfficerFactory(), now=now)
    pickup = bring_to(application, print_card(application, now), now)
    give(pickup, now)
    suket.refresh_from_db()
    assert (suket.ended_at, suket.end_reason) == (now, "handed_over")


def test_the_code_finds_its_card_however_it_is_typed(now: datetime) -> None:
    pickup, officer = ready_card(now), OfficerFactory()
    typed = pickup.code.replace("-", " ").lower()
    assert find_by_code(code=typed, officer=officer, now=now) == pickup
    assert find_by_code(code="ABCD", officer=officer, now=now) is None


def test_wrong_codes_at_one_desk_have_an_end(now: datetime) -> None:
    officer, pickup = OfficerFactory(), ready_card(now)
    for _ in range(20):
        assert find_by_code(code="0000-0000", officer=officer, now=now) is None
    with pytest.raises(TooMany):
        find_by_code(code=pickup.code, officer=officer, now=now)
    assert find_by_code(code=pickup.code, officer=OfficerFactory(), now=now) == pickup


def test_codes_typed_during_the_wait_do_not_lengthen_it(now: datetime) -> None:
    officer, pickup = OfficerFactory(), ready_card(now)
    for _ in range(20):
        find_by_code(code="0000-0000", officer=officer, now=now)
    for _ in range(100):
        with pytest.raises(TooMany):
            find_by_code(code=pickup.code, officer=officer, now=now)
    assert find_by_code(code=pickup.code, officer=officer, now=now + timedelta(minutes=15)) == pickup


def test_what_people_wrote_is_sealed(now: datetime) -> None:
    pickup = ready_card(now)
    handover = give(pickup, now)
    raw = Handover.objects.extra(select={"raw": "signed_by"}).values_list("raw", flat=True).get(pk=handover.pk)
    assert pickup.application.name.encode() not in bytes(raw)
