"""The officer issues, prints and renews a suket for a card that is not printed yet."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from requests_app.models import AccessLog, Application, Suket
from requests_app.rules.dates import local_date
from tests.factories import APPROVED, decided, submitted
from tests.operations.blanks import queued_cards

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def waits(now: datetime) -> Application:
    return queued_cards(now, 1)[0]


def page_of(application: Application) -> str:
    return reverse("officer_suket", args=[application.number])


def test_the_review_page_leads_to_it_while_the_card_is_not_there(
    desk: Client, now: datetime, waits: Application
) -> None:
    review = reverse("review_application", args=[waits.number])
    assert page_of(waits) in desk.get(review).text
    Application.objects.filter(pk=waits.pk).update(status="ready_for_pickup")
    assert page_of(waits) not in desk.get(review).text
    pending = submitted(now)
    assert page_of(pending) not in desk.get(reverse("review_application", args=[pending.number])).text


def test_asked_first_then_issued_then_printed(desk: Client, officer, waits: Application) -> None:
    asked = desk.get(page_of(waits)).text
    assert "Terbitkan suket" in asked
    assert not Suket.objects.exists()
    done = desk.post(page_of(waits), {"act": "issue"}, follow=True).text
    suket = Suket.objects.get()
    assert (suket.application, suket.issued_by) == (waits, officer)
    assert suket.number in done
    assert "Terbitkan suket" not in done
    paper = desk.get(reverse("officer_suket_pdf", args=[waits.number]))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")


def test_printing_leaves_an_access_row(desk: Client, officer, waits: Application) -> None:
    desk.post(page_of(waits), {"act": "issue"})
    desk.get(reverse("officer_suket_pdf", args=[waits.number]))
    assert AccessLog.objects.get(action="suket").application_id == waits.pk


def test_no_paper_without_a_suket(desk: Client, waits: Application) -> None:
    assert desk.get(reverse("officer_suket_pdf", args=[waits.number])).status_code == 404


def test_why_there_can_be_none_is_said_and_pressing_anyway_changes_nothing(desk: Client, now: datetime) -> None:
    fresh = decided(now, APPROVED)
    assert "diurungkan" in desk.get(page_of(fresh)).text
    refused = desk.post(page_of(fresh), {"act": "issue"})
    assert refused.status_code == 409
    assert not Suket.objects.exists()


def test_renewed_when_it_is_nearly_over(desk: Client, now: datetime, waits: Application) -> None:
    desk.post(page_of(waits), {"act": "issue"})
    assert 'value="renew"' not in desk.get(page_of(waits)).text
    Suket.objects.update(expires_on=local_date(now + 20 * DAY), issued_at=now - 160 * DAY)
    assert 'value="renew"' in desk.get(page_of(waits)).text
    desk.post(page_of(waits), {"act": "renew"})
    old, new = Suket.objects.order_by("pk")
    assert (new.renews, old.end_reason) == (old, "renewed")


def test_an_officer_of_another_zone_does_not_find_it(officer, desk: Client, waits: Application) -> None:
    officer.services = ["kk"]
    officer.save()
    assert desk.get(page_of(waits)).status_code == 404
    assert desk.post(page_of(waits), {"act": "issue"}).status_code == 404
    assert desk.get(reverse("officer_suket_pdf", args=[waits.number])).status_code == 404


def test_the_page_costs_few_queries(desk: Client, waits: Application, django_assert_max_num_queries) -> None:
    desk.get(page_of(waits))
    with django_assert_max_num_queries(9):
        desk.get(page_of(waits))
