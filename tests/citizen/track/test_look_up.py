"""Looking an application up: one answer for every kind of "no", and nothing personal for a right one."""

import re
from datetime import timedelta

import pytest

from requests_app.models import Notice
from requests_app.operations.followup import withdraw
from requests_app.rules.numbers import new_application_number
from requests_app.vault import keyring
from tests.citizen.track.conftest import look_up
from tests.factories import REJECTED, decided, submitted

pytestmark = pytest.mark.django_db


def masked(response, *numbers):
    """The bytes of a page without the token that differs each time, and without the number that was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    for number in numbers:
        text = text.replace(number, "NUMBER")
    return text


def test_number_and_last_four_digits_show_the_stage(visitor, now):
    application = submitted(now)
    response = look_up(visitor, application)
    assert response.url == f"/lacak/{application.number}/"
    page = visitor.get(response.url)
    assert page.status_code == 200
    assert "Jawaban paling lambat" in page.content.decode()
    assert "giliran berikutnya" in page.content.decode()


def test_the_stage_shows_nothing_personal(visitor, now):
    private = {"name": "Budi Contoh", "email": "budi@example.org", "phone": "+6280000009876"}  # 2026 would be a year
    application = decided(now - timedelta(minutes=1), REJECTED, **private)
    page = visitor.get(look_up(visitor, application).url).content.decode()
    assert "Ditolak" in page
    for words in ("Budi", application.nik, "9876", "budi@", "Lrg. Contoh", "bukan penduduk"):
        assert words.lower() not in page.lower()
    assert "UPTD Zona" not in page


def test_a_birth_date_shows_the_stage_where_no_phone_was_given(visitor, now):
    application = submitted(now, contact="none", phone="")
    typed = {"birth_date_0": "17", "birth_date_1": "Agustus", "birth_date_2": "1995"}
    assert visitor.post("/lacak/", {"number": application.number, **typed}).status_code == 302


def test_unknown_number_and_wrong_proof_are_one_answer(visitor, now):
    application = submitted(now)
    unknown = new_application_number()
    wrong = "0000" if application.phone[-4:] != "0000" else "1111"
    answers = [visitor.post("/lacak/", {"number": n, "four_digits": wrong}) for n in (application.number, unknown)]
    assert [a.status_code for a in answers] == [422, 422]
    assert masked(answers[0], application.number) == masked(answers[1], unknown)
    assert "tidak cocok" in answers[0].content.decode()
    headers = [{k: v for k, v in a.headers.items() if k not in {"Date", "Expires", "Last-Modified"}} for a in answers]
    assert headers[0] == headers[1]


@pytest.mark.parametrize("contact", [{}, {"contact": "none", "phone": ""}])
def test_unknown_number_and_wrong_proof_are_the_same_work(
    visitor, now, monkeypatch, django_assert_max_num_queries, contact
):
    application = submitted(now, **contact)
    calls = []
    for name in ("open", "seal"):
        plain = getattr(keyring.KeyRing, name)
        monkeypatch.setattr(keyring.KeyRing, name, lambda *a, _n=name, _p=plain, **k: calls.append(_n) or _p(*a, **k))
    plain_of = keyring.KeyedHash.of
    monkeypatch.setattr(keyring.KeyedHash, "of", lambda *a: calls.append("hash") or plain_of(*a))
    visitor.post("/lacak/", {"number": new_application_number(), "four_digits": "9999"})
    seen = []
    for number in (application.number, new_application_number()):
        calls.clear()
        with django_assert_max_num_queries(10) as queries:
            visitor.post("/lacak/", {"number": number, "four_digits": "9998"})
        shapes = [re.sub(r"'[^']*'|\d+|\\x\w+", "?", q["sql"]) for q in queries.captured_queries]
        seen.append((len(shapes), [shape.split(" FROM ")[-1][:30] for shape in shapes[:2]], list(calls)))
    assert seen[0] == seen[1]
    assert seen[0][2].count("open") == 1


def test_typing_mistakes_are_told_without_costing_a_try(visitor, now):
    application = submitted(now)
    for _ in range(12):
        response = visitor.post("/lacak/", {"number": application.number[:-3], "four_digits": "0001"})
        assert response.status_code == 422
        assert "salah ketik" in response.content.decode()
    assert look_up(visitor, application).status_code == 302


def test_what_was_typed_stays(visitor):
    response = visitor.post("/lacak/", {"number": "PLG-7K3M", "four_digits": "12ab"})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="PLG-7K3M"' in page
    assert 'value="12ab"' in page
    assert 'href="#id_number"' in page


def test_a_whole_phone_number_counts_as_its_last_four_digits(visitor, now):
    application = submitted(now)
    fields = {"number": application.number.lower().replace("-", " "), "four_digits": application.phone}
    assert visitor.post("/lacak/", fields).status_code == 302


def wrong_tries(client, application, count, **extra):
    wrong = f"{(int(application.phone[-4:]) + 1) % 10000:04d}"
    fields = {"number": application.number, "four_digits": wrong}
    return [client.post("/lacak/", fields, **extra) for _ in range(count)]


def test_wrong_tries_slow_the_visitor_down_with_a_time_and_what_was_typed(visitor, now):
    application = submitted(now)
    responses = wrong_tries(visitor, application, 6)
    assert [r.status_code for r in responses] == [422] * 5 + [429]
    page = responses[-1].content.decode()
    assert re.search(r"Coba lagi [^<]*pukul \d\d\.\d\d WIB", page)
    assert application.number in page
    assert 0 < int(responses[-1]["Retry-After"]) <= 900


def test_wrong_tries_never_lock_the_owner_out(visitor, now):
    application = submitted(now)
    for host in range(30):
        wrong_tries(visitor, application, 2, REMOTE_ADDR=f"203.0.113.{host}")
    assert look_up(visitor, application, REMOTE_ADDR="198.51.100.5").status_code == 302


def test_looking_again_needs_no_typing_for_half_an_hour_only(visitor, now, monkeypatch):
    application = submitted(now)
    address = look_up(visitor, application).url
    monkeypatch.setattr("requests_app.citizen.track.access.database_now", lambda: now + timedelta(minutes=29))
    assert visitor.get(address).status_code == 200
    monkeypatch.setattr("requests_app.citizen.track.access.database_now", lambda: now + timedelta(minutes=58))
    assert visitor.get(address).status_code == 200
    monkeypatch.setattr("requests_app.citizen.track.access.database_now", lambda: now + timedelta(minutes=89))
    assert visitor.get(address).status_code == 302


def test_without_look_up_every_number_leads_to_the_look_up_without_a_query(visitor, now, django_assert_num_queries):
    for number in (submitted(now).number, new_application_number()):
        with django_assert_num_queries(1):
            response = visitor.get(f"/lacak/{number}/")
        assert response.url == f"/lacak/?nomor={number}"


def test_somebody_who_looked_one_up_does_not_see_another(visitor, now):
    mine, other = submitted(now), submitted(now)
    look_up(visitor, mine)
    assert visitor.get(f"/lacak/{other.number}/").status_code == 302


def test_a_decision_that_can_still_be_taken_back_does_not_show(visitor, now):
    application = decided(now, REJECTED)
    page = visitor.get(look_up(visitor, application).url).content.decode()
    assert "Sedang diperiksa" in page
    assert "Ditolak" not in page


def test_how_many_are_ahead(visitor, now):
    for minutes in (30, 20, 10):
        submitted(now - timedelta(minutes=minutes))
    gone = submitted(now - timedelta(minutes=5))
    withdraw(application_id=gone.pk, now=now)
    application = submitted(now)
    submitted(now + timedelta(seconds=1))
    page = visitor.get(look_up(visitor, application).url).content.decode()
    assert "Sekitar 3 permohonan di depan Anda" in page


def test_a_held_application_looks_like_any_other(visitor, now):
    first = submitted(now - timedelta(minutes=1))
    held = submitted(now, nik=first.nik)
    assert held.status == "held_duplicate"
    page = visitor.get(look_up(visitor, held).url).content.decode()
    assert "Diterima" in page
    assert "ganda" not in page.lower()


def test_lost_number_is_the_same_page_whether_one_exists_or_not(visitor, now):
    application = submitted(now)
    known = visitor.post("/lacak/nomor-hilang/", {"to": application.phone})
    unknown = visitor.post("/lacak/nomor-hilang/", {"to": "0800 0000 9999"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert visitor.get(known.url).status_code == 200
    assert Notice.objects.get(purpose="number_sent").recipient == application.phone


def test_lost_number_is_limited_per_phone_with_what_was_typed_kept(visitor, now):
    application = submitted(now)
    for host in range(3):
        visitor.post("/lacak/nomor-hilang/", {"to": application.phone}, REMOTE_ADDR=f"203.0.113.{host}")
    response = visitor.post("/lacak/nomor-hilang/", {"to": application.phone}, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 429
    assert application.phone in response.content.decode()


def test_an_impossible_phone_is_refused(visitor, now):
    response = visitor.post("/lacak/nomor-hilang/", {"to": "0711 12345"})
    assert response.status_code == 422


def test_tracking_pages_are_never_stored(visitor, now):
    application = submitted(now)
    for response in (visitor.get("/lacak/"), visitor.get(look_up(visitor, application).url)):
        assert "no-store" in response["Cache-Control"]


def test_the_look_up_costs_at_most_ten_queries(visitor, now, django_assert_max_num_queries):
    application = submitted(now)
    address = look_up(visitor, application).url
    with django_assert_max_num_queries(10):
        assert visitor.get(address).status_code == 200


def test_right_look_ups_are_not_limited(visitor, now):
    application = submitted(now)
    assert {look_up(visitor, application).status_code for _ in range(12)} == {302}
