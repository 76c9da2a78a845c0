"""Which phones there are: who was written to, and who wrote."""

from __future__ import annotations

from typing import Any

from adminduk.embedded.simulator.state import Simulator


def phones_known(simulator: Simulator, limit: int) -> list[dict[str, Any]]:
    """Return ``recipient``, ``at`` and ``number`` (of messages) of each phone, what has the newest message first."""
    return simulator.store.rows(
        "SELECT recipient, max(at) AS at, count(*) AS number FROM ("
        "SELECT recipient, accepted_at AS at FROM calls WHERE wamid IS NOT NULL"
        " UNION ALL SELECT recipient, accepted_at FROM sms WHERE accepted_at IS NOT NULL"
        " UNION ALL SELECT sender, at FROM inbound)"
        " GROUP BY recipient ORDER BY at DESC, recipient LIMIT ?",
        limit,
    )


def newest_phones(simulator: Simulator, limit: int) -> list[str]:
    """Return the numbers of the phones with the newest messages."""
    return [row["recipient"] for row in phones_known(simulator, limit)]
