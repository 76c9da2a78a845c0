"""The simulator as the provider of notices."""

from tests.channels.simulator_fixtures import _simulator, _webhook, simulator, webhook
from tests.operations.post_office import office

__all__ = ["_simulator", "_webhook", "office", "simulator", "webhook"]
