from datetime import date

import pytest

from requests_app.rules.catalogue import (
    EVERY_REASON,
    KINDS,
    REASONS,
    Reason,
    Requirement,
    Service,
    applicable,
    in_a_sentence,
    load_requirements,
    relevant_answers,
)
from requests_app.rules.conditions import PREDICATES, UnknownCondition, condition_holds
from requests_app.rules.elements import CARD_ELEMENTS, ELEMENTS, FAMILY_ELEMENTS, MARITAL_STATUSES, VALUES

REQUIREMENTS = load_requirements()
TODAY = date(2026, 6, 29)


def uploads(service=Service.KTP_EL, **answers):
    return {row.document_code for row in applicable(REQUIREMENTS, answers, service=service) if row.needs_file}


MARRIED = {"formed_by": "marriage", "certificate": "yes"}
DIVORCED = {"formed_by": "divorce", "certificate": "yes"}
BORN = {"added_by": "birth"}
WOMAN = {"nik": "1671045708959901", "sex": "P", "birth_date": "1995-08-17"}


def change(element, new="baru"):
    return {"element": element, "old": "lama", "new": new}


def test_every_condition_has_a_predicate_and_none_is_idle():
    assert {row.condition_code for row in REQUIREMENTS} - {""} == set(PREDICATES)


def test_only_uploads_ask_for_a_file():
    assert {row.kind for row in REQUIREMENTS} == set(KINDS)
    assert {row.kind for row in REQUIREMENTS if row.needs_file} == {"upload"}


def test_only_conditional_rows_have_a_condition():
    for row in REQUIREMENTS:
        assert (row.mandatory == "conditional") == bool(row.condition_code), row


def test_services_reasons_elements_and_statuses_have_words():
    assert [service.label for service in Service] == ["KTP-el", "Kartu Keluarga", "Legalisir"]
    assert all(reason.label for reason in Reason)
    assert all(line.endswith(".") for reasons in REASONS.values() for line in reasons.values())
    assert all(ELEMENTS.values()) and all(MARITAL_STATUSES.values())


@pytest.mark.parametrize("service", Service)
def test_the_reasons_of_a_service_are_those_of_the_national_list(service):
    listed = {row.reason for row in REQUIREMENTS if row.service == service and row.kind != "refuse"}
    assert listed - {EVERY_REASON} == set(REASONS[service])


def test_a_reason_that_two_services_share_is_explained_for_each():
    for reason in (Reason.HILANG, Reason.RUSAK):
        assert REASONS[Service.KTP_EL][reason].startswith("KTP-el ")
        assert REASONS[Service.KK][reason].startswith("KK ")


def test_the_elements_of_each_card_have_words_and_lists_to_choose_from():
    assert len(FAMILY_ELEMENTS) == 13 + 1
    assert set(CARD_ELEMENTS) | set(FAMILY_ELEMENTS) == set(ELEMENTS)
    assert set(VALUES) <= set(ELEMENTS)


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
        ("formed_by_marriage_with_certificate", MARRIED, DIVORCED),
        ("formed_by_marriage_with_certificate", MARRIED, MARRIED | {"certificate": "no"}),
        ("formed_by_divorce_with_certificate", DIVORCED, MARRIED),
        ("formed_by_divorce_with_certificate", DIVORCED, DIVORCED | {"certificate": "no"}),
        ("certificate_not_available", MARRIED | {"certificate": "no"}, MARRIED),
        ("lives_in_others_house", {"house": "others"}, {"house": "own"}),
        ("split_by_marriage_or_divorce", {"split_cause": "marriage_or_divorce"}, {"split_cause": "other"}),
        ("all_members_under_17", {"all_under_17": "yes"}, {"all_under_17": "no"}),
        ("member_born_with_letter", BORN | {"birth_letter": "yes"}, BORN | {"birth_letter": "no"}),
        ("member_born_without_letter", BORN | {"birth_letter": "no"}, BORN | {"birth_letter": "yes"}),
        ("member_born_without_letter", BORN | {"birth_letter": "no"}, {"added_by": "moved_in", "birth_letter": "no"}),
        ("member_moved_in", {"added_by": "moved_in"}, BORN),
        ("member_without_nik", BORN, BORN | {"member_nik": "1671041708959901"}),
        ("member_died", {"removed_by": "died"}, {"removed_by": "moved_out"}),
        ("member_moved_out", {"removed_by": "moved_out"}, {"removed_by": "died"}),
        ("nik_not_matching", WOMAN | {"sex": "L"}, WOMAN),
        ("nik_not_matching", WOMAN | {"birth_date": "1995-08-18"}, WOMAN | {"birth_date": "1895-08-17"}),
        ("nik_not_matching", WOMAN | {"sex": "L"}, WOMAN | {"sex": "L", "nik": "123"}),
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
    for element in CARD_ELEMENTS:
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


