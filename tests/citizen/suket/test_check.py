"""Anybody checks a suket by its code: valid, over, ended, unknown; and learns nothing else about anybody."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from lxml import html

from requests_app.clock import database_now
from requests_app.models import Suket
from requests_app.operations.actors import CITIZEN
from requests_app.operations.guessing import PER_ADDRESS
from requests_app.operations.steps import lock
from requests_app.operations.sukets import end_suket, issue_suket, renew_suket
from requests_app.rules.dates import format_day, local_date
from requests_app.rules.numbers import in_fours
from requests_app.rules.sukets import known_as
from requests_app.vault.redact import strike_out
from tests.factories import OfficerFactory
from tests.operations.blanks import queued_cards

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def now(db: None) -> datetime:
    return database_now()


def issued(at: datetime) -> Suket:
    (card,) = queued_cards(at, 1, name="Siti Rahasia Contoh")
    return issue_suket(application_id=card.pk, officer=OfficerFactory(), now=at)


def page_of(suket: Suket) -> str:
    return f"/suket/{in_fours(suket.code)}/"


def main(answer) -> str:
    return " ".join(html.fromstring(answer.content).cssselect("main")[0].text_content().split())


def test_a_valid_one_says_number_and_dates_and_enough_of_the_name_to_compare(client: Client, now: datetime) -> None:
    suket = issued(now)
    answer = client.get(page_of(suket))
    shown = main(answer)
    assert answer.status_code == 200
    assert "dari kami dan masih berlaku" in shown
    for fact in (suket.number, "Siti R. C.", format_day(now), format_day(suket.expires_on)):
        assert fact in shown


def test_nothing_else_about_the_person_is_told(client: Client, now: datetime) -> None:
    suket = issued(now)
    person = suket.application
    shown = client.get(page_of(suket)).content.decode()
    for secret in ("Rahasia", person.nik, person.nik[-4:], person.number, person.phone, person.zone.name, "1995"):
        assert secret not in shown


def test_on_its_last_day_it_counts_and_on_the_next_it_does_not(client: Client, now: datetime) -> None:
    suket = issued(now)
    Suket.objects.update(expires_on=local_date(now))
    assert "masih berlaku" in main(client.get(page_of(suket)))
    Suket.objects.update(expires_on=local_date(now - DAY))
    shown = main(client.get(page_of(suket)))
    assert f"habis berlaku {format_day(local_date(now - DAY))}" in shown


@pytest.mark.parametrize(
    ("reason", "words"), [("handed_over", "Kartunya sudah diserahkan"), ("ended", "Permohonan kartunya sudah berakhir")]
)
def test_an_ended_one_says_since_when_and_why(client: Client, now: datetime, reason: str, words: str) -> None:
    suket = issued(now - 3 * DAY)
    end_suket(lock(suket.application_id), reason=reason, now=now - DAY)
    shown = main(client.get(page_of(suket)))
    assert f"tidak berlaku sejak {format_day(now - DAY)}" in shown
    assert words in shown
    assert "masih berlaku" not in shown


def test_a_renewed_one_sends_for_the_new_one(client: Client, now: datetime) -> None:
    old = issued(now - 170 * DAY)
    new = renew_suket(application_id=old.application_id, actor=CITIZEN, now=now)
    assert "Mintalah surat yang baru" in main(client.get(page_of(old)))
    assert "masih berlaku" in main(client.get(page_of(new)))


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "x", "%20", "7K3M-9QTX-4ABC-2DEF-9"])
def test_an_unknown_code_is_a_404_that_says_what_to_do(client: Client, code: str) -> None:
    answer = client.get(f"/suket/{code}/")
    assert answer.status_code == 404
    assert "Surat itu palsu" in main(answer)


def test_a_code_is_forgiven_its_writing_and_leads_to_its_page(client: Client, now: datetime) -> None:
    suket = issued(now)
    typed = f" {in_fours(suket.code).lower().replace('-', ' ')} "
    answer = client.post("/suket/", {"code": typed})
    assert (answer.status_code, answer.url) == (302, page_of(suket))
    assert client.get(f"/suket/{suket.code.lower()}/").status_code == 200


@pytest.mark.parametrize("code", ["X8QZ7H", "u" * 16, "1" * 41])
def test_what_cannot_be_a_code_is_said_beside_the_field(client: Client, code: str) -> None:
    answer = client.post("/suket/", {"code": code})
    assert answer.status_code == 422
    assert "enam belas" in main(answer)


def test_guessing_is_slowed_down_and_a_right_code_still_opens(client: Client, now: datetime) -> None:
    suket = issued(now)
    most = PER_ADDRESS[0][0]
    answers = [client.get("/suket/0000-0000-0000-0000/") for _ in range(most + 1)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert answers[-1]["Retry-After"]
    assert client.get(page_of(suket)).status_code == 200


def test_it_is_never_stored_and_found_by_no_search(client: Client, now: datetime) -> None:
    suket = issued(now)
    for address in (page_of(suket), "/suket/", "/suket/x/"):
        answer = client.get(address)
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]


def test_its_code_is_in_no_log(now: datetime) -> None:
    assert strike_out('GET "/suket/7K3M-9QTX-4ABC-2DEF/" 200') == 'GET "/suket/[…]/" 200'


def test_one_query_for_a_right_code(client: Client, now: datetime, django_assert_max_num_queries) -> None:
    suket = issued(now)
    client.get(page_of(suket))
    with django_assert_max_num_queries(2):
        client.get(page_of(suket))


def test_the_page_about_genuine_messages_leads_here(client: Client) -> None:
    assert '/suket/"' in client.get("/cek-pesan/").content.decode()


def test_a_name_of_one_word_stays_as_it_is() -> None:
    assert [known_as(name) for name in ("Sukarno", "Siti Contoh", "", "A'isyah bin Ali")] == [
        "Sukarno", "Siti C.", "-", "A'isyah b. A.",
    ]  # fmt: skip
