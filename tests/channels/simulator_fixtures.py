"""One simulator process and one webhook per test module, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.simulator_process import SimulatorProcess, Webhook, running_simulator, running_webhook


@pytest.fixture(scope="module")
def _webhook() -> Iterator[Webhook]:
    with running_webhook() as webhook:
        yield webhook


@pytest.fixture(scope="module")
def _simulator(tmp_path_factory: pytest.TempPathFactory, _webhook: Webhook) -> Iterator[SimulatorProcess]:
    with running_simulator(tmp_path_factory.mktemp("simulator"), _webhook.url) as simulator:
        yield simulator


@pytest.fixture
def simulator(_simulator: SimulatorProcess) -> SimulatorProcess:
    _simulator.control("reset")
    _simulator.control("templates", {})
    _simulator.control("senders", {})
    fast = {"sent_after": 0.05, "delivered_after": 0.1, "read_after": -1, "retry_scale": 0.1}
    _simulator.control(
        "settings", {**fast, "pair_burst": 5, "rate_per_second": 80, "portfolio_limit": 0, "answer_after_ms": 0}
    )
    return _simulator


@pytest.fixture
def webhook(_webhook: Webhook, simulator: SimulatorProcess) -> Webhook:
    _webhook.posts.clear()
    _webhook.answers.clear()
    return _webhook