OLD = {"KK_LAMA"}


@pytest.mark.parametrize(
    ("reason", "answers", "codes"),
    [
        ("baru_keluarga", MARRIED, OLD | {"AKTA_NIKAH"}),
        ("baru_keluarga", DIVORCED, OLD | {"AKTA_CERAI"}),
        ("baru_keluarga", MARRIED | {"certificate": "no"}, OLD | {"F_1_05"}),
        ("baru_pindah_datang", {"origin": "indonesia", "house": "own"}, {"SKPWNI"}),
        ("baru_pindah_datang", {"origin": "abroad", "house": "own"}, {"SKPLN"}),
        ("baru_pindah_datang", {"origin": "indonesia", "house": "others"}, {"SKPWNI", "IZIN_PEMILIK"}),
        ("baru_pisah_kk", {"split_cause": "other"}, OLD | {"KTP"}),
        ("baru_pisah_kk", {"split_cause": "marriage_or_divorce"}, OLD | {"KTP", "AKTA_NIKAH"}),
        ("ganti_kepala_keluarga", {"all_under_17": "no"}, OLD | {"AKTA_MATI"}),
        ("ganti_kepala_keluarga", {"all_under_17": "yes"}, OLD | {"AKTA_MATI"}),
        ("tambah_anggota", BORN | {"birth_letter": "yes"}, OLD | {"SURAT_LAHIR"}),
        ("tambah_anggota", BORN | {"birth_letter": "no"}, OLD | {"F_2_03"}),
        ("tambah_anggota", {"added_by": "moved_in"}, OLD | {"SKPWNI"}),
        ("kurang_anggota", {"removed_by": "died"}, OLD | {"AKTA_MATI"}),
        ("kurang_anggota", {"removed_by": "moved_out"}, OLD | {"SKPWNI"}),
        ("perubahan_elemen_data", {"elements": [change("agama")]}, OLD | {"BUKTI_PERUBAHAN"}),
        ("hilang", WOMAN, {"SURAT_HILANG"}),
        ("hilang", WOMAN | {"sex": "L"}, {"SURAT_HILANG", "KTP"}),
        ("rusak", WOMAN, {"KK_RUSAK"}),
        ("rusak", WOMAN | {"sex": "L"}, {"KK_RUSAK", "KTP"}),
        ("rusak", WOMAN | {"applicant": "outsider"}, {"KK_RUSAK", "F_1_07"}),
    ],
)
def test_the_documents_of_a_family_card(reason, answers, codes):
    assert uploads(Service.KK, reason=reason, **answers) == codes


@pytest.mark.parametrize("document", REASONS[Service.LEGALISIR])
def test_every_document_to_be_certified_is_photographed_with_the_applicants_card(document):
    assert uploads(Service.LEGALISIR, reason=document) == {"DOK_ASLI", "KTP"}


def test_a_ktp_el_is_never_certified():
    rows = applicable(REQUIREMENTS, {"reason": "ktp_el"}, service=Service.LEGALISIR)
    assert [row.kind for row in rows] == ["refuse"]


