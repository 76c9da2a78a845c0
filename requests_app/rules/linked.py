"""A KTP-el shows what the family card shows, so a change is made there first: what one form knows of the other."""

from typing import Any

from requests_app.rules.catalogue import APPLIED, Reason
from requests_app.rules.conditions import Answers
from requests_app.rules.elements import CARD_ELEMENTS

CONTACT = ("contact", "phone", "phone_owner", "phone_owner_name", "email")
PLACE = ("kk_number", "kelurahan", "address", "rt", "rw")
PERSON = ("name", "nik", "birth_date", "sex")
OUTSIDER = ("applicant", "applicant_name", "applicant_nik", "applicant_relation")


def changes_on_the_card(family: Answers) -> list[dict[str, str]]:
    """Those changes of a family card that a KTP-el shows too."""
    return [change for change in family.get("elements") or [] if change["element"] in CARD_ELEMENTS]


def card_answers(family: Answers) -> dict[str, Any]:
    """What a change of the family card already answers of the KTP-el of the person whose data change.

    Of another member the card names no birth date and no sex: those two are asked.
    """
    given = _only(family, PLACE + CONTACT) | {
        "reason": Reason.PERUBAHAN_DATA.value,
        "kk_updated": APPLIED,
        "elements": changes_on_the_card(family),
    }
    if family.get("whose") == "other":
        return given | {"name": family["member_name"], "nik": family["member_nik"], **_for_another(family)}
    return given | _only(family, PERSON + OUTSIDER)


def family_answers(card: Answers) -> dict[str, Any]:
    """What a begun KTP-el already answers of the change of the family card that has to come first."""
    given = _only(card, PLACE + CONTACT) | {"reason": Reason.PERUBAHAN_ELEMEN_DATA.value}
    # A member who applies for another one is the applicant there, with a birth date that was not asked here.
    return given if card.get("applicant") == "family" else given | _only(card, PERSON + OUTSIDER)


def _for_another(family: Answers) -> dict[str, Any]:
    """Who applies: the member that the family card names, or the outsider who applied there."""
    if family.get("applicant") == "outsider":
        return _only(family, OUTSIDER)
    return {"applicant": "family", "applicant_name": family["name"], "applicant_nik": family["nik"]}


def _only(answers: Answers, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: answers[key] for key in keys if key in answers}
