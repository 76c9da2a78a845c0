"""Which KTP-el waits for which family card: told by the citizen, or found when both are open for one family.

Nobody but the office is told what was found: it would say that somebody of the family has applied.
"""

from requests_app.models import HOLDS_KEY, Application
from requests_app.models.keys import family_key
from requests_app.rules.catalogue import Reason, Service
from requests_app.rules.statuses import Status
from requests_app.statements import Planned, Statement

UNDECIDED = (Status.SUBMITTED, Status.HELD_DUPLICATE, Status.IN_REVIEW)


def _listed(statuses: object) -> str:
    """Statuses stand in the text: only then the partial indexes are read."""
    return ", ".join(f"'{status}'" for status in statuses)  # type: ignore[attr-defined]


WAIT_FOR_THE_FAMILY = Planned(
    "wait_for_the_family",
    f"""
    UPDATE requests_app_application AS card SET depends_on_id = family.id
    FROM requests_app_application AS family
    WHERE card.id = $1 AND family.service = '{Service.KK}' AND family.key_hash = $2
      AND family.reason = '{Reason.PERUBAHAN_ELEMEN_DATA}' AND family.status IN ({_listed(HOLDS_KEY)})
    """,  # noqa: S608 (names of our own)
    ("bigint", "bytea"),
)
# Somebody may be deciding one of them in this moment: that one is left alone, and the officer sees the family anyway.
LET_CARDS_WAIT = Planned(
    "let_cards_wait",
    f"""
    UPDATE requests_app_application SET depends_on_id = $1 WHERE id IN (
      SELECT id FROM requests_app_application
      WHERE service = '{Service.KTP_EL}' AND reason = '{Reason.PERUBAHAN_DATA}' AND kk_hash = $2
        AND status IN ({_listed(UNDECIDED)}) AND depends_on_id IS NULL
      FOR UPDATE SKIP LOCKED)
    """,  # noqa: S608 (names of our own)
    ("bigint", "bytea"),
)


def links_of(application: Application) -> list[Statement]:
    """What links a submission that was just written with the other one, if there is one."""
    if application.depends_on_id is not None or application.status == Status.HELD_DUPLICATE:
        return []
    if application.service == Service.KTP_EL and application.reason == Reason.PERUBAHAN_DATA:
        return [WAIT_FOR_THE_FAMILY.with_values(application.pk, family_key(application.nik, application.kk_number))]
    if application.service == Service.KK and application.reason == Reason.PERUBAHAN_ELEMEN_DATA:
        return [LET_CARDS_WAIT.with_values(application.pk, application.kk_hash)]
    return []
