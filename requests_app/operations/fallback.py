"""When a channel gave up on a person: the next channel, or somebody calls."""

from datetime import datetime

from requests_app.models import Application, Notice
from requests_app.operations.calls import open_call
from requests_app.operations.notices import owe_notice
from requests_app.operations.routes import further_channels, route_of
from requests_app.rules.messages import ANSWER_PURPOSES, INVITATIONS
from requests_app.rules.statuses import Status
from requests_app.rules.visits import COMING

OWN_TO_EACH_NOTICE = {"kode_pesan", "tautan"}


def use_next_channel(application: Application, notice: Notice, *, now: datetime) -> None:
    """A notice failed for good on its channel: owe it on the next one, else put the person on the call list.

    Once for each try: what failed, then went to another phone or was undone, and fails again, is followed again. What
    concerns a visit has no other channel than its zone's number: somebody calls. The application is locked. Nothing
    happens when the notice was overtaken, or its answer has arrived otherwise. Whether there is a next channel and
    whether somebody calls at all is the route's to say (models.NoticeRoute).
    """
    if notice.visit is not None:
        _call_about_visit(application, notice, now=now)
        return
    if _is_settled(application, notice):
        return
    route = route_of(notice.purpose)
    left = further_channels(application, notice.purpose, tried=tried_channels(notice))
    if left and route.next_after_failure:
        owe_again(application, notice, to=left[0], now=now, dedup=f"after:{notice.pk}:{notice.attempt}")
    elif route.calls:
        open_call(application, reason="undelivered", now=now, notice=notice, promise=notice.promise)


def tried_channels(notice: Notice) -> set[str]:
    """The channels of this notice and of those that it follows; of an answer, all that carry it."""
    tried, this = {notice.channel}, notice
    while this.fallback_of is not None:
        this = this.fallback_of
        tried.add(this.channel)
    if notice.promise_id is not None and notice.purpose in ANSWER_PURPOSES:
        same = Notice.objects.filter(promise=notice.promise_id, purpose=notice.purpose).exclude(state="superseded")
        tried.update(same.values_list("channel", flat=True))
    return tried


def _call_about_visit(application: Application, notice: Notice, *, now: datetime) -> None:
    assert notice.visit is not None
    is_off = notice.purpose in INVITATIONS and notice.visit.state not in COMING
    if route_of(notice.purpose).calls and not is_off:
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


def owe_again(application: Application, notice: Notice, *, to: tuple[str, str], now: datetime, dedup: str) -> Notice:
    """The same message on a further channel, as a notice of its own that follows the first."""
    return owe_notice(
        application,
        notice.purpose,
        now=now,
        dedup=dedup,
        params={name: value for name, value in notice.params.items() if name not in OWN_TO_EACH_NOTICE},
        promise=notice.promise,
        to=to,
        fallback_of=notice,
        expires_at=notice.expires_at,
    )
