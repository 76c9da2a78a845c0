"""When a channel gave up on a person: the next channel, or somebody calls."""

from datetime import datetime

from requests_app.models import Application, Notice
from requests_app.operations.calls import open_call
from requests_app.operations.notices import next_channel, owe_notice
from requests_app.rules.messages import ANSWER_PURPOSES, INVITATIONS
from requests_app.rules.statuses import Status
from requests_app.rules.visits import COMING

# Nobody has to be called when one of these does not arrive: the person asked for it and is there, or an answer follows.
# What the tracking page also says to whoever asks there needs no call either.
WITHOUT_CALL = {
    "code", "number_sent", "contact_changed", "received", "withdrawn", "visit_reminder",
    "card_waiting", "suket_issued", "suket_expiring", "pickup_ask", "pickup_reminder", "card_handed",
}  # fmt: skip
# Meant for the phone that is not the contact any more: another channel would tell the wrong person.
WITHOUT_NEXT_CHANNEL = {"contact_changed"}
OWN_TO_EACH_NOTICE = {"kode_pesan", "tautan"}


def use_next_channel(application: Application, notice: Notice, *, now: datetime) -> None:
    """A notice failed for good on its channel: owe it on the next one, else put the person on the call list.

    What concerns a visit has no other channel than its zone's number: somebody calls. The application is locked.
    Nothing happens when the notice was overtaken, or its answer has arrived otherwise.
    """
    if notice.visit is not None:
        _call_about_visit(application, notice, now=now)
        return
    if _is_settled(application, notice):
        return
    if notice.purpose in WITHOUT_NEXT_CHANNEL or notice.fallback_of_id is not None:
        following = None
    else:
        following = next_channel(application, notice.channel)
    if following is not None:
        _owe_again(application, notice, to=following, now=now)
    elif notice.purpose not in WITHOUT_CALL:
        open_call(application, reason="undelivered", now=now, notice=notice, promise=notice.promise)


def _call_about_visit(application: Application, notice: Notice, *, now: datetime) -> None:
    assert notice.visit is not None
    is_off = notice.purpose in INVITATIONS and notice.visit.state not in COMING
    if notice.purpose not in WITHOUT_CALL and not is_off:
        open_call(application, reason="invitation_undelivered", now=now, notice=notice, promise=notice.promise)


def _is_settled(application: Application, notice: Notice) -> bool:
    """Answered otherwise, annulled, withdrawn, or followed by the message that carries answer and apology."""
    promise = notice.promise
    if promise is None or notice.purpose not in ANSWER_PURPOSES:
        return False
    if promise.told_at is not None or application.status == Status.WITHDRAWN:
        return True
    if notice.purpose == "annulled":
        return False
    late = promise.outcome == "broken" and notice.purpose != "late_answer"
    return late or promise.round < application.round


def _owe_again(application: Application, notice: Notice, *, to: tuple[str, str], now: datetime) -> None:
    owe_notice(
        application,
        notice.purpose,
        now=now,
        dedup=f"after:{notice.pk}",
        params={name: value for name, value in notice.params.items() if name not in OWN_TO_EACH_NOTICE},
        promise=notice.promise,
        to=to,
        fallback_of=notice,
        expires_at=notice.expires_at,
    )
