"""What the form of a family card knows of the KTP-el that follows, and the other way round."""

import pytest

from requests_app.rules.catalogue import applicable, load_requirements, relevant_answers
from requests_app.rules.dates import local_date
from requests_app.rules.linked import card_answers, changes_on_the_card, family_answers
from tests.factories import answers

JOB = {"element": "pekerjaan", "old": "Pelajar", "new": "Guru"}
SCHOOL = {"element": "pendidikan", "old": "SLTA", "new": "S2"}
NOT_OF_A_CARD = {"reason", "elements", "police_number", "police_date", "police_station", "collector"}


def family(**over):
    """A change on a family card, as it was sent."""
    return answers(reason="perubahan_elemen_data", whose="self", elements=[JOB, SCHOOL], head_name="Budi", **over)


def test_only_what_a_ktp_el_shows_is_changed_there():
    assert changes_on_the_card(family()) == [JOB]
    assert changes_on_the_card({"elements": [SCHOOL]}) == []
    assert changes_on_the_card({}) == []


def test_everything_about_the_applicant_is_known():
    sent = family()
    card = card_answers(sent)
    for key in set(sent) - NOT_OF_A_CARD - {"whose", "head_name"}:
        assert card[key] == sent[key], key
    assert (card["reason"], card["kk_updated"], card["elements"]) == ("perubahan_data", "applied", [JOB])
    assert "head_name" not in card


def test_of_another_member_name_and_number_are_known():
    sent = family(member_name="Adik", member_nik="1671041708959903") | {"whose": "other"}
    card = card_answers(sent)
    assert (card["name"], card["nik"]) == ("Adik", "1671041708959903")
    assert (card["applicant"], card["applicant_name"], card["applicant_nik"]) == ("family", sent["name"], sent["nik"])
    assert not {"birth_date", "sex"} & set(card)


@pytest.mark.parametrize("whose", ["self", "other"])
def test_an_outsider_stays_the_one_who_applies(whose):
    outsider = {"applicant": "outsider", "applicant_name": "Pak RT", "applicant_nik": "1", "applicant_relation": "RT"}
    card = card_answers(family(member_name="Adik", member_nik="2", **outsider) | {"whose": whose})
    assert {key: card[key] for key in outsider} == outsider


def test_a_begun_ktp_el_is_known_to_the_family_card():
    begun = answers(reason="perubahan_data")
    known = family_answers(begun)
    assert known["reason"] == "perubahan_elemen_data"
    assert (known["name"], known["kk_number"], known["applicant"]) == (begun["name"], begun["kk_number"], "self")
    assert family_answers({}) == {"reason": "perubahan_elemen_data"}


def test_a_member_who_applies_for_another_names_the_applicant_anew():
    known = family_answers(answers(applicant="family", applicant_name="Budi", applicant_nik="1"))
    assert not {"name", "nik", "birth_date", "applicant", "applicant_name"} & set(known)
    assert known["kk_number"]


def test_a_card_that_does_not_exist_yet_is_not_asked_for(now):
    card = card_answers(family())
    rows = applicable(load_requirements(), card)
    assert {row.document_code for row in rows if row.needs_file} == {"KTP_LAMA", "BUKTI_KERJA"}
    updated = applicable(load_requirements(), card | {"kk_updated": "yes"})
    assert "KK" in {row.document_code for row in updated}
    assert relevant_answers(card, local_date(now)) == card


@pytest.mark.parametrize("over", [{"reason": "hilang"}, {"kk_updated": "yes"}])
def test_the_link_goes_with_the_answer_that_it_hangs_on(now, over):
    card = card_answers(family()) | {"depends_on": 7}
    assert relevant_answers(card, local_date(now))["depends_on"] == 7
    assert "depends_on" not in relevant_answers(card | over, local_date(now))
