"""What every life of the demo set needs to know of the office."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from requests_app.demo.accounts import demo_officers
from requests_app.demo.arrivals import Calendar
from requests_app.demo.people import People
from requests_app.demo.rows import Keys, Rows
from requests_app.models import (
    HOLDS_KEY,
    Application,
    DecisionReason,
    Holiday,
    Kelurahan,
    MessageText,
    Officer,
    PromisePolicy,
    Zone,
    ZoneCoverage,
)  # fmt: skip
from requests_app.queries.apply import requirements_for
from requests_app.rules.dates import local_date
from requests_app.rules.promise import Policy, due_at
from requests_app.rules.roles import Role


@dataclass
class Office:
    """The moment, the people, and what was read once: texts, reasons, zones by kelurahan."""

    now: datetime
    rng: random.Random
    people: People
    calendar: Calendar
    officers: Sequence[Officer]
    supervisor: Officer
    texts: Mapping[str, MessageText]
    reasons: Mapping[str, DecisionReason]
    zones: Mapping[str, Zone]
    next_index: int
    policy: Policy = Policy.CALENDAR
    keys: Keys = field(default_factory=Keys)
    rows: Rows = field(default_factory=Rows)
    _needed: dict[tuple[Any, ...], list[str]] = field(default_factory=dict)

    def due(self, start: datetime) -> datetime:
        """When an answer is owed for a round that begins at `start`."""
        return due_at(start, policy=self.policy, holidays=self.calendar.holidays)

    def documents_for(self, answers: Mapping[str, Any]) -> list[str]:
        """The codes of the uploads that these answers ask for; the office's list is read once per kind of answers."""
        elements = tuple((change["element"], change["new"]) for change in answers.get("elements", []))
        kind = (*(answers.get(key) for key in ("reason", "applicant", "origin", "cause", "recorded_before")), elements)
        if kind not in self._needed:
            self._needed[kind] = [r.document_code for r in requirements_for(answers) if r.needs_file]
        return self._needed[kind]


def open_office(*, now: datetime, seed: int, next_index: int) -> Office:
    """Read what lives need. The demo accounts exist already."""
    rng = random.Random(f"{seed}:{next_index}")  # noqa: S311 - synthetic people, to be repeatable
    coverage = ZoneCoverage.objects.filter(valid__contains=local_date(now)).select_related("zone")
    zones = {row.kelurahan_id: row.zone for row in coverage}
    taken = set(Application.objects.filter(status__in=HOLDS_KEY).values_list("key_hash", flat=True))
    kelurahan = list(Kelurahan.objects.order_by("code").values_list("code", flat=True))
    policy = PromisePolicy.objects.filter(valid_from__lte=now).order_by("-valid_from").first()
    return Office(
        now=now,
        rng=rng,
        people=People(rng, local_date(now), kelurahan, taken, first_phone=next_index - 1),
        calendar=Calendar(rng, now, set(Holiday.objects.values_list("date", flat=True))),
        officers=demo_officers(Role.OFFICER),
        supervisor=demo_officers(Role.SUPERVISOR)[0],
        texts={text.purpose: text for text in MessageText.objects.filter(is_current=True)},
        reasons={reason.code: reason for reason in DecisionReason.objects.all()},
        zones=zones,
        next_index=next_index,
        policy=Policy(policy.kind) if policy else Policy.CALENDAR,
    )
