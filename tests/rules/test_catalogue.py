from datetime import date

import pytest

from requests_app.rules.catalogue import (
    ELEMENTS,
    KINDS,
    MARITAL_STATUSES,
    PREDICATES,
    Reason,
    Requirement,
    Service,
    UnknownCondition,
    applicable,
    condition_holds,
    load_requirements,
    relevant_answers,
)

REQUIREMENTS = load_requirements()
TODAY = date(2026, 6, 29)


def uploads(**answers):
    return {row.document_code for row in applicable(REQUIREMENTS, answers) if row.needs_file}


def change(element, new="baru"):
    return {"element": element, "old": "lama", "new": new}


def test_every_condition_of_ktp_el_has_a_predicate_and_none_is_idle():
    conditions = {row.condition_code for row in REQUIREMENTS if row.service == Service.KTP_EL} - {""}
    assert conditions == set(PREDICATES)


def test_only_uploads_ask_for_a_file():
    assert {row.kind for row in REQUIREMENTS} == set(KINDS)
    assert {row.kind for row in REQUIREMENTS if row.needs_file} == {"upload"}


def test_only_conditional_rows_have_a_condition():
    for row in REQUIREMENTS:
        assert (row.mandatory == "conditional") == bool(row.condition_code), row


def test_services_reasons_elements_and_statuses_have_words():
    assert [service.label for service in Service] == ["KTP-el", "Kartu Keluarga", "Legalisir"]
    assert all(reason.label and reason.description.endswith(".") for reason in Reason)
    assert all(ELEMENTS.values()) and all(MARITAL_STATUSES.values())
    assert {row.reason for row in REQUIREMENTS if row.service == Service.KTP_EL} == {*Reason, "*"}


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        (
            "under_17_marriage_not_in_kk",
            {"marital_status": "kawin_tercatat", "marriage_in_kk": "no"},
            {"marital_status": "kawin_tercatat", "marriage_in_kk": "yes"},
        ),
        (
            "under_17_marriage_not_in_kk",
            {"marital_status": "cerai_mati", "marriage_in_kk": "no"},
            {"marital_status": "belum_kawin", "marriage_in_kk": "no"},
        ),
        ("never_recorded", {"recorded_before": "no"}, {"recorded_before": "yes"}),
        ("never_recorded", {"recorded_before": "no"}, {"recorded_before": "unknown"}),
        ("moved_within_indonesia", {"origin": "indonesia"}, {"origin": "abroad"}),
        ("from_abroad", {"origin": "abroad"}, {"origin": "indonesia"}),
        ("cause_lost", {"cause": "hilang"}, {"cause": "rusak"}),
        ("cause_damaged", {"cause": "rusak"}, {"cause": "hilang"}),
        ("filed_by_outsider", {"applicant": "outsider"}, {"applicant": "family"}),
        ("filed_by_outsider", {"applicant": "outsider"}, {"collector": "outsider"}),
        ("collected_by_outsider", {"collector": "outsider"}, {"collector": "self"}),
        ("collected_by_outsider", {"collector": "outsider"}, {"applicant": "outsider"}),
    ],
)
def test_a_condition_holds_for_these_answers_only(condition, yes, no):
    assert condition_holds(condition, yes) is True
    assert condition_holds(condition, no) is False
    assert condition_holds(condition, {}) is False


@pytest.mark.parametrize(
    ("element", "new", "condition"),
    [
        ("nama", "Siti", "element_name_or_birth"),
        ("tempat_lahir", "Palembang", "element_name_or_birth"),
        ("tanggal_lahir", "1995-08-17", "element_name_or_birth"),
        ("agama", "Islam", "element_religion"),
        ("pekerjaan", "Guru", "element_occupation"),
        ("status_perkawinan", "kawin_tercatat", "element_marital_married"),
        ("status_perkawinan", "Kawin", "element_marital_married"),
        ("status_perkawinan", "cerai_hidup_tercatat", "element_marital_divorced"),
        ("status_perkawinan", "Cerai hidup", "element_marital_divorced"),
        ("status_perkawinan", "CERAI MATI", "element_marital_widowed"),
        ("status_perkawinan", "belum_kawin", "element_without_own_proof"),
        ("status_perkawinan", "kawin_belum_tercatat", "element_without_own_proof"),
        ("status_perkawinan", "cerai_hidup_belum_tercatat", "element_without_own_proof"),
        ("alamat", "Lrg. Manggis 1", "element_without_own_proof"),
        ("jenis_kelamin", "P", "element_without_own_proof"),
        ("golongan_darah", "O", "element_without_own_proof"),
        ("kewarganegaraan", "WNI", "element_without_own_proof"),
    ],
)
def test_each_changed_element_asks_for_exactly_one_proof(element, new, condition):
    answers = {"elements": [change(element, new)]}
    assert [code for code in PREDICATES if condition_holds(code, answers)] == [condition]


