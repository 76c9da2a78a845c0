"""The demo set is what the operations would have written, and owes nothing when it is loaded."""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from requests_app.files.store import FileStore
from requests_app.models import (
    Application,
    CallTask,
    Decision,
    Document,
    Kecamatan,
    Notice,
    Promise,
    Report,
    Rung,
)  # fmt: skip
from requests_app.operations.delivery import deliver_notices
from requests_app.operations.documents import document_store
from requests_app.operations.proofs import use_link
from requests_app.rules.dates import local_date
from requests_app.rules.nik import check_kk_number, check_nik
from requests_app.rules.phone import is_fictitious
from tests.demo.clock import assert_history_is_one_line, assert_nothing_is_owed


def test_everything_has_happened_to_somebody(loaded: datetime) -> None:
    statuses = Counter(Application.objects.values_list("status", flat=True))
    wanted = (
        "submitted held_duplicate needs_correction recording_needed approved handed_over rejected withdrawn expired "
        "invited checked_in completed closed waiting_for_blank ready_to_print printed ready_for_pickup"
    )
    assert set(wanted.split()) == set(statuses)
    assert set(Promise.objects.values_list("outcome", flat=True)) == {"open", "kept", "broken", "void"}
    assert set(Promise.objects.values_list("evidence", flat=True)) == {"", "delivered", "shown", "told", "published"}
    assert Report.objects.exclude(status="closed").exists()
    assert CallTask.objects.filter(closed_at=None).exists()
    assert set(Application.objects.values_list("kelurahan__kecamatan", flat=True)) == set(
        Kecamatan.objects.values_list("pk", flat=True)
    )


def test_the_clock_finds_nothing_to_do(loaded: datetime) -> None:
    assert_nothing_is_owed(loaded)


def test_no_message_waits(loaded: datetime) -> None:
    assert deliver_notices(clock=lambda: loaded) == 0
    states = set(Notice.objects.exclude(channel="hand").values_list("state", flat=True))
    assert states <= {"accepted", "delivered", "read", "failed", "superseded", "published"}
    by_hand = Notice.objects.filter(channel="hand")
    assert set(by_hand.values_list("state", flat=True)) <= {"queued", "sent", "failed", "superseded"}
    assert set(by_hand.values_list("zone__code", flat=True)) == {"Z3"}


def test_every_round_has_exactly_one_promise_with_its_due_moment(loaded: datetime) -> None:
    for application in Application.objects.defer("answers"):
        promises = list(application.promises.order_by("round"))
        assert [p.round for p in promises] == list(range(1, application.round + 1))
        assert all(p.due_at == p.started_at + timedelta(days=5) for p in promises)
        assert (promises[0].due_at, promises[-1].due_at) == (application.first_due_at, application.due_at)


def test_broken_means_one_report_and_one_apology(loaded: datetime) -> None:
    for promise in Promise.objects.all():
        keys = [f"{promise.application_id}:{purpose}:{promise.pk}" for purpose in ("apology", "late_answer")]
        broken = int(promise.outcome == "broken")
        assert Report.objects.filter(promise=promise, opened_by="clock").count() == broken
        assert Notice.objects.filter(application_id=promise.application_id, dedup_key__in=keys).count() == broken


def test_outcomes_say_what_happened(loaded: datetime) -> None:
    for promise in Promise.objects.select_related("application"):
        timely = promise.told_at is not None and promise.told_at <= promise.due_at
        assert (promise.outcome == "kept") == timely
        assert promise.outcome != "open" or promise.due_at >= loaded
        assert promise.outcome != "broken" or promise.due_at < loaded
        assert promise.outcome != "void" or promise.application.status == "withdrawn"
        assert promise.told_at is None or promise.answered_at is not None


