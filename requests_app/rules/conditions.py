"""The conditions of the national list: when a conditional requirement counts. Each is named as the list names it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from requests_app.rules.elements import EVER_MARRIED
from requests_app.rules.nik import NikError, check_nik, nik_hints

Answers = Mapping[str, Any]
"""The flat answers of one application, keys as the citizen's form uses them."""


class UnknownCondition(LookupError):
    """A requirement names a condition for which no predicate exists."""


def condition_holds(condition_code: str, answers: Answers) -> bool:
    """Ask one predicate; no condition always holds. Raises UnknownCondition."""
    if not condition_code:
        return True
    if condition_code not in PREDICATES:
        raise UnknownCondition(condition_code)
    return PREDICATES[condition_code](answers)


def under_17_marriage_not_in_kk(answers: Answers) -> bool:
    """Under 17, married or once married, and the family card does not show it yet."""
    return answers.get("marital_status") in EVER_MARRIED and answers.get("marriage_in_kk") == "no"


def never_recorded(answers: Answers) -> bool:
    """Never recorded; whoever does not know is looked up by the officer first."""
    return answers.get("recorded_before") == "no"


def moved_within_indonesia(answers: Answers) -> bool:
    """Arrived from another region of Indonesia."""
    return answers.get("origin") == "indonesia"


def from_abroad(answers: Answers) -> bool:
    """Arrived from another country."""
    return answers.get("origin") == "abroad"


def cause_lost(answers: Answers) -> bool:
    """Outside the registered domicile: the card is lost."""
    return answers.get("cause") == "hilang"


def cause_damaged(answers: Answers) -> bool:
    """Outside the registered domicile: the card is damaged."""
    return answers.get("cause") == "rusak"


def filed_by_outsider(answers: Answers) -> bool:
    """Someone from outside the family card applies."""
    return answers.get("applicant") == "outsider"


def collected_by_outsider(answers: Answers) -> bool:
    """Someone from outside the family card collects the result."""
    return answers.get("collector") == "outsider"


def element_name_or_birth(answers: Answers) -> bool:
    """Name, birth place or birth date changes."""
    return _proof_needed("element_name_or_birth", answers)


def element_marital_married(answers: Answers) -> bool:
    """Marital status becomes a recorded marriage."""
    return _proof_needed("element_marital_married", answers)


def element_marital_divorced(answers: Answers) -> bool:
    """Marital status becomes a recorded divorce."""
    return _proof_needed("element_marital_divorced", answers)


def element_marital_widowed(answers: Answers) -> bool:
    """Marital status becomes widowed."""
    return _proof_needed("element_marital_widowed", answers)


def element_religion(answers: Answers) -> bool:
    """Religion changes."""
    return _proof_needed("element_religion", answers)


def element_occupation(answers: Answers) -> bool:
    """Occupation changes."""
    return _proof_needed("element_occupation", answers)


def element_without_own_proof(answers: Answers) -> bool:
    """Some element changes for which the list names no proof of its own.

    An unrecorded marriage or divorce belongs here: there is no certificate to ask for.
    """
    return _proof_needed("element_without_own_proof", answers)


def formed_by_marriage_with_certificate(answers: Answers) -> bool:
    """A marriage made the family, and its certificate is there."""
    return answers.get("formed_by") == "marriage" and answers.get("certificate") == "yes"


def formed_by_divorce_with_certificate(answers: Answers) -> bool:
    """A divorce made the family, and its certificate is there."""
    return answers.get("formed_by") == "divorce" and answers.get("certificate") == "yes"


def certificate_not_available(answers: Answers) -> bool:
    """Married or divorced without a certificate: a statement (SPTJM F-1.05) stands in for it."""
    return answers.get("certificate") == "no"


def lives_in_others_house(answers: Answers) -> bool:
    """The family that arrived lives on somebody's family card, or rents."""
    return answers.get("house") == "others"


