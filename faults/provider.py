"""The provider: slow, forgetful, doubling, forged, refusing; each for a dozen people who apply and are answered."""

from typing import Any

from faults.trial import Fault, Trial

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
MANY = 12
FORGED = ("forged", "missing", "sha1", "tampered")


def answered(trial: Trial, **answers: str) -> list[dict[str, Any]]:
    """People apply and are answered; the answers may leave."""
    applied = trial.world.unheard.apply(MANY * trial.size, **answers)
    decided = trial.world.unheard.decide(applied)
    trial.sweep(10)
    return decided


def slow(trial: Trial) -> None:
    """Every answer takes three seconds."""
    trial.world.simulator.faults({"action": "slow", "ms": 3000})
    answered(trial)


def lost_answers(trial: Trial) -> None:
    """Taken, and the connection breaks before we are told; the receipts come."""
    trial.world.simulator.faults({"action": "reset_after_accept", "match": {"probability": 0.7}, "seed": 1})
    answered(trial)
    trial.pass_time(5 * MINUTE, MINUTE)


def lost_receipts(trial: Trial) -> None:
    """Taken, and nobody tells us what became of it: officers call before the promise breaks."""
    world = trial.world
    world.simulator.faults({"action": "lost_webhook"})
    applied = world.unheard.apply(MANY * trial.size)
    trial.sweep(10)
    world.forward(4 * DAY + 12 * HOUR)
    world.unheard.decide(applied)
    trial.sweep(10)
    _until_due(trial, applied, decided_before=12 * HOUR)


def lost_both(trial: Trial) -> None:
    """The one case that nobody can decide: sent again after ten minutes, and marked."""
    match = {"first": MANY}
    rules = [{"action": action, "match": match} for action in ("reset_after_accept", "lost_webhook")]
    trial.world.simulator.faults(*rules)
    answered(trial)
    trial.pass_time(12 * MINUTE, MINUTE)


def doubled_receipts(trial: Trial) -> None:
    """Each receipt three times, the last first, in one post with those of others."""
    rules: list[dict[str, Any]] = [
        {"action": "reorder"}, {"action": "dup_webhook", "n": 3}, {"action": "batch", "size": 10}
    ]  # fmt: skip
    trial.world.simulator.faults(*rules)
    answered(trial)


def forged_receipts(trial: Trial) -> None:
    """Somebody posts that all was read, or has failed, without knowing the secret; the real ones come late."""
    world = trial.world
    world.simulator.faults({"action": "late_webhook", "seconds": HOUR})
    decided = answered(trial)
    before = _states(trial, decided)
    answers = {
        world.simulator.control(
            "emit", {"wamid": call["wamid"], "status": status, "opaque": call["opaque"], "signature": signature}
        )["answer"]
        for call in world.simulator.accepted()
        if call["opaque"].split(":")[0] in {each["notice"] for each in decided}
        for status, signature in zip(("read", "failed", "delivered", "failed"), FORGED, strict=True)
    }
    world.tick("process_receipts")
    trial.demand(answers <= {401, 403}, f"forged posts were answered with {answers}")
    trial.demand(_states(trial, decided) == before, "a forged receipt changed a notice")
    trial.pass_time(HOUR, 20 * MINUTE)


def token_expired(trial: Trial) -> None:
    """Refused until the token is renewed; nothing is dropped."""
    trial.world.simulator.faults({"action": "http_401_190"})
    decided = answered(trial)
    held = set(_states(trial, decided))
    trial.demand(held == {"held"}, f"with an expired token notices are {held}")
    trial.pass_time(30 * MINUTE, 10 * MINUTE)


def template_paused(trial: Trial) -> None:
    """One text is refused; the others leave."""
    trial.world.simulator.faults({"action": "template_132015", "match": {"template": "adm_rejected"}})
    decided = answered(trial)
    held = set(_states(trial, decided))
    trial.demand(held == {"held"}, f"with a paused template notices are {held}")
    trial.pass_time(30 * MINUTE, 10 * MINUTE)


def six_hours(trial: Trial) -> None:
    """The provider is away from the decision on, seven hours before the due moment, for six hours."""
    world = trial.world
    applied = world.unheard.apply(MANY * trial.size)
    trial.sweep(10)
    world.forward(5 * DAY - 7 * HOUR - 2 * MINUTE)
    trial.world.tick("enforce_promises")
    world.simulator.faults({"action": "outage"})
    world.unheard.decide(applied)
    trial.pass_time(3 * MINUTE, MINUTE)
    _one_probe_a_minute(trial)
    trial.pass_time(6 * HOUR - 9 * MINUTE, (6 if trial.size > 1 else 18) * MINUTE)
    world.simulator.control("faults", method="DELETE")
    trial.pass_time(HOUR + 10 * MINUTE, 5 * MINUTE)
    kept = "SELECT count(*) FROM requests_app_promise WHERE application_id = ANY(%s) AND outcome = 'kept'"
    ((number,),) = world.rows(kept, [each["application"] for each in applied])
    trial.notes.append(f"{number} of {len(applied)} promises kept")
    trial.demand(number == len(applied), "a promise was not kept")