def test_rungs_were_recorded_when_they_were_due(loaded: datetime) -> None:
    for promise in Promise.objects.prefetch_related("rungs"):
        ended = promise.told_at if promise.outcome == "kept" else promise.due_at
        until = min(ended or promise.due_at, loaded)
        if promise.outcome == "void":
            continue
        passed = [promise.started_at + timedelta(days=d) for d in (3, 4)]
        assert sorted(r.due_at for r in promise.rungs.all()) == [due for due in passed if due <= until]
    assert Rung.objects.filter(promise__outcome="open").exists()


def test_history_is_one_unbroken_line_of_allowed_steps_in_order_of_time(loaded: datetime) -> None:
    assert_history_is_one_line(loaded)


def test_what_stands_beside_the_status_fits_it(loaded: datetime) -> None:
    waiting = {"needs_correction": timedelta(days=14), "recording_needed": timedelta(days=90)}
    decided = {
        "approved",
        "waiting_for_blank",
        "ready_to_print",
        "printed",
        "ready_for_pickup",
        "handed_over",
        "rejected",
        "expired",
        "invited",
        "checked_in",
        "completed",
        "closed",
        *waiting,
    }
    for application in Application.objects.all():
        assert (application.decided_at is not None) == (application.status in decided)
        assert (application.waiting_until is not None) == (application.status in waiting)
        if application.decided_at and application.status in waiting:
            assert application.waiting_until == application.decided_at + waiting[application.status]
        assert (application.secret_hash is not None) == (application.contact == "none")
        assert application.first_due_at <= application.due_at


def test_an_objection_is_not_judged_by_the_same_officer(loaded: datetime) -> None:
    objections = Decision.objects.filter(objected_at__isnull=False)
    assert objections.exists()
    for decision in objections:
        later = Decision.objects.filter(application_id=decision.application_id, round=decision.round + 1).first()
        assert later is None or later.officer_id != decision.officer_id


def test_nobody_of_the_set_can_be_real(loaded: datetime) -> None:
    for application in Application.objects.all():
        assert 9900 <= int(check_nik(application.nik)[12:]) <= 9999
        assert 9900 <= int(check_kk_number(application.kk_number)[12:]) <= 9999
        assert not application.phone or (is_fictitious(application.phone) and application.phone > "+6280000000099")
        assert not application.email or application.email.endswith("@contoh.example")


def test_open_ones_have_their_documents_and_the_files_open(loaded: datetime) -> None:
    store: FileStore = document_store()
    open_ones = Application.objects.filter(status="submitted")
    assert not open_ones.exclude(documents__isnull=False).exists()
    for document in Document.objects.all()[:50]:
        assert store.read(document.pk, 0).startswith(b"\xff\xd8")
    assert not Document.objects.filter(application__status__in=["handed_over", "rejected", "expired"]).exists()
    assert Document.objects.filter(hints=["dark"]).exists()


def test_links_of_messages_are_those_of_the_set(loaded: datetime) -> None:
    """A message's link opens its own application, as long as operations would still know it."""
    notice = Notice.objects.filter(created_at__gt=loaded - timedelta(days=2), visit=None).order_by("-created_at")[0]
    assert use_link(token=notice.params["tautan"], now=loaded) == notice.application_id


def test_weekdays_bring_more_than_weekends(loaded: datetime) -> None:
    moments = Application.objects.values_list("submitted_at", flat=True)
    days = Counter(local_date(moment).strftime("%a") for moment in moments)
    working = sum(days[d] for d in ("Mon", "Tue", "Wed", "Thu", "Fri")) / 5
    assert working > 2 * max(days["Sat"], days["Sun"])


def test_the_named_examples_are_written_down_with_their_numbers(loaded: datetime, folder: Path) -> None:
    text = (folder / "examples.txt").read_text()
    numbers = [word for word in text.split() if word.startswith("PLG-")]
    assert len(numbers) >= 20
    assert Application.objects.filter(number__in=numbers).count() == len(numbers)
    due = Application.objects.get(number=numbers[0])
    assert due.first_due_at == loaded + timedelta(hours=1)
