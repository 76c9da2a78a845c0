"""The questions of each service: named for everybody, asked where they decide something, refused in plain words."""

from datetime import date
from typing import Any

import pytest

from requests_app.operations.submission import contact_fields, person_fields
from requests_app.questions.base import StepForm
from requests_app.questions.details import FamilyDetailsForm
from requests_app.questions.forms import FORMS
from requests_app.questions.person import FamilyForm
from requests_app.questions.reason import CertifiedReasonForm, FamilyReasonForm
from requests_app.questions.signature import SignatureForm
from requests_app.rules.catalogue import REASONS, Reason, Service
from requests_app.rules.labels import ANSWER_LABELS

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
CHANGED = {"reason": "perubahan_elemen_data", "name": "Siti Contoh"}


def filled(form: type[StepForm], data: Any, service: Service = Service.KK, **answers: Any) -> StepForm:
    """The form as somebody sends it."""
    return form(data, answers=answers, today=TODAY, service=service)


@pytest.mark.parametrize("service", Service)
def test_every_answer_has_a_name_on_the_check_page(service: Service) -> None:
    asked = {name for form in FORMS[service] for name in form.base_fields}
    assert asked <= set(ANSWER_LABELS)


@pytest.mark.parametrize("service", Service)
def test_what_a_submission_needs_is_asked_by_every_service(service: Service) -> None:
    asked = {name: "x" for form in FORMS[service] for name in form.base_fields}
    assert person_fields(asked)["name"] == "x"
    assert contact_fields(asked)["contact"] == "x"
    assert {"birth_date", "sex", "rt", "rw", "reason", "applicant"} <= set(asked)


@pytest.mark.parametrize("service", Service)
def test_each_service_offers_its_own_reasons(service: Service) -> None:
    (form,) = (form for form in FORMS[service] if "reason" in form.base_fields)
    offered = form(answers={}, today=TODAY, service=service).fields["reason"]
    assert [value for value, _label in offered.choices] == list(REASONS[service])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        ("baru_keluarga", {"formed_by", "certificate"}),
        ("baru_pindah_datang", {"origin", "house"}),
        ("baru_pisah_kk", {"split_cause"}),
        ("ganti_kepala_keluarga", {"all_under_17"}),
        ("tambah_anggota", {"added_by"}),
        ("kurang_anggota", {"removed_by"}),
        ("perubahan_elemen_data", set()),
        ("hilang", set()),
        ("rusak", set()),
    ],
)
def test_what_decides_the_documents_of_a_family_card_is_demanded_with_its_reason(reason: str, wrong: set[str]) -> None:
    assert set(filled(FamilyReasonForm, {"reason": reason}).errors) == wrong


def test_a_birth_is_asked_for_its_letter_and_an_arrival_is_not() -> None:
    born = {"reason": "tambah_anggota", "added_by": "birth"}
    assert set(filled(FamilyReasonForm, born).errors) == {"birth_letter"}
    arrived = filled(FamilyReasonForm, {"reason": "tambah_anggota", "added_by": "moved_in", "birth_letter": "no"})
    assert arrived.is_valid()
    assert arrived.to_answers() == {"reason": "tambah_anggota", "added_by": "moved_in"}


def test_answers_below_another_reason_are_forgotten() -> None:
    left = {"removed_by": "died", "added_by": "birth", "birth_letter": "no"}
    form = filled(FamilyReasonForm, {"reason": "rusak", **left})
    assert form.is_valid()
    assert form.to_answers() == {"reason": "rusak"}


@pytest.mark.parametrize("reason", [*REASONS[Service.KTP_EL], *REASONS[Service.LEGALISIR], "gratis"])
def test_a_reason_of_another_service_is_refused(reason: str) -> None:
    if reason not in REASONS[Service.KK]:
        assert "reason" in filled(FamilyReasonForm, {"reason": reason}).errors


@pytest.mark.parametrize(
    ("copies", "message"),
    [
        ("", "Isi jumlah lembar."),
        ("0", "Tulis paling sedikit 1 lembar."),
        ("-3", "Tulis paling sedikit 1 lembar."),
        ("21", "Paling banyak 20 lembar"),
        ("500", "Sampaikan kepada petugas saat datang."),
        ("tiga", "dengan angka, misalnya 3"),
        ("1,5", "dengan angka, misalnya 3"),
    ],
)
def test_copies_that_cannot_be_are_refused_with_what_to_do(copies: str, message: str) -> None:
    form = filled(CertifiedReasonForm, {"reason": "kk", "copies": copies}, Service.LEGALISIR)
    assert message in form.errors["copies"][0]


@pytest.mark.parametrize("copies", ["1", "20", " 3 ", "３"])
def test_one_to_twenty_copies_are_taken(copies: str) -> None:
    form = filled(CertifiedReasonForm, {"reason": "akta_kelahiran", "copies": copies}, Service.LEGALISIR)
    assert form.is_valid()
    assert form.to_answers()["document"] == "akta_kelahiran"
    assert 1 <= form.to_answers()["copies"] <= 20


