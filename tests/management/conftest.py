"""The simulator for commands that speak with it."""

from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook

__all__ = ["_simulator", "_webhook", "simulator", "webhook"]