def whole_day(trial: Trial) -> None:
    """No WhatsApp for a day, and no SMS gateway: mail goes out in time, and who has none is called."""
    _whole_day(trial, has_sms=False)


def whole_day_sms(trial: Trial) -> None:
    """The same with an SMS gateway: it takes what WhatsApp does not."""
    _whole_day(trial, has_sms=True)


def _whole_day(trial: Trial, *, has_sms: bool) -> None:
    world = trial.world
    _new_worker(trial, has_sms=has_sms)
    with_mail = world.unheard.apply(MANY * trial.size // 2, email="warga@contoh.example")
    without = world.unheard.apply(MANY * trial.size // 2)
    trial.sweep(10)
    world.forward(4 * DAY)
    world.tick("enforce_promises")
    world.simulator.faults({"action": "outage"})
    world.unheard.decide([*with_mail, *without])
    trial.pass_time(3 * MINUTE, MINUTE)
    _until_due(trial, [*with_mail, *without], decided_before=DAY, others=(with_mail, [] if not has_sms else without))
    trial.pass_time(HOUR, 20 * MINUTE)
    if not has_sms:
        _new_worker(trial, has_sms=True)


def _new_worker(trial: Trial, *, has_sms: bool) -> None:
    trial.world.kill(trial.world.worker())
    trial.world.has_sms = has_sms
    trial.world.worker()


def _until_due(
    trial: Trial, applied: list[dict[str, Any]], *, decided_before: float,
    others: tuple[list[dict[str, Any]], list[dict[str, Any]]] | None = None,
) -> None:  # fmt: skip
    """From the decision to the due moment: who is on the call list two hours and one hour before it; officers call."""
    world, applications = trial.world, [each["application"] for each in applied]
    trial.pass_time(decided_before - 3 * HOUR, (20 if trial.size > 1 else 60) * MINUTE)
    trial.demand(_called(trial, applications) == 0, "somebody is on the call list three hours before the due moment")
    trial.pass_time(70 * MINUTE, 10 * MINUTE)
    early = _called(trial, applications)
    taken = len(world.rows(TAKEN, applications))
    trial.notes.append(f"two hours before: {taken} by another channel, {early} of {len(applied)} to be called")
    if others is not None:
        expected = sum(len(group) for group in others)
        trial.demand(taken == expected, f"{taken} of {expected} answers went by another channel in time")
        trial.demand(early == len(applied) - expected, f"{early} people on the call list two hours before")
    trial.pass_time(60 * MINUTE, 10 * MINUTE)
    late = _called(trial, applications)
    trial.notes.append(f"one hour before: {late} to be called")
    called = world.unheard.ask("call", applications=applications)["called"]
    trial.demand(called == len(applied), f"{called} of {len(applied)} could be called")
    trial.pass_time(HOUR, 20 * MINUTE)


TAKEN = """
SELECT DISTINCT n.application_id FROM requests_app_notice n
WHERE n.application_id = ANY(%s) AND n.purpose = 'rejected' AND n.channel <> 'whatsapp' AND n.state = 'accepted'
"""


def _called(trial: Trial, applications: list[int]) -> int:
    """How many of these stand on the call list."""
    listed = "SELECT count(*) FROM requests_app_calltask WHERE closed_at IS NULL AND application_id = ANY(%s)"
    ((number,),) = trial.world.rows(listed, applications)
    return int(number)


def _one_probe_a_minute(trial: Trial) -> None:
    """While a number is out of order, nothing is tried there but one message a minute."""
    before = len(trial.world.simulator.ledger()["calls"])
    trial.pass_time(6 * MINUTE, 20)
    tried = len(trial.world.simulator.ledger()["calls"]) - before
    trial.notes.append(f"{tried} probes in six minutes")
    trial.demand(5 <= tried <= 7, f"{tried} probes in six minutes")


def _states(trial: Trial, noticed: list[dict[str, Any]]) -> list[str]:
    """The states of these notices, in their order."""
    found = "SELECT id::text, state FROM requests_app_notice WHERE id::text = ANY(%s)"
    by_id = dict(trial.world.rows(found, [each["notice"] for each in noticed]))
    return [by_id[each["notice"]] for each in noticed]


FAULTS = (
    Fault("six_hours", "Provider away for six hours, decided seven hours before", six_hours),
    Fault("whole_day", "Provider away for a day, no SMS gateway; officers call", whole_day, short=False),
    Fault("whole_day_sms", "Provider away for a day, SMS and mail at hand", whole_day_sms, short=False),
    Fault("slow", "Provider takes three seconds for each", slow, short=False),
    Fault("lost_answers", "Answers lost after the message was taken", lost_answers),
    Fault("lost_receipts", "All receipts lost; officers call", lost_receipts, short=False),
    Fault("lost_both", "Answer and receipts lost (the named case)", lost_both),
    Fault("doubled_receipts", "Receipts three times, reordered, in batches", doubled_receipts, short=False),
    Fault("forged_receipts", "Forged receipts, the real ones an hour late", forged_receipts),
    Fault("token_expired", "Token expired for half an hour", token_expired),
    Fault("template_paused", "Template paused for half an hour", template_paused, short=False),
)
