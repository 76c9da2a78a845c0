"""What the rows of a submission are made of: assumed or read before, and checked under the locks that store them."""

import uuid
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from requests_app.models import HOLDS_KEY, Zone, ZoneCoverage
from requests_app.statements import Planned, Statement, execute_together

# The statuses stand in the text: only then the partial index of the keys is read.
FACTS = """
    draft.changed_at, draft.application_id,
    ARRAY(SELECT DISTINCT document_code::text COLLATE "C" FROM requests_app_document
          WHERE draft_id = draft.id ORDER BY 1),
    zone.id, zone.name,
    (SELECT kind FROM requests_app_promisepolicy WHERE valid_from <= %(now)s ORDER BY valid_from DESC LIMIT 1),
    (SELECT id FROM requests_app_messagetext WHERE purpose = 'received' AND is_current),
    EXISTS (SELECT FROM requests_app_application
            WHERE service = %(service)s AND key_hash = %(key)s AND status IN ({holding}))
""".replace("{holding}", ", ".join(f"'{status}'" for status in HOLDS_KEY))
OF_ONE = """
    FROM (VALUES (%(draft)s)) AS asked (id)
    LEFT JOIN requests_app_draft AS draft ON draft.id = asked.id
    LEFT JOIN requests_app_zonecoverage AS coverage
      ON coverage.kelurahan_id = %(kelurahan)s AND coverage.valid @> %(day)s
    LEFT JOIN requests_app_zone AS zone ON zone.id = coverage.zone_id
"""
ASKED = {"service": "varchar", "key": "bytea", "draft": "uuid", "now": "timestamptz",
         "kelurahan": "varchar", "day": "date"}  # fmt: skip
EXPECTED = {"changed_at": "timestamptz", "sent_as": "bigint", "files": "text[]", "zone": "bigint",
            "zone_name": "varchar", "policy": "varchar", "text": "bigint", "taken": "boolean"}  # fmt: skip
LOOK_UP = Planned.named("submission_facts", f"SELECT {FACTS} {OF_ONE}", ASKED)
EXPECTATION = ", ".join(f"%({name})s" for name in EXPECTED)
STILL_SO = Planned.named(
    "submission_still_so",
    f"SELECT adminduk_expect('facts', ({FACTS}) IS NOT DISTINCT FROM ({EXPECTATION})) {OF_ONE}",  # noqa: S608 (names of our own)
    ASKED | EXPECTED,
)


class Asked(NamedTuple):
    """Whose submission it is, when, and where; in the order of ASKED."""

    service: str
    key_hash: bytes
    draft_id: uuid.UUID
    now: datetime
    kelurahan: str
    day: date


@dataclass(frozen=True)
class Terms:
    """What the office's own tables say of a kelurahan on a day; they change a few times a year."""

    zone_id: int
    zone_name: str
    policy: str | None
    text_id: int

    @property
    def zone(self) -> Zone:
        """Its other columns are loaded when somebody asks for them."""
        return Zone.from_db(connection.alias, ["id", "name"], [self.zone_id, self.zone_name])


@dataclass(frozen=True)
class Facts:
    """The draft's state, the office's terms, and whether another application of the key is open."""

    changed_at: datetime | None
    sent_as: int | None
    files: frozenset[str]
    terms: Terms
    taken: bool


_terms: dict[str, tuple[date, Terms]] = {}
"""By kelurahan: the day for which they were found last, and what was found."""


def assume(asked: Asked, *, changed_at: datetime, files: frozenset[str]) -> Facts | None:
    """What is nearly always so: the draft as it was seen, the terms as they were, nobody with that key.

    None when nobody has looked up these terms yet.
    """
    day, terms = _terms.get(asked.kelurahan, (None, None))
    return Facts(changed_at, None, files, terms, taken=False) if terms and day == asked.day else None


def look_up(asked: Asked) -> Facts:
    """What is so now; it may change until it is stored. Raises ZoneCoverage.DoesNotExist."""
    ((changed_at, sent_as, files, *terms, taken),) = execute_together([LOOK_UP.with_values(*asked)])
    if terms[0] is None:
        raise ZoneCoverage.DoesNotExist(f"no zone covers {asked.kelurahan} on {asked.day}")
    found = Terms(*terms)
    _terms[asked.kelurahan] = asked.day, found
    return Facts(changed_at, sent_as, frozenset(files), found, taken)


def still_so(asked: Asked, facts: Facts) -> Statement:
    """The guard "facts". Run after the locks, as a statement of its own, it sees what was committed meanwhile."""
    state: Any = (facts.changed_at, facts.sent_as, sorted(facts.files))
    return STILL_SO.with_values(*asked, *state, *astuple(facts.terms), facts.taken)
