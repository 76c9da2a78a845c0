"""What was owed, and what became of it: by the database, and by the provider's own ledger."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from faults.world import World

# One row for each message that was owed since a moment, with all notices that carried it (a further channel is a
# notice of its own that follows the first): whether it arrived by what we know, whether it is still being tried.
OWED = """
WITH RECURSIVE chain AS (
  SELECT n.id AS event, n.* FROM requests_app_notice n JOIN requests_app_application a ON a.id = n.application_id
  WHERE a.submitted_at >= %s AND n.fallback_of_id IS NULL
  UNION ALL SELECT chain.event, n.* FROM requests_app_notice n JOIN chain ON n.fallback_of_id = chain.id
)
SELECT c.event::text, array_agg(c.id::text),
  bool_or(c.state IN ('delivered', 'read', 'published') OR (c.channel <> 'whatsapp' AND c.state = 'accepted'))
    OR coalesce(bool_or(p.told_at IS NOT NULL AND c.purpose <> 'received'), false),
  bool_or(c.next_attempt_at IS NOT NULL),
  bool_or(EXISTS (SELECT 1 FROM requests_app_calltask t WHERE t.application_id = c.application_id AND t.closed_at IS NULL)),
  bool_and(c.state = 'superseded')
FROM chain c LEFT JOIN requests_app_promise p ON p.id = c.promise_id GROUP BY c.event
"""  # noqa: E501
# Events that were committed without their message.
WITHOUT_NOTICE = """
SELECT count(*) FROM requests_app_application a WHERE a.submitted_at >= %s AND (
  NOT EXISTS (SELECT 1 FROM requests_app_notice n WHERE n.application_id = a.id AND n.purpose = 'received')
  OR (SELECT count(*) FROM requests_app_decision d WHERE d.application_id = a.id AND d.taken_back_at IS NULL)
     <> (SELECT count(*) FROM requests_app_notice n
         WHERE n.application_id = a.id AND n.purpose = 'rejected' AND n.fallback_of_id IS NULL))
"""
# A decision seven hours before the due moment, or evidence before it: such a promise may not break.
WRONGLY_BROKEN = """
SELECT count(*) FROM requests_app_promise p JOIN requests_app_application a ON a.id = p.application_id
WHERE a.submitted_at >= %s AND p.outcome = 'broken'
  AND (p.told_at <= p.due_at OR p.answered_at <= p.due_at - interval '7 hours')
"""
MARKED = "SELECT n.id::text FROM requests_app_notice n WHERE n.maybe_twice AND n.created_at >= %s"


@dataclass(frozen=True)
class Count:
    """`doubled`: accepted more than once; `named`: so too, but the answer and all its receipts were lost, and the
    notice says that it may have come twice. `open`: still being tried."""

    owed: int
    delivered: int
    open: int
    lost: int
    doubled: int
    named: int
    broken: int

    @property
    def is_settled(self) -> bool:
        """Everything that was owed has arrived."""
        return self.owed > 0 and self.delivered == self.owed

    @property
    def is_right(self) -> bool:
        """Nothing lost, nothing doubled, no promise wrongly broken."""
        return self.is_settled and not (self.lost or self.doubled or self.broken)


def count(world: World, since: datetime) -> Count:
    """Count what is owed to whoever applied since then."""
    ledger = world.simulator.ledger()
    calls, receipts = _accepted_calls(ledger), _receipts(ledger)
    owed = [row for row in world.rows(OWED, since) if not row[5]]
    delivered = open_ = lost = 0
    for _, notices, arrived, is_tried, is_called, _ in owed:
        if arrived or any(_arrived_unseen(calls[notice], receipts) for notice in notices):
            delivered += 1
        elif is_tried or is_called:
            open_ += 1
        else:
            lost += 1
    twice = _twice(calls, receipts, {notice for row in owed for notice in row[1]})
    marked = {notice for (notice,) in world.rows(MARKED, since)}
    named = {notice for notice, unseen in twice.items() if unseen and notice in marked}
    ((without,),), ((broken,),) = world.rows(WITHOUT_NOTICE, since), world.rows(WRONGLY_BROKEN, since)
    doubled = len(twice) - len(named) + _same_mails(ledger) + _same_sms(ledger)
    return Count(len(owed) + without, delivered, open_, lost + without, doubled, len(named), broken)


def _accepted_calls(ledger: Any) -> dict[str, list[dict[str, Any]]]:
    calls = defaultdict(list)
    for call in ledger["calls"]:
        if call["wamid"]:
            calls[call["opaque"].split(":")[0]].append(call)
    return calls


def _receipts(ledger: Any) -> dict[str, set[str]]:
    """What became of the receipts of each message."""
    receipts = defaultdict(set)
    for webhook in ledger["webhooks"]:
        receipts[webhook["wamid"]].add(webhook["state"])
    return receipts


def _arrived_unseen(calls: list[dict[str, Any]], receipts: dict[str, set[str]]) -> bool:
    """The provider took it, and all receipts were lost: it is on the phone, and nobody told us."""
    return any(receipts[call["wamid"]] == {"lost"} for call in calls)


def _twice(calls: dict[str, list[dict[str, Any]]], receipts: dict[str, set[str]], notices: set[str]) -> dict[str, bool]:
    """Notices that were accepted more than once; whether of all but the last nobody could have known."""
    found = {}
    for notice, accepted in calls.items():
        if len(accepted) > 1 and notice in notices:
            found[notice] = all(receipts[call["wamid"]] == {"lost"} for call in accepted[:-1])
    return found


def _same_mails(ledger: Any) -> int:
    """Each mail bears a link of its own, so two with the same words are one message sent twice."""
    texts = [(mail["address"], mail["text"]) for mail in ledger["mails"]]
    return len(texts) - len(set(texts))


def _same_sms(ledger: Any) -> int:
    references = [sms["reference"].split(":")[0] for sms in ledger["sms"] if sms["accepted_at"]]
    return len(references) - len(set(references))
