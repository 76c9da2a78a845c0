"""The forms that a clerk has begun: ordinary drafts, which only this session knows, apart from any citizen's."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import Http404

from requests_app.models import Application, Draft, Zone
from requests_app.operations.drafts import start_draft
from requests_app.queries.walk_ins import draft_of
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.linked import card_answers, changes_on_the_card
from requests_app.staff.request import StaffRequest

HELD = "walk_ins"
"""Key of the session: ids of the forms that were begun here, each with the code of its zone, the oldest first."""
MOST_HELD = 20
OF_ADDRESS = ("kelurahan", "address", "rt", "rw", "registered_address", "registered_region")
OF_CONTACT = ("contact", "phone", "phone_owner", "phone_owner_name", "email", "told_by")
OF_FAMILY = ("kk_number", "head_name", *OF_ADDRESS, *OF_CONTACT)
OF_PERSON = ("name", "nik", "birth_date", "sex", *OF_FAMILY)


def begin(request: StaffRequest, zone: Zone, service: Service, answers: Mapping[str, Any]) -> Draft:
    """A new form, held by this session."""
    draft = start_draft(service=service, now=request.now, answers=answers)
    held = [pair for pair in request.session.get(HELD, []) if isinstance(pair, list)]
    request.session[HELD] = [*held, [str(draft.pk), zone.code]][-MOST_HELD:]
    return draft


def held_ids(request: StaffRequest, zone: Zone) -> list[uuid.UUID]:
    """The forms of this session at this zone's desk."""
    return [uuid.UUID(draft_id) for draft_id, code in request.session.get(HELD, []) if code == zone.code]


def held_draft(request: StaffRequest, zone: Zone, draft_id: uuid.UUID) -> Draft | None:
    """One of them, sent or not; None when it was removed meanwhile. Raises Http404 when it is not this session's."""
    if draft_id not in held_ids(request, zone):
        raise Http404
    return draft_of(draft_id, now=request.now)


def known_answers(application: Application, service: Service, reason: str, *, family_only: bool) -> dict[str, Any]:
    """What need not be typed again: of the same person, or of somebody else of the same family.

    A KTP-el that follows a change of the family card takes over the changes too, and waits for the card.
    """
    given = application.answers
    if (service, reason) == (Service.KTP_EL, Reason.PERUBAHAN_DATA) and changes_on_the_card(given):
        return card_answers(given) | {"depends_on": application.pk}
    keys = OF_FAMILY if family_only else OF_PERSON
    return {key: given[key] for key in keys if key in given}
