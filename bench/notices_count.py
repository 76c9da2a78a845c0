"""What became of notices that were owed, by our rows and by the provider's own ledger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WAITING = ("queued", "sending", "retry", "unconfirmed", "held")


@dataclass(frozen=True)
class Count:
    """Messages that were owed (a further channel that follows is the same message).

    `arrived`: delivered, or taken by a channel that tells no more. `taken`: by WhatsApp, without a receipt of arrival.
    `listed`: somebody calls. `ended`: it failed, no channel is left, and nobody calls about its kind. `waiting`: still
    being tried. `lost`: nothing of all that. `doubled`: taken more than once by one channel; `named`: so too, but
    answer and all receipts of the first were lost, and the row says so.
    """

    owed: int
    arrived: int
    taken: int
    listed: int
    ended: int
    waiting: int
    lost: int
    doubled: int
    named: int
    attempts: int
    channels: Mapping[str, int]


def count(calls: Iterable[Mapping[str, Any]], webhooks: Iterable[Mapping[str, Any]]) -> Count:
    """Count all notices of this database. `calls`, `webhooks`: the tables of the simulator's ledger."""
    from requests_app.models import CallTask, Notice, NoticeAttempt

    fields = ("pk", "fallback_of_id", "application_id", "purpose", "channel", "state", "maybe_twice")
    notices = list(Notice.objects.values(*fields))
    chains: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    first = {notice["pk"]: notice["fallback_of_id"] for notice in notices}
    for notice in notices:
        event = notice["pk"]
        while first[event] is not None:
            event = first[event]
        chains[event].append(notice)
    to_call = set(CallTask.objects.filter(closed_at=None).values_list("application_id", flat=True))
    ends = [_end(chain, to_call) for chain in chains.values()]
    twice = _twice(calls, webhooks)
    marked = {str(notice["pk"]) for notice in notices if notice["maybe_twice"]}
    named = {notice_id for notice_id, unseen in twice.items() if unseen and notice_id in marked}
    gone = [notice for chain in chains.values() for notice in chain if notice["state"] not in ("superseded", "failed")]
    channels: dict[str, int] = defaultdict(int)
    for notice in gone:
        channels[notice["channel"]] += notice["state"] not in WAITING
    tally = {end: ends.count(end) for end in ("arrived", "taken", "listed", "ended", "waiting", "lost")}
    return Count(
        owed=len(chains), doubled=len(twice) - len(named), named=len(named),
        attempts=NoticeAttempt.objects.count(), channels=dict(channels), **tally,
    )  # fmt: skip


def _end(chain: list[dict[str, Any]], to_call: set[int]) -> str:
    from requests_app.operations.routes import route_of

    states = {(notice["state"], notice["channel"]) for notice in chain}
    if any(state in ("delivered", "read") or (state == "accepted" and way != "whatsapp") for state, way in states):
        return "arrived"
    if any(state in ("accepted", "sent") for state, _ in states):
        return "taken"
    if any(state in WAITING for state, _ in states):
        return "waiting"
    if any(notice["application_id"] in to_call for notice in chain):
        return "listed"
    failed = all(state == "failed" for state, _ in states)
    return "ended" if failed and not route_of(chain[0]["purpose"]).calls else "lost"


def _twice(calls: Iterable[Mapping[str, Any]], webhooks: Iterable[Mapping[str, Any]]) -> dict[str, bool]:
    """Notices that were taken more than once, and whether no receipt of an earlier one came before the last call."""
    told: dict[str, list[float]] = defaultdict(list)
    for webhook in webhooks:
        if webhook["last_answer"] == "200" and webhook["posted_at"] is not None:
            told[webhook["wamid"]].append(webhook["posted_at"])
    taken: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for call in calls:
        if call["wamid"]:
            taken[call["opaque"].partition(":")[0]].append(call)
    return {
        notice_id: not any(at < each[-1]["received_at"] for call in each[:-1] for at in told[call["wamid"]])
        for notice_id, each in taken.items()
        if len(each) > 1
    }
