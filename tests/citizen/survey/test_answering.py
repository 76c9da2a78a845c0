"""The survey's page: behind the proof and back again, nothing lost, once."""

from datetime import timedelta

import pytest
from django.test import Client
from lxml import html

from requests_app.models import Notice, Survey
from requests_app.rules.survey import ELEMENTS, WORDS_LIMIT
from tests.citizen.survey.conftest import GOOD
from tests.citizen.track.conftest import look_up
from tests.factories import APPROVED, collected, decided, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(now):
    return collected(now - timedelta(hours=1))


def address_of(application):
    return f"/survei/{application.number}/"


def newest_code(application):
    return Notice.objects.filter(purpose="code", application=application).latest("created_at").params["kode"]


def test_nine_questions_with_four_answers_each_and_none_chosen_before(prove, application):
    page = html.fromstring(prove(application).get(address_of(application)).content)
    groups = page.cssselect("form.survey fieldset[role=radiogroup]")
    assert len(groups) == len(ELEMENTS)
    assert all(len(group.cssselect("input[type=radio]")) == 4 for group in groups)
    assert not page.cssselect("input[checked]")
    assert [group.cssselect("legend")[0].text_content().strip()[0] for group in groups] == list("123456789")


def test_the_answers_are_kept_and_the_citizen_is_thanked(prove, application):
    client = prove(application)
    response = client.post(address_of(application), GOOD)
    assert (response.status_code, response.url) == (302, address_of(application))
    page = client.get(address_of(application)).content.decode()
    assert "Terima kasih" in page
    assert "/kepuasan/" in page
    survey = Survey.objects.get()
    assert survey.answers == [4, 4, 2, 4, 4, 4, 4, 4, 4]
    assert survey.words == "Petugasnya ramah."


def test_what_is_missing_is_said_on_top_and_what_was_chosen_stays(prove, application):
    answers = {key: value for key, value in GOOD.items() if key not in {"u2", "u9"}}
    response = prove(application).post(address_of(application), answers)
    assert response.status_code == 422
    page = html.fromstring(response.content)
    links = page.cssselect(".errors a")
    assert [link.text_content() for link in links] == [
        "Pilih satu jawaban untuk pertanyaan 2.",
        "Pilih satu jawaban untuk pertanyaan 9.",
    ]
    assert all(page.get_element_by_id(link.get("href")[1:]).get("type") == "radio" for link in links)
    assert len(page.cssselect("input[checked]")) == 7
    assert page.cssselect("textarea")[0].text_content().strip() == "Petugasnya ramah."
    assert not Survey.objects.exists()


@pytest.mark.parametrize("answer", ["0", "5", "x", "4.0", "-1", "٤"])
def test_an_answer_that_is_not_offered_is_asked_for_again(prove, application, answer):
    response = prove(application).post(address_of(application), GOOD | {"u1": answer})
    assert response.status_code == 422
    assert "Pilih satu jawaban untuk pertanyaan 1." in response.content.decode()
    assert not Survey.objects.exists()


def test_words_may_be_left_out_but_not_be_endless(prove, application):
    client = prove(application)
    response = client.post(address_of(application), GOOD | {"words": "x" * (WORDS_LIMIT + 1)})
    assert response.status_code == 422
    assert "Paling banyak 1.000 huruf." in response.content.decode()
    assert client.post(address_of(application), GOOD | {"words": ""}).status_code == 302
    assert Survey.objects.get().words == ""


def test_sent_a_second_time_the_first_answers_stand(prove, application):
    client = prove(application)
    client.post(address_of(application), GOOD)
    response = client.post(address_of(application), GOOD | {"u1": "1"})
    assert response.status_code == 409
    assert "sudah diisi" in response.content.decode()
    assert Survey.objects.get().answers[0] == 4


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("made", [submitted, lambda now: decided(now, APPROVED)])
def test_before_the_end_it_says_when_it_opens(prove, now, made, method):
    application = made(now - timedelta(hours=1))
    response = getattr(prove(application), method)(address_of(application), GOOD)
    assert response.status_code == 409
    assert "Survei dapat diisi sesudah permohonan selesai." in response.content.decode()
    assert not Survey.objects.exists()


def test_whoever_has_not_proven_it_proves_first_and_comes_back(visitor, application):
    first = visitor.get(address_of(application))
    assert first.url == f"/lacak/?nomor={application.number}"
    stage = look_up(visitor, application).url
    assert visitor.get(address_of(application)).url == stage
    assert "Sesudah itu survei terbuka." in visitor.get(stage).content.decode()
    visitor.post(f"{stage}kirim-kode/")
    response = visitor.post(f"{stage}kode/", {"code": newest_code(application)})
    assert response.url == address_of(application)
    assert "Bagaimana layanan kami?" in visitor.get(response.url).content.decode()


def test_the_way_back_is_walked_once_and_only_for_this_application(prove, visitor, application, now):
    visitor.get(address_of(application))
    other = collected(now - timedelta(hours=1))
    look_up(visitor, other)
    visitor.post(f"/lacak/{other.number}/kirim-kode/")
    response = visitor.post(f"/lacak/{other.number}/kode/", {"code": newest_code(other)})
    assert response.url == f"/lacak/{other.number}/"
    prove(application)
    assert "wanted" not in visitor.session


def test_a_number_that_nobody_has_is_answered_like_any_other(visitor, application):
    unknown = visitor.get("/survei/PLG-0000-0000-0/")
    assert unknown.status_code == visitor.get(address_of(application)).status_code == 302
    assert unknown.url.startswith("/lacak/")


def test_what_was_answered_comes_back_when_the_access_ended_meanwhile(visitor, prove, application):
    page = visitor.post(address_of(application), GOOD)
    assert page.status_code == 422
    form = html.fromstring(page.content).xpath("//form[@method='post']")[-1]
    again = dict(form.form_values())
    again.pop("csrfmiddlewaretoken")
    assert again == GOOD
    assert prove(application).post(address_of(application), again).status_code == 302
    assert Survey.objects.get().answers[2] == 2


def test_another_session_cannot_answer(application):
    assert Client().post(address_of(application), GOOD).status_code == 422
    assert not Survey.objects.exists()


def test_the_page_costs_few_queries(prove, application, django_assert_max_num_queries):
    client = prove(application)
    with django_assert_max_num_queries(6):
        client.get(address_of(application))


def test_nothing_of_it_is_kept_by_the_browser(prove, application):
    assert "no-store" in prove(application).get(address_of(application))["Cache-Control"]
