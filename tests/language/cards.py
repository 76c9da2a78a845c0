"""The line for blanks, and sukets, on the tour through every citizen page."""

from datetime import timedelta

from django.core.cache import cache

from requests_app.clock import database_now
from requests_app.models import PlannedDelivery, Suket
from requests_app.operations.actors import CITIZEN
from requests_app.operations.sukets import issue_suket, renew_suket
from requests_app.rules.dates import local_date
from requests_app.rules.sukets import End
from tests.factories import OfficerFactory
from tests.language.seen import Tour, found, proven
from tests.operations.blanks import queued_cards, stocked

BEFORE_APPLYING = ("/", "/ajukan/ktp-el/", "/keperluan/ktp-hilang/palembang/")


def cards(seen: Tour) -> None:
    """Before applying and while waiting, with and without news of a delivery; then the suket and who checks it."""
    now, browser = database_now(), seen.browser()
    waits = queued_cards(now - timedelta(hours=1), 2)[1]
    owner = proven(seen, waits)
    for known in (False, True):
        if known:
            PlannedDelivery.objects.create(
                expected_on=local_date(now), quantity=500, entered_at=now, entered_by=OfficerFactory()
            )
        cache.clear()
        for address in BEFORE_APPLYING:
            browser.get(address)
        found(seen, waits).get(f"/lacak/{waits.number}/")
        owner.get(f"/lacak/{waits.number}/")
    waits.zone.printed_at = stocked(now, 5, zone=waits.zone)
    waits.zone.save(update_fields=["printed_at"])
    for _ in range(2):
        cache.clear()
        for address in BEFORE_APPLYING:
            browser.get(address)
        stocked(now, 5)
    _sukets(seen)


def _sukets(seen: Tour) -> None:
    now, browser = database_now(), seen.browser()
    (card,) = queued_cards(now - timedelta(hours=1), 1)
    first = issue_suket(application_id=card.pk, officer=OfficerFactory(), now=now)
    owner, page = proven(seen, card), f"/lacak/{card.number}/"
    owner.get(page)
    owner.post(f"{page}suket/", follow=True)
    for last_day in (local_date(now), local_date(now - timedelta(days=1))):
        Suket.objects.filter(pk=first.pk).update(expires_on=last_day)
        owner.get(page)
        browser.get(f"/suket/{first.code}/")
    Suket.objects.filter(pk=first.pk).update(issued_at=now - timedelta(days=180))
    owner.post(f"{page}suket/", follow=True)
    renew_suket(application_id=card.pk, actor=CITIZEN, now=now)
    for reason in End:
        Suket.objects.filter(pk=first.pk).update(end_reason=reason.value)
        browser.get(f"/suket/{first.code}/")
    browser.get("/suket/")
    for code in ("", "x", "x" * 41, "0000000000000000"):
        browser.post("/suket/", {"code": code}, follow=True)
    for _try in range(12):
        browser.get("/suket/0000000000000000/")