def test_what_is_brought_to_the_desk_is_listed():
    rows = applicable(REQUIREMENTS, {"reason": "kk", "collector": "outsider"}, service=Service.LEGALISIR)
    assert {row.document_code for row in rows if row.kind == "bring"} == {"FOTOKOPI", "SURAT_KUASA"}
    rows = applicable(REQUIREMENTS, {"reason": "rusak", "collector": "outsider"}, service=Service.KK)
    assert {row.document_code for row in rows if row.kind == "bring"} == {"F_1_07"}


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
    "formed_by": "marriage",
    "certificate": "yes",
    "house": "own",
    "split_cause": "other",
    "all_under_17": "yes",
    "added_by": "birth",
    "birth_letter": "yes",
    "removed_by": "died",
    "members": "Siti",
    "new_head_name": "Siti",
    "new_head_nik": "1",
    "guardian_name": "Siti",
    "guardian_nik": "1",
    "whose": "other",
    "member_name": "Siti",
    "member_nik": "1",
    "member_birth_date": "2026-06-01",
    "member_sex": "P",
    "member_relation": "Anak",
}
MEMBER = {"member_name", "member_nik"}
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
        ("baru_keluarga", {"formed_by", "certificate", "members"}),
        ("baru_pindah_datang", {"origin", "house", "members"}),
        ("baru_pisah_kk", {"split_cause", "members"}),
        (
            "ganti_kepala_keluarga",
            {"all_under_17", "new_head_name", "new_head_nik", "guardian_name", "guardian_nik"},
        ),
        (
            "tambah_anggota",
            {"added_by", "birth_letter", "member_birth_date", "member_sex", "member_relation"} | MEMBER,
        ),
        ("kurang_anggota", {"removed_by"} | MEMBER),
        ("perubahan_elemen_data", {"elements", "whose"} | MEMBER),
        ("akta_kelahiran", set()),
    ],
)
def test_answers_of_another_reason_are_dropped(reason, kept):
    relevant = relevant_answers({"reason": reason, "name": "Siti", **ALL_QUESTIONS}, TODAY)
    assert set(relevant) == {"reason", "name"} | kept


def test_a_damaged_card_outside_the_domicile_needs_no_police_letter():
    relevant = relevant_answers({"reason": "luar_domisili", **ALL_QUESTIONS, "cause": "rusak"}, TODAY)
    assert not POLICE & set(relevant)


@pytest.mark.parametrize(
    ("answers", "dropped"),
    [
        ({"reason": "perubahan_elemen_data", "whose": "self"}, MEMBER),
        ({"reason": "tambah_anggota", "added_by": "moved_in"}, {"birth_letter"}),
        ({"reason": "ganti_kepala_keluarga", "all_under_17": "no"}, {"guardian_name", "guardian_nik"}),
    ],
)
def test_a_question_below_an_answer_goes_with_it(answers, dropped):
    assert not dropped & set(relevant_answers(ALL_QUESTIONS | answers, TODAY))


def test_who_applies_for_oneself_names_nobody_else():
    somebody = {
        "applicant": "family",
        "applicant_name": "A",
        "applicant_nik": "1",
        "applicant_relation": "ibu",
    }
    assert relevant_answers(somebody, TODAY) == somebody
    assert relevant_answers(somebody | {"applicant": "self"}, TODAY) == {"applicant": "self"}


@pytest.mark.parametrize(
    ("service", "reason", "words"),
    [
        (Service.KTP_EL, Reason.BARU, "pertama"),
        (Service.KK, Reason.BARU_PISAH_KK, "pisah KK"),
        (Service.KK, Reason.BARU_PINDAH_DATANG, "pindah ke Palembang"),
        (Service.LEGALISIR, Reason.AKTA_KELAHIRAN, "akta kelahiran"),
    ],
)
def test_a_reason_behind_its_service_keeps_its_names(service, reason, words):
    assert in_a_sentence(service, reason) == words