def test_no_element_is_left_without_a_proof():
    for element in ELEMENTS:
        proofs = uploads(reason="perubahan_data", elements=[change(element)]) - {"KTP_LAMA", "KK"}
        assert len(proofs) == 1, element


def test_several_elements_ask_for_each_of_their_proofs_once():
    elements = [change("nama"), change("tanggal_lahir"), change("agama"), change("alamat")]
    expected = {"KTP_LAMA", "KK", "AKTA_LAHIR", "BUKTI_AGAMA", "BUKTI_PERUBAHAN"}
    assert uploads(reason="perubahan_data", elements=elements) == expected


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({"reason": "baru"}, {"KK"}),
        (
            {"reason": "baru", "marital_status": "kawin_tercatat", "marriage_in_kk": "no"},
            {"KK", "AKTA_NIKAH"},
        ),
        ({"reason": "hilang"}, {"SURAT_HILANG", "KK"}),
        ({"reason": "hilang", "applicant": "outsider"}, {"SURAT_HILANG", "KK", "F_1_07"}),
        ({"reason": "hilang", "collector": "outsider"}, {"SURAT_HILANG", "KK"}),
        ({"reason": "rusak"}, {"KTP_RUSAK", "KK"}),
        ({"reason": "pindah_datang", "origin": "indonesia"}, {"SKPWNI", "KK", "KTP_LAMA"}),
        ({"reason": "pindah_datang", "origin": "abroad"}, {"KK", "PASPOR", "SKPLN"}),
        ({"reason": "luar_domisili", "cause": "hilang"}, {"KK", "SURAT_HILANG"}),
        ({"reason": "luar_domisili", "cause": "rusak"}, {"KK", "KTP_RUSAK"}),
    ],
)
def test_the_documents_that_follow_from_the_answers(answers, codes):
    assert uploads(**answers) == codes


def test_what_is_not_uploaded_is_listed_all_the_same():
    rows = applicable(REQUIREMENTS, {"reason": "baru", "recorded_before": "no", "collector": "outsider"})
    kinds = {row.document_code: row.kind for row in rows}
    assert kinds["REKAM_BIOMETRIK"] == "visit"
    assert kinds["SYARAT_USIA"] == "check"
    assert kinds["F_1_02"] == "in_app_form"
    assert kinds["F_1_07"] == "bring"


def test_other_services_are_left_out():
    assert {row.service for row in applicable(REQUIREMENTS, {"reason": "hilang"})} == {"ktp_el"}
    rows = applicable(REQUIREMENTS, {"reason": "akta_kelahiran"}, service=Service.LEGALISIR)
    assert {row.service for row in rows} == {"legalisir"}


def test_a_condition_nobody_knows_is_named():
    row = Requirement("ktp_el", "*", "X", "X", "upload", "conditional", "full_moon", "")
    with pytest.raises(UnknownCondition, match="full_moon"):
        applicable([row], {"reason": "baru"})


def test_a_marriage_left_behind_by_an_adult_asks_for_nothing():
    answers = {
        "reason": "baru",
        "birth_date": "2009-06-29",
        "marital_status": "kawin_tercatat",
        "marriage_in_kk": "no",
    }
    assert uploads(**relevant_answers(answers, TODAY)) == {"KK"}
    younger = answers | {"birth_date": "2009-06-30"}
    assert relevant_answers(younger, TODAY) == younger
    assert "marriage_in_kk" not in relevant_answers(younger | {"marital_status": "belum_kawin"}, TODAY)


ALL_QUESTIONS = {
    "recorded_before": "no",
    "elements": [change("nama")],
    "origin": "abroad",
    "cause": "hilang",
    "registered_address": "Jl. Contoh 1",
    "registered_region": "Kabupaten Contoh",
    "police_number": "1",
    "police_date": "2026-06-01",
    "police_station": "Contoh",
}
POLICE = {"police_number", "police_date", "police_station"}


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("baru", {"recorded_before"}),
        ("hilang", POLICE),
        ("rusak", set()),
        ("perubahan_data", {"elements"}),
        ("pindah_datang", {"origin"}),
        ("luar_domisili", {"cause", "registered_address", "registered_region"} | POLICE),
    ],
)
def test_answers_of_another_reason_are_dropped(reason, kept):
    relevant = relevant_answers({"reason": reason, "name": "Siti", **ALL_QUESTIONS}, TODAY)
    assert set(relevant) == {"reason", "name"} | kept


def test_a_damaged_card_outside_the_domicile_needs_no_police_letter():
    relevant = relevant_answers({"reason": "luar_domisili", **ALL_QUESTIONS, "cause": "rusak"}, TODAY)
    assert not POLICE & set(relevant)


def test_who_applies_for_oneself_names_nobody_else():
    somebody = {
        "applicant": "family",
        "applicant_name": "A",
        "applicant_nik": "1",
        "applicant_relation": "ibu",
    }
    assert relevant_answers(somebody, TODAY) == somebody
    assert relevant_answers(somebody | {"applicant": "self"}, TODAY) == {"applicant": "self"}
