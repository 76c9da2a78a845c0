"""The SMS gateway reports what became of a message, signed, and again until it is answered 200."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from requests_app.channels.posts import Receipt, verify_signature
from requests_app.channels.sms_reports import parse_reports
from tests.channels.simulator_process import (
    APP_SECRET,
    SMS_SECRET,
    Post,
    SimulatorProcess,
    Webhook,
    running_simulator,
    running_webhook,
)
from tests.embedded.test_simulator_sms import MESSAGE, post

HEADER = "x-signature-256"


@pytest.fixture(scope="module")
def _office() -> Iterator[Webhook]:
    with running_webhook() as webhook:
        yield webhook


@pytest.fixture(scope="module")
def _simulator(tmp_path_factory: pytest.TempPathFactory, _office: Webhook) -> Iterator[SimulatorProcess]:
    folder = tmp_path_factory.mktemp("simulator")
    with running_simulator(folder, "http://127.0.0.1:9/", sms_callback=_office.url) as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator: SimulatorProcess) -> SimulatorProcess:
    _simulator.control("reset")
    _simulator.control("settings", {"sent_after": 0.05, "delivered_after": 0.1, "retry_scale": 0.1})
    return _simulator


@pytest.fixture
def office(_office: Webhook, simulator: SimulatorProcess) -> Webhook:
    _office.posts.clear()
    _office.answers.clear()
    return _office


def signed(posted: Post, secret: str = SMS_SECRET) -> bool:
    return verify_signature(secret, posted.body, posted.headers.get(HEADER))


def said(posts: list[Post]) -> list[Receipt]:
    return [receipt for each in posts for receipt in parse_reports(json.loads(each.body))]


def test_sent_and_delivered_are_reported_with_our_reference(simulator: SimulatorProcess, office: Webhook) -> None:
    outcome = post(simulator)
    posts = office.wait_for(lambda posts: len(posts) >= 2)
    assert [receipt.status for receipt in said(posts)] == ["sent", "delivered"]
    assert {(receipt.provider_id, receipt.opaque) for receipt in said(posts)} == {(outcome.provider_id, MESSAGE.opaque)}
    assert all(signed(each) and not signed(each, APP_SECRET) for each in posts)


def test_what_was_not_answered_200_is_posted_again(simulator: SimulatorProcess, office: Webhook) -> None:
    office.answers[:] = [403, 500]
    post(simulator)
    posts = office.wait_for(lambda posts: len(posts) >= 4)
    assert {receipt.status for receipt in said(posts)} == {"sent", "delivered"}


def test_a_failure_names_its_code(simulator: SimulatorProcess, office: Webhook) -> None:
    simulator.faults({"action": "failed_async", "code": 17, "match": {"channel": "sms"}})
    post(simulator)
    (receipt,) = said(office.wait_for(lambda posts: len(posts) >= 1))
    assert (receipt.status, receipt.error_code) == ("failed", "sms:17")


@pytest.mark.parametrize("fault", ["forged_signature", "missing_signature", "sha1_only", "tampered_body"])
def test_forged_reports_are_told_by_their_signature(simulator: SimulatorProcess, office: Webhook, fault: str) -> None:
    simulator.faults({"action": fault, "match": {"channel": "sms"}})
    post(simulator)
    assert not any(map(signed, office.wait_for(lambda posts: len(posts) >= 2)))


def test_a_made_up_id_is_reported_by_sms_too(simulator: SimulatorProcess, office: Webhook) -> None:
    simulator.faults({"action": "unknown_wamid", "match": {"channel": "sms"}})
    outcome = post(simulator)
    receipts = said(office.wait_for(lambda posts: len(posts) >= 2))
    assert outcome.provider_id not in {receipt.provider_id for receipt in receipts}