@pytest.mark.parametrize(("signature", "taken"), [("wet", True), ("electronic", False), ("ktp_el", False)])
def test_only_a_document_signed_with_a_pen_is_certified(signature: str, taken: bool) -> None:
    form = filled(SignatureForm, {"signature": signature}, Service.LEGALISIR)
    assert form.is_valid() is taken
    assert isinstance(form, SignatureForm)
    assert form.needs_nothing is not taken


def test_no_answer_about_the_signature_is_no_refusal() -> None:
    form = filled(SignatureForm, {}, Service.LEGALISIR)
    assert isinstance(form, SignatureForm)
    assert not form.needs_nothing
    assert form.errors["signature"] == ["Pilih apakah ada kode QR di dokumen."]


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        ("baru_keluarga", {"members"}),
        ("baru_pindah_datang", {"members"}),
        ("baru_pisah_kk", {"members"}),
        ("ganti_kepala_keluarga", {"new_head_name", "new_head_nik"}),
        ("tambah_anggota", {"member_name", "member_nik", "member_birth_date", "member_sex", "member_relation"}),
        ("kurang_anggota", {"member_name", "member_nik"}),
        ("hilang", {"police_number", "police_date", "police_station"}),
        ("rusak", set()),
    ],
)
def test_the_details_of_a_family_card_follow_its_reason(reason: str, asked: set[str]) -> None:
    assert set(filled(FamilyDetailsForm, None, reason=reason).fields) == asked


def test_a_guardian_is_named_when_nobody_on_the_card_is_seventeen() -> None:
    form = filled(FamilyDetailsForm, {}, reason="ganti_kepala_keluarga", all_under_17="yes")
    assert set(form.errors) == {"new_head_name", "new_head_nik", "guardian_name", "guardian_nik"}


def test_a_newborn_has_no_number_and_a_member_who_leaves_has_one() -> None:
    born = filled(FamilyDetailsForm, {}, reason="tambah_anggota", added_by="birth")
    assert "member_nik" not in born.errors
    gone = filled(FamilyDetailsForm, {}, reason="kurang_anggota", removed_by="died")
    assert set(gone.errors) == {"member_name", "member_nik"}


def test_somebody_else_whose_data_change_is_named_and_the_applicant_is_not() -> None:
    job = {"elements": ["pekerjaan"], "old_pekerjaan": "Pelajar", "new_pekerjaan": "Guru"}
    assert set(filled(FamilyDetailsForm, job | {"whose": "other"}, **CHANGED).errors) == {"member_name", "member_nik"}
    own = filled(FamilyDetailsForm, job | {"whose": "self", "member_name": "Orang lain"}, **CHANGED)
    assert own.is_valid()
    assert "member_name" not in own.to_answers()
    assert dict(own.fields["whose"].choices)["self"] == "Siti Contoh"  # type: ignore[attr-defined]


def test_a_new_signature_needs_no_old_one() -> None:
    form = filled(FamilyDetailsForm, {"whose": "self", "elements": ["tanda_tangan"]}, **CHANGED)
    assert form.is_valid()
    assert form.to_answers()["elements"] == [{"element": "tanda_tangan", "old": "", "new": ""}]


def test_old_and_new_of_a_changed_element_are_demanded_and_differ() -> None:
    form = filled(FamilyDetailsForm, {"whose": "self", "elements": ["pendidikan"]}, **CHANGED)
    assert set(form.errors) == {"old_pendidikan", "new_pendidikan"}
    same = {"whose": "self", "elements": ["nama"], "old_nama": "Siti", "new_nama": "SITI"}
    assert "berbeda dari data lama" in filled(FamilyDetailsForm, same, **CHANGED).errors["new_nama"][0]


def test_stored_answers_fill_the_form_again() -> None:
    sent = filled(
        FamilyDetailsForm,
        {"whose": "self", "elements": ["pendidikan"], "old_pendidikan": "SLTA", "new_pendidikan": "S2"},
        **CHANGED,
    )
    assert sent.is_valid()
    again = filled(FamilyDetailsForm, None, **CHANGED, **sent.to_answers())
    assert filled(FamilyDetailsForm, again.stored_data(), **CHANGED, **sent.to_answers()).is_valid()


@pytest.mark.parametrize(
    ("reason", "label"),
    [
        (Reason.BARU_PINDAH_DATANG, "Nomor KK di tempat asal"),
        (Reason.BARU_PISAH_KK, "Nomor KK lama"),
        (Reason.HILANG, "Nomor KK yang hilang"),
        (Reason.RUSAK, "Nomor Kartu Keluarga (KK)"),
    ],
)
def test_the_number_that_is_meant_is_named(reason: str, label: str) -> None:
    assert filled(FamilyForm, None, reason=reason).fields["kk_number"].label == label


def test_nobody_is_too_young_to_apply_for_a_family() -> None:
    data = {
        "applicant": "self", "name": "Siti", "head_name": "Siti", "nik": "1671045708109901", "sex": "P",
        "kk_number": "1671041708959901", "birth_date_0": "17", "birth_date_1": "8", "birth_date_2": "2010",
    }  # fmt: skip
    assert filled(FamilyForm, data, reason="rusak").is_valid()
    assert not any("marital_status" in form.base_fields for form in FORMS[Service.KK])
