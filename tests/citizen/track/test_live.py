"""The few bytes that an open page asks for: changed or not, and never more than this session may see."""

import json
import re
from datetime import timedelta

import pytest
from django.core.cache import cache

from requests_app.citizen.track.live import PER_MINUTE
from requests_app.models import Promise
from requests_app.operations.clock import break_promises
from requests_app.operations.decisions import Verdict, decide, take_back
from requests_app.operations.followup import withdraw
from requests_app.operations.reports import write_report
from requests_app.operations.review import claim_application
from requests_app.queries import track
from requests_app.queries.stage import live, stage
from tests.citizen.track.conftest import look_up
from tests.factories import APPROVED, CORRECTION, OfficerFactory, decided, on_duty, submitted

pytestmark = pytest.mark.django_db
CLOCKS = ("requests_app.citizen.track.access.database_now", "requests_app.citizen.track.live.database_now")


@pytest.fixture(autouse=True)
def _no_questions_yet():
    cache.clear()


def news_of(application):
    return f"/lacak/{application.number}/kabar/"


def state_on(page):
    return re.search(r'data-state="(\w+)"', page.content.decode())[1]


def ask(client, application, state):
    return client.get(news_of(application), headers={"If-None-Match": f'"{state}"'})


def at(monkeypatch, moment):
    for clock in CLOCKS:
        monkeypatch.setattr(clock, lambda: moment)


@pytest.fixture
def opened(visitor, now):
    """An application whose stage is open on a phone: client, application, and the state of the page."""
    application = submitted(now)
    return visitor, application, state_on(visitor.get(look_up(visitor, application).url))


def test_nothing_new_is_an_empty_answer(opened):
    client, application, state = opened
    answer = ask(client, application, state)
    assert (answer.status_code, answer.content) == (304, b"")


def test_a_decision_is_new_only_once_it_cannot_be_taken_back(opened, now, monkeypatch):
    client, application, _state = opened
    officer = on_duty(OfficerFactory(), now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    reviewing = state_on(client.get(f"/lacak/{application.number}/"))
    decide(application_id=application.pk, officer=officer, now=now, verdict=APPROVED)
    at(monkeypatch, now + timedelta(seconds=7))
    assert ask(client, application, reviewing).status_code == 304
    at(monkeypatch, now + timedelta(seconds=8))
    answer = ask(client, application, reviewing)
    assert (answer.status_code, answer.json()) == (200, {"status": "Disetujui"})


def test_a_decision_that_was_taken_back_was_never_news(opened, now):
    client, application, _state = opened
    officer = on_duty(OfficerFactory(), now)
    claim_application(application_id=application.pk, officer=officer, now=now)
    reviewing = state_on(client.get(f"/lacak/{application.number}/"))
    decision = decide(application_id=application.pk, officer=officer, now=now, verdict=APPROVED)
    take_back(decision_id=decision.pk, officer=officer, now=now)
    assert ask(client, application, reviewing).status_code == 304


def test_a_broken_promise_is_news_by_itself(visitor, now, monkeypatch):
    application = submitted(now - timedelta(days=5) + timedelta(minutes=5))
    state = state_on(visitor.get(look_up(visitor, application).url))
    at(monkeypatch, application.due_at)
    assert ask(visitor, application, state).status_code == 304
    at(monkeypatch, application.due_at + timedelta(microseconds=1))
    assert ask(visitor, application, state).status_code == 200


@pytest.mark.parametrize("what", ["submitted", "late", "reported", "approved", "withheld", "correction", "withdrawn"])
def test_page_and_question_agree_in_every_situation(what, now):
    application = situation(what, now)
    asked = live(application.number, {application.pk}, now=now)
    shown = stage(application.pk, now=now)
    assert (asked.state, asked.status) == (shown.state, shown.status)
    assert track.detail(application.pk, now=now).stage.state == asked.state


def situation(what, now):
    if what in {"approved", "withheld", "correction"}:
        verdict: Verdict = CORRECTION if what == "correction" else APPROVED
        return decided(now if what == "withheld" else now - timedelta(minutes=1), verdict)
    application = submitted(now - timedelta(days=5, minutes=1) if what in {"late", "reported"} else now)
    if what == "reported":
        break_promises(now=now)
        write_report(application_id=application.pk, words="Belum ada kabar.", now=now)
    if what == "withdrawn":
        withdraw(application_id=application.pk, now=now)
    return application


def test_words_added_to_a_report_are_news(now):
    application = submitted(now - timedelta(days=5, minutes=1))
    break_promises(now=now)
    before = live(application.number, {application.pk}, now=now)
    write_report(application_id=application.pk, words="Belum ada kabar.", now=now)
    assert live(application.number, {application.pk}, now=now) != before


def test_strangers_are_told_nothing_and_cost_nothing(visitor, now, django_assert_num_queries):
    application = submitted(now)
    with django_assert_num_queries(1):
        answer = visitor.get(news_of(application))
    assert (answer.status_code, answer.content) == (403, b"")


def test_whoever_looked_one_up_hears_nothing_of_another(opened, now):
    client, _application, _state = opened
    assert client.get(news_of(submitted(now))).status_code == 403


def test_asking_does_not_keep_the_page_open(opened, now, monkeypatch):
    client, application, state = opened
    for minutes, status in ((10, 304), (20, 304), (29, 304), (31, 403)):
        at(monkeypatch, now + timedelta(minutes=minutes))
        assert ask(client, application, state).status_code == status


def test_asking_is_no_evidence_that_an_answer_was_seen(prove, now):
    application = decided(now - timedelta(minutes=1), APPROVED)
    prove(application).get(news_of(application))
    assert Promise.objects.get(application=application).outcome == "open"


def test_it_is_small_never_stored_and_says_nothing_personal(opened):
    client, application, _state = opened
    answer = ask(client, application, "another")
    assert len(answer.content) <= 300
    assert set(json.loads(answer.content)) == {"status"}
    assert "no-store" in answer["Cache-Control"]


def test_it_costs_three_queries(opened, django_assert_num_queries):
    client, application, state = opened
    with django_assert_num_queries(3):
        ask(client, application, state)


def test_too_many_questions_wait_a_minute_while_the_page_itself_opens(opened, monkeypatch, now):
    client, application, state = opened
    at(monkeypatch, now)
    answers = [ask(client, application, state) for _ in range(PER_MINUTE + 1)]
    assert [answer.status_code for answer in answers] == [304] * PER_MINUTE + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert client.get(f"/lacak/{application.number}/").status_code == 200
    at(monkeypatch, now + timedelta(minutes=1))
    assert ask(client, application, state).status_code == 304


def test_without_scripts_there_is_a_link_and_the_moment_that_the_page_shows(opened):
    client, application, _state = opened
    page = client.get(f"/lacak/{application.number}/").content.decode()
    assert re.search(rf'<a href="/lacak/{application.number}/">.*Perbarui</a>', page)
    assert re.search(r"Keadaan \w+, \d+ \w+ \d{4} pukul \d\d\.\d\d WIB\.", page)
