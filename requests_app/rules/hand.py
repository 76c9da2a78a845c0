"""Messages that people send from a zone's phone: how long one is somebody's, and what can come of it."""

from datetime import timedelta

LEASE = timedelta(minutes=5)
"""How long the message that a clerk has open is nobody else's."""
UNDO = timedelta(minutes=1)
"""How long the clerk can take back what was pressed."""

SENT = "accepted"
UNREACHABLE = "permanent"
UNDONE = "undone"
"""What came of it, as the attempt has it."""
NOT_ON_WHATSAPP = "not_on_whatsapp"
"""The code of a number that has no WhatsApp, or is somebody else's."""
