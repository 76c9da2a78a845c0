"""The simulator and its webhook for the channel tests."""

from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook

__all__ = ["_simulator", "_webhook", "simulator", "webhook"]