def split_by_marriage_or_divorce(answers: Answers) -> bool:
    """A card of their own at the same address, because of a marriage or a divorce."""
    return answers.get("split_cause") == "marriage_or_divorce"


def all_members_under_17(answers: Answers) -> bool:
    """The head has died and nobody on the card is 17 yet: a guardian is named."""
    return answers.get("all_under_17") == "yes"


def member_born_with_letter(answers: Answers) -> bool:
    """The new member was born, and hospital, midwife or registry wrote so."""
    return answers.get("added_by") == "birth" and answers.get("birth_letter") == "yes"


def member_born_without_letter(answers: Answers) -> bool:
    """The new member was born, and nothing is written: a statement with two witnesses (F-2.03) stands in for it."""
    return answers.get("added_by") == "birth" and answers.get("birth_letter") == "no"


def member_moved_in(answers: Answers) -> bool:
    """The new member came from another address."""
    return answers.get("added_by") == "moved_in"


def member_without_nik(answers: Answers) -> bool:
    """The new member has no number yet: the form's own questions are the biodata form F-1.01."""
    return bool(answers.get("added_by")) and not answers.get("member_nik")


def member_died(answers: Answers) -> bool:
    """The member has died."""
    return answers.get("removed_by") == "died"


def member_moved_out(answers: Answers) -> bool:
    """The member has moved to another card."""
    return answers.get("removed_by") == "moved_out"


def nik_not_matching(answers: Answers) -> bool:
    """The number says another birth day or sex than was written beside it, so a photo of the card tells them apart.

    Nobody has to be asked: whoever's number agrees, which is nearly everybody, sends no photo of a KTP-el.
    """
    try:
        nik = check_nik(str(answers.get("nik") or ""))
    except NikError:
        return False
    birth_date, sex = answers.get("birth_date"), answers.get("sex")
    written = date.fromisoformat(birth_date) if birth_date else None
    return bool(nik_hints(nik, birth_date=written, sex=sex, known_regions=lambda _code: "current"))


PREDICATES: dict[str, Callable[[Answers], bool]] = {
    predicate.__name__: predicate
    for predicate in (
        under_17_marriage_not_in_kk,
        never_recorded,
        moved_within_indonesia,
        from_abroad,
        cause_lost,
        cause_damaged,
        filed_by_outsider,
        collected_by_outsider,
        element_name_or_birth,
        element_marital_married,
        element_marital_divorced,
        element_marital_widowed,
        element_religion,
        element_occupation,
        element_without_own_proof,
        formed_by_marriage_with_certificate,
        formed_by_divorce_with_certificate,
        certificate_not_available,
        lives_in_others_house,
        split_by_marriage_or_divorce,
        all_members_under_17,
        member_born_with_letter,
        member_born_without_letter,
        member_moved_in,
        member_without_nik,
        member_died,
        member_moved_out,
        nik_not_matching,
    )
}

_ELEMENT_PROOFS = {
    "nama": "element_name_or_birth",
    "tempat_lahir": "element_name_or_birth",
    "tanggal_lahir": "element_name_or_birth",
    "agama": "element_religion",
    "pekerjaan": "element_occupation",
}
_MARITAL_PROOFS = {
    "kawin": "element_marital_married",
    "kawin_tercatat": "element_marital_married",
    "cerai_hidup": "element_marital_divorced",
    "cerai_hidup_tercatat": "element_marital_divorced",
    "cerai_mati": "element_marital_widowed",
}
_NO_OWN_PROOF = "element_without_own_proof"


def _proof_needed(condition_code: str, answers: Answers) -> bool:
    return any(_proof_of(change) == condition_code for change in answers.get("elements") or ())


def _proof_of(change: Mapping[str, str]) -> str:
    """Name the one condition under which this change's proof is listed."""
    if change["element"] == "status_perkawinan":
        return _MARITAL_PROOFS.get("_".join(change["new"].lower().split()), _NO_OWN_PROOF)
    return _ELEMENT_PROOFS.get(change["element"], _NO_OWN_PROOF)
