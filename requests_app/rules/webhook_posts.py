"""Posts at our webhooks, counted: what was refused, and whether that says that a secret of ours is wrong."""

from dataclasses import dataclass

from requests_app.rules.routes import SMS, WHATSAPP

TAKEN, REFUSED = "webhook_taken", "webhook_refused"
"""Scopes of the counters."""
DOORS = (WHATSAPP, SMS)
ENOUGH_REFUSED = 3
"""Anybody may knock once; a provider whose posts are refused posts them again and again."""


@dataclass(frozen=True)
class Posts:
    """Of one webhook: in 24 hours, and in this hour and the one before."""

    taken: int = 0
    refused: int = 0
    taken_lately: int = 0
    refused_lately: int = 0

    @property
    def is_secret_doubtful(self) -> bool:
        """Posts were refused, and for an hour at least none was taken."""
        return self.refused_lately >= ENOUGH_REFUSED and not self.taken_lately
